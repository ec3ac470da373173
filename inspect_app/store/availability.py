"""What people can take on: their days a week, when they are away, and the interests they declared."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import Absence, Capacity, Interest, Organisation, Person


def capacities(tx: Session, people: Collection[UUID]) -> dict[UUID, int]:
    rows = tx.execute(select(Capacity.person_id, Capacity.days_per_week).where(Capacity.person_id.in_(people)))
    return {row[0]: row[1] for row in rows}


def capacity(tx: Session, person: UUID) -> Capacity | None:
    return tx.scalar(select(Capacity).where(Capacity.person_id == person))


def absences(tx: Session, people: Collection[UUID], first_day: date, last_day: date) -> list[Absence]:
    """Of these people, touching these days. Also of another agency's people who are asked into a joint team."""
    asked = select(Absence).where(
        Absence.person_id.in_(people), Absence.first_day <= last_day, Absence.last_day >= first_day
    )
    with across_agencies(tx):
        return list(tx.scalars(asked.order_by(Absence.first_day, Absence.id)))


def absence(tx: Session, absence_id: UUID) -> Absence | None:
    return tx.scalar(select(Absence).where(Absence.id == absence_id))


def interests(tx: Session, people: Collection[UUID]) -> list[Interest]:
    """Those that stand, by person."""
    asked = select(Interest).where(Interest.person_id.in_(people), Interest.ended_at.is_(None))
    return list(tx.scalars(asked.order_by(Interest.declared_at, Interest.id)))


def interest(tx: Session, interest_id: UUID) -> Interest | None:
    return tx.scalar(select(Interest).where(Interest.id == interest_id))


def in_the_way(tx: Session, people: Collection[UUID], organisations: Collection[UUID]) -> list[tuple[str, str, str]]:
    """(person, organisation, reason) of interests that stand against sending these people to these organisations."""
    asked = (
        select(Person.name, Organisation.name, Interest.reason)
        .select_from(Interest)
        .join(Person, Person.id == Interest.person_id)
        .join(Organisation, Organisation.id == Interest.organisation_id)
        .where(
            Interest.person_id.in_(people),
            Interest.organisation_id.in_(organisations),
            Interest.ended_at.is_(None),
        )
        .order_by(Person.name)
    )
    with across_agencies(tx):
        return [(person, organisation, reason) for person, organisation, reason in tx.execute(asked)]
