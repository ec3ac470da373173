"""The Excel file, read back by another program."""

import io
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from inspect_app.domain.papers import MOTTO, NATION
from inspect_app.outside.spreadsheet import TABLE_ROW, Cell, Column, Heading, Shape, write

COLUMNS = (
    Column("STT", 5, Shape.CENTRED),
    Column("Đơn vị", 30),
    Column("Hạn khắc phục", 12, Shape.DATE),
    Column("Số tiền phạt (đồng)", 16, Shape.NUMBER),
)
HEADING = Heading(
    parent="ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN",
    agency="Sở Xây dựng tỉnh Thái Nguyên",
    symbol="SXD",
    place="Thái Nguyên",
    day=date(2026, 2, 5),
    title="DANH SÁCH THEO DÕI KHẮC PHỤC",
    subject="Tính đến ngày 05/02/2026",
    recipients=("Lãnh đạo Sở;", "Lưu: VT."),
)
HEADER, FIRST = TABLE_ROW + 1, TABLE_ROW + 2  # as Excel counts


def read_back(*rows: tuple[Cell, ...]) -> Worksheet:
    file = io.BytesIO()
    assert write(file, HEADING, COLUMNS, rows) == len(rows)
    sheet = load_workbook(file).active
    assert isinstance(sheet, Worksheet)
    return sheet


def test_dates_are_dates_and_numbers_are_numbers() -> None:
    sheet = read_back((1, "Công ty", date(2026, 3, 1), 45_000_000), (2, "Hộ kinh doanh", None, None))
    day, money = sheet.cell(FIRST, 3), sheet.cell(FIRST, 4)
    assert (day.value, day.data_type, day.number_format) == (datetime(2026, 3, 1), "d", "dd/mm/yyyy")  # noqa: DTZ001
    assert (money.value, money.data_type, money.number_format) == (45_000_000, "n", "#,##0")
    assert (sheet.cell(FIRST + 1, 3).value, sheet.cell(FIRST + 1, 4).value) == (None, None)


@pytest.mark.parametrize(
    "typed",
    ['=HYPERLINK("http://evil.example")', "=1+1", "+84 912", "-3 m", "@SUM(A1)", "http://a.example", "{=1}", "0123"],
)
def test_what_was_typed_stays_text(typed: str) -> None:
    cell = read_back((1, typed, None, None)).cell(FIRST, 2)
    assert (cell.value, cell.data_type, cell.hyperlink) == (typed, "s", None)


def test_forbidden_characters_leave_and_a_long_note_is_cut_with_a_sign() -> None:
    sheet = read_back((1, "a\x00b\x0bc\nd", None, None), (2, "ă" * 40_000, None, None))
    assert sheet.cell(FIRST, 2).value == "abc\nd"
    longest = sheet.cell(FIRST + 1, 2).value
    assert isinstance(longest, str)
    assert (len(longest), longest[-1]) == (32_767, "…")


def test_the_heading_is_that_of_a_paper() -> None:
    sheet = read_back((1, "Công ty", None, None))
    told = [cell.value for row in sheet.iter_rows(max_row=TABLE_ROW) for cell in row if cell.value]
    assert told == [
        "ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN",
        NATION,
        "SỞ XÂY DỰNG TỈNH THÁI NGUYÊN",
        MOTTO,
        "Số:        /DS-SXD",
        "Thái Nguyên, ngày 05 tháng 02 năm 2026",
        "DANH SÁCH THEO DÕI KHẮC PHỤC",
        "Tính đến ngày 05/02/2026",
    ]
    assert [sheet.cell(FIRST + row, 1).value for row in (2, 3, 4)] == ["Nơi nhận:", "- Lãnh đạo Sở;", "- Lưu: VT."]


def test_it_scrolls_filters_and_prints_as_a_list() -> None:
    sheet = read_back((1, "Công ty", None, None), (2, "Công ty", None, None))
    assert sheet.freeze_panes == f"A{FIRST}"
    assert sheet.auto_filter.ref == f"A{HEADER}:D{FIRST + 1}"
    assert sheet.print_title_rows == f"${HEADER}:${HEADER}"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.page_setup.fitToHeight == 0  # as many pages high as it takes, one wide
    assert [sheet.cell(HEADER, 1 + place).value for place in range(4)] == [column.label for column in COLUMNS]
    assert sheet.column_dimensions["B"].width == pytest.approx(30, abs=1)


def test_rows_with_long_text_are_high_enough() -> None:
    sheet = read_back((1, "ngắn", None, None), (2, "một câu dài " * 20, None, None))
    assert (sheet.row_dimensions[FIRST].height or 0) < (sheet.row_dimensions[FIRST + 1].height or 0)


def test_an_empty_list_is_a_list(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    assert write(path, HEADING, COLUMNS, ()) == 0
    sheet = load_workbook(path).active
    assert isinstance(sheet, Worksheet)
    assert sheet.cell(HEADER, 2).value == "Đơn vị"
