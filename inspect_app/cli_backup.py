"""Commands about copies: backup, restore, the epoch, and the keys of agencies."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.services import agency_keys, backups, last_start, markers
from inspect_app.settings import Settings
from inspect_app.store.database import Tx, migrate, open_engine, open_transactions

T = TypeVar("T")


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`backup`, `restore`, `epoch`, `agency-key`."""
    backup = commands.add_parser("backup", help="copy the database and all evidence, checked by hash")
    backup.add_argument("folder", type=Path, help="where backups are kept; each gets a folder of its own")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="put a backup in place; phones then offer again what they hold")
    restore.add_argument("backup", type=Path, help="the folder of one backup")
    restore.add_argument("--force", action="store_true", help="also over a database that holds data")
    restore.add_argument("--check", action="store_true", help="only check every hash of the backup")
    restore.set_defaults(run=_restore)
    epoch = commands.add_parser("epoch", help="after a restore by hand: phones offer again what they hold")
    epoch.add_argument("action", choices=("bump",))
    epoch.set_defaults(run=_epoch)
    key = commands.add_parser("agency-key", help="a new key for what phones write to files; old ones are kept")
    key.add_argument("action", choices=("renew",))
    key.add_argument("agency")
    key.set_defaults(run=_agency_key)


def _backup(settings: Settings, asked: argparse.Namespace) -> None:
    now = datetime.now(UTC)
    epoch = _in_transaction(settings, markers.epoch)
    made = backups.make(settings.database_url, settings.evidence_dir, asked.folder.absolute(), epoch=epoch, now=now)

    def note(tx: Tx) -> None:
        backups.note(tx, made)
        last_start.keep(tx, settings.data_dir)

    _in_transaction(settings, note)
    print(f"{made.folder}: database, {made.files} files of evidence ({made.linked} unchanged); all until {made.until}")


def _restore(settings: Settings, asked: argparse.Namespace) -> None:
    now, backup = datetime.now(UTC), asked.backup.absolute()
    if asked.check:
        manifest = backups.check(backup)
        print(f"{backup}: made {manifest['made']}, {manifest['evidence']} files of evidence, every hash right")
        return
    manifest = backups.restore(settings.database_url, settings.evidence_dir, backup, force=asked.force, now=now)
    migrate(settings.database_url)

    def resume(tx: Tx) -> str:
        epoch = backups.resume(tx, manifest, now)
        tx.flush()
        last_start.keep(tx, settings.data_dir)
        return epoch

    epoch = _in_transaction(settings, resume)
    print(f"restored as of {manifest['made']}; new epoch {epoch}: phones will offer again what they still hold")


def _epoch(settings: Settings, _: argparse.Namespace) -> None:
    def bump(tx: Tx) -> str:
        epoch = markers.bump_epoch(tx)
        tx.flush()
        last_start.keep(tx, settings.data_dir)
        return epoch

    print(_in_transaction(settings, bump))


def _agency_key(settings: Settings, asked: argparse.Namespace) -> None:
    now, secret = datetime.now(UTC), settings.secret_key
    card = _in_transaction(settings, lambda tx: agency_keys.renew(tx, asked.agency, secret=secret, now=now))
    print(f"{asked.agency}: {card['key']}")


def check_start(settings: Settings) -> None:
    """Before serving: not on a database that went backwards."""
    said = _in_transaction(settings, lambda tx: last_start.trouble(tx, settings.data_dir))
    if said:
        sys.exit(said)
    _in_transaction(settings, lambda tx: last_start.keep(tx, settings.data_dir))


def _in_transaction(settings: Settings, do: Callable[[Tx], T]) -> T:
    engine = open_engine(settings.database_url)
    try:
        with open_transactions(engine)[1]() as tx:
            tx.info["scope"] = EVERY_AGENCY
            result = do(tx)
            tx.commit()
            return result
    finally:
        engine.dispose()
