"""Notices: written once per person and thing, read at the desk, taken up by mail and push."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import Notice, Person, PushSubscription


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told: the agency the row belongs to, and whether the kind may be mailed to them."""

    id: UUID
    agency: str
    name: str
    email: str
    muted: frozenset[str]
    has_push: bool


def readers(tx: Session, people: Collection[UUID]) -> list[Reader]:
    """Those of them whose account is open, in a fixed order."""
    told = select(PushSubscription.person_id).where(PushSubscription.person_id == Person.id).exists()
    asked = select(Person.id, Person.agency_id, Person.name, Person.email, Person.muted, told).where(
        Person.id.in_(people), Person.disabled_at.is_(None)
    )
    with across_agencies(tx):  # a joint team: whether a member of another agency has a phone that wants to be told
        found = tx.execute(asked.order_by(Person.id)).all()
    return [
        Reader(person, agency, name, email, frozenset(muted.split()), has_push=bool(has_push))
        for person, agency, name, email, muted, has_push in found
    ]


def add(tx: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write them; one that was told before (the same person and `once`) stays as it is."""
    dialect: Any = postgresql if tx.get_bind().dialect.name == "postgresql" else sqlite
    given = list(rows)
    if given:
        tx.execute(dialect.insert(Notice).on_conflict_do_nothing(), given)


def of(tx: Session, person: UUID, *, unread: bool, limit: int) -> list[Notice]:
    """The newest first."""
    asked = select(Notice).where(Notice.person_id == person)
    if unread:
        asked = asked.where(Notice.read_at.is_(None))
    return list(tx.scalars(asked.order_by(Notice.made_at.desc(), Notice.id.desc()).limit(limit)))


def count_unread(tx: Session, person: UUID, *, most: int) -> int:
    """Counted no further than `most`."""
    some = select(Notice.id).where(Notice.person_id == person, Notice.read_at.is_(None)).limit(most).subquery()
    return tx.scalar(select(func.count()).select_from(some)) or 0


def mark_read(tx: Session, person: UUID, *, until: datetime, now: datetime) -> None:
    """All that was told until then."""
    asked = update(Notice).where(Notice.person_id == person, Notice.read_at.is_(None), Notice.made_at <= until)
    tx.execute(asked.values(read_at=now), execution_options={"synchronize_session": False})
