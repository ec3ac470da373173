"""Reads for the first screen of the office: what somebody must act on today."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from inspect_app.domain.deadlines import due_until
from inspect_app.domain.violations import CLOSED_REMEDY, OPEN_STOP
from inspect_app.store import held, remedy
from inspect_app.store.tables import Device, Inspection, Organisation, Site, Violation

SILENT_AFTER = timedelta(hours=24)
IMMINENT = 4


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts that each open their rows."""

    overdue: int
    due_soon: int
    to_review: int
    held: int
    held_long: int  # of these, for longer than a day
    unsent_phones: int
    conflicts: int
    proofs: int  # links with proof of remedy that nobody has answered


@dataclass(frozen=True, slots=True)
class Danger:
    """A finding of imminent danger that is still open."""

    violation: Violation
    site: str
    organisation: str


def numbers(tx: Session, *, today: date, now: datetime, due_days: int) -> Numbers:
    """One count per number, each inside the reader's agencies."""
    still_open = Violation.remedy_status.not_in(sorted(CLOSED_REMEDY))
    soon = Violation.deadline.between(today, due_until(today, due_days))
    return Numbers(
        overdue=_count(tx, select(func.count(Violation.id)).where(still_open, Violation.deadline < today)),
        due_soon=_count(tx, select(func.count(Violation.id)).where(still_open, soon)),
        to_review=_count(tx, select(func.count(Inspection.id)).where(Inspection.state == "complete")),
        held=held.count(tx),
        held_long=held.count(tx, before=now - SILENT_AFTER),
        unsent_phones=_count(tx, select(func.count(Device.id)).where(is_silent(now))),
        conflicts=_count(tx, select(func.count(Inspection.id)).where(in_conflict())),
        proofs=remedy.count_waiting(tx),
    )


def is_silent(now: datetime) -> ColumnElement[bool]:
    """A phone that said it keeps work for longer than a day; it may be lost, broken or without network."""
    return and_(
        Device.revoked_at.is_(None),
        Device.unsent > 0,
        Device.oldest_unsent_at < now - SILENT_AFTER,
    )


def in_conflict() -> ColumnElement[bool]:
    """Answers that differ wait for the leader, until the inspection is decided."""
    return and_(Inspection.conflicts > 0, Inspection.state.not_in(("approved", "cancelled")))


def dangers(tx: Session, *, limit: int) -> list[Danger]:
    """Imminent danger whose stop was demanded, proposed or decided, or whose remedy is still open: newest first."""
    rows = tx.execute(
        select(Violation, Site.name, Organisation.name)
        .join(Site, Site.id == Violation.site_id)
        .join(Organisation, Organisation.id == Violation.organisation_id)
        .where(
            Violation.severity == IMMINENT,
            Violation.remedy_status.not_in(sorted(CLOSED_REMEDY)),
            Violation.stop_status.in_(["none", *sorted(OPEN_STOP)]),
        )
        .order_by(Violation.recorded_at.desc(), Violation.id.desc())
        .limit(limit)
    )
    return [Danger(*row) for row in rows]


def _count(tx: Session, asked: Select[int]) -> int:
    return tx.scalars(asked).one()
