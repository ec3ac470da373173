"""What the registry's own rows prove: owner, deadline and next step; escalation; history search.

Every count is one statement inside the reader's agencies; its exceptions are the rows that the same condition finds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, and_, case, exists, func, literal_column, select
from sqlalchemy.orm import Session

from inspect_app.domain.escalation import RUNGS
from inspect_app.store.registry import CLOSED, OPEN
from inspect_app.store.tables import Person, Reminder, Violation

# Written as literals, in the words of the index (store.tables.violations); a test compares them with the domain.
LINGERING_WORDS = (
    "violation.sanction_status NOT IN ('criminal', 'ended', 'no-sanction', 'none', 'time-barred')"
    " OR violation.stop_status IN ('stop-demanded', 'suspension-decided', 'suspension-proposed')"
)
LINGERING = and_(CLOSED, literal_column(f"({LINGERING_WORDS})", Boolean))
UNSEARCHED = literal_column("(violation.value ->> 'searched' IS NULL)", Boolean)
Parts = Sequence[ColumnElement[bool]]  # no row is in two of them


@dataclass(frozen=True, slots=True)
class Breach:
    """A row that breaks the sentence."""

    id: UUID
    code: str
    title: str
    agency: str
    deadline: date | None
    owner: UUID
    found_on: date
    remedy: str


def gone(tx: Session) -> list[UUID]:
    """People who are no longer there and still own something; found first, so that the rest walks along indexes."""
    return list(tx.scalars(select(Person.id).where(Person.disabled_at.is_not(None))))


def led(away: Sequence[UUID]) -> tuple[Parts, Parts]:
    """(all, exceptions): what is not finished on every track; of these without an owner who is there (away: who is
    not), or without a deadline.

    The next step is a table over the states (domain.next_steps), which has one for every state that is open.
    """
    broken: list[ColumnElement[bool]] = [and_(OPEN, Violation.deadline.is_(None))]
    if away:
        theirs = Violation.owner_id.in_(away)
        broken += [and_(OPEN, Violation.deadline.is_not(None), theirs), and_(LINGERING, theirs)]
    return [OPEN, LINGERING], broken


def escalated(today: date) -> tuple[Parts, Parts]:
    """(all, exceptions): overdue for longer than a day; of these not told to a rung that was reached a day ago or more.

    A deadline of day D is overdue from D+1; its first telling is due that day, so from D+2 on silence is an exception.
    """
    late = and_(OPEN, Violation.deadline < today - timedelta(days=1))
    reached = case(
        *((Violation.deadline < today + timedelta(days=rung.days), rung.rank) for rung in reversed(RUNGS)),
        else_=RUNGS[0].rank,
    )
    told = exists().where(
        Reminder.violation_id == Violation.id,
        Reminder.deadline == Violation.deadline,
        Reminder.rank >= reached,  # who was told of a higher rung was told of those below
    )
    return [late], [and_(late, ~told)]


def searched(since: datetime) -> tuple[Parts, Parts]:
    """(all, exceptions): recorded since then; of these without a look into the history before the finding."""
    recorded = Violation.recorded_at >= since
    return [recorded], [and_(recorded, UNSEARCHED)]


def count(tx: Session, parts: Parts) -> int:
    return sum(tx.scalar(select(func.count()).select_from(Violation).where(part)) or 0 for part in parts)


def rows(tx: Session, parts: Parts, *, limit: int) -> Sequence[Breach]:
    """The earliest deadline first, those without one at the end."""
    found = [each for part in parts for each in _rows(tx, part, limit)]
    return sorted(found, key=lambda each: (each.deadline is None, each.deadline or date.max, each.id))[:limit]


def _rows(tx: Session, part: ColumnElement[bool], limit: int) -> list[Breach]:
    """Which ones they are is found in the index; only these are fetched."""
    first = select(Violation.id).where(part).order_by(Violation.deadline, Violation.id).limit(limit)
    asked = (
        select(
            Violation.id,
            Violation.code,
            Violation.title,
            Violation.agency_id,
            Violation.deadline,
            Violation.owner_id,
            Violation.found_on,
            Violation.remedy_status,
        )
        .where(Violation.id.in_(first))
        .order_by(Violation.deadline, Violation.id)
    )
    return [Breach(*row) for row in tx.execute(asked)]
