"""Reads of everything a case file holds of one inspection, and of all facts for checking the whole database."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from inspect_app.store.tables import (
    Blob,
    DeviceKey,
    HeldOperation,
    Inspection,
    Operation,
    PaperRow,
    Person,
    Seal,
    Violation,
)


def numbered(tx: Session, number: str) -> list[UUID]:
    """The inspections with this number; each agency counts for itself."""
    return list(tx.scalars(select(Inspection.id).where(Inspection.number == number)))


def held(tx: Session, row: Inspection) -> list[HeldOperation]:
    """What was held of this inspection, also before it was known here."""
    here = HeldOperation.inspection_id == row.id
    claimed = and_(HeldOperation.inspection_id.is_(None), HeldOperation.claimed_inspection == str(row.id))
    asked = select(HeldOperation).where(or_(here, claimed), HeldOperation.agency_id == row.agency_id)
    return list(tx.scalars(asked.order_by(HeldOperation.received_at, HeldOperation.id, HeldOperation.body_sha256)))


def content(tx: Session, inspection: UUID) -> list[str]:
    """The hashes of the accepted facts, sorted."""
    return sorted(tx.scalars(select(Operation.body_sha256).where(Operation.inspection_id == inspection)))


def seals(tx: Session, inspection: UUID, agency: str) -> list[Seal]:
    asked = select(Seal).where(Seal.inspection_id == inspection, Seal.agency_id == agency)
    return list(tx.scalars(asked.order_by(Seal.received_at, Seal.device_id, Seal.kind, Seal.n, Seal.id)))


def device_keys(tx: Session, devices: Collection[UUID]) -> list[DeviceKey]:
    """The keys of these phones. A joint team's phones are another agency's: say so with across_agencies."""
    asked = select(DeviceKey).where(DeviceKey.device_id.in_(sorted(devices)))
    return list(tx.scalars(asked.order_by(DeviceKey.created_at, DeviceKey.key, DeviceKey.person_id)))


def blobs(tx: Session, agency: str, hashes: Collection[str]) -> dict[str, int]:
    """The complete files among these, with their sizes."""
    asked = select(Blob.sha256, Blob.size).where(Blob.agency_id == agency, Blob.state == "complete")
    return {row[0]: row[1] for row in tx.execute(asked.where(Blob.sha256.in_(sorted(hashes))))}


def violations(tx: Session, inspection: UUID) -> list[UUID]:
    return list(tx.scalars(select(Violation.id).where(Violation.inspection_id == inspection).order_by(Violation.id)))


def names(tx: Session, people: Collection[UUID]) -> dict[UUID, str]:
    rows = tx.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(people))))
    return {row[0]: row[1] for row in rows}


def writers(tx: Session, inspection: UUID) -> dict[UUID, tuple[tuple[str, ...], datetime]]:
    """Who wrote on each phone, and when something last came from it."""
    asked = (
        select(Operation.device_id, Person.name, func.max(Operation.received_at))
        .join(Person, Person.id == Operation.person_id)
        .where(Operation.inspection_id == inspection)
        .group_by(Operation.device_id, Person.name)
        .order_by(Operation.device_id, Person.name)
    )
    found: dict[UUID, tuple[tuple[str, ...], datetime]] = {}
    for device, name, last in tx.execute(asked):
        names, before = found.get(device, ((), last))
        found[device] = ((*names, name), max(before, last))
    return found


# --- the whole database ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """One stored operation, accepted (code None) or held. inspection: as it was claimed."""

    inspection: str
    device: str
    n: int
    id: str
    body: dict[str, Any]
    sha256: str
    code: str | None


def accepted_facts(tx: Session, agency: str) -> Iterator[Fact]:
    """Everything accepted, grouped by inspection and phone, in the order of the numbers."""
    asked = select(
        Operation.inspection_id, Operation.device_id, Operation.n, Operation.id, Operation.body, Operation.body_sha256
    ).where(Operation.agency_id == agency)
    order = (Operation.inspection_id, Operation.device_id, Operation.n)
    for row in tx.execute(asked.order_by(*order).execution_options(yield_per=500)):
        yield Fact(str(row[0]), str(row[1]), row[2], str(row[3]), row[4], row[5], None)


def held_facts(tx: Session, agency: str) -> Iterator[Fact]:
    """Everything held, decided about or not."""
    asked = select(HeldOperation).where(HeldOperation.agency_id == agency).order_by(HeldOperation.id)
    for row in tx.scalars(asked.execution_options(yield_per=500)):
        yield Fact(row.claimed_inspection, str(row.device_id), row.n, str(row.id), row.body, row.body_sha256, row.code)


def held_body(tx: Session, agency: str, operation: str, body_sha256: str) -> dict[str, Any] | None:
    """What one held operation says."""
    key = (HeldOperation.id == UUID(operation)) & (HeldOperation.body_sha256 == body_sha256)
    return tx.scalar(select(HeldOperation.body).where(HeldOperation.agency_id == agency, key))


def papers(tx: Session, agency: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Every paper of an agency: its id, what it says, and the hash that was written beside it."""
    asked = select(PaperRow.id, PaperRow.content, PaperRow.sha256).where(PaperRow.agency_id == agency)
    for row in tx.execute(asked.order_by(PaperRow.id).execution_options(yield_per=100)):
        yield str(row[0]), row[1], row[2]


def complete_blobs(tx: Session, agency: str) -> Iterator[tuple[str, int]]:
    """Every whole file of an agency with its size."""
    asked = select(Blob.sha256, Blob.size).where(Blob.agency_id == agency, Blob.state == "complete")
    for row in tx.execute(asked.order_by(Blob.sha256).execution_options(yield_per=1000)):
        yield row[0], row[1]
