"""Deadlines that are to be told, and the rows that prove they were."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inspect_app.domain.people import TeamRole
from inspect_app.store.registry import OPEN
from inspect_app.store.tables import Notice, Organisation, Reminder, TeamMember, Violation


@dataclass(frozen=True, slots=True)
class Due:
    """A violation whose deadline is to be told."""

    id: UUID
    agency: str
    code: str
    title: str
    organisation: str
    deadline: date
    owner: UUID
    inspection: UUID


def untold(
    tx: Session, mark: str, first: date, last: date, *, after: tuple[date, UUID] | None, limit: int
) -> list[Due]:
    """Open violations with a deadline from first to last about which this mark was not told yet, the earliest first."""
    told = exists().where(
        Reminder.violation_id == Violation.id, Reminder.deadline == Violation.deadline, Reminder.mark == mark
    )
    asked = (
        select(
            Violation.id,
            Violation.agency_id,
            Violation.code,
            Violation.title,
            Organisation.name,
            Violation.deadline,
            Violation.owner_id,
            Violation.inspection_id,
        )
        .join(Organisation, Organisation.id == Violation.organisation_id)
        .where(OPEN, Violation.deadline.between(first, last), ~told)
    )
    if after is not None:
        asked = asked.where(tuple_(Violation.deadline, Violation.id) > after)
    rows = tx.execute(asked.order_by(Violation.deadline, Violation.id).limit(limit))
    return [
        Due(violation, agency, code, title, organisation, deadline, owner, inspection)
        for violation, agency, code, title, organisation, deadline, owner, inspection in rows
        if deadline is not None
    ]


def leaders(tx: Session, inspections: Collection[UUID]) -> dict[UUID, UUID]:
    """Who leads each inspection now."""
    asked = select(TeamMember.inspection_id, TeamMember.person_id).where(
        TeamMember.inspection_id.in_(inspections),
        TeamMember.role == TeamRole.LEADER,
        TeamMember.removed_at.is_(None),
    )
    return dict(tx.execute(asked).all())


def add(tx: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Another worker may have been first: its row stays."""
    dialect: Any = postgresql if tx.get_bind().dialect.name == "postgresql" else sqlite
    given = list(rows)
    if given:
        tx.execute(dialect.insert(Reminder).on_conflict_do_nothing(), given)


def standing_notice(tx: Session, person: UUID, once: str) -> Notice | None:
    """The notice of the day that more is added to, ours until the commit."""
    return tx.scalar(select(Notice).where(Notice.person_id == person, Notice.once == once).with_for_update())


def of_violation(tx: Session, violation: UUID) -> list[Reminder]:
    """What was told about one violation, oldest first."""
    asked = select(Reminder).where(Reminder.violation_id == violation)
    return list(tx.scalars(asked.order_by(Reminder.at, Reminder.mark)))
