"""Reads of people for choosing a team and for the administrator."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspect_app.domain.people import FIELD_ROLES, Role
from inspect_app.store.tables import Agency, Person


def by_ids(tx: Session, ids: list[UUID]) -> dict[UUID, Person]:
    return {row.id: row for row in tx.scalars(select(Person).where(Person.id.in_(ids)))}


def of_agency(tx: Session, agency: str) -> list[Person]:
    """Everybody of an agency, those who may work first, by name."""
    return list(
        tx.scalars(
            select(Person).where(Person.agency_id == agency).order_by(Person.disabled_at.is_not(None), Person.name)
        )
    )


def supervisors(tx: Session, agency: str) -> list[UUID]:
    """Who plans and reviews in an agency: whom news about its visits is for."""
    asked = select(Person.id).where(Person.agency_id == agency, Person.role == Role.SUPERVISOR)
    return list(tx.scalars(asked.where(Person.disabled_at.is_(None)).order_by(Person.id)))


def for_teams(tx: Session) -> list[Person]:
    """Everybody who may be sent out, of every agency: joint teams are made of several."""
    asked = select(Person).join(Agency, Agency.id == Person.agency_id)
    able = (Person.role.in_(sorted(FIELD_ROLES)), Person.disabled_at.is_(None))
    return list(tx.scalars(asked.where(*able).order_by(Agency.short_name, Person.name)))


def by_username(tx: Session, agency: str, username: str) -> Person | None:
    return tx.scalar(select(Person).where(Person.agency_id == agency, Person.username == username))


def with_role(tx: Session, *roles: Role, agency: str | None = None) -> list[UUID]:
    """Whose account is open, of one agency or of all."""
    asked = select(Person.id).where(Person.role.in_(sorted(roles)), Person.disabled_at.is_(None))
    if agency is not None:
        asked = asked.where(Person.agency_id == agency)
    return list(tx.scalars(asked.order_by(Person.id)))


def still_there(tx: Session, people: Collection[UUID]) -> set[UUID]:
    """Those of them whose account is open."""
    return set(tx.scalars(select(Person.id).where(Person.id.in_(people), Person.disabled_at.is_(None))))
