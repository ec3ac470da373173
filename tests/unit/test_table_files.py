"""Long tables as files: what somebody typed stays text, whatever program opens it."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from inspect_app.domain.errors import RuleBroken
from inspect_app.outside import table_files
from inspect_app.outside.table_files import Cell

HOSTILE = [
    '=HYPERLINK("http://evil.invalid","bấm")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
]
HARMLESS = [
    "Lan can",
    "5 = 5",
    "a-b",
    "",
    'nói "không"',
    "một;hai,ba",
    "dòng 1\ndòng 2",
    "<b>&amp;</b>",
    "_x0041_",
    "x" * 10_000,
]


def csv_of(rows: list[list[Cell]]) -> list[list[str]]:
    file = io.BytesIO()
    table_files.write_csv(file, ["a", "b"], rows)
    text = file.getvalue().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_is_text_in_csv(text: str) -> None:
    _, (cell, after) = csv_of([[text, "sau"]])
    assert cell == f"'{text}"
    assert after == "sau"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_runs_nowhere_stays_as_it_is_in_csv(text: str) -> None:
    _, (cell, after) = csv_of([[text, "sau"]])
    assert (cell, after) == (text, "sau")


def test_numbers_and_days_are_themselves_in_csv() -> None:
    _, row = csv_of([[-5, date(2026, 11, 22)]])
    assert row == ["-5", "2026-11-22"]


@pytest.mark.parametrize("text", [*HOSTILE, *HARMLESS])
def test_excel_holds_text_and_no_formula(text: str) -> None:
    file = io.BytesIO()
    table_files.write_xlsx(file, ["a"], [[text]])
    cell = load_workbook(file)["data"]["A2"]
    assert cell.data_type in ("s", "n")
    assert unescape(cell.value or "") == text  # Excel undoes this, openpyxl leaves it to us
    with zipfile.ZipFile(file) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet


def test_excel_has_numbers_days_and_a_bold_header_that_stays() -> None:
    file = io.BytesIO()
    days = [date(2026, 11, 22), date(26, 1, 1)]
    count = table_files.write_xlsx(file, ["Ngày", "Số"], [[days[0], -5], [days[1], 1.5], [None, True]])
    sheet = load_workbook(file)["data"]
    assert count == 3
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"
    assert sheet["A2"].value.date() == days[0]
    assert sheet["A3"].value == "0026-01-01"
    assert [sheet[f"B{row}"].value for row in (2, 3, 4)] == [-5, 1.5, 1]


def test_excel_takes_no_control_characters_and_no_endless_text() -> None:
    file = io.BytesIO()
    table_files.write_xlsx(file, ["a"], [["một\x00\x0bhai\ud800"], ["x" * 40_000]])
    sheet = load_workbook(file)["data"]
    assert sheet["A2"].value == "mộthai"
    assert len(sheet["A3"].value) == table_files.LONGEST_TEXT


def test_a_sheet_that_would_be_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "MOST_ROWS", 2)
    with pytest.raises(RuleBroken) as broken:
        table_files.write_xlsx(io.BytesIO(), ["a"], [["1"], ["2"], ["3"]])
    assert broken.value.code == "too-many-rows"


def test_lines_are_one_json_object_each() -> None:
    file = io.BytesIO()
    assert table_files.write_lines(file, [{"a": "dòng 1\ndòng 2"}, {"a": "="}]) == 2
    assert [json.loads(line) for line in file.getvalue().splitlines()] == [{"a": "dòng 1\ndòng 2"}, {"a": "="}]


def test_a_map_leaves_out_what_has_no_position() -> None:
    file = io.BytesIO()
    things = [{"id": "1"}, {"id": "2"}]
    count = table_files.write_geojson(
        file, things, lambda each: each, lambda each: (21.5, 105.8) if each["id"] == "2" else None
    )
    (feature,) = json.loads(file.getvalue())["features"]
    assert count == 1
    assert (feature["id"], feature["geometry"]["coordinates"]) == ("2", [105.8, 21.5])


def test_an_empty_list_is_a_whole_file() -> None:
    nothing: Iterator[dict[str, str]] = iter(())
    file = io.BytesIO()
    table_files.write_geojson(file, nothing, lambda each: each, lambda _: None)
    assert json.loads(file.getvalue()) == {"type": "FeatureCollection", "features": []}
