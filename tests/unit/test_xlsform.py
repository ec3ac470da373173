"""Forms in Excel: ours come back as they were, other people's become checklists, and what cannot is told by its row."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from pyxform.xls2xform import convert

from inspect_app.domain.checklist_items import FailRule
from inspect_app.domain.checklists import Checklist
from inspect_app.domain.xlsform_cells import rules_cell, rules_of
from inspect_app.outside import workbook_files
from inspect_app.services import checklist_import
from inspect_app.services.checklist_import import Imported
from inspect_app.store.checklist_files import Library

ROOT = Path(__file__).parents[2]
LIBRARY = Library(ROOT / "forms")
LANGUAGE = Library(ROOT / "tests/forms/language")
EVERY = [(LIBRARY, each) for each in LIBRARY.all()] + [(LANGUAGE, each) for each in LANGUAGE.all()]

Rows = Sequence[Sequence[str]]
SETTINGS: Rows = (
    ("form_title", "form_id", "title_en", "agencies", "sectors", "valid_from"),
    ("Phiếu thử", "XY", "Trial", "Sở Nội vụ", "KCN", "2026-11-01"),
)
CHOICES: Rows = (
    ("list_name", "name", "label::Tiếng Việt (vi)", "label::English (en)", "verdict"),
    ("pf", "pass", "Đạt", "Pass", ""),
    ("pf", "fail", "Không đạt", "Fail", ""),
    ("kind", "big", "Lớn", "Big", "none"),
    ("kind", "small", "Nhỏ", "Small", "none"),
)
HEADERS = ("type", "name", "label::Tiếng Việt (vi)", "label::English (en)", "severity", "remedy_days", "phrases")
PLAIN = ("3", "7", "Một\nHai")


def book(sheets: Mapping[str, Rows]) -> bytes:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as file:
        for name, rows in sheets.items():
            sheet = file.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell:
                        sheet.write_string(number, place, cell)
    return kept.getvalue()


def form(*rows: Sequence[str], headers: Sequence[str] = HEADERS, choices: Rows = CHOICES) -> Imported:
    sheets = {"survey": (headers, *rows), "choices": choices, "settings": SETTINGS}
    return checklist_import.read(book(sheets), LIBRARY)


def told(found: Imported) -> str:
    return "\n".join(map(str, found.remarks))


def as_one_version(checklist: Checklist) -> Checklist:
    """What a form cannot hold is left out: the version is given anew, and groups stand in the order they are used."""
    return replace(checklist, version=1, sections=tuple(sorted(checklist.sections, key=lambda each: each.id)))


@pytest.mark.parametrize(("library", "checklist"), EVERY, ids=lambda each: getattr(each, "code", ""))
def test_each_checklist_comes_back_as_it_went_out(library: Library, checklist: Checklist) -> None:
    found = checklist_import.read(checklist_import.write(checklist), library)

    assert found.remarks == []
    assert found.checklist is not None
    assert as_one_version(found.checklist) == as_one_version(checklist)


@pytest.mark.parametrize(("library", "checklist"), EVERY, ids=lambda each: getattr(each, "code", ""))
def test_pyxform_converts_each_without_a_warning(library: Library, checklist: Checklist) -> None:
    warnings: list[str] = []

    made = convert(io.BytesIO(checklist_import.write(checklist)), warnings=warnings, file_type=".xlsx")

    assert warnings == []
    assert checklist.title in made.xform
    assert all(item.id.replace("-", "_") in made.xform for item in checklist.items)


def test_a_form_of_somebody_else_becomes_a_checklist() -> None:
    found = form(
        ("begin group", "site", "Công trường", "Site"),
        ("select_one pf", "guard_rail", "Có lan can", "Guard rails", *PLAIN),
        ("select_one kind", "XY-07", "Loại", "Kind", "1", "0"),
        ("select_one pf", "fence", "Có rào", "Fence", *PLAIN, "${XY-07} != 'small' and ${guard_rail} = 'fail'"),
        ("end group", "", ""),
        headers=(*HEADERS, "relevant"),
    )

    assert found.checklist is not None, told(found)
    assert [item.id for item in found.checklist.items] == ["XY-01", "XY-07", "XY-03"]
    assert found.checklist.sections[0].title == "Công trường"
    fence = found.checklist.items[2]
    assert fence.phrases == ("Một", "Hai")
    assert fence.when is not None
    assert [each.item for each in fence.when.all] == [None, "XY-01"]
    assert "dòng 3 [name]: “guard_rail” thành mục XY-01" in told(found)


# (row, its extra columns, what must be told)
NOT_KEPT: Sequence[tuple[Sequence[str], Mapping[str, str], str]] = (
    (("select_multiple kind", "a", "A", "A"), {}, "kiểu “select_multiple kind” không có trong phiếu"),
    (("calculate", "a", "A", "A"), {"calculation": "1+1"}, "kiểu “calculate” không có trong phiếu"),
    (("note", "a", "Nhớ đeo kính", "N"), {}, "“Nhớ đeo kính” không được nhập"),
    (("geopoint", "a", "A", "A"), {}, "điện thoại tự ghi"),
    (("begin repeat", "a", "A", "A"), {}, "không có nhóm lặp lại"),
    (("select_one pf", "b", "B", "B", *PLAIN), {"appearance": "minimal"}, "cách trình bày riêng không giữ"),
    (("select_one pf", "b", "B", "B", *PLAIN), {"default": "pass"}, "“pass” không được nhập"),
    (("select_one pf", "b", "B", "B", *PLAIN), {"required": "${q} = 'fail'"}, "bắt buộc có điều kiện không giữ"),
    (("select_one pf", "b", "B", "B", *PLAIN), {"hint::English (en)": "hold"}, "“hold” không được nhập"),
    (("select_one pf", "b", "B", "B", *PLAIN), {"constraint": ". = 'pass'"}, "không giữ cho kiểu này"),
    (("select_one pf or_other", "b", "B", "B", *PLAIN), {}, "or_other không giữ"),
    (("select_one pf", "b", "B", "B", *PLAIN), {"màu sắc": "đỏ"}, "[màu sắc]: cột này không có trong ngôn ngữ phiếu"),
    (("select_one pf", "b", "B", "B", *PLAIN), {"disabled": "yes"}, "dòng đã bị tắt"),
    (("select_one pf", "b", "Chỉ tiếng Việt", "", *PLAIN), {}, "chưa có câu hỏi tiếng Anh"),
    (("select_one pf", "b", "B", "B", *PLAIN), {"relevant": "count(${q}) > 1"}, "không có hàm “count”"),
    (("select_one pf", "b", "B", "B", *PLAIN), {"relevant": "${gone} = 'x'"}, "không có câu hỏi “gone”"),
    (("select_one pf", "b", "B", "B", *PLAIN), {"relevant": "${q} = 'maybe'"}, "không có lựa chọn “maybe”"),
    (("select_one pf", "b", "B", "B", *PLAIN), {"relevant": "${q} = "}, "không hiểu “cuối điều kiện”"),
)


@pytest.mark.parametrize(("row", "more", "expected"), NOT_KEPT, ids=[each[2][:40] for each in NOT_KEPT])
def test_what_a_checklist_cannot_hold_is_told_by_its_row(
    row: Sequence[str], more: Mapping[str, str], expected: str
) -> None:
    padded = [*row, *[""] * (len(HEADERS) - len(row)), *more.values()]
    closing = [("end repeat",)] if row[0] == "begin repeat" else []

    found = form(("select_one pf", "q", "Q", "Q", *PLAIN), padded, *closing, headers=(*HEADERS, *more))

    assert expected in told(found)
    assert "dòng" in told(found)


# What must be mended first: (rows, what must be told with its row)
STOPS: Sequence[tuple[Sequence[Sequence[str]], str]] = (
    ([("select_one pf", "a", "A", "A", *PLAIN)] * 2, "dòng 3 [name]: tên “a” đã dùng ở dòng 2"),
    ([("select_one gone", "a", "A", "A", *PLAIN)], "dòng 2 [type]: không có danh sách “gone”"),
    ([("", "a", "A", "A", *PLAIN)], "dòng 2 [type]: dòng “A” không có kiểu"),
    ([("select_one pf", "", "A", "A", *PLAIN)], "dòng 2 [name]: dòng “A” không có tên"),
    ([("begin group", "g", "G", "G"), ("select_one pf", "a", "A", "A", *PLAIN)], "dòng 2 [type]: nhóm “g” chưa đóng"),
    ([("select_one pf", "a", "A", "A", *PLAIN), ("end group",)], "dòng 3 [type]: đóng nhóm mà chưa mở"),
    ([("select_one pf", "a", "A", "A", "9", "7", "Một\nHai")], "dòng 2 [severity]: XY-01: phải từ 1 đến 4"),
    ([("select_one pf", "a", "A", "A", "3", "", "Một\nHai")], "dòng 2 [remedy_days]: XY-01: thiếu khóa bắt buộc"),
    ([("select_one pf", "a", "A", "A", "3", "7", "Một")], "dòng 2 [phrases]: XY-01"),
    ([("decimal", "a", "A", "A", "3", "7")], "dòng 2 [constraint]: XY-01: kiểu number phải có khóa này"),
    ([("select_one pf", "a", "", "", *PLAIN)], "dòng 2 [label]: XY-01"),
)  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), STOPS, ids=[each[1][:50] for each in STOPS])
def test_what_must_be_mended_stops_and_names_its_row(rows: Sequence[Sequence[str]], expected: str) -> None:
    found = form(*rows)

    assert found.checklist is None
    assert any(each.stops and expected in str(each) for each in found.remarks), told(found)


@pytest.mark.parametrize("missing", ["survey", "settings"])
def test_a_missing_sheet_is_told(missing: str) -> None:
    sheets = {"survey": (HEADERS, ("select_one pf", "a", "A", "A", *PLAIN)), "choices": CHOICES, "settings": SETTINGS}
    del sheets[missing]

    found = checklist_import.read(book(sheets), LIBRARY)

    assert found.checklist is None
    assert f"thiếu trang {missing}" in told(found)


def test_what_stands_outside_the_table_is_told() -> None:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as file:
        survey = file.add_worksheet("survey")
        for place, header in enumerate(HEADERS):
            survey.write_string(0, place, header)
        for place, cell in enumerate(("select_one pf", "a", "A", "A", *PLAIN)):
            survey.write_string(1, place, cell)
        survey.write_string(1, 9, "ghi chú bên lề")
        survey.write_formula(2, 2, "=1+1", None, "2")
        survey.write_string(100, 0, "text")
        for name, rows in (("choices", CHOICES), ("settings", SETTINGS), ("ghi chép", [["x"]])):
            sheet = file.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, cell)

    found = told(checklist_import.read(kept.getvalue(), LIBRARY))

    assert "cột J không có tiêu đề" in found
    assert "ô có công thức: C3" in found
    assert "dữ liệu đến dòng 101 nhưng chỉ đọc đến dòng" in found
    assert "ghi chép: trang này không phải của XLSForm" in found


def zipped(parts: Mapping[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts.items():
            pack.writestr(name, content)
    return kept.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


GOOD = book({"survey": (HEADERS, ("select_one pf", "a", "A", "A", *PLAIN)), "choices": CHOICES, "settings": SETTINGS})
DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
LIES: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "tệp trống"),
    "pdf": (b"%PDF-1.7\n%more", "tệp PDF"),
    "html": (b"  <html><table></table></html>", "trang HTML"),
    "csv": ("mã,câu hỏi\n1,Có".encode(), "CSV"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
    "cut short": (GOOD[: len(GOOD) // 2], "tệp hỏng"),
    "another zip": (zipped({"word/document.xml": b"<x/>"}), "không phải sổ tính"),
    "macros": (zipped({**parts_of(GOOD), "xl/vbaProject.bin": b"x"}), "macro"),
    "external links": (zipped({**parts_of(GOOD), "xl/externalLinks/externalLink1.xml": b"<x/>"}), "địa chỉ khác"),
    "entities": (zipped({**parts_of(GOOD), "xl/worksheets/sheet1.xml": DTD + b"<x>&b;</x>"}), "thực thể"),
    "bomb": (zipped({**parts_of(GOOD), "xl/zero.bin": b"\0" * (workbook_files.MOST_UNPACKED + 1)}), "bung ra quá lớn"),
    "broken sheet": (zipped({**parts_of(GOOD), "xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}), "tệp hỏng"),
    "broken workbook": (zipped({**parts_of(GOOD), "xl/workbook.xml": b"not xml"}), "tệp hỏng"),
    "no sheets": (zipped({**parts_of(GOOD), "xl/_rels/workbook.xml.rels": b"<Relationships/>"}), "tệp hỏng"),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_file_that_is_no_workbook_gets_a_message(lie: str) -> None:
    data, expected = LIES[lie]

    found = checklist_import.read(data, LIBRARY)

    assert found.checklist is None
    assert expected in told(found)
    assert len(found.remarks) == 1


def test_two_columns_of_one_name_are_told() -> None:
    found = form(("select_one pf", "a", "A", "A", "x"), headers=("type", "name", "label", "label", "severity"))

    assert "hai cột cùng tên “label”" in told(found)


def test_a_long_form_is_told_and_not_a_trace() -> None:
    rows: list[Any] = [("select_one pf", f"q{number}", "A", "A", *PLAIN) for number in range(1_000)]

    found = form(*rows)

    assert found.checklist is None
    assert "phiếu có tối đa 200 mục, tệp có 1000" in told(found)


def test_a_rule_tells_a_field_named_by_digits_from_a_number() -> None:
    rules = [FailRule("0", below_field="000"), FailRule("0", below=0), FailRule("valid", below_field="total")]

    written = rules_cell(rules)

    assert written == '0 < "000"\n0 < 0\nvalid < total'
    assert rules_of(written) == [
        {"field": "0", "below_field": "000"},
        {"field": "0", "below": 0},
        {"field": "valid", "below_field": "total"},
    ]
