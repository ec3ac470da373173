"""Reads of what the phones answered, for files of years: narrow columns, whole inspections, never a row object."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from inspect_app.store.tables import Inspection, InspectionChecklist, Operation, Organisation, Person, Site

KINDS = ("answer", "comment", "photo", "withdraw")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which answers; empty fields narrow nothing."""

    agency: str = ""
    checklist: str = ""
    item: str = ""
    site: UUID | None = None
    since: date | None = None  # the day of the visit
    until: date | None = None
    failing: bool = False


@dataclass(slots=True)  # not frozen: one for every inspection of years
class Visit:
    """One inspection as each of its answers names it."""

    id: UUID
    number: str
    agency: str
    kind: str
    visited_on: date
    site_id: UUID
    site: str
    organisation: str
    tax_code: str | None
    commune: str
    zone: str | None
    sector: str
    lat: float | None
    lon: float | None


@dataclass(slots=True)
class Written:
    """One operation as far as answers need it."""

    body: dict[str, Any]
    by: UUID
    device: UUID
    received_at: datetime


def visits(tx: Session, wanted: Filter, *, since: UUID | None, limit: int) -> list[Visit]:
    """Visited inspections by id, from this one on."""
    asked = (
        select(
            Inspection.id,
            Inspection.number,
            Inspection.agency_id,
            Inspection.kind,
            Inspection.visited_on,
            Site.id,
            Site.name,
            Organisation.name,
            Organisation.tax_code,
            Site.commune_code,
            Site.zone_id,
            Site.sector,
            Site.lat,
            Site.lon,
        )
        .join(Site, Site.id == Inspection.site_id)
        .join(Organisation, Organisation.id == Inspection.organisation_id)
        .where(Inspection.visited_on.is_not(None), *_conditions(wanted))
        .order_by(Inspection.id)
        .limit(limit)
    )
    if since is not None:
        asked = asked.where(Inspection.id >= since)
    return [Visit(*row) for row in tx.execute(asked)]  # type: ignore[call-arg, arg-type]  # fourteen columns


def _conditions(wanted: Filter) -> Sequence[ColumnElement[bool]]:
    found = []
    if wanted.agency:
        found.append(Inspection.agency_id == wanted.agency)
    if wanted.site:
        found.append(Inspection.site_id == wanted.site)
    if wanted.since:
        found.append(Inspection.visited_on >= wanted.since)
    if wanted.until:
        found.append(Inspection.visited_on <= wanted.until)
    if wanted.failing:
        found.append(Inspection.failing > 0)
    if wanted.checklist:
        begun = select(InspectionChecklist.inspection_id).where(InspectionChecklist.code == wanted.checklist)
        found.append(Inspection.id.in_(begun))
    return found


def written(tx: Session, inspections: Sequence[UUID]) -> dict[UUID, list[Written]]:
    """What was answered in each, with the notes, the photos and what was taken back."""
    asked = select(
        Operation.inspection_id, Operation.body, Operation.person_id, Operation.device_id, Operation.received_at
    ).where(Operation.inspection_id.in_(inspections), Operation.kind.in_(KINDS))
    found: dict[UUID, list[Written]] = {each: [] for each in inspections}
    for inspection, body, by, device, at in tx.execute(asked):
        found[inspection].append(Written(body, by, device, at))
    return found


def checklists(tx: Session, inspections: Sequence[UUID]) -> dict[UUID, tuple[tuple[str, int], ...]]:
    """The lists each was filled in, in their order."""
    asked = select(InspectionChecklist.inspection_id, InspectionChecklist.code, InspectionChecklist.version).where(
        InspectionChecklist.inspection_id.in_(inspections)
    )
    found: dict[UUID, tuple[tuple[str, int], ...]] = {}
    for inspection, code, version in tx.execute(
        asked.order_by(InspectionChecklist.inspection_id, InspectionChecklist.position)
    ):
        found[inspection] = (*found.get(inspection, ()), (code, version))
    return found


def names(tx: Session) -> dict[UUID, str]:
    """Everybody, for files in which everybody may stand."""
    return dict(tx.execute(select(Person.id, Person.name)).all())
