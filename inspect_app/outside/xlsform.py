"""Forms in Excel: read and judged by pyxform, as other tools of the trade do; written so that it has no objection."""

import io
import logging
import re
from collections.abc import Mapping
from typing import Any

import xlsxwriter
from pyxform.errors import PyXFormError
from pyxform.xls2json import workbook_to_json
from pyxform.xls2json_backends import DefinitionData, get_xlsform

from inspect_app.domain.xlsform_out import Sheets
from inspect_app.domain.xlsform_sheets import Remark, Sheet
from inspect_app.outside import workbook_files
from inspect_app.outside.workbook_files import AGAIN, NotAWorkbook

log = logging.getLogger(__name__)

READ = ("survey", "choices", "settings")
# Sheets that pyxform knows and a checklist has no use for.
LEFT = ("external_choices", "entities", "osm")
MOST_ROWS = 20_000
GAP = 60  # pyxform stops reading a sheet after so many empty rows
WIDTHS = {"type": 26, "name": 18, "basis": 44, "phrases": 44, "relevant": 34}


def read(data: bytes) -> tuple[dict[str, Sheet], list[Remark]]:
    """The sheets, and what was wrong with the file itself. Raises NotAWorkbook."""
    workbook_files.check(data)
    book = _read(data)
    remarks = _strangers(book)
    sheets: dict[str, Sheet] = {}
    for name in READ:
        rows, headers = getattr(book, name), getattr(book, f"{name}_header")
        if rows is None and not headers:
            continue
        if rows and len(rows) > MOST_ROWS:
            raise NotAWorkbook(f"trang {name} có hơn {MOST_ROWS} dòng", "chia thành nhiều phiếu")
        numbered = [(number, {key: str(cell) for key, cell in row.items()}) for number, row in enumerate(rows or [], 2)]
        sheets[name] = Sheet(list(headers[0]) if headers else [], numbered)
    return sheets, remarks + _unread(data, sheets)


def judge(sheets: Mapping[str, Sheet]) -> list[Remark]:
    """What pyxform itself holds against the form; it stops at the first thing."""
    told: dict[str, Any] = {"sheet_names": list(sheets)}
    for name, sheet in sheets.items():
        told[name] = [dict(cells) for _, cells in sheet.rows]
        told[f"{name}_header"] = [dict.fromkeys(sheet.headers)]
    try:
        workbook_to_json(DefinitionData(**told), form_name="data", warnings=[])
    except PyXFormError as refused:
        return [_refusal(str(refused))]
    except Exception as broken:  # noqa: BLE001 - a reader that was not written for hostile files, whatever it trips over
        log.info("pyxform could not judge a form: %r", broken)
        return [_refusal(f"{type(broken).__name__}: {broken}")]
    return []


def write(sheets: Sheets) -> bytes:
    """An .xlsx file; no cell is ever a formula or a link."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for name, (headers, rows) in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, header in enumerate(headers):
            sheet.set_column(place, place, WIDTHS.get(header, 40 if "::" in header else 14))
            sheet.write_string(0, place, header, bold)
        for number, row in enumerate(rows, 1):
            for place, header in enumerate(headers):
                if row.get(header):
                    sheet.write_string(number, place, row[header], wrapped)
    book.close()
    return kept.getvalue()


def _read(data: bytes) -> DefinitionData:
    try:
        return get_xlsform(io.BytesIO(data), file_type=".xlsx")
    except PyXFormError as refused:
        match = re.match(r"Duplicate column header: (.*)", str(refused))
        if match:
            raise NotAWorkbook(f"hai cột cùng tên “{match[1][:60]}”", "mỗi cột một tên riêng") from refused
        raise NotAWorkbook("tệp hỏng: không đọc được các trang") from refused
    except Exception as broken:  # openpyxl says no to a broken file with whatever it trips over
        log.info("a workbook could not be read: %r", broken)
        raise NotAWorkbook("tệp hỏng: không đọc được các trang", AGAIN) from broken


def _strangers(book: DefinitionData) -> list[Remark]:
    """Sheets that are not read."""
    remarks = []
    for name in book.sheet_names or ():
        if name.lower() not in READ and len(book.sheet_names or ()) > 1:
            known = name.lower() in LEFT
            wrong = "trang này không được nhập" if known else "trang này không phải của XLSForm, không được nhập"
            remarks.append(
                Remark(str(name), 0, "", wrong, "không cần làm gì, hoặc đổi tên thành survey, choices, settings")
            )
    return remarks


def _unread(data: bytes, sheets: Mapping[str, Sheet]) -> list[Remark]:
    """What stands in the file and is not read as it stands: formulas, columns without a name, rows after a gap."""
    remarks = []
    for name, seen in workbook_files.look(data).items():
        sheet = sheets.get(name.lower())
        if sheet is None:
            continue
        if seen.formulas:
            cells = ", ".join(seen.formulas[:10]) + (" …" if len(seen.formulas) > 10 else "")
            wrong = f"ô có công thức: {cells}; chỉ kết quả đã lưu được đọc"
            remarks.append(Remark(name, 0, "", wrong, "dán lại dưới dạng giá trị (Paste Values)"))
        for column, row in sorted(seen.headless.items()):
            wrong = f"cột {column} không có tiêu đề, không được đọc"
            remarks.append(Remark(name, row, column, wrong, "ghi tên cột ở dòng 1, hoặc xóa"))
        last = sheet.rows[-1][0] if sheet.rows else 1
        if seen.last_row > last:
            wrong = f"dữ liệu đến dòng {seen.last_row} nhưng chỉ đọc đến dòng {last}, vì có hơn {GAP} dòng trống"
            remarks.append(Remark(name, seen.last_row, "", wrong, "xóa các dòng trống", stops=True))
    return remarks


def _refusal(said: str) -> Remark:
    row = re.match(r"\[row : (\d+)\]\s*", said)
    text = re.sub(r"\s+", " ", said[row.end() :] if row else said)[:300]
    return Remark(
        "survey" if row else "",
        int(row[1]) if row else 0,
        "",
        f"pyxform không nhận: {text}",
        "sửa theo lời báo; công cụ ODK cũng sẽ báo như vậy",
        stops=True,
    )
