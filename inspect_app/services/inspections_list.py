"""Lists of inspections, page by page, by the first day of their window."""

from datetime import date
from uuid import UUID

from inspect_app.store import visits
from inspect_app.store.database import Tx
from inspect_app.store.tables import Inspection
from inspect_app.store.visits import VisitFilter

__all__ = ["PAGE", "Visit", "VisitFilter", "list_inspections"]

Visit = Inspection

PAGE = 50


def list_inspections(
    tx: Tx,
    wanted: VisitFilter,
    *,
    after: tuple[date, UUID] | None = None,
    limit: int = PAGE,
    ascending: bool = False,
) -> tuple[list[Inspection], tuple[date, UUID] | None]:
    """A page, and the place where the next one begins (None: this was the last)."""
    found = visits.inspections(tx, wanted, after=after, limit=limit + 1, ascending=ascending)
    page = found[:limit]
    return page, ((page[-1].window_start, page[-1].id) if len(found) > limit else None)
