"""The overview: what is open per agency, sector, zone and commune, and a year month by month."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from inspect_app.domain import months
from inspect_app.domain.deadlines import DUE_IN, local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.services.chore import Tools
from inspect_app.services.sites import list_agencies
from inspect_app.store import figures
from inspect_app.store.database import Tx
from inspect_app.store.figures import Cell

SOON = DUE_IN[0]
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Sums:
    """Open findings of one kind of row."""

    open: int = 0
    overdue: int = 0
    due_soon: int = 0
    imminent: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """One month. repeated: None while the worker has not counted it."""

    first: date
    recorded: int
    remedied: int
    overdue: int
    repeated: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """agency: what it is narrowed to; empty: all that the reader may see."""

    agency: str
    total: Sums
    agencies: dict[str, Sums]
    sectors: dict[str, Sums]
    zones: dict[str, Sums]
    communes: dict[str, Sums]
    months: list[Month]
    repeats_at: datetime | None


def overview(tx: Tx, *, agency: str, now: datetime) -> Overview:
    """A fixed number of reads. RuleBroken "unknown-agency"."""
    if agency and agency not in {each.id for each in list_agencies(tx)}:
        raise RuleBroken("unknown-agency", agency=agency)
    today = local_day(now)
    cells = figures.open_cells(tx, agency=agency, today=today, due_days=SOON)
    wanted = months.until(today, MONTHS)
    recorded = figures.recorded(tx, wanted, agency=agency)
    remedied = figures.remedied(tx, wanted, agency=agency)
    overdue = figures.overdue(tx, wanted, agency=agency, today=today)
    repeated, counted_at = figures.repeats(tx, wanted, agency=agency)
    return Overview(
        agency,
        sum_of(cells),
        by(cells, lambda cell: cell.agency),
        by(cells, lambda cell: cell.sector),
        by((cell for cell in cells if cell.zone), lambda cell: str(cell.zone)),
        by(cells, lambda cell: cell.commune),
        [Month(each, recorded[each], remedied[each], overdue[each], repeated.get(each)) for each in wanted],
        counted_at,
    )


def sum_of(cells: Iterable[Cell]) -> Sums:
    return by(cells, lambda _: "").get("", Sums())


def by(cells: Iterable[Cell], key: Callable[[Cell], str]) -> dict[str, Sums]:
    """The cells added up by one of their names. There are thousands: plain numbers until the end."""
    found: dict[str, list[int]] = {}
    for cell in cells:
        sums = found.setdefault(key(cell), [0, 0, 0, 0])
        sums[0] += cell.open
        sums[1] += cell.overdue
        sums[2] += cell.due_soon
        sums[3] += cell.imminent
    return {name: Sums(*sums) for name, sums in found.items()}


def ranked(sums: Mapping[str, Sums]) -> list[tuple[str, Sums]]:
    """What presses most stands first: overdue, then open."""
    return sorted(sums.items(), key=lambda pair: (-pair[1].overdue, -pair[1].open, pair[0]))


def count_repeats(tools: Tools, now: datetime) -> str:
    """The worker's part: the repeats of each month of the overview, a short transaction for each."""
    total = 0
    for month in months.until(local_day(now), MONTHS):
        with tools.writing() as tx:
            total += figures.count_repeats(tx, month, [each.id for each in list_agencies(tx)], now)
            tx.commit()
    return f"Đã đếm {total} tồn tại lặp lại trong {MONTHS} tháng."
