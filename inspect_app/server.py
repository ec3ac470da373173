"""Starts the production WSGI server: granian, chosen by measurement (see ADR 0004)."""

import gc
import multiprocessing
import os
import signal
import threading
from typing import TYPE_CHECKING

from granian.constants import Interfaces
from granian.server import Server

from inspect_app.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

LAST_REQUESTS = 10  # seconds that an orphan has for what it is answering


def serve(settings: Settings) -> None:
    """Serve until told to stop. SQLite gets one process: competing writer processes make its slowest commits slow."""
    workers = 1 if settings.database_url.startswith("sqlite") else settings.workers
    Server(
        "inspect_app.server:worker",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=workers,
        blocking_threads=settings.threads,
        backlog=512,
        log_access=False,
        ssl_cert=settings.tls_certificate,
        ssl_key=settings.tls_key,
        respawn_failed_workers=True,
    ).serve()


def worker() -> "Flask":
    """The app in one of the server's processes, which ends when the process that watches over it has ended."""
    from inspect_app.app import create_app

    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    app = create_app(Settings.from_environment(os.environ))
    # What was made so far stays for ever: 260,000 objects that each full search for garbage would look at, for 0.2 s.
    gc.collect()
    gc.freeze()
    return app


def _end_with_parent() -> None:
    """A worker that outlived its parent would serve on, unseen, and hold the data folder's lock."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(LAST_REQUESTS)
    os._exit(1)
