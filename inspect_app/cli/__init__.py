"""The commands: `python run.py --help`."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from inspect_app.cli import accounts, backup, checklists, documents, evidence, reports, worker
from inspect_app.cli.database import in_transaction
from inspect_app.domain.errors import RuleBroken
from inspect_app.outside.certificates import make_certificate
from inspect_app.outside.signing import open_signer
from inspect_app.services import markers, seals, sites
from inspect_app.settings import Settings
from inspect_app.store.database import Tx, migrate

Run = Callable[[Settings, argparse.Namespace], None]
Command = Callable[[str, Run, str], argparse.ArgumentParser]

FORMS = Path(__file__).parent.parent.parent / "forms"


def main(arguments: list[str] | None = None) -> None:
    """Run one command; a broken rule ends it with its message and status 1."""
    asked = _parser().parse_args(arguments)
    settings = Settings.from_environment(os.environ)
    try:
        asked.run(settings, asked)
    except RuleBroken as broken:
        sys.exit(f"error: {broken}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py", description="Field inspections for work safety.")
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run: Run, help_text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help_text, description=help_text)
        made.set_defaults(run=run)
        return made

    command("serve", _serve, "start the server")
    certificate = command(
        "certificate", _certificate, "a certificate for trying a phone over HTTPS in the local network"
    )
    certificate.add_argument("address", help="the name or IP address by which the phone reaches this machine")
    command("migrate", _migrate, "bring the database up to date; load communes, zones and agencies")
    demo = command("demo", _demo, "fill the database with invented data and print the accounts")
    demo.add_argument("--if-empty", action="store_true", help="do nothing but print the accounts when data are there")
    accounts.add_commands(commands)
    evidence.add_commands(commands)
    backup.add_commands(commands)
    checklists.add_commands(commands)
    reports.add_commands(commands)
    worker.add_commands(commands)
    documents.add_commands(commands)
    follow_up = command("follow-up", _follow_up, "write the follow-up list to an .xlsx file")
    follow_up.add_argument("file", type=Path)
    follow_up.add_argument("--agency", help="only this agency (default: all)")
    follow_up.add_argument("--overdue", action="store_true", help="only overdue violations")
    follow_up.add_argument("--due-in", type=int, choices=(7, 15, 30), help="due within this many days")
    return parser


def _migrate(settings: Settings, _: argparse.Namespace) -> None:
    migrate(settings.database_url)
    signer = open_signer(settings.signing_key)

    def prepare(tx: Tx) -> None:
        markers.ensure_epoch(tx)
        sites.load_reference(tx)
        seals.keep_server_key(tx, signer, datetime.now(UTC))

    in_transaction(settings, prepare)


def _serve(settings: Settings, _: argparse.Namespace) -> None:
    from inspect_app.server import serve

    with backup.alone(settings):
        backup.check_start(settings)
        serve(settings)


def _certificate(settings: Settings, asked: argparse.Namespace) -> None:
    authority, certificate, key = make_certificate(settings.data_dir / "tls", asked.address, datetime.now(UTC))
    print(f"install on the phone: {authority}")
    print(f"INSPECT_TLS_CERTIFICATE={certificate}")
    print(f"INSPECT_TLS_KEY={key}")


def _demo(settings: Settings, asked: argparse.Namespace) -> None:
    if settings.is_production:
        raise RuleBroken("demo-in-production", INSPECT_ENV="production")
    _migrate(settings, asked)
    from inspect_app.demo import run_demo

    run_demo(settings, FORMS, only_if_empty=asked.if_empty)


def _follow_up(settings: Settings, asked: argparse.Namespace) -> None:
    from inspect_app.services import follow_up

    now = datetime.now(UTC)
    rows = in_transaction(
        settings,
        lambda tx: follow_up.write_file(
            tx, asked.file, agency=asked.agency, overdue=asked.overdue, due_in=asked.due_in, now=now
        ),
    )
    print(f"{rows} rows → {asked.file}")
