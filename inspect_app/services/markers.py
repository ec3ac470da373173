"""Facts about this database: its epoch, which every restore changes."""

import secrets

from inspect_app.store.database import Tx
from inspect_app.store.tables import Marker

EPOCH = "epoch"


def epoch(tx: Tx) -> str:
    """The database's epoch. Phones that know another one offer again all they hold."""
    found = tx.get(Marker, EPOCH)
    if found is None:
        raise RuntimeError("the database has no epoch: run `python run.py migrate`")
    return found.value


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
