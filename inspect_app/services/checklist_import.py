"""A form in Excel as a checklist: read, judged like a file of forms/, and told row by row what is wrong."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspect_app.domain.checklists import Checklist
from inspect_app.domain.xlsform_in import take
from inspect_app.domain.xlsform_out import sheets_of
from inspect_app.domain.xlsform_sheets import Remark
from inspect_app.outside import xlsform
from inspect_app.outside.workbook_files import NotAWorkbook
from inspect_app.store.checklist_build import build
from inspect_app.store.checklist_files import Library
from inspect_app.store.checklist_schema import ChecklistProblem
from inspect_app.store.checklist_toml import checklist_toml

# Key of a checklist file → column in which an Excel author writes it.
COLUMNS = {
    "ask": "label",
    "ask_en": "label_en",
    "advice": "hint",
    "code": "form_id",
    "title": "form_title",
    "id": "name",
    "min": "limit_min",
    "max": "limit_max",
    "range": "constraint",
    "options": "choices",
    "fields": "type",
    "section": "type",
}
MOST_ITEMS = 200  # as in a checklist file
HEAD = frozenset({"code", "version", "title", "title_en", "agencies", "sectors", "valid_from"})
MENDS = {
    "range": "ghi cột constraint: . >= nhỏ nhất and . <= lớn nhất",
    "basis": "mỗi dòng trong ô: mã văn bản | điều, khoản | verified, secondary, title-only hoặc memory",
    "phrases": "ghi từ 2 đến 5 câu, mỗi câu một dòng trong ô",
    "valid_from": "ghi ngày ở trang settings, dạng 2026-11-01",
    "ask": "điền cột label",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """checklist and source are there when nothing stops; remarks in the order of the file."""

    checklist: Checklist | None
    source: str
    remarks: list[Remark]

    @property
    def stopping(self) -> list[Remark]:
        return [each for each in self.remarks if each.stops]


def read(data: bytes, library: Library) -> Imported:
    """What the form says as the next version of its checklist. Never raises for what a file is or says."""
    try:
        sheets, remarks = xlsform.read(data)
    except NotAWorkbook as refused:
        return Imported(None, "", [refused.remark])
    taken = take(sheets)
    remarks += taken.remarks
    if not any(each.stops for each in remarks):
        remarks += xlsform.judge(sheets)
    raw = {**taken.raw, "version": library.next_version(str(taken.raw.get("code", "")))}
    remarks += _too_long(raw)
    source = checklist_toml(raw)
    checklist, problems = _built(source, raw, library)
    remarks += [_remark(each, taken.rows) for each in problems]
    remarks.sort(key=lambda each: (not each.stops, each.sheet, each.row))
    is_sound = checklist is not None and not any(each.stops for each in remarks)
    return Imported(checklist if is_sound else None, source, remarks)


def _too_long(raw: dict[str, Any]) -> list[Remark]:
    """A checklist has an end. What stands beyond it cannot be published, and is not looked at closely."""
    items = raw.get("item", [])
    if len(items) <= MOST_ITEMS:
        return []
    raw["item"] = items[:MOST_ITEMS]
    wrong = f"phiếu có tối đa {MOST_ITEMS} mục, tệp có {len(items)}; các mục sau chưa được kiểm tra kỹ"
    return [Remark("survey", 0, "", wrong, "chia thành nhiều phiếu", stops=True)]


def _built(source: str, raw: Mapping[str, Any], library: Library) -> tuple[Checklist | None, list[ChecklistProblem]]:
    """Built from the text that would be frozen, not from what it was made of."""
    name = f"{str(raw.get('code', '')).lower()}/v{raw['version']}.toml"
    return build(tomllib.loads(source), name, library.laws)


def _remark(problem: ChecklistProblem, rows: Mapping[str, int]) -> Remark:
    key = problem.key.partition(".")[0]
    mend = MENDS.get(key, problem.mend)
    column = COLUMNS.get(key, key)
    if problem.item:
        return Remark("survey", rows.get(problem.item, 0), column, f"{problem.item}: {problem.wrong}", mend, stops=True)
    return Remark(
        "settings" if key in HEAD else "survey", 2 if key in HEAD else 0, column, problem.wrong, mend, stops=True
    )


def write(checklist: Checklist) -> bytes:
    """The checklist as a form in Excel that pyxform converts without a warning."""
    return xlsform.write(sheets_of(checklist))
