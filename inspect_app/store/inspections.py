"""Inspections as the phones' facts need them: locked for writing, told what they amount to, and found by team."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from typing import cast as typed
from uuid import UUID

from sqlalchemy import ColumnElement, String, Table, and_, bindparam, cast, exists, func, or_, select, update
from sqlalchemy.orm import Session

from inspect_app.store import bulk
from inspect_app.store.tables import (
    Blob,
    Commune,
    HeldOperation,
    Inspection,
    InspectionChecklist,
    Organisation,
    Photo,
    Site,
    TeamMember,
)

_INSPECTION = typed("Table", Inspection.__table__)
_PHOTO = typed("Table", Photo.__table__)
_BLOB = typed("Table", Blob.__table__)
_HELD = typed("Table", HeldOperation.__table__)
_TEAM = typed("Table", TeamMember.__table__)
_LIST = typed("Table", InspectionChecklist.__table__)


@dataclass(frozen=True, slots=True)
class Place:
    """What receiving needs to know of an inspection, the writer's place in its team, and where it is."""

    id: UUID
    agency: str
    number: str
    state: str
    site: UUID
    organisation: UUID
    visited_on: date | None
    started_at: datetime | None
    submitted_at: datetime | None
    completed_at: datetime | None
    held: int
    photos_missing: int
    manifest: Mapping[str, Any] | None
    is_member: bool
    is_removed: bool
    commune_code: str
    commune: str
    zone_id: str | None
    sector: str
    site_name: str
    organisation_name: str
    tax_code: str | None
    listed: str | None  # "position code version", comma-separated
    members: str | None  # ids of the team as it is now, comma-separated

    @property
    def checklists(self) -> list[tuple[str, int]]:
        """Code and version of what the inspection was begun on, in order."""
        rows = sorted(each.split() for each in (self.listed or "").split(",") if each)
        return [(code, int(version)) for _, code, version in rows]

    @property
    def team(self) -> list[UUID]:
        return [UUID(each) for each in (self.members or "").split(",") if each]


def _text(column: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(column, String)


# Built once: putting a statement together costs more than running it.
_LISTED = (
    select(func.aggregate_strings(_text(_LIST.c.position) + " " + _LIST.c.code + " " + _text(_LIST.c.version), ","))
    .where(_LIST.c.inspection_id == _INSPECTION.c.id)
    .scalar_subquery()
)
_SEAT = _TEAM.alias("seat")
_MEMBERS = (
    select(func.aggregate_strings(_text(_SEAT.c.person_id), ","))
    .where(_SEAT.c.inspection_id == _INSPECTION.c.id, _SEAT.c.removed_at.is_(None))
    .scalar_subquery()
)
_LOCK = (
    select(
        _INSPECTION.c.id,
        _INSPECTION.c.agency_id,
        _INSPECTION.c.number,
        _INSPECTION.c.state,
        _INSPECTION.c.site_id,
        _INSPECTION.c.organisation_id,
        _INSPECTION.c.visited_on,
        _INSPECTION.c.started_at,
        _INSPECTION.c.submitted_at,
        _INSPECTION.c.completed_at,
        _INSPECTION.c.held,
        _INSPECTION.c.photos_missing,
        _INSPECTION.c.manifest,
        _TEAM.c.person_id.is_not(None),
        _TEAM.c.removed_at.is_not(None),
        Site.commune_code,
        Commune.name,
        Site.zone_id,
        Site.sector,
        Site.name,
        Organisation.name,
        Organisation.tax_code,
        _LISTED,
        _MEMBERS,
    )
    .join(Site, Site.id == _INSPECTION.c.site_id)
    .join(Commune, Commune.code == Site.commune_code)
    .join(Organisation, Organisation.id == _INSPECTION.c.organisation_id)
    .outerjoin(_TEAM, and_(_TEAM.c.inspection_id == _INSPECTION.c.id, _TEAM.c.person_id == bindparam("person")))
    .where(_INSPECTION.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_INSPECTION.c.id)
    .with_for_update(of=_INSPECTION, key_share=True)
)


def lock(tx: Session, inspections: Collection[UUID], person: UUID) -> dict[UUID, Place]:
    """The inspections, locked against other writers in the order of their ids. What is not there is left out."""
    rows: Sequence[Any] = tx.connection().execute(_LOCK, {"ids": sorted(inspections), "person": person}).all()
    return {row[0]: Place(*row) for row in rows}


_CHANGE = update(_INSPECTION).where(_INSPECTION.c.id == bindparam("of_id"))


def change(tx: Session, inspection: UUID, values: Mapping[str, Any]) -> None:
    """Write what the facts amount to."""
    tx.connection().execute(_CHANGE, {"of_id": inspection, **values})


def team(tx: Session, inspection: UUID) -> list[UUID]:
    """Who is in the team now."""
    asked = select(_TEAM.c.person_id).where(_TEAM.c.inspection_id == inspection, _TEAM.c.removed_at.is_(None))
    return list(tx.connection().execute(asked).scalars())


def organisations(tx: Session, ids: Collection[UUID]) -> set[UUID]:
    """Which of these organisations exist."""
    return set(tx.connection().execute(select(Organisation.id).where(Organisation.id.in_(ids))).scalars())


# --- photos and their bytes ---------------------------------------------------------------------


def add_photos(tx: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    bulk.add(tx, _PHOTO, rows)


def withdraw_photo(tx: Session, photo: UUID, reason: str) -> None:
    tx.connection().execute(update(_PHOTO).where(_PHOTO.c.id == photo).values(withdrawn=reason))


def complete_blobs(tx: Session, agency: str, hashes: Collection[str]) -> set[str]:
    """Which of these files an agency has whole."""
    if not hashes:
        return set()
    asked = select(_BLOB.c.sha256).where(
        _BLOB.c.agency_id == agency, _BLOB.c.sha256.in_(hashes), _BLOB.c.state == "complete"
    )
    return set(tx.connection().execute(asked).scalars())


def _has_settled() -> ColumnElement[bool]:
    """The file behind a photo is whole, or failed so often that it is not asked for again."""
    return exists().where(
        _BLOB.c.agency_id == _PHOTO.c.agency_id, _BLOB.c.sha256 == _PHOTO.c.sha256, _BLOB.c.state != "partial"
    )


def blobs_needed(tx: Session, inspection: UUID, person: UUID) -> list[str]:
    """Files behind this person's photos that have not arrived."""
    asked = select(_PHOTO.c.sha256).where(
        _PHOTO.c.inspection_id == inspection,
        _PHOTO.c.person_id == person,
        _PHOTO.c.withdrawn.is_(None),
        ~_has_settled(),
    )
    return list(tx.connection().execute(asked).scalars())


def photos_missing(tx: Session, inspection: UUID) -> int:
    """How many different pictures of the inspection have not arrived whole."""
    whole = exists().where(
        _BLOB.c.agency_id == _PHOTO.c.agency_id, _BLOB.c.sha256 == _PHOTO.c.sha256, _BLOB.c.state == "complete"
    )
    asked = select(func.count(_PHOTO.c.sha256.distinct())).where(
        _PHOTO.c.inspection_id == inspection, _PHOTO.c.withdrawn.is_(None), ~whole
    )
    return tx.connection().execute(asked).scalar_one()


def with_picture(tx: Session, agency: str, sha256: str) -> list[UUID]:
    """The inspections that a file is a photo of."""
    asked = select(_PHOTO.c.inspection_id).where(_PHOTO.c.agency_id == agency, _PHOTO.c.sha256 == sha256).distinct()
    return list(tx.connection().execute(asked).scalars())


def agency_for_upload(tx: Session, inspection: UUID, person: UUID) -> str | None:
    """Whose evidence a file for this inspection becomes: members, former members, and whoever has facts held there."""
    connection = tx.connection()
    asked = (
        select(_INSPECTION.c.agency_id)
        .join(_TEAM, and_(_TEAM.c.inspection_id == _INSPECTION.c.id, _TEAM.c.person_id == person))
        .where(_INSPECTION.c.id == inspection)
    )
    found: str | None = connection.execute(asked).scalar()
    if found is None:
        held = select(_HELD.c.agency_id).where(
            _HELD.c.claimed_inspection == str(inspection), _HELD.c.person_id == person
        )
        found = connection.execute(held.limit(1)).scalar()
    return found


# --- a person's visits --------------------------------------------------------------------------


def of_person(tx: Session, person: UUID, *, finished_since: datetime) -> list[UUID]:
    """The inspections a person is in the team of; those cancelled or long approved are left out."""
    recent = or_(_INSPECTION.c.state != "approved", _INSPECTION.c.approved_at >= finished_since)
    asked = (
        select(_INSPECTION.c.id)
        .join(_TEAM, and_(_TEAM.c.inspection_id == _INSPECTION.c.id, _TEAM.c.person_id == person))
        .where(_TEAM.c.removed_at.is_(None), _INSPECTION.c.state != "cancelled", recent)
    )
    return list(tx.connection().execute(asked).scalars())
