"""Open findings that rest on an instrument which changed: by the items that cite it, inside the reader's agencies."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from inspect_app.domain.violations import CLOSED_REMEDY
from inspect_app.store.tables import Violation


def open_violations(
    tx: Session, items: Collection[str], *, found_before: date, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[list[Violation], tuple[datetime, UUID] | None]:
    """A page, newest first, and where the next begins. What was found after the change knows the new law."""
    asked = select(Violation).where(*_conditions(items, found_before))
    if after is not None:
        asked = asked.where(tuple_(Violation.recorded_at, Violation.id) < after)
    found = list(tx.scalars(asked.order_by(Violation.recorded_at.desc(), Violation.id.desc()).limit(limit + 1)))
    rows = found[:limit]
    return rows, ((rows[-1].recorded_at, rows[-1].id) if len(found) > limit else None)


def count(tx: Session, items: Collection[str], found_before: date, *, most: int) -> int:
    """How many there are, counted no further than `most`."""
    some = select(Violation.id).where(*_conditions(items, found_before)).limit(most).subquery()
    return tx.scalar(select(func.count()).select_from(some)) or 0


def _conditions(items: Collection[str], found_before: date) -> Iterator[ColumnElement[bool]]:
    yield Violation.item.in_(sorted(items))
    yield Violation.found_on < found_before
    yield Violation.remedy_status.not_in(sorted(CLOSED_REMEDY))
