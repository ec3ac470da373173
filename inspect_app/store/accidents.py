"""Reads of accidents and of what enterprises declare."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session, joinedload

from inspect_app.store.tables import Accident, Commune, HealthRight, Organisation, OshRecord, Person, Site


@dataclass(frozen=True, slots=True)
class Filter:
    """Which accidents; empty fields narrow nothing. contract: "yes" | "no"."""

    year: int | None = None
    agency: str = ""
    commune: str = ""
    kind: str = ""
    contract: str = ""
    fatal: bool = False


Place = tuple[date, UUID]


def page(tx: Session, wanted: Filter, *, after: Place | None, limit: int) -> list[Accident]:
    """The newest first, with their places."""
    asked = (
        select(Accident)
        .where(*_conditions(wanted))
        .options(joinedload(Accident.commune), joinedload(Accident.organisation), joinedload(Accident.site))
        .order_by(Accident.happened_on.desc(), Accident.id.desc())
        .limit(limit)
    )
    if after is not None:
        asked = asked.where(tuple_(Accident.happened_on, Accident.id) < after)
    return list(tx.scalars(asked))


def _conditions(wanted: Filter) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Accident.withdrawn_at.is_(None)]
    if wanted.year:
        found.append(Accident.happened_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    for column, value in (
        (Accident.agency_id, wanted.agency),
        (Accident.commune_code, wanted.commune),
        (Accident.kind, wanted.kind),
    ):
        if value:
            found.append(column == value)
    if wanted.contract:
        found.append(Accident.has_contract.is_(wanted.contract == "yes"))
    if wanted.fatal:
        found.append(Accident.deaths > 0)
    return found


def one(tx: Session, accident: UUID) -> Accident | None:
    return tx.scalar(select(Accident).where(Accident.id == accident))


def organisation(tx: Session, tax_code: str) -> Organisation | None:
    return tx.scalar(select(Organisation).where(Organisation.tax_code == tax_code))


def only_site(tx: Session, organisation: UUID, commune: str) -> UUID | None:
    """The organisation's site in this commune, when there is exactly one."""
    found = tx.scalars(
        select(Site.id).where(Site.organisation_id == organisation, Site.commune_code == commune).limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def communes(tx: Session) -> list[Commune]:
    return list(tx.scalars(select(Commune).order_by(Commune.code)))


# --- declarations ---------------------------------------------------------------------------------


def records(tx: Session, kind: str, year: int | None, *, after: Place | None, limit: int) -> list[OshRecord]:
    """The newest first, with their organisations."""
    asked = (
        select(OshRecord)
        .where(OshRecord.kind == kind, OshRecord.withdrawn_at.is_(None))
        .options(joinedload(OshRecord.organisation), joinedload(OshRecord.site))
        .order_by(OshRecord.day.desc(), OshRecord.id.desc())
        .limit(limit)
    )
    if year:
        asked = asked.where(OshRecord.year == year)
    if after is not None:
        asked = asked.where(tuple_(OshRecord.day, OshRecord.id) < after)
    return list(tx.scalars(asked))


def record(tx: Session, record: UUID) -> OshRecord | None:
    return tx.scalar(select(OshRecord).where(OshRecord.id == record))


# --- the right to health data ---------------------------------------------------------------------


def standing_right(tx: Session, person: UUID) -> HealthRight | None:
    return tx.scalar(select(HealthRight).where(HealthRight.person_id == person, HealthRight.ended_at.is_(None)))


def rights(tx: Session) -> list[HealthRight]:
    asked = select(HealthRight).options(joinedload(HealthRight.person))
    return list(tx.scalars(asked.order_by(HealthRight.given_at.desc(), HealthRight.id)))


def person(tx: Session, person: UUID, agency: str) -> Person | None:
    return tx.scalar(select(Person).where(Person.id == person, Person.agency_id == agency))


def people(tx: Session, agency: str) -> list[Person]:
    asked = select(Person).where(Person.agency_id == agency, Person.disabled_at.is_(None))
    return list(tx.scalars(asked.order_by(Person.name, Person.id)))
