"""Reads of everything one inspection consists of: operations, held ones, photos that arrived, decisions about it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from inspect_app.store.tables import AuditRow, Blob, HeldOperation, Inspection, Operation, Person

DECISIONS = (
    "inspection.assigned",
    "inspection.team-changed",
    "inspection.moved",
    "inspection.returned",
    "inspection.approved",
    "inspection.cancelled",
)


def operations(tx: Session, inspection: UUID) -> list[Operation]:
    return list(tx.scalars(select(Operation).where(Operation.inspection_id == inspection).order_by(Operation.seq)))


def held(tx: Session, inspection: UUID) -> list[HeldOperation]:
    """What waits for a person, oldest first."""
    asked = select(HeldOperation).where(HeldOperation.inspection_id == inspection, HeldOperation.resolved_at.is_(None))
    return list(tx.scalars(asked.order_by(HeldOperation.received_at, HeldOperation.id).limit(200)))


def waiting(tx: Session, *, after: tuple[datetime, UUID] | None, limit: int) -> list[tuple[HeldOperation, str, str]]:
    """All that waits for a person in the reader's agencies, oldest first, with its author and inspection number."""
    asked = (
        select(HeldOperation, Person.name, Inspection.number)
        .join(Person, Person.id == HeldOperation.person_id)
        .outerjoin(Inspection, Inspection.id == HeldOperation.inspection_id)
        .where(HeldOperation.resolved_at.is_(None))
        .order_by(HeldOperation.received_at, HeldOperation.id)
        .limit(limit)
    )
    if after is not None:
        at, last = after
        level = and_(HeldOperation.received_at == at, HeldOperation.id > last)
        asked = asked.where(or_(HeldOperation.received_at > at, level))
    return [(row[0], row[1], row[2] or "") for row in tx.execute(asked)]


def held_one(tx: Session, operation: UUID, body_sha256: str) -> HeldOperation | None:
    asked = select(HeldOperation).where(HeldOperation.id == operation, HeldOperation.body_sha256 == body_sha256)
    return tx.scalar(asked)


def decisions(tx: Session, inspection: UUID) -> list[AuditRow]:
    asked = select(AuditRow).where(AuditRow.subject == f"inspection:{inspection}", AuditRow.action.in_(DECISIONS))
    return list(tx.scalars(asked.order_by(AuditRow.seq)))


def arrived(tx: Session, agency: str, sha256s: Collection[str]) -> frozenset[str]:
    """Those of the photos whose whole bytes are here."""
    asked = select(Blob.sha256).where(Blob.agency_id == agency, Blob.state == "complete")
    return frozenset(tx.scalars(asked.where(Blob.sha256.in_(sorted(sha256s)))))


def names(tx: Session, people: Collection[UUID]) -> dict[UUID, str]:
    rows = tx.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(people))))
    return {row[0]: row[1] for row in rows}
