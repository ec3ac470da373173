"""Writes a list as an .xlsx file: real dates and numbers, and a heading as on papers of an authority (NĐ 30/2020).

Rows go straight to the file, so a long list needs no more memory than a short one. No cell is ever a formula or a
link: what somebody typed stays text, also when it begins with = + - or @.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, TypeAlias

import xlsxwriter

from inspect_app.domain.papers import MOTTO, NATION, place_and_day

Cell: TypeAlias = str | int | date | None

# Excel holds no longer text in a cell; a note may be longer.
LONGEST_TEXT = 32_767
FIRST_YEAR = 1900  # Excel counts days from here
FONT = {"font_name": "Times New Roman", "font_size": 12}
LANDSCAPE_A4 = 9
# Points per line of 12-point type, for rows whose text wraps.
LINE_HEIGHT = 16
MOST_LINES = 24
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
TABLE_ROW = 7  # the header's row, counted from 0


class Shape(StrEnum):
    TEXT = "text"
    CENTRED = "centred"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    width: float  # in characters
    shape: Shape = Shape.TEXT


@dataclass(frozen=True, slots=True)
class Heading:
    """Boxes 1–5 of the layout. `symbol`: the agency's letters; the number itself is written by the office."""

    parent: str
    agency: str
    symbol: str
    place: str
    day: date
    title: str
    subject: str
    recipients: Sequence[str] = ()

    @property
    def number_line(self) -> str:
        return f"Số:        /DS-{self.symbol}"

    @property
    def place_and_day(self) -> str:
        return place_and_day(self.place, self.day)


def write(target: Path | IO[bytes], heading: Heading, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> int:
    """Write the list; how many rows there were comes back."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)
    try:
        return _Sheet(book, columns).write(heading, rows)
    finally:
        book.close()


class _Sheet:
    def __init__(self, book: Any, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._sheet = book.add_worksheet("Danh sách")
        self._formats: dict[str, Any] = {
            "plain": book.add_format({**FONT, "align": "center"}),
            "bold": book.add_format({**FONT, "align": "center", "bold": True}),
            "motto": book.add_format({**FONT, "align": "center", "bold": True, "font_size": 13, "underline": 1}),
            "agency": book.add_format({**FONT, "align": "center", "bold": True, "underline": 1}),
            "place": book.add_format({**FONT, "align": "center", "italic": True}),
            "title": book.add_format({**FONT, "align": "center", "bold": True, "font_size": 14}),
            "head": book.add_format(
                {**FONT, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}
            ),
            "left": book.add_format({**FONT, "italic": True, "bold": True}),
            "recipient": book.add_format({**FONT, "font_size": 11}),
            **{shape: book.add_format(_cell(shape)) for shape in Shape},
        }

    def write(self, heading: Heading, rows: Iterable[Sequence[Cell]]) -> int:
        self._lay_out()
        self._head(heading)
        count = 0
        for count, row in enumerate(rows, start=1):
            self._row(TABLE_ROW + count, row)
        self._sheet.autofilter(TABLE_ROW, 0, TABLE_ROW + count, len(self._columns) - 1)
        self._foot(heading, TABLE_ROW + count + 2)
        return count

    def _lay_out(self) -> None:
        sheet = self._sheet
        sheet.set_landscape()
        sheet.set_paper(LANDSCAPE_A4)
        sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)  # one page wide, as many high as it takes
        sheet.repeat_rows(TABLE_ROW)
        sheet.set_header("&C&P", {"scale_with_doc": False})
        sheet.freeze_panes(TABLE_ROW + 1, 0)
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, column.width)

    def _head(self, heading: Heading) -> None:
        last = len(self._columns) - 1
        middle = max(2, len(self._columns) // 2)
        for row, left, left_format, right, right_format in (
            (0, heading.parent, "plain", NATION, "bold"),
            (1, heading.agency.upper(), "agency", MOTTO, "motto"),
            (2, heading.number_line, "plain", heading.place_and_day, "place"),
        ):
            self._merge(row, 0, middle - 1, left, left_format)
            self._merge(row, middle, last, right, right_format)
        self._merge(4, 0, last, heading.title, "title")
        self._merge(5, 0, last, heading.subject, "bold")
        self._sheet.set_row(TABLE_ROW, 2 * LINE_HEIGHT + 4)
        for place, column in enumerate(self._columns):
            self._sheet.write_string(TABLE_ROW, place, column.label, self._formats["head"])

    def _merge(self, row: int, first: int, last: int, text: str, name: str) -> None:
        self._sheet.merge_range(row, first, row, last, "", self._formats[name])
        self._sheet.write_string(row, first, text, self._formats[name])

    def _row(self, row: int, cells: Sequence[Cell]) -> None:
        self._sheet.set_row(row, LINE_HEIGHT * self._lines(cells))
        for place, (column, cell) in enumerate(zip(self._columns, cells, strict=True)):
            form = self._formats[column.shape]
            if cell is None or cell == "":
                self._sheet.write_blank(row, place, None, form)
            elif isinstance(cell, date) and cell.year > FIRST_YEAR:
                self._sheet.write_datetime(row, place, cell, form)
            elif isinstance(cell, date):  # a slip of the finger: shown as it is, not as a broken file
                self._sheet.write_string(row, place, f"{cell:%d/%m}/{cell.year:04d}", form)
            elif isinstance(cell, int):
                self._sheet.write_number(row, place, cell, form)
            else:
                self._sheet.write_string(row, place, _legal(cell), form)

    def _lines(self, cells: Sequence[Cell]) -> int:
        """How many lines the longest cell wraps to: Excel does not measure rows that a program wrote."""
        lengths = (
            sum(-(-max(1, len(line)) // max(1, int(column.width * 0.95))) for line in cell.split("\n"))
            for column, cell in zip(self._columns, cells, strict=True)
            if isinstance(cell, str)
        )
        return min(MOST_LINES, max(lengths, default=1))

    def _foot(self, heading: Heading, row: int) -> None:
        """Box 9b: where the list goes, and the copy that is kept."""
        if heading.recipients:
            self._sheet.write_string(row, 0, "Nơi nhận:", self._formats["left"])
            for below, recipient in enumerate(heading.recipients, start=1):
                self._sheet.write_string(row + below, 0, f"- {recipient}", self._formats["recipient"])


def _cell(shape: Shape) -> dict[str, Any]:
    base: dict[str, Any] = {**FONT, "valign": "top", "text_wrap": True, "border": 1}
    by_shape: dict[Shape, dict[str, Any]] = {
        Shape.TEXT: {"num_format": "@"},
        Shape.CENTRED: {"align": "center"},
        Shape.NUMBER: {"num_format": "#,##0", "align": "right"},
        Shape.DATE: {"num_format": "dd/mm/yyyy", "align": "center"},
    }
    return {**base, **by_shape[shape]}


def _legal(text: str) -> str:
    """Without the control characters that XML forbids, and no longer than a cell holds."""
    clean = _FORBIDDEN.sub("", text)
    return clean if len(clean) <= LONGEST_TEXT else clean[: LONGEST_TEXT - 1] + "…"
