"""Papers in the database."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspect_app.store.tables import PaperRow


def of_inspection(tx: Session, inspection: UUID) -> Sequence[PaperRow]:
    """All papers of a visit, the newest first."""
    asked = select(PaperRow).where(PaperRow.inspection_id == inspection)
    return tx.scalars(asked.order_by(PaperRow.made_at.desc(), PaperRow.id)).all()


def one(tx: Session, paper: UUID) -> PaperRow | None:
    return tx.scalars(select(PaperRow).where(PaperRow.id == paper)).one_or_none()


def standing(tx: Session, inspection: UUID, kind: str) -> Sequence[PaperRow]:
    """The papers of one kind that no other has taken the place of, the newest first."""
    replaced = select(PaperRow.replaces_id).where(
        PaperRow.inspection_id == inspection, PaperRow.replaces_id.is_not(None)
    )
    asked = select(PaperRow).where(
        PaperRow.inspection_id == inspection, PaperRow.kind == kind, PaperRow.id.not_in(replaced)
    )
    return tx.scalars(asked.order_by(PaperRow.made_at.desc(), PaperRow.id)).all()


def add(tx: Session, row: PaperRow) -> None:
    tx.add(row)
    tx.flush()
