"""Something that happens in the story at a moment, and how somebody at a desk does it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from inspect_app.domain.deadlines import VIETNAM
from inspect_app.domain.people import Actor
from inspect_app.store.database import Tx

Do = Callable[[Tx], None]
AtDesk = Callable[[Tx, datetime], object]  # the moment at which it happens


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at a moment."""

    at: datetime
    do: Do


def at_desk(actor: Actor, at: datetime, do: AtDesk) -> Event:
    """Done by a person who sees the rows of the own agency only, as in the office."""
    moment = at.astimezone(UTC)

    def happen(tx: Tx) -> None:
        before = tx.info["scope"]
        tx.info["scope"] = actor.scope
        try:
            do(tx, moment)
            tx.flush()
        finally:
            tx.info["scope"] = before

    return Event(moment, happen)


def morning(day: date, minutes: int = 0) -> datetime:
    """So long after half past eight in Vietnam."""
    return datetime.combine(day, time(8 + (30 + minutes) // 60, (30 + minutes) % 60), VIETNAM)
