"""Recurring visits: which are due, and the one that a visit began."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspect_app.store.tables import Recurrence


def due(tx: Session, until: date, *, limit: int) -> list[UUID]:
    asked = select(Recurrence.id).where(Recurrence.ended_at.is_(None), Recurrence.next_day <= until)
    return list(tx.scalars(asked.order_by(Recurrence.next_day, Recurrence.id).limit(limit)))


def one(tx: Session, recurrence: UUID, *, lock: bool = False) -> Recurrence | None:
    asked = select(Recurrence).where(Recurrence.id == recurrence)
    return tx.scalar(asked.with_for_update() if lock else asked)


def of(tx: Session, inspection: UUID, *, lock: bool = False) -> Recurrence | None:
    asked = select(Recurrence).where(Recurrence.first_id == inspection)
    return tx.scalar(asked.with_for_update() if lock else asked)
