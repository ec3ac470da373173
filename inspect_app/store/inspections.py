"""Inspections as the phones' facts need them: locked for writing, told what they amount to, and found by team."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from typing import cast as typed
from uuid import UUID

from sqlalchemy import ColumnElement, String, Table, and_, bindparam, cast, exists, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Update

from inspect_app.store import bulk, statements
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
class Course:
    """How far an inspection is, and who is told when it goes further."""

    id: UUID
    agency: str
    state: str
    submitted_at: datetime | None
    completed_at: datetime | None
    manifest: Mapping[str, Any] | None
    members: str | None  # ids of the team as it is now, comma-separated

    @property
    def team(self) -> list[UUID]:
        return [UUID(each) for each in (self.members or "").split(",") if each]


@dataclass(frozen=True, slots=True)
class Place(Course):
    """What receiving needs to know of an inspection, the writer's place in its team, and where it is."""

    number: str
    site: UUID
    organisation: UUID
    visited_on: date | None
    started_at: datetime | None
    held: int
    photos_missing: int
    is_member: bool
    is_removed: bool
    commune_code: str
    commune: str
    zone_id: str | None
    sector: str
    site_name: str
    organisation_name: str
    tax_code: str | None
    listed: str | None  # "position code version earlier…", comma-separated

    @property
    def checklists(self) -> list[tuple[str, int]]:
        """Code and version of what the inspection is filled in, in order."""
        return [(code, int(version)) for _, code, version, *_ in self._rows]

    @property
    def earlier(self) -> list[tuple[str, int]]:
        """Versions it was filled in before somebody moved it, newest first."""
        return [(code, int(version)) for _, code, _, *before in self._rows for version in reversed(before)]

    @property
    def _rows(self) -> list[list[str]]:
        return sorted(each.split() for each in (self.listed or "").split(",") if each)


def _text(column: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(column, String)


# Built once: putting a statement together costs more than running it.
_LISTED = (
    select(
        func.aggregate_strings(
            _text(_LIST.c.position) + " " + _LIST.c.code + " " + _text(_LIST.c.version) + " " + _LIST.c.earlier, ","
        )
    )
    .where(_LIST.c.inspection_id == _INSPECTION.c.id)
    .scalar_subquery()
)
_SEAT = _TEAM.alias("seat")
_MEMBERS = (
    select(func.aggregate_strings(_text(_SEAT.c.person_id), ","))
    .where(_SEAT.c.inspection_id == _INSPECTION.c.id, _SEAT.c.removed_at.is_(None))
    .scalar_subquery()
)
_COURSE = (
    _INSPECTION.c.id,
    _INSPECTION.c.agency_id,
    _INSPECTION.c.state,
    _INSPECTION.c.submitted_at,
    _INSPECTION.c.completed_at,
    _INSPECTION.c.manifest,
    _MEMBERS,
)
_LOCK = (
    select(
        *_COURSE,
        _INSPECTION.c.number,
        _INSPECTION.c.site_id,
        _INSPECTION.c.organisation_id,
        _INSPECTION.c.visited_on,
        _INSPECTION.c.started_at,
        _INSPECTION.c.held,
        _INSPECTION.c.photos_missing,
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
    )
    .join(Site, Site.id == _INSPECTION.c.site_id)
    .join(Commune, Commune.code == Site.commune_code)
    .join(Organisation, Organisation.id == _INSPECTION.c.organisation_id)
    .outerjoin(_TEAM, and_(_TEAM.c.inspection_id == _INSPECTION.c.id, _TEAM.c.person_id == bindparam("person")))
    .order_by(_INSPECTION.c.id)
    .with_for_update(of=_INSPECTION, key_share=True)
)
_LOCK_ONE = _LOCK.where(_INSPECTION.c.id == bindparam("id"))
_LOCK_THESE = _LOCK.where(_INSPECTION.c.id.in_(bindparam("ids", expanding=True)))
LOCK_PICTURED = (
    select(*_COURSE)
    .where(
        _INSPECTION.c.id.in_(
            select(_PHOTO.c.inspection_id).where(
                _PHOTO.c.agency_id == bindparam("agency_id"), _PHOTO.c.sha256 == bindparam("sha256")
            )
        )
    )
    .order_by(_INSPECTION.c.id)
    .with_for_update(of=_INSPECTION, key_share=True)
)


def lock(tx: Session, inspections: Collection[UUID], person: UUID) -> dict[UUID, Place]:
    """The inspections, locked against other writers in the order of their ids. What is not there is left out."""
    if len(inspections) == 1:
        rows: Sequence[Any] = statements.run(tx, _LOCK_ONE, {"id": next(iter(inspections)), "person": person})
    else:
        rows = tx.connection().execute(_LOCK_THESE, {"ids": sorted(inspections), "person": person}).all()
    return {row[0]: Place(*row) for row in rows}


def change(tx: Session, inspection: UUID, values: Mapping[str, Any]) -> None:
    """Write what the facts amount to."""
    statements.run(tx, changing(frozenset(values)), {"of_id": inspection, **values})


@cache
def changing(names: frozenset[str]) -> Update:
    """The statement of `change`. Few sets of columns are ever written; each keeps its own."""
    values: dict[str, Any] = {name: bindparam(name) for name in sorted(names)}
    return update(_INSPECTION).where(_INSPECTION.c.id == bindparam("of_id")).values(values)


def organisations(tx: Session, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Those of these organisations that exist → who stands for them since they were put together with another."""
    stands = func.coalesce(Organisation.merged_into, Organisation.id)
    asked = select(Organisation.id, stands).where(Organisation.id.in_(ids))
    return {row[0]: row[1] for row in tx.connection().execute(asked)}


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


_NEEDED = select(_PHOTO.c.sha256).where(
    _PHOTO.c.inspection_id == bindparam("inspection"),
    _PHOTO.c.person_id == bindparam("person"),
    _PHOTO.c.withdrawn.is_(None),
    ~_has_settled(),
)


def blobs_needed(tx: Session, inspection: UUID, person: UUID) -> list[str]:
    """Files behind this person's photos that have not arrived."""
    return [row[0] for row in statements.run(tx, _NEEDED, {"inspection": inspection, "person": person})]


_WHOLE = exists().where(
    _BLOB.c.agency_id == _PHOTO.c.agency_id, _BLOB.c.sha256 == _PHOTO.c.sha256, _BLOB.c.state == "complete"
)
_MISSING = select(func.count(_PHOTO.c.sha256.distinct())).where(
    _PHOTO.c.inspection_id == bindparam("of_id"), _PHOTO.c.withdrawn.is_(None), ~_WHOLE
)
_COUNT_MISSING = (
    update(_INSPECTION)
    .where(_INSPECTION.c.id == bindparam("of_id"))
    .values(photos_missing=_MISSING.scalar_subquery())
    .returning(_INSPECTION.c.photos_missing)
)


def photos_missing(tx: Session, inspection: UUID) -> int:
    """How many different pictures of the inspection have not arrived whole."""
    counted: int = statements.run(tx, _MISSING, {"of_id": inspection})[0][0]
    return counted


def count_missing(tx: Session, inspection: UUID) -> int:
    """Count them again and write it down."""
    counted: int = statements.run(tx, _COUNT_MISSING, {"of_id": inspection})[0][0]
    return counted


@dataclass(frozen=True, slots=True)
class Upload:
    """Whose evidence a file becomes, and what is known of it so far."""

    agency: str
    size: int | None
    state: str | None
    failures: int | None


_UPLOAD = (
    select(_INSPECTION.c.agency_id, _BLOB.c.size, _BLOB.c.state, _BLOB.c.failures)
    .join(_TEAM, and_(_TEAM.c.inspection_id == _INSPECTION.c.id, _TEAM.c.person_id == bindparam("person")))
    .outerjoin(_BLOB, and_(_BLOB.c.agency_id == _INSPECTION.c.agency_id, _BLOB.c.sha256 == bindparam("sha256")))
    .where(_INSPECTION.c.id == bindparam("inspection"))
)
_UPLOAD_HELD = (
    select(_HELD.c.agency_id, _BLOB.c.size, _BLOB.c.state, _BLOB.c.failures)
    .outerjoin(_BLOB, and_(_BLOB.c.agency_id == _HELD.c.agency_id, _BLOB.c.sha256 == bindparam("sha256")))
    .where(_HELD.c.claimed_inspection == bindparam("claimed"), _HELD.c.person_id == bindparam("person"))
    .limit(1)
)


def upload(tx: Session, inspection: UUID, person: UUID, sha256: str) -> Upload | None:
    """A file somebody wants to send: members, former members, and whoever has facts held there may."""
    asked = {"person": person, "sha256": sha256}
    rows = statements.run(tx, _UPLOAD, {**asked, "inspection": inspection})
    rows = rows or statements.run(tx, _UPLOAD_HELD, {**asked, "claimed": str(inspection)})
    return Upload(*rows[0]) if rows else None


def agency_for(tx: Session, inspection: UUID, person: UUID) -> str | None:
    """Whose evidence a person's photos of this inspection are; None when nothing of it is the person's business."""
    found = upload(tx, inspection, person, "")
    return found.agency if found else None


def is_member(tx: Session, inspection: UUID, person: UUID) -> bool:
    """In the team now."""
    asked = select(_TEAM.c.person_id).where(
        _TEAM.c.inspection_id == inspection, _TEAM.c.person_id == person, _TEAM.c.removed_at.is_(None)
    )
    return tx.connection().execute(asked).first() is not None


def is_of_agency(tx: Session, inspection: UUID, agency: str) -> bool:
    """Whether an agency has this inspection."""
    asked = select(_INSPECTION.c.id).where(_INSPECTION.c.id == inspection, _INSPECTION.c.agency_id == agency)
    return tx.connection().execute(asked).first() is not None


def version(tx: Session, inspection: UUID) -> int:
    """Which version of the results stands."""
    asked = select(_INSPECTION.c.version).where(_INSPECTION.c.id == inspection)
    found: int = tx.connection().execute(asked).scalar_one()
    return found


# --- a person's visits --------------------------------------------------------------------------


_OF_PERSON = (
    select(_INSPECTION.c.id)
    .join(_TEAM, and_(_TEAM.c.inspection_id == _INSPECTION.c.id, _TEAM.c.person_id == bindparam("person")))
    .where(
        _TEAM.c.removed_at.is_(None),
        _INSPECTION.c.state != "cancelled",
        or_(_INSPECTION.c.state != "approved", _INSPECTION.c.approved_at >= bindparam("finished_since")),
    )
)


def of_person(tx: Session, person: UUID, *, finished_since: datetime) -> list[UUID]:
    """The inspections a person is in the team of; those cancelled or long approved are left out."""
    return [row[0] for row in statements.run(tx, _OF_PERSON, {"person": person, "finished_since": finished_since})]
