"""What an inspector takes along, read across agencies on purpose: the own joint visits, the site's history, and its
open violations with the few fields that other agencies may know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inspect_app.domain.violations import CLOSED_REMEDY
from inspect_app.domain.visibility import Fact, Relation, states_showing
from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import Agency, Blob, Inspection, Organisation, Photo, TeamMember, Violation

MOST_VISITS = 10
MOST_VIOLATIONS = 100
MOST_PHOTOS = 1_000


@dataclass(frozen=True, slots=True)
class SeenVisit:
    number: str
    visited_on: date | None
    window_start: date
    agency: str
    kind: str
    failing: int


@dataclass(frozen=True, slots=True)
class SeenViolation:
    id: UUID
    code: str
    item: str
    title: str
    severity: int
    deadline: date | None
    remedy_status: str
    found_on: date
    agency: str
    organisation: str
    agency_id: str
    inspection_id: UUID
    site_id: UUID


@dataclass(frozen=True, slots=True)
class SeenPhoto:
    """A photo that is here, of an item of an earlier visit."""

    agency_id: str
    inspection_id: UUID
    site_id: UUID
    item: str
    sha256: str
    taken_at: datetime


def inspections(tx: Session, ids: Collection[UUID]) -> list[Inspection]:
    """Whole inspections, whoever's they are. Only for people in their teams: ask that of the rows."""
    with across_agencies(tx):
        return list(tx.scalars(select(Inspection).where(Inspection.id.in_(ids))))


def history(tx: Session, row: Inspection) -> list[SeenVisit]:
    """The latest visits to the same site, by any agency."""
    asked = (
        select(
            Inspection.number,
            Inspection.visited_on,
            Inspection.window_start,
            Agency.short_name,
            Inspection.kind,
            Inspection.failing,
        )
        .join(Agency, Agency.id == Inspection.agency_id)
        .where(
            Inspection.site_id == row.site_id,
            Inspection.id != row.id,
            Inspection.state.in_(states_showing(Fact.COUNT, Relation.VISITOR)),
        )
        .order_by(Inspection.visited_on.desc(), Inspection.id)
        .limit(MOST_VISITS)
    )
    with across_agencies(tx):
        rows: Sequence[Any] = tx.execute(asked).all()
    return [SeenVisit(*each) for each in rows]


def open_violations(tx: Session, row: Inspection, organisations: Collection[UUID]) -> list[SeenViolation]:
    """Open violations of the site and of the organisations on it; gravest first."""
    asked = (
        select(
            Violation.id,
            Violation.code,
            Violation.item,
            Violation.title,
            Violation.severity,
            Violation.deadline,
            Violation.remedy_status,
            Violation.found_on,
            Agency.short_name,
            Organisation.name,
            Violation.agency_id,
            Violation.inspection_id,
            Violation.site_id,
        )
        .join(Agency, Agency.id == Violation.agency_id)
        .join(Organisation, Organisation.id == Violation.organisation_id)
        .where(
            or_(Violation.site_id == row.site_id, Violation.organisation_id.in_(organisations)),
            Violation.inspection_id != row.id,
            Violation.remedy_status.not_in(sorted(CLOSED_REMEDY)),
        )
        .order_by(Violation.severity.desc(), Violation.found_on.desc(), Violation.id)
        .limit(MOST_VIOLATIONS)
    )
    with across_agencies(tx):
        rows: Sequence[Any] = tx.execute(asked).all()
    return [SeenViolation(*each) for each in rows]


def photos(tx: Session, row: Inspection, violations: Sequence[SeenViolation]) -> list[SeenPhoto]:
    """Photos of the items of these violations, taken by their agencies at their sites before this visit; the newest
    first. Whose they are is said with each: who may see them is judged by the caller."""
    if not violations:
        return []
    asked = (
        select(Photo.agency_id, Photo.inspection_id, Inspection.site_id, Photo.item, Photo.sha256, Photo.taken_at)
        .join(Inspection, Inspection.id == Photo.inspection_id)
        .join(Blob, (Blob.agency_id == Photo.agency_id) & (Blob.sha256 == Photo.sha256))
        .where(
            Inspection.site_id.in_({each.site_id for each in violations}),
            Photo.item.in_({each.item for each in violations}),
            Photo.agency_id.in_({each.agency_id for each in violations}),
            Photo.inspection_id != row.id,
            Photo.withdrawn.is_(None),
            Blob.state == "complete",
        )
        .order_by(Photo.taken_at.desc(), Photo.id)
        .limit(MOST_PHOTOS)
    )
    with across_agencies(tx):
        rows: Sequence[Any] = tx.execute(asked).all()
    return [SeenPhoto(*each) for each in rows]


def seats(tx: Session, person: UUID, inspections: Collection[UUID]) -> set[UUID]:
    """Those of the visits that this person is in the team of."""
    asked = select(TeamMember.inspection_id).where(
        TeamMember.person_id == person, TeamMember.inspection_id.in_(inspections), TeamMember.removed_at.is_(None)
    )
    with across_agencies(tx):
        return set(tx.scalars(asked))
