"""The rows behind a figure, with a name people know them by."""

from dataclasses import dataclass
from uuid import UUID

from inspect_app.domain.annual_report import Figure
from inspect_app.store import report_rows as store
from inspect_app.store.database import Tx

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One row that was counted: what it is called and what it adds."""

    id: UUID
    name: str
    adds: int


def lines(tx: Tx, figure: Figure) -> list[Line]:
    """The first rows by id; the file of the figure has all of them."""
    shown = figure.rows[:MOST_SHOWN]
    names = store.names(tx, figure.of, [row for row, _ in shown])
    return [Line(row, names.get(row, str(row)), adds) for row, adds in shown]
