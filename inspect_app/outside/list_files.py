"""Reads lists that people keep: Excel and CSV as they come, whatever encoding, font, separator or heading they have.

Row by row, so a long list needs little more memory than a short one. What cannot be read at all is said in words.
"""

import codecs
import csv
import io
import unicodedata
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, islice
from typing import IO, Any

import openpyxl
import xlsxwriter

from inspect_app.domain.old_fonts import detect, mend
from inspect_app.outside.workbook_files import NotAWorkbook, check

MOST_BYTES = 15 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
SAMPLE = 200
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060\x00"))
_SEPARATORS = ",;\t|"


class Unreadable(Exception):
    """The file is none that holds a list; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """rows: (number as the program counts, texts). encoding and font: what had to be mended, "" for nothing."""

    name: str
    rows: Iterator[tuple[int, list[str]]]
    encoding: str
    font: str


def read(data: bytes, name: str) -> Sheet:
    """Raises Unreadable. The rows are read while they are asked for."""
    if not data:
        raise Unreadable("Tệp trống.")
    if len(data) > MOST_BYTES:
        raise Unreadable("Tệp lớn hơn 15 MB; chia thành nhiều tệp.")
    if data.startswith(b"PK"):
        return _workbook(data)
    if data.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff")):
        raise Unreadable("Tệp không phải .xlsx hay .csv; mở trong Excel, chọn Lưu thành → Excel Workbook (.xlsx).")
    return _text(data, name)


# --- Excel -----------------------------------------------------------------------------------------


def _workbook(data: bytes) -> Sheet:
    try:
        check(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validations that openpyxl does not know: no matter here
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except NotAWorkbook as refused:
        raise Unreadable(f"Không đọc được: {refused}. {refused.remark.mend.capitalize()}.") from refused
    except (KeyError, ValueError, TypeError, AttributeError, OSError, EOFError) as broken:
        raise Unreadable("Tệp Excel hỏng; mở trong Excel, chọn Lưu thành → Excel Workbook (.xlsx).") from broken
    sheets = [each for each in book.worksheets if each.sheet_state == "visible"]
    if not sheets:
        raise Unreadable("Tệp không có trang tính nào.")
    sheet: Any = max(sheets, key=lambda each: each.max_row or 0)
    sheet.reset_dimensions()  # what a sheet says of its own size is often wrong
    return _sheet(str(sheet.title), _numbered(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)), "")


def _numbered(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, list[str]]]:
    empty = 0
    try:
        for number, row in enumerate(rows, start=1):
            cells = [_words(cell) for cell in row]
            empty = 0 if any(cells) else empty + 1
            if empty > MOST_ROWS:  # a sheet whose format reaches to the last line
                return
            yield number, cells
    except (KeyError, ValueError, TypeError, AttributeError, OSError, EOFError, SyntaxError) as broken:
        raise Unreadable("Tệp Excel hỏng ở giữa; mở trong Excel rồi lưu lại.") from broken


def _words(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return _tidy(str(getattr(cell, "text", cell)))


# --- text ------------------------------------------------------------------------------------------


def _text(data: bytes, name: str) -> Sheet:
    encoding, text = _decoded(data)
    rows = _rows(text)
    return _sheet(name, rows, encoding)


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return encoding, data.decode(encoding, "replace")
    try:
        return "", data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if data[1::2].count(0) > len(data) / 4:
        return "utf-16-le", data.decode("utf-16-le", "replace")
    western = data.decode("cp1252", "replace").replace("\ufffd", "")
    if detect([western[:20_000]]):
        return "cp1252", western
    return "cp1258", data.decode("cp1258", "replace")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """A quotation mark that is never closed would swallow the rest: then marks count as letters."""
    separator = _separator(text)
    csv.field_size_limit(1 << 24)
    has_marks = not _has_lone_quote(text, separator)
    lines = io.StringIO(text, newline="")
    reader = (
        csv.reader(lines, delimiter=separator)
        if has_marks
        else csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    )
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        yield (
            reader.line_num,
            [_tidy(cell if has_marks else cell.strip('"')) for cell in row[:MOST_COLUMNS]],
        )


def _separator(text: str) -> str:
    """The sign that stands equally often in most lines; one that stands there more often counts more."""
    lines = [line for line in islice(io.StringIO(text), 60) if line.strip()]

    def weight(sign: str) -> int:
        often = Counter(line.count(sign) for line in lines if sign in line)
        return max((times * signs for signs, times in often.items()), default=0)

    return max(_SEPARATORS, key=weight)


def _has_lone_quote(text: str, separator: str) -> bool:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        return any(cell.count("\n") > 5 for row in reader for cell in row)
    except csv.Error:
        return True


# --- both ------------------------------------------------------------------------------------------


def _sheet(name: str, rows: Iterator[tuple[int, list[str]]], encoding: str) -> Sheet:
    first = list(islice(rows, SAMPLE))
    font = detect(cell for _, row in first for cell in row)
    whole = chain(first, rows)
    return Sheet(name, ((n, [mend(cell, font) for cell in row]) for n, row in whole) if font else whole, encoding, font)


def _tidy(text: str) -> str:
    """One line, composed letters, no letters that nobody sees."""
    whole = unicodedata.normalize("NFC", text[:LONGEST_CELL].translate(_UNSEEN))
    return " ".join(whole.split())


def write(target: IO[bytes], sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[str]]]]) -> None:
    """Plain sheets (name, headers, rows): a header in the first row, every cell a text, nothing a formula."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    try:
        head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        for name, headers, rows in sheets:
            _write_sheet(book.add_worksheet(name), headers, rows, head, text)
    finally:
        book.close()


def _write_sheet(sheet: Any, headers: Sequence[str], rows: Iterable[Sequence[str]], head: Any, text: Any) -> None:
    sheet.freeze_panes(1, 0)
    width: Callable[[str], int] = lambda header: max(12, min(40, len(header) + 4))  # noqa: E731
    for column, header in enumerate(headers):
        sheet.set_column(column, column, width(header), text)
        sheet.write_string(0, column, header, head)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell[:32_767], text)
