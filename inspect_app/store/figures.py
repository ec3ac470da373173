"""The numbers of the overview: what is open now, by whom and where, and what happened month by month.

Each is counted with the very conditions of the list that it leads to. What is open is read from the index of open
findings alone; repeats of a month are counted by the worker, because each of them looks at other visits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, delete, func, insert, literal, select, union_all
from sqlalchemy.orm import Session

from inspect_app.domain import months
from inspect_app.domain.deadlines import due_until
from inspect_app.store import registry
from inspect_app.store.registry import OPEN, REMEDIED, Filter
from inspect_app.store.tables import MonthRepeats, Violation, ViolationStep

IMMINENT = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """Open findings of one agency, sector, zone and commune."""

    agency: str
    sector: str
    zone: str | None
    commune: str
    open: int
    overdue: int
    due_soon: int
    imminent: int


def open_cells(tx: Session, *, agency: str, today: date, due_days: int, commune: str = "") -> list[Cell]:
    """One walk along the index of open findings. agency, commune: only this one; empty: all the reader may see."""
    here = (Violation.commune_code == commune,) if commune else ()
    soon = Violation.deadline.between(today, due_until(today, due_days))
    places = (Violation.agency_id, Violation.sector, Violation.zone_id, Violation.commune_code)
    asked = (
        select(
            *places,
            func.count(),
            _count_if(Violation.deadline < today),
            _count_if(soon),
            _count_if(Violation.severity == IMMINENT),
        )
        .where(OPEN, *_of(agency), *here)
        .group_by(*places)
    )
    return [Cell(*row) for row in tx.execute(asked)]


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _of(agency: str) -> Iterable[ColumnElement[bool]]:
    return (Violation.agency_id == agency,) if agency else ()


# --- month by month -------------------------------------------------------------------------------


def recorded(tx: Session, wanted: Sequence[date], *, agency: str) -> dict[date, int]:
    """How many findings came into the registry in each month."""
    return _by_month(tx, [_findings(month, Filter(recorded_in=month), agency) for month in wanted])


def overdue(tx: Session, wanted: Sequence[date], *, agency: str, today: date) -> dict[date, int]:
    """How many findings were to be remedied in each month, and are open and late today."""
    late = (OPEN, Violation.deadline < today)
    return _by_month(tx, [_findings(month, Filter(due_month=month), agency).where(*late) for month in wanted])


def remedied(tx: Session, wanted: Sequence[date], *, agency: str) -> dict[date, int]:
    """How many findings were accepted as remedied in each month."""
    mine = (ViolationStep.agency_id == agency,) if agency else ()
    parts = []
    for month in wanted:
        begin, end = months.moments(month)
        part = select(literal(months.write(month)), func.count()).select_from(ViolationStep)
        parts.append(part.where(REMEDIED, ViolationStep.at >= begin, ViolationStep.at < end, *mine))
    return _by_month(tx, parts)


def _findings(month: date, wanted: Filter, agency: str) -> Select[str, int]:
    asked = select(literal(months.write(month)), func.count()).select_from(Violation)
    return asked.where(*registry.in_months(wanted), *_of(agency))


def _by_month(tx: Session, parts: Sequence[Select[str, int]]) -> dict[date, int]:
    """One statement with a part for each month, so that each walks its own stretch of an index."""
    return {month: count for text, count in tx.execute(union_all(*parts)) if (month := months.read(text))}


# --- repeats --------------------------------------------------------------------------------------


def repeats(tx: Session, wanted: Sequence[date], *, agency: str) -> tuple[dict[date, int], datetime | None]:
    """How many findings of each month repeat an earlier one, and when that was counted; None: not yet."""
    mine = (MonthRepeats.agency_id == agency,) if agency else ()
    asked = (
        select(MonthRepeats.month, func.sum(MonthRepeats.repeated), func.min(MonthRepeats.counted_at))
        .where(MonthRepeats.month.in_(wanted), *mine)
        .group_by(MonthRepeats.month)
    )
    rows = tx.execute(asked).all()
    return {row[0]: int(row[1]) for row in rows}, min((row[2] for row in rows), default=None)


def count_repeats(tx: Session, month: date, agencies: Sequence[str], now: datetime) -> int:
    """Count a month anew for every agency; the reader must see all of them."""
    asked = (
        select(Violation.agency_id, func.count())
        .where(registry.failed_before(), *registry.in_months(Filter(recorded_in=month)))
        .group_by(Violation.agency_id)
    )
    found = dict(tx.execute(asked).all())
    tx.execute(delete(MonthRepeats).where(MonthRepeats.month == month))
    rows = [
        {"agency_id": agency, "month": month, "repeated": found.get(agency, 0), "counted_at": now}
        for agency in agencies
    ]
    tx.execute(insert(MonthRepeats), rows)
    return sum(found.values())
