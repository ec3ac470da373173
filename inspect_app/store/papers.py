"""Papers in the database."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from inspect_app.store.tables import Agency, PaperRow


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


def behind(tx: Session, code: str) -> tuple[PaperRow, str, bool] | None:
    """The paper with this code, its agency's name, and whether a newer one took its place."""
    newer = aliased(PaperRow)
    replaced = select(newer.id).where(newer.replaces_id == PaperRow.id).exists()
    asked = select(PaperRow, Agency.name, replaced).join(Agency, Agency.id == PaperRow.agency_id)
    found = tx.execute(asked.where(PaperRow.code == code)).one_or_none()
    return (found[0], found[1], bool(found[2])) if found else None


def add(tx: Session, row: PaperRow) -> None:
    tx.add(row)
    tx.flush()
