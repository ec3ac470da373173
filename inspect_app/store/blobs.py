"""Received files as rows: one per agency and hash, whoever sent it and however often it is shown."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Executable, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inspect_app.store import statements
from inspect_app.store.inspections import LOCK_PICTURED, Course
from inspect_app.store.tables import Blob, Inspection, Photo

_BLOB = cast("Table", Blob.__table__)


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that a phone says it will send."""

    agency: str
    sha256: str
    size: int
    media_type: str
    person: UUID
    at: datetime


def keep(tx: Session, file: Announced) -> None:
    """Enter the file as far as it is. A complete one stays as it is."""
    statements.run(tx, _keep(statements.is_postgresql(tx)), _row(file, is_complete=False))


def complete(tx: Session, file: Announced) -> list[Course]:
    """The file is whole. The inspections that it is a photo of come back, locked in the order of their ids."""
    on_postgresql, row = statements.is_postgresql(tx), _row(file, is_complete=True)
    if on_postgresql:
        places = statements.run_all(tx, (_keep(on_postgresql), LOCK_PICTURED), row)
    else:
        statements.run(tx, _keep(on_postgresql), row)
        places = statements.run(tx, LOCK_PICTURED, {"agency_id": file.agency, "sha256": file.sha256})
    return [Course(*place) for place in places]


def _row(file: Announced, *, is_complete: bool) -> dict[str, Any]:
    return {
        "agency_id": file.agency,
        "sha256": file.sha256,
        "size": file.size,
        "media_type": file.media_type,
        "state": "complete" if is_complete else "partial",
        "failures": 0,
        "created_by": file.person,
        "created_at": file.at,
        "completed_at": file.at if is_complete else None,
    }


@cache
def _keep(on_postgresql: bool) -> Executable:
    upsert: Any = (postgresql if on_postgresql else sqlite).insert(_BLOB)
    kept: Executable = upsert.on_conflict_do_update(
        index_elements=[_BLOB.c.agency_id, _BLOB.c.sha256],
        set_={name: upsert.excluded[name] for name in ("size", "state", "completed_at")},
        where=_BLOB.c.state != "complete",
    )
    return kept


def count_failure(tx: Session, agency: str, sha256: str, *, most: int) -> int:
    """Once more the whole had another hash; after `most` times the file waits for a person."""
    mine = (_BLOB.c.agency_id == agency) & (_BLOB.c.sha256 == sha256) & (_BLOB.c.state != "complete")
    raised = update(_BLOB).where(mine).values(failures=_BLOB.c.failures + 1).returning(_BLOB.c.failures)
    failures = tx.connection().execute(raised).scalar() or 0
    if failures >= most:
        tx.connection().execute(update(_BLOB).where(mine).values(state="held"))
    return failures


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo of an inspection and the file behind it."""

    agency: str
    number: str
    item: str
    is_complete: bool


def shown(tx: Session, inspection: UUID, sha256: str) -> Shown | None:
    """The photo as the reader may see it; the agency filter applies."""
    row = tx.execute(
        select(Photo.agency_id, Inspection.number, Photo.item, Blob.state)
        .join(Inspection, Inspection.id == Photo.inspection_id)
        .outerjoin(Blob, (Blob.agency_id == Photo.agency_id) & (Blob.sha256 == Photo.sha256))
        .where(Photo.inspection_id == inspection, Photo.sha256 == sha256)
        .limit(1)
    ).one_or_none()
    return Shown(row[0], row[1], row[2], row[3] == "complete") if row else None


def of_inspection(tx: Session, inspection: UUID, sha256: str) -> Shown | None:
    """A file of the inspection's agency, whatever names it; the agency filter applies."""
    row = tx.execute(
        select(Inspection.agency_id, Inspection.number, Blob.state)
        .join(Blob, (Blob.agency_id == Inspection.agency_id) & (Blob.sha256 == sha256))
        .where(Inspection.id == inspection)
    ).one_or_none()
    return Shown(row[0], row[1], "", row[2] == "complete") if row else None
