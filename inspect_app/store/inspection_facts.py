"""Reads of everything one inspection consists of: operations, photos that arrived, decisions about it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inspect_app.store.tables import AuditRow, Blob, Operation, Person

DECISIONS = (
    "inspection.assigned",
    "inspection.team-changed",
    "inspection.moved",
    "inspection.checklist-moved",
    "inspection.repeats",
    "inspection.repeats-ended",
    "inspection.returned",
    "inspection.approved",
    "inspection.cancelled",
)


def operations(tx: Session, inspection: UUID) -> list[Operation]:
    return list(tx.scalars(select(Operation).where(Operation.inspection_id == inspection).order_by(Operation.seq)))


def signed_since(tx: Session, inspection: UUID, moment: datetime) -> bool:
    """Whether a signature, or a refusal to sign, arrived after this moment."""
    asked = select(Operation.id).where(Operation.inspection_id == inspection, Operation.kind.in_(("sign", "refuse")))
    return tx.scalars(asked.where(Operation.received_at > moment).limit(1)).first() is not None


def newest(tx: Session, inspection: UUID) -> int:
    """The number of the fact that arrived last; 0 when none did."""
    return tx.scalars(select(func.max(Operation.seq)).where(Operation.inspection_id == inspection)).one() or 0


def wrote(tx: Session, inspection: UUID, person: UUID) -> bool:
    """Whether any accepted fact of the inspection is by this person."""
    asked = select(Operation.id).where(Operation.inspection_id == inspection, Operation.person_id == person)
    return tx.scalars(asked.limit(1)).first() is not None


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
