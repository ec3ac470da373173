"""The open violations a re-inspection is made from."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from inspect_app.domain.violations import CLOSED_REMEDY
from inspect_app.store.tables import Inspection, Violation

MOST = 500


def open_at(tx: Session, site: UUID) -> list[Violation]:
    return _open(tx, Violation.site_id == site)


def open_of(tx: Session, ids: Collection[UUID]) -> list[Violation]:
    return _open(tx, Violation.id.in_(ids))


def _open(tx: Session, which: ColumnElement[bool]) -> list[Violation]:
    """The gravest and oldest first."""
    asked = select(Violation).where(which, Violation.remedy_status.not_in(sorted(CLOSED_REMEDY)))
    return list(tx.scalars(asked.order_by(Violation.severity.desc(), Violation.found_on, Violation.id).limit(MOST)))


def is_there(tx: Session, inspection: UUID) -> bool:
    return tx.scalar(select(Inspection.id).where(Inspection.id == inspection)) is not None
