"""Commands about copies: backup, restore, the epoch, and the keys of agencies."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from inspect_app.cli.database import in_transaction
from inspect_app.outside import serving
from inspect_app.services import agency_keys, backups, last_start, markers, readiness
from inspect_app.settings import Settings
from inspect_app.store.database import Tx, migrate

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
    epoch = in_transaction(settings, markers.epoch)
    here = settings.evidence_dir
    try:
        made = backups.make(settings.database_url, here, asked.folder.absolute(), epoch=epoch, now=now)
    except backups.Incomplete as broken:
        sys.exit(
            f"Không phải bản sao lưu: thiếu {broken.missing} trong {broken.of} tệp bằng chứng của cơ sở dữ liệu; "
            f"chúng không nằm nguyên vẹn trong {here}. Xem INSPECT_EVIDENCE_URL.\n"
            f"error: no backup: {broken.missing} of the {broken.of} files of evidence that the database calls complete "
            f"are missing; they are not whole in {here}. See INSPECT_EVIDENCE_URL."
        )

    def note(tx: Tx) -> None:
        backups.note(tx, made)
        last_start.keep(tx, settings.data_dir)

    in_transaction(settings, note)
    print(f"{made.folder}: database, {made.files} files of evidence ({made.linked} unchanged); all until {made.until}")


def _restore(settings: Settings, asked: argparse.Namespace) -> None:
    now, backup = datetime.now(UTC), asked.backup.absolute()
    if asked.check:
        manifest = backups.check(backup)
        print(f"{backup}: made {manifest['made']}, {manifest['evidence']} files of evidence, every hash right")
        return
    with quite_alone(settings):  # no server answers with the old epoch between the tables and the new one
        manifest = backups.restore(settings.database_url, settings.evidence_dir, backup, force=asked.force, now=now)
        migrate(settings.database_url)

        def resume(tx: Tx) -> str:
            epoch = backups.resume(tx, manifest, now)
            tx.flush()
            last_start.keep(tx, settings.data_dir)
            return epoch

        epoch = in_transaction(settings, resume)
    print(f"restored as of {manifest['made']}; new epoch {epoch}: phones will offer again what they still hold")


def _epoch(settings: Settings, _: argparse.Namespace) -> None:
    def bump(tx: Tx) -> str:
        epoch = markers.bump_epoch(tx)
        tx.flush()
        last_start.keep(tx, settings.data_dir)
        return epoch

    print(in_transaction(settings, bump))


def _agency_key(settings: Settings, asked: argparse.Namespace) -> None:
    now, secret = datetime.now(UTC), settings.secret_key
    card = in_transaction(settings, lambda tx: agency_keys.renew(tx, asked.agency, secret=secret, now=now))
    print(f"{asked.agency}: {card['key']}")


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """One server, or one restore, at a time; whoever comes second ends with a sentence and status 1."""
    with serving.alone(settings.data_dir) as is_alone:
        if not is_alone:
            sys.exit(
                f"Máy chủ đang chạy với {settings.data_dir}, hoặc đang có một lần khôi phục ở đó: hãy dừng nó trước.\n"
                f"A server runs on {settings.data_dir}, or a restore is at work there: stop it first."
            )
        yield


@contextmanager
def quite_alone(settings: Settings) -> Iterator[None]:
    """For a restore: neither a server nor a worker is at it."""
    with serving.quite_alone(settings.data_dir) as is_alone:
        if not is_alone:
            sys.exit(
                f"Máy chủ hoặc worker đang chạy với {settings.data_dir}, hoặc đang khôi phục ở đó: hãy dừng trước.\n"
                f"A server runs on {settings.data_dir}, or a worker, or a restore is at work there: stop it first."
            )
        yield


def check_start(settings: Settings) -> None:
    """Before serving or working: not on tables of another version, nor on a database that went backwards."""
    lacks = in_transaction(settings, readiness.missing)
    if lacks:
        sys.exit(f"Cơ sở dữ liệu chưa được cập nhật: chạy `python run.py migrate` rồi khởi động.\n{lacks}, then start.")
    said = in_transaction(settings, lambda tx: last_start.trouble(tx, settings.data_dir))
    if said:
        sys.exit(said)
    in_transaction(settings, lambda tx: last_start.keep(tx, settings.data_dir))
