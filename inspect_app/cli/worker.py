"""The command `worker`: reminders, mail and whatever else is done without anybody asking."""

import argparse
import logging
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from inspect_app.cli.backup import check_start
from inspect_app.outside import serving
from inspect_app.outside.outgoing import Outgoing
from inspect_app.outside.push import open_push_key
from inspect_app.outside.queue import Queue
from inspect_app.outside.signing import open_signer
from inspect_app.services import chore_runs
from inspect_app.services.chore import Chore, Tools
from inspect_app.services.chores import CHORES
from inspect_app.settings import Settings
from inspect_app.store.checklist_drafts import published_by
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import open_engine, open_glances, open_transactions
from inspect_app.store.evidence_files import EvidenceFiles

FORMS = Path(__file__).parent.parent.parent / "forms"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`worker`."""
    worker = commands.add_parser("worker", help="do the chores: reminders, mail, lists; runs beside the server")
    worker.add_argument("--once", action="store_true", help="do what is due now, print it, and end")
    worker.set_defaults(run=_worker)


def _worker(settings: Settings, asked: argparse.Namespace) -> None:
    with serving.beside(settings.data_dir) as may_work:
        if not may_work:
            sys.exit(
                f"Đang khôi phục dữ liệu ở {settings.data_dir}: hãy khởi động lại sau.\n"
                f"A restore is at work on {settings.data_dir}: start again afterwards."
            )
        check_start(settings)
        engine = open_engine(settings.database_url)
        reading, writing = open_transactions(engine)
        tools = Tools(
            reading,
            writing,
            Library(FORMS, published_by(open_glances(engine))),
            EvidenceFiles(settings.evidence_dir, settings.data_dir),
            open_signer(settings.signing_key),
            settings.base_url,
            settings.smtp_url,
            settings.secret_key,
            Outgoing(settings.inhouse_nets),
            open_push_key(settings.data_dir / "push.pem"),
        )
        try:
            if asked.once:
                _once(tools)
            else:
                _keep_on(settings, tools)
        finally:
            engine.dispose()


def _now() -> datetime:
    return datetime.now(UTC)


def _once(tools: Tools) -> None:
    for chore in CHORES:
        if chore_runs.run_due(tools, chore, _now):
            print(chore.name)


def _keep_on(settings: Settings, tools: Tools) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)  # a line per look would drown what matters
    by_name = {chore.name: chore for chore in CHORES}
    queue = Queue(settings.queue_url, settings.data_dir, settings.secret_key)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the queue listens: there is nothing to finish yet
    print(
        f"worker: {len(CHORES)} chores, queue {settings.queue_url.partition('@')[2] or settings.queue_url}", flush=True
    )
    queue.work(list(by_name), lambda name: _look(tools, by_name, name))


def _look(tools: Tools, by_name: dict[str, Chore], name: str) -> None:
    if name in by_name:  # a server of a newer version may ask for what this worker does not know yet
        chore_runs.run_due(tools, by_name[name], _now)
