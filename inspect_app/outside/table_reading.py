"""Reads a simple table that somebody sent: the first sheet of a workbook, or CSV with commas or semicolons."""

import csv
import io
import logging
from collections.abc import Sequence
from datetime import date, datetime

from openpyxl import load_workbook

from inspect_app.domain.errors import RuleBroken
from inspect_app.outside import workbook_files
from inspect_app.outside.workbook_files import NotAWorkbook

log = logging.getLogger(__name__)

MOST_BYTES = 2 * 1024 * 1024


def read(data: bytes, *, most: int) -> tuple[list[str], list[tuple[int, Sequence[str]]]]:
    """The header, and the lines with their numbers as the sender sees them. RuleBroken "bad-table"."""
    if len(data) > MOST_BYTES:
        raise RuleBroken("bad-table", wrong="tệp lớn hơn 2 MB")
    rows = _workbook(data) if data.startswith(b"PK") else _csv(data)
    if not rows:
        raise RuleBroken("bad-table", wrong="tệp trống")
    if len(rows) - 1 > most:
        raise RuleBroken("bad-table", wrong=f"nhiều hơn {most} dòng")
    return [cell.strip() for cell in rows[0]], list(enumerate(rows[1:], start=2))


def _csv(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RuleBroken("bad-table", wrong="tệp không phải CSV mã UTF-8 hay Excel (.xlsx)") from None
    if "\0" in text:
        raise RuleBroken("bad-table", wrong="tệp không phải CSV mã UTF-8 hay Excel (.xlsx)")
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as broken:
        raise RuleBroken("bad-table", wrong=str(broken)) from None


def _workbook(data: bytes) -> list[list[str]]:
    try:
        workbook_files.check(data)
    except NotAWorkbook as wrong:
        raise RuleBroken("bad-table", wrong=str(wrong)) from None
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = [[_told(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
        book.close()
    except Exception as broken:  # openpyxl says no to a broken file with whatever it trips over
        log.info("a workbook could not be read: %r", broken)
        raise RuleBroken("bad-table", wrong="tệp hỏng: không đọc được trang đầu") from broken
    return rows


def _told(cell: object) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
