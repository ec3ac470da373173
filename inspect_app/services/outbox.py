"""How the mail of the reader's agency stands: what waits, what went, what did not get through."""

from dataclasses import dataclass

from inspect_app.store import mail as store
from inspect_app.store.database import Tx
from inspect_app.store.tables import Mail

ROWS = 20


@dataclass(frozen=True, slots=True)
class Outbox:
    waiting: int
    sent: int
    given_up: int
    troubled: list[Mail]


def standing(tx: Tx) -> Outbox:
    """Within the reader's agencies."""
    counts = store.counts(tx)
    return Outbox(
        counts.get("waiting", 0), counts.get("sent", 0), counts.get("given-up", 0), store.troubled(tx, limit=ROWS)
    )
