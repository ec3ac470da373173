"""Writes a long table as CSV, Excel, GeoJSON or lines of JSON: row by row into a file, in memory that does not grow.

What somebody typed stays text in each of them: CSV gets a mark where a program would run a formula, Excel a cell type
that is never one.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import IO, Any, TypeAlias, TypeVar

from inspect_app.domain.errors import RuleBroken

Cell: TypeAlias = str | int | float | date | None
Point: TypeAlias = tuple[float, float]  # latitude, longitude
T = TypeVar("T")

# A cell that begins with one of these is run as a formula by programs that open CSV files; some read wide letters too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
MOST_ROWS = 1_048_575  # what an Excel sheet holds below its header
LONGEST_TEXT = 32_767
FIRST_DAY = date(1899, 12, 30)  # Excel counts days from here
FIRST_SAFE = date(1900, 3, 1)  # it believes in a 29 February 1900
TOGETHER = 500  # rows that are written at once


class Form(StrEnum):
    """The kinds of file, by their name in an address."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"
    LINES = "ndjson"


def write_csv(file: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """UTF-8 with a mark for Excel; how many rows."""
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=False)
    count = 0
    try:
        text.write("\ufeff")
        writer = csv.writer(text)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([guarded(cell) for cell in row])
            count += 1
    finally:
        text.flush()
        text.detach()
    return count


def guarded(cell: Cell) -> Cell:
    """Text that would be run as a formula gets an apostrophe in front (OWASP: CSV injection)."""
    if isinstance(cell, str):
        return f"'{cell}" if cell.lstrip(" \u00a0\ufeff\u200b").startswith(FORMULA) else cell.replace("\0", "")
    return cell


def write_lines(file: IO[bytes], rows: Iterable[Mapping[str, Any]]) -> int:
    """One JSON object a line."""
    count = 0
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())
        file.write(b"\n")
        count += 1
    return count


def write_geojson(
    file: IO[bytes], things: Iterable[T], plain: Callable[[T], Mapping[str, Any]], point: Callable[[T], Point | None]
) -> int:
    """A FeatureCollection (RFC 7946: longitude first) of those that have a position."""
    file.write(b'{"type":"FeatureCollection","features":[')
    count = 0
    for thing in things:
        if (at := point(thing)) is None:
            continue
        facts = plain(thing)
        feature = {
            "type": "Feature",
            "id": facts.get("id"),
            "geometry": {"type": "Point", "coordinates": [at[1], at[0]]},
            "properties": {name: value for name, value in facts.items() if name not in {"lat", "lon"}},
        }
        file.write(b",\n" if count else b"\n")
        file.write(json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode())
        count += 1
    file.write(b"\n]}\n")
    return count


# --- Excel ----------------------------------------------------------------------------------------

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_REL}"><sheets><sheet name="data" sheetId="1" r:id="rId1"/>'
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_REL}/styles" Target="styles.xml"/></Relationships>',
    # Style 0: text, 1: a day, 2: the header.
    "xl/styles.xml": f'<styleSheet {_MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    "</numFmts>"
    '<fonts count="2"><font><sz val="11"/><name val="Times New Roman"/></font>'
    '<font><b/><sz val="11"/><name val="Times New Roman"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    "</fills>"
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as the letter A
_SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_PLAIN = re.compile(r"[^&<>\r_\x00-\x1f\ufffe\uffff\ud800-\udfff]*\Z")


def write_xlsx(file: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """One sheet, the header frozen. Cells are texts, numbers and days, never formulas or links.

    RuleBroken "too-many-rows": more than a sheet holds.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in _PARTS.items():
            book.writestr(name, _XML + content)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            view = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
            sheet.write(
                f'{_XML}<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0">{view}</sheetView></sheetViews>'
                f"<sheetData><row>{''.join(map(_header, columns))}</row>".encode()
            )
            count = _write_rows(sheet, rows)
            sheet.write(b"</sheetData></worksheet>")
    return count


def _write_rows(sheet: IO[bytes], rows: Iterable[Sequence[Cell]]) -> int:
    count, waiting = 0, []
    for row in rows:
        count += 1
        if count > MOST_ROWS:
            raise RuleBroken("too-many-rows", most=MOST_ROWS)
        waiting.append(f"<row>{''.join(map(_cell, row))}</row>")
        if len(waiting) >= TOGETHER:
            sheet.write("".join(waiting).encode())
            waiting.clear()
    sheet.write("".join(waiting).encode())
    return count


def _header(name: str) -> str:
    return f'<c t="inlineStr" s="2"><is><t>{xml_text(name)}</t></is></c>'


def _cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{xml_text(cell)}</t></is></c>'
    if isinstance(cell, date):
        if cell < FIRST_SAFE:  # a slip of the finger: shown as it is, not as a wrong day
            return f'<c t="inlineStr"><is><t>{cell.isoformat()}</t></is></c>'
        return f'<c s="1"><v>{(cell - FIRST_DAY).days}</v></c>'
    return f"<c><v>{int(cell) if isinstance(cell, bool) else cell}</v></c>"


def xml_text(value: str) -> str:
    """A text as it stands in a cell of a sheet: no longer than a cell holds, without what XML forbids."""
    if len(value) > LONGEST_TEXT:
        value = value[: LONGEST_TEXT - 1] + "…"
    if _PLAIN.match(value):
        return value
    return _ESCAPED.sub("_x005F_", _FORBIDDEN.sub("", value)).translate(_SIGNS)
