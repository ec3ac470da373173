"""What the registry's own rows prove: owner, deadline and next step; escalation; history search.

Every count is one statement inside the reader's agencies; its exceptions are the rows that the same condition finds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from inspect_app.domain.escalation import RUNGS
from inspect_app.domain.violations import CLOSED_SANCTION, OPEN_STOP
from inspect_app.store.registry import OPEN
from inspect_app.store.tables import Person, Reminder, Violation

_GONE = exists().where(Person.id == Violation.owner_id, Person.disabled_at.is_not(None))


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


def led() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """(all, exceptions): what is open; of these without an owner who is there, or without a deadline.

    The next step is a table over the states (domain.next_steps), which has one for every state that is open.
    """
    unfinished = or_(OPEN, Violation.sanction_status.not_in(sorted(CLOSED_SANCTION)), _stopped())
    return unfinished, or_(_GONE, and_(OPEN, Violation.deadline.is_(None)))


def _stopped() -> ColumnElement[bool]:
    return Violation.stop_status.in_(sorted(OPEN_STOP))


def escalated(today: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """(all, exceptions): overdue for longer than a day; of these not told to a rung that was reached a day ago or more.

    A deadline of day D is overdue from D+1; its first telling is due that day, so from D+2 on silence is an exception.
    """
    late = and_(OPEN, Violation.deadline < today - timedelta(days=1))
    silent = [
        and_(
            Violation.deadline < today + timedelta(days=rung.days),
            not_(
                exists().where(
                    Reminder.violation_id == Violation.id,
                    Reminder.deadline == Violation.deadline,
                    Reminder.rank >= rung.rank,
                )
            ),
        )
        for rung in RUNGS
    ]
    return late, or_(*silent)


def searched(since: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """(all, exceptions): recorded since then; of these without a look into the history before the finding."""
    recorded = Violation.recorded_at >= since
    return recorded, Violation.value["searched"].as_string().is_(None)


def count(tx: Session, condition: ColumnElement[bool]) -> int:
    return tx.scalar(select(func.count(Violation.id)).where(condition)) or 0


def rows(tx: Session, condition: ColumnElement[bool], *, limit: int) -> Sequence[Breach]:
    """The earliest deadline first."""
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
        .where(condition)
        .order_by(Violation.deadline, Violation.id)
        .limit(limit)
    )
    return [Breach(*row) for row in tx.execute(asked)]
