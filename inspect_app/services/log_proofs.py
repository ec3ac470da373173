"""Three sentences about our own work, computed from the registry, with every row that breaks them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from inspect_app.domain.deadlines import local_day
from inspect_app.store import log_proofs as store
from inspect_app.store import violations
from inspect_app.store.database import Tx
from inspect_app.store.log_proofs import Breach

SPANS = (30, 90, 365)
SHOWN = 50
MOST_ROWS = 20_000


class Sentence(StrEnum):
    LED = "led"  # every open violation has an owner, a deadline and a next step
    ESCALATED = "escalated"  # nothing is overdue for longer than a day without having been told up the chain
    SEARCHED = "searched"  # the history was looked up before every finding


@dataclass(frozen=True, slots=True)
class Proof:
    """total: how many the sentence is about. breaches: how many break it; `rows` are the first of them."""

    sentence: Sentence
    total: int
    breaches: int
    rows: list[Breach]
    owners: dict[UUID, str]

    @property
    def percent(self) -> float:
        """Rounded down, so that a hundred means all."""
        return 100.0 if not self.breaches else int((self.total - self.breaches) * 1000 / self.total) / 10


def prove(tx: Tx, sentence: Sentence, *, days: int, now: datetime, limit: int = SHOWN) -> Proof:
    """days: how far back the findings are looked at (for SEARCHED)."""
    today = local_day(now)
    if sentence is Sentence.LED:
        every, broken = store.led(store.gone(tx))
    elif sentence is Sentence.ESCALATED:
        every, broken = store.escalated(today)
    else:
        every, broken = store.searched(now - timedelta(days=days))
    total = store.count(tx, every)
    breaches = store.count(tx, broken) if total else 0
    rows = list(store.rows(tx, broken, limit=limit)) if breaches else []
    return Proof(sentence, total, breaches, rows, violations.names(tx, {row.owner for row in rows}))


def all_of(tx: Tx, *, days: int, now: datetime) -> list[Proof]:
    return [prove(tx, sentence, days=days, now=now) for sentence in Sentence]
