"""What of an inspection has arrived from which phone. Past the agency filter: whoever asks holds the inspection."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, Uuid, and_, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from inspect_app.domain.intake import NOT_IN_CHAIN
from inspect_app.store import statements
from inspect_app.store.tables import Blob, Device, DeviceChain, HeldOperation, Operation, Person, Photo

_BLOB = cast("Table", Blob.__table__)
_CHAIN = cast("Table", DeviceChain.__table__)
_DEVICE = cast("Table", Device.__table__)
_HELD = cast("Table", HeldOperation.__table__)
_OPERATION = cast("Table", Operation.__table__)
_PHOTO = cast("Table", Photo.__table__)


def pictures_here(tx: Session, inspection: UUID, agency: str, shas: Collection[str]) -> frozenset[str]:
    """Of these pictures those that need not be waited for: whole here, or taken back in this inspection."""
    if not shas:
        return frozenset()
    on_postgresql = statements.is_postgresql(tx)
    asked = {"agency": agency, "shas": statements.listed(shas, on_postgresql)}
    found = {row[0] for row in statements.run(tx, _whole(on_postgresql), asked)}
    rest = set(shas) - found
    if rest:
        shown = select(_PHOTO.c.sha256, func.count(), func.count(_PHOTO.c.withdrawn))
        shown = shown.where(_PHOTO.c.inspection_id == inspection, _PHOTO.c.sha256.in_(rest)).group_by(_PHOTO.c.sha256)
        found |= {row[0] for row in tx.connection().execute(shown) if row[1] == row[2]}
    return frozenset(found)


@cache
def _whole(on_postgresql: bool) -> Select[str]:
    """Built once: putting it together costs more than running it."""
    whole = select(_BLOB.c.sha256).where(_BLOB.c.agency_id == bindparam("agency"), _BLOB.c.state == "complete")
    return whole.where(statements.among(_BLOB.c.sha256, "shas", on_postgresql))


def gaps(tx: Session, inspection: UUID) -> dict[UUID, int]:
    """Phones with a number missing below one that has arrived: phone → the greatest number here."""
    rows = statements.run(tx, _gaps(), {"inspection": inspection})
    return {row[0]: row[1] for row in rows}


@cache
def _gaps() -> Select[UUID, int]:
    """Built once: putting it together costs more than running it."""
    inspection = bindparam("inspection", type_=Uuid())
    numbered = union_all(*(_numbered(table, inspection) for table in (_OPERATION, _HELD))).subquery()
    greatest = select(numbered.c.device_id, func.max(numbered.c.n).label("n")).group_by(numbered.c.device_id).subquery()
    through = and_(_CHAIN.c.device_id == greatest.c.device_id, _CHAIN.c.inspection_id == inspection)
    return (
        select(greatest.c.device_id, greatest.c.n)
        .outerjoin(_CHAIN, through)
        .where(greatest.c.n > func.coalesce(_CHAIN.c.through, 0))
    )


def _numbered(table: Table, inspection: UUID | ColumnElement[UUID], *, device: UUID | None = None) -> Select[UUID, int]:
    asked = select(table.c.device_id, table.c.n).where(table.c.inspection_id == inspection)
    if device is not None:
        asked = asked.where(table.c.device_id == device)
    return asked.where(*(_HELD.c.code != each for each in sorted(NOT_IN_CHAIN))) if table is _HELD else asked


def count_here(tx: Session, inspection: UUID, device: UUID, through: int) -> int:
    """How many of a phone's first numbers are here."""
    numbered = union_all(*(_numbered(table, inspection, device=device) for table in (_OPERATION, _HELD))).subquery()
    asked = select(func.count(numbered.c.n.distinct())).where(numbered.c.n <= through)
    found: int = tx.connection().execute(asked).scalar_one()
    return found


def waited_for(tx: Session, inspection: UUID) -> list[tuple[str, UUID]]:
    """Pictures whose photo is known and whose bytes are not here, and the phone that took each."""
    whole = select(literal(1)).where(
        _BLOB.c.agency_id == _PHOTO.c.agency_id, _BLOB.c.sha256 == _PHOTO.c.sha256, _BLOB.c.state == "complete"
    )
    rows = tx.connection().execute(
        select(_PHOTO.c.sha256, _OPERATION.c.device_id)
        .join(_OPERATION, _OPERATION.c.id == _PHOTO.c.id)
        .where(_PHOTO.c.inspection_id == inspection, _PHOTO.c.withdrawn.is_(None), ~whole.exists())
    )
    return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True, slots=True)
class Known:
    """A phone and its person, as it introduced itself."""

    device: UUID
    person: UUID
    device_name: str
    person_name: str
    unsent: int
    oldest_unsent_at: datetime | None
    last_contact_at: datetime
    is_revoked: bool


def phones(tx: Session, devices: Collection[UUID], people: Collection[UUID]) -> list[Known]:
    """These phones with their people, as far as they are of these people."""
    rows = tx.connection().execute(
        select(
            _DEVICE.c.id,
            _DEVICE.c.person_id,
            _DEVICE.c.name,
            Person.name,
            _DEVICE.c.unsent,
            _DEVICE.c.oldest_unsent_at,
            _DEVICE.c.last_contact_at,
            _DEVICE.c.revoked_at.is_not(None),
        )
        .join(Person, Person.id == _DEVICE.c.person_id)
        .where(
            _DEVICE.c.person_id.in_(sorted(people)),
            _DEVICE.c.id.in_(sorted(devices)) | (_DEVICE.c.unsent > 0),
        )
        .order_by(_DEVICE.c.id)
    )
    return [Known(*row) for row in rows]


# --- "which of these do you hold?" -----------------------------------------------------------------


def held_here(tx: Session, inspection: UUID, person: UUID, ids: Iterable[str], *, is_member: bool) -> set[str]:
    """Which of these operations of the inspection are stored: anybody's for the team, else only the person's own."""
    connection = tx.connection()
    on_postgresql = connection.dialect.name == "postgresql"
    given = {"ids": statements.listed(ids, on_postgresql)}
    found: set[str] = set()
    for table in (_OPERATION, _HELD):
        here = table.c.inspection_id == inspection
        if table is _HELD:
            here |= _HELD.c.claimed_inspection == str(inspection)
        statement = select(table.c.id).where(statements.among(table.c.id, "ids", on_postgresql), here)
        if not is_member:
            statement = statement.where(table.c.person_id == person)
        found |= {str(each) for each in connection.execute(statement, given).scalars()}
    return found


def is_whole(tx: Session, agency: str, shas: Collection[str]) -> set[str]:
    """Which of these files the agency's rows call complete."""
    if not shas:
        return set()
    asked = select(_BLOB.c.sha256).where(_BLOB.c.agency_id == agency, _BLOB.c.state == "complete")
    return set(tx.connection().execute(asked.where(_BLOB.c.sha256.in_(shas))).scalars())
