"""Starts the production WSGI server: granian, chosen by measurement (see ADR 0004)."""

from granian.constants import Interfaces
from granian.server import Server

from inspect_app.settings import Settings


def serve(settings: Settings) -> None:
    """Serve until told to stop. SQLite gets one process: competing writer processes make its slowest commits slow."""
    workers = 1 if settings.database_url.startswith("sqlite") else settings.workers
    Server(
        "run:app",
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
