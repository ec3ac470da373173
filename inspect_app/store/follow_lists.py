"""Kept follow-up lists and what stood on them."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inspect_app.domain.violations import OPEN_REMEDY
from inspect_app.store.tables import FollowList, FollowRun, Person, Violation

CHUNK = 900  # ids in one statement


def of_reader(tx: Session, person: UUID) -> list[FollowList]:
    """Their own and what is shared in their agency, by name."""
    visible = or_(FollowList.person_id == person, FollowList.shared)
    asked = select(FollowList).where(FollowList.deleted_at.is_(None), visible)
    return list(tx.scalars(asked.order_by(FollowList.name, FollowList.id)))


def one(tx: Session, list_id: UUID) -> FollowList | None:
    """Within the reader's agencies."""
    return tx.scalar(select(FollowList).where(FollowList.id == list_id, FollowList.deleted_at.is_(None)))


def due(tx: Session, today: date) -> list[UUID]:
    asked = select(FollowList.id).where(FollowList.next_on <= today, FollowList.deleted_at.is_(None))
    return list(tx.scalars(asked.order_by(FollowList.next_on, FollowList.id)))


def held(tx: Session, list_id: UUID) -> FollowList | None:
    """Ours until the commit."""
    return tx.scalar(select(FollowList).where(FollowList.id == list_id).with_for_update())


def runs(tx: Session, list_id: UUID, *, limit: int) -> list[FollowRun]:
    """The newest first."""
    asked = select(FollowRun).where(FollowRun.list_id == list_id)
    return list(tx.scalars(asked.order_by(FollowRun.day.desc()).limit(limit)))


def run_of(tx: Session, list_id: UUID, day: date) -> FollowRun | None:
    return tx.scalar(select(FollowRun).where(FollowRun.list_id == list_id, FollowRun.day == day))


def last_before(tx: Session, list_id: UUID, day: date) -> FollowRun | None:
    """The latest run of that day or earlier."""
    asked = select(FollowRun).where(FollowRun.list_id == list_id, FollowRun.day <= day)
    return tx.scalar(asked.order_by(FollowRun.day.desc()).limit(1))


def first(tx: Session, list_id: UUID) -> FollowRun | None:
    return tx.scalar(select(FollowRun).where(FollowRun.list_id == list_id).order_by(FollowRun.day).limit(1))


def still_open(tx: Session, violations: Collection[UUID]) -> set[UUID]:
    """Those of them that are open, whatever list they are on."""
    ids, found = sorted(violations), set[UUID]()
    for begin in range(0, len(ids), CHUNK):
        some = select(Violation.id).where(Violation.id.in_(ids[begin : begin + CHUNK]))
        found |= set(tx.scalars(some.where(Violation.remedy_status.in_(sorted(OPEN_REMEDY)))))
    return found


def people(tx: Session, ids: Collection[UUID]) -> list[Person]:
    asked = select(Person).where(Person.id.in_(ids), Person.disabled_at.is_(None))
    return list(tx.scalars(asked.order_by(Person.name, Person.id)))
