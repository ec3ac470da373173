"""An XLSForm as a checklist file, and row by row what of it our language has no words for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inspect_app.domain.relevance import Asked, Inexpressible, Raw, to_relevant
from inspect_app.domain.xlsform_cells import condition_of
from inspect_app.domain.xlsform_out import SECTION
from inspect_app.domain.xlsform_rows import KNOWN, Question, Reader
from inspect_app.domain.xlsform_sheets import Notes, Remark, Sheet, read_choices, read_settings, renamed, slug
from inspect_app.domain.xpath import to_condition

ITEM_NAME = re.compile(r"[A-Z]{2,4}[-_][A-Z0-9]{1,6}")
GROUP = re.compile(r"(begin|end)[ _](group|repeat)$")


@dataclass(slots=True)
class Taken:
    """raw: the checklist as its file would say it; rows: item → its row in the survey sheet."""

    raw: dict[str, Any]
    remarks: list[Remark]
    rows: dict[str, int]


@dataclass(slots=True)
class Group:
    row: int
    name: str
    section: str
    relevant: str = ""
    count: Question | None = None


def take(sheets: Mapping[str, Sheet]) -> Taken:
    """Never raises for what a file says: whatever cannot be used is a remark."""
    remarks: list[Remark] = []
    head = read_settings(sheets.get("settings"), remarks)
    lists = read_choices(sheets.get("choices"), remarks)
    survey = sheets.get("survey")
    if survey is None or not survey.rows:
        Notes("survey", remarks).tell(
            0, "", "thiếu trang survey", "thêm trang survey với type, name, label", stops=True
        )
        return Taken(head, remarks, {})
    walk = _Walk(str(head.get("code", "")), Reader(lists, Notes("survey", remarks)))
    for number, cells in renamed(survey, KNOWN, walk.notes):
        walk.row(number, cells)
    walk.finish()
    for name, each in lists.items():
        if not each.is_used:
            Notes("choices", remarks).tell(
                each.row, "list_name", f"danh sách {name} không câu hỏi nào dùng", "xóa hoặc dùng nó"
            )
    raw = {**head, "section": walk.sections, "item": [each.raw for each in walk.items]}
    return Taken(raw, remarks, {each.raw["id"]: each.row for each in walk.items})


@dataclass(slots=True)
class _Walk:
    """Goes down the survey sheet: groups become sections, questions items."""

    code: str
    reader: Reader
    items: list[Question] = field(default_factory=list)
    sections: list[dict[str, str]] = field(default_factory=list)
    _groups: list[Group] = field(default_factory=list)
    _names: dict[str, int] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)
    _places: dict[str, tuple[str, str | None]] = field(default_factory=dict)

    @property
    def notes(self) -> Notes:
        return self.reader.notes

    def row(self, number: int, cells: Mapping[str, str]) -> None:
        if not cells:
            return
        kind = re.sub(r"\s+", " ", cells.get("type", "").strip())
        if cells.get("disabled", "").lower() in {"yes", "true"}:
            self.notes.tell(number, "disabled", "dòng đã bị tắt, không được nhập", "xóa dấu ở cột disabled nếu cần")
            return
        if not kind:
            self.notes.tell(number, "type", f"dòng “{self._said(cells)}” không có kiểu", "điền cột type", stops=True)
            return
        group = GROUP.match(kind.lower())
        if group is None:
            self._question(number, kind, cells)
        elif group[1] == "begin":
            self._begin(number, cells, is_repeat=group[2] == "repeat")
        else:
            self._end(number)

    def finish(self) -> None:
        for group in self._groups:
            self.notes.tell(group.row, "type", f"nhóm “{group.name}” chưa đóng", "thêm dòng end group", stops=True)
        asked = {each.raw["id"]: each.asked for each in self.items}
        for each in self.items:
            self._condition(each, asked)

    # --- groups

    def _begin(self, number: int, cells: Mapping[str, str], *, is_repeat: bool) -> None:
        name = self._named(number, cells)
        if is_repeat:
            self.notes.tell(
                number,
                "type",
                "phiếu không có nhóm lặp lại; các câu hỏi bên trong được hỏi một lần",
                "tách thành nhiều mục, hoặc dùng mục count",
            )
        outer = self._groups[-1] if self._groups else None
        relevant = cells.get("relevant", "")
        if cells.get("item_type", "").lower() == "count" and not is_repeat:
            count = self._add(number, name, self.reader.count(number, cells))
            self._groups.append(Group(number, name, outer.section if outer else "", "", count))
            return
        if outer is None:
            section = self._section(name, cells)
        else:
            section = outer.section
            self.notes.tell(
                number,
                "label",
                f"nhóm trong nhóm: các câu hỏi của “{self._said(cells)}” vào phần chung, tên nhóm không giữ",
                "đưa nhóm ra ngoài nếu cần một phần riêng",
            )
        self._groups.append(Group(number, name, section, relevant))

    def _end(self, number: int) -> None:
        if not self._groups:
            self.notes.tell(number, "type", "đóng nhóm mà chưa mở", "xóa dòng này hoặc thêm begin group", stops=True)
            return
        self._groups.pop()

    def _section(self, name: str, cells: Mapping[str, str]) -> str:
        own = slug(re.sub(r"\.\d+$", "", name.removeprefix(SECTION)))
        title = cells.get("label") or cells.get("label_en") or name
        if not any(each["id"] == own for each in self.sections):
            self.sections.append({"id": own, "title": title, "title_en": cells.get("label_en") or title})
        return own

    def _section_now(self, number: int) -> str:
        if self._groups and self._groups[0].section:
            return self._groups[0].section
        if not any(each["id"] == "general" for each in self.sections):
            self.sections.append({"id": "general", "title": "Chung", "title_en": "General"})
            self.notes.tell(
                number,
                "type",
                "câu hỏi ngoài nhóm được xếp vào phần “Chung”",
                "đặt trong begin group … end group để có phần riêng",
            )
        return "general"

    # --- questions

    def _question(self, number: int, kind: str, cells: Mapping[str, str]) -> None:
        group = self._groups[-1] if self._groups else None
        if group and group.count:
            name = self._named(number, cells)
            field_id = self.reader.field(group.count, group.name, number, kind, name, cells)
            if field_id:
                self._places[name] = (group.count.raw["id"], field_id)
            return
        if self.reader.is_aside(number, kind, cells, self.items[-1] if self.items else None):
            self._names.setdefault(cells.get("name", ""), number)
            return
        made = self.reader.question(number, kind, cells)
        if made is not None:
            self._add(number, self._named(number, cells), made)

    def _add(self, number: int, name: str, made: Question) -> Question:
        made.raw = {"id": self._id(number, name), "section": self._section_now(number), **made.raw}
        outer = [each.relevant for each in self._groups if each.relevant]
        made.relevant = [*outer, *made.relevant]
        self.items.append(made)
        self._places[name] = (made.raw["id"], None)
        return made

    def _named(self, number: int, cells: Mapping[str, str]) -> str:
        name = cells.get("name", "").strip()
        if not name:
            self.notes.tell(number, "name", f"dòng “{self._said(cells)}” không có tên", "điền cột name", stops=True)
        elif name in self._names:
            self.notes.tell(
                number, "name", f"tên “{name}” đã dùng ở dòng {self._names[name]}", "mỗi dòng một tên riêng", stops=True
            )
        else:
            self._names[name] = number
        return name

    def _id(self, number: int, name: str) -> str:
        """Our own ids come back as they were; any other name gets the next free number."""
        if ITEM_NAME.fullmatch(name) and name.startswith(self.code):
            own = name.replace("_", "-", 1)
        else:
            count = len(self.items) + 1
            while (own := f"{self.code}-{count:02d}") in self._ids:
                count += 1
            self.notes.tell(
                number, "name", f"“{name}” thành mục {own}", "không cần làm gì; mã này giữ nguyên qua các phiên bản"
            )
        self._ids.add(own)
        return own

    @staticmethod
    def _said(cells: Mapping[str, str]) -> str:
        return (cells.get("label") or cells.get("label_en") or cells.get("name") or "…")[:60]

    # --- conditions

    def _condition(self, item: Question, asked: Mapping[str, Asked]) -> None:
        own = condition_of(item.when) if item.when else None
        if own is not None and not item.relevant:
            item.raw["when"] = own
            return
        found: list[Raw] = []
        for expression in item.relevant:
            try:
                is_own = expression == item.relevant[-1] and own is not None and _says(own, asked) == expression
                found.append(dict(own) if is_own and own else to_condition(expression, self._places, asked))
            except Inexpressible as gap:
                self.notes.tell(item.row, "relevant", f"{gap.wrong}: mục {item.raw['id']} sẽ luôn được hỏi", gap.mend)
            else:
                if own is not None and not is_own:
                    self.notes.tell(
                        item.row, "when", "cột when nói khác cột relevant; dùng relevant", "xóa một trong hai"
                    )
        if found:
            item.raw["when"] = found[0] if len(found) == 1 else {"all": found}


def _says(condition: Any, asked: Mapping[str, Asked]) -> str | None:
    """What our own words would be as an expression; None when they are not a condition at all."""
    try:
        return to_relevant(condition, asked)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
