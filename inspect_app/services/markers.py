"""Facts about this database: its epoch, which every restore changes, and how far a backup reaches."""

import secrets

from sqlalchemy import select

from inspect_app.store import statements
from inspect_app.store.database import Tx
from inspect_app.store.tables import Marker

EPOCH = "epoch"
BACKUP = "backup"
_BOTH = select(Marker.name, Marker.value).where((Marker.name == EPOCH) | (Marker.name == BACKUP))


def epoch(tx: Tx) -> str:
    """The database's epoch. Phones that know another one offer again all they hold."""
    found = tx.get(Marker, EPOCH)
    return _there(found.value if found else None)


def _there(epoch: str | None) -> str:
    if epoch is None:
        raise RuntimeError("the database has no epoch: run `python run.py migrate`")
    return epoch


def both(tx: Tx) -> tuple[str, int | None]:
    """The epoch, and the moment (ms) up to which a backup is known to hold everything; None before the first."""
    found = dict(statements.run(tx, _BOTH, {}))
    return _there(found.get(EPOCH)), int(found[BACKUP]) if BACKUP in found else None


def keep_backup(tx: Tx, moment_ms: int) -> None:
    """A backup was made and checked. The mark never goes back."""
    found = tx.get(Marker, BACKUP)
    if found is None:
        tx.add(Marker(name=BACKUP, value=str(moment_ms)))
    elif int(found.value) < moment_ms:
        found.value = str(moment_ms)


def ensure_epoch(tx: Tx) -> None:
    if tx.get(Marker, EPOCH) is None:
        bump_epoch(tx)


def bump_epoch(tx: Tx) -> str:
    """After a restore from backup: phones re-offer what they still hold."""
    value = f"e_{secrets.token_hex(8)}"
    found = tx.get(Marker, EPOCH)
    if found:
        found.value = value
    else:
        tx.add(Marker(name=EPOCH, value=value))
    return value
