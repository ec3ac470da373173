"""Writes a list as an .xlsx file: real dates and numbers, and a heading as on papers of an authority (NĐ 30/2020).

xlsxwriter lays out the sheet around one empty row, which says how cells look; the rows themselves are written as they
come, straight to the disk: a long list needs no more memory than a short one. No cell is ever a formula or a link: what
somebody typed stays text, also when it begins with = + - or @.
"""

import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any, TypeAlias

import xlsxwriter

from inspect_app.domain.papers import MOTTO, NATION, place_and_day
from inspect_app.outside.table_files import xml_text

Cell: TypeAlias = str | int | date | None

FIRST_YEAR = 1900  # Excel counts days from here
DAY_ZERO = date(1899, 12, 30)  # and believes in a 29 February 1900
FONT = {"font_name": "Times New Roman", "font_size": 12}
LANDSCAPE_A4 = 9
# Points per line of 12-point type, for rows whose text wraps.
LINE_HEIGHT = 16
MOST_LINES = 24
TABLE_ROW = 7  # the header's row, counted from 0
SHEET = "xl/worksheets/sheet1.xml"
TOGETHER = 500  # rows that are written at once
FAST = 3  # of nine: a third longer than the smallest file, in a quarter of the time


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
    _, sample, _ = _around(_shell(heading, columns, 1))
    writer = _Rows(columns, re.findall(rb' s="(\d+)"', sample))
    with tempfile.TemporaryFile() as kept:
        count = writer.write(kept, rows)
        kept.seek(0)
        _join(target, _shell(heading, columns, count), kept)
    return count


def _shell(heading: Heading, columns: Sequence[Column], count: int) -> bytes:
    """The whole file with an empty row in place of `count` rows."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    try:
        _Sheet(book, columns).write(heading, count)
    finally:
        book.close()
    return made.getvalue()


def _around(shell: bytes) -> tuple[bytes, bytes, bytes]:
    """The sheet before its empty row, that row, and what follows."""
    with zipfile.ZipFile(io.BytesIO(shell)) as book:
        sheet = book.read(SHEET)
    begin = sheet.index(b'<row r="%d"' % (TABLE_ROW + 2))
    end = sheet.index(b"</row>", begin) + len(b"</row>")
    return sheet[:begin], sheet[begin:end], sheet[end:]


def _join(target: Path | IO[bytes], shell: bytes, rows: IO[bytes]) -> None:
    before, _, after = _around(shell)
    with (
        zipfile.ZipFile(io.BytesIO(shell)) as book,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as made,
    ):
        for name in book.namelist():
            if name != SHEET:
                made.writestr(name, book.read(name))
        with made.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(before)
            copyfileobj(rows, sheet)
            sheet.write(after)


class _Rows:
    """Writes rows as the sheet holds them. styles: the number of each column's look."""

    def __init__(self, columns: Sequence[Column], styles: Sequence[bytes]) -> None:
        self._styles = [int(each) for each in styles]
        self._widths = [max(1, int(column.width * 0.95)) for column in columns]

    def write(self, file: IO[bytes], rows: Iterable[Sequence[Cell]]) -> int:
        count, waiting = 0, list[str]()
        for count, row in enumerate(rows, start=1):
            waiting.append(self._row(TABLE_ROW + 1 + count, row))
            if len(waiting) == TOGETHER:
                file.write("".join(waiting).encode())
                waiting.clear()
        file.write("".join(waiting).encode())
        return count

    def _row(self, number: int, cells: Sequence[Cell]) -> str:
        height = LINE_HEIGHT * self._lines(cells)
        written = "".join([_cell_xml(cell, style) for cell, style in zip(cells, self._styles, strict=True)])
        return f'<row r="{number}" ht="{height}" customHeight="1">{written}</row>'

    def _lines(self, cells: Sequence[Cell]) -> int:
        """How many lines the longest cell wraps to: Excel does not measure rows that a program wrote."""
        most = 1
        for width, cell in zip(self._widths, cells, strict=True):
            if isinstance(cell, str) and (len(cell) > width or "\n" in cell):
                most = max(most, sum(-(-max(1, len(line)) // width) for line in cell.split("\n")))
        return min(MOST_LINES, most)


def _cell_xml(cell: Cell, style: int) -> str:
    if cell is None or cell == "":
        return f'<c s="{style}"/>'
    if isinstance(cell, int):
        return f'<c s="{style}"><v>{cell}</v></c>'
    if isinstance(cell, date):
        if cell.year > FIRST_YEAR:
            return f'<c s="{style}"><v>{(cell - DAY_ZERO).days}</v></c>'
        cell = f"{cell:%d/%m}/{cell.year:04d}"  # a slip of the finger: shown as it is, not as a broken file
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{xml_text(cell)}</t></is></c>'


class _Sheet:
    """The sheet without its rows."""

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
            **{shape: book.add_format(_look(shape)) for shape in Shape},
        }

    def write(self, heading: Heading, count: int) -> None:
        self._lay_out()
        self._head(heading)
        for place, column in enumerate(self._columns):
            self._sheet.write_blank(TABLE_ROW + 1, place, None, self._formats[column.shape])
        self._sheet.autofilter(TABLE_ROW, 0, TABLE_ROW + count, len(self._columns) - 1)
        self._foot(heading, TABLE_ROW + count + 2)

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

    def _foot(self, heading: Heading, row: int) -> None:
        """Box 9b: where the list goes, and the copy that is kept."""
        if heading.recipients:
            self._sheet.write_string(row, 0, "Nơi nhận:", self._formats["left"])
            for below, recipient in enumerate(heading.recipients, start=1):
                self._sheet.write_string(row + below, 0, f"- {recipient}", self._formats["recipient"])


def _look(shape: Shape) -> dict[str, Any]:
    base: dict[str, Any] = {**FONT, "valign": "top", "text_wrap": True, "border": 1}
    by_shape: dict[Shape, dict[str, Any]] = {
        Shape.TEXT: {"num_format": "@"},
        Shape.CENTRED: {"align": "center"},
        Shape.NUMBER: {"num_format": "#,##0", "align": "right"},
        Shape.DATE: {"num_format": "dd/mm/yyyy", "align": "center"},
    }
    return {**base, **by_shape[shape]}
