"""One question of an XLSForm as one item of a checklist file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inspect_app.domain.checklist_items import Evidence, ItemType, Verdict
from inspect_app.domain.relevance import FIELD_GAP, Asked
from inspect_app.domain.xlsform_cells import basis_of, lines_of, names_of, number_of, rules_of
from inspect_app.domain.xlsform_out import PHOTO, SURVEY
from inspect_app.domain.xlsform_sheets import SPOKEN, ChoiceList, Notes, slug

OWN = tuple(column for column in SURVEY if "::" not in column)
KNOWN = (*OWN, *SPOKEN, *(f"{each}_en" for each in SPOKEN), "disabled")
SELECT = re.compile(r"(?:select[_ ]one|select1)\s+(\S+)( or_other)?$", re.IGNORECASE)
SIMPLE = {
    "decimal": ItemType.NUMBER,
    "integer": ItemType.NUMBER,
    "int": ItemType.NUMBER,
    "range": ItemType.NUMBER,
    "date": ItemType.DATE,
    "text": ItemType.TEXT,
    "string": ItemType.TEXT,
}
WRITTEN_BY_THE_PHONE = frozenset(
    {
        "start",
        "end",
        "today",
        "deviceid",
        "device_id",
        "phonenumber",
        "phone_number",
        "username",
        "email",
        "audit",
        "subscriberid",
        "simserial",
        "start-geopoint",
        "background-audio",
        "background-geopoint",
        "geopoint",
        "gps",
        "location",
    }
)
RECORDED = {"image": Evidence.PHOTO, "photo": Evidence.PHOTO, "video": Evidence.VIDEO}
INSTEAD = {
    "select_multiple": "tách mỗi lựa chọn thành một mục pass/fail",
    "calculate": "phiếu tự tính kết quả từ câu trả lời; xóa dòng",
    "note": "đưa nội dung vào cột hint của mục",
    "rank": "dùng select_one",
    "audio": "dùng nhận xét của mục",
    "file": "dùng ảnh",
    "time": "dùng text",
    "datetime": "dùng date",
    "dateTime": "dùng date",
}
NOT_KEPT = ("constraint_message", "required_message", "default", "calculation", "readonly", "choice_filter", "hint_en")
YES, NO = frozenset({"yes", "true", "true()", "1", "có"}), frozenset({"no", "false", "false()", "0", "không"})
END = re.compile(r"\(?\s*\.\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?|\$\{[^}]+\})\s*\)?$")


@dataclass(slots=True)
class Question:
    """An item on its way in. when: its condition in our words; relevant: in the form's, from the outermost group in."""

    row: int
    raw: dict[str, Any]
    asked: Asked
    relevant: list[str] = field(default_factory=list)
    when: str = ""


class Reader:
    """Reads single rows; `notes` takes what cannot be kept."""

    def __init__(self, lists: Mapping[str, ChoiceList], notes: Notes) -> None:
        self.notes = notes
        self._lists = lists

    def question(self, number: int, kind: str, cells: Mapping[str, str]) -> Question | None:
        """None for a kind of question that a checklist does not have."""
        select = SELECT.match(kind)
        if select:
            return self._select(number, select[1], cells, is_open=bool(select[2]))
        own = SIMPLE.get(kind.lower())
        if own is None:
            mend = INSTEAD.get(kind.split()[0], "dùng select_one, decimal, date hoặc text")
            said = (cells.get("label") or cells.get("name") or "")[:60]
            self.notes.tell(number, "type", f"kiểu “{kind[:40]}” không có trong phiếu; “{said}” không được nhập", mend)
            return None
        made = self._made(number, own, cells, Asked(own))
        if own is ItemType.NUMBER:
            self._range(number, kind, cells, made)
        else:
            self._no_constraint(number, cells, is_date=own is ItemType.DATE)
        return made

    def is_aside(self, number: int, kind: str, cells: Mapping[str, str], before: Question | None) -> bool:
        """Rows that are no items: pictures belong to the item above, what every phone writes down to nobody."""
        word = kind.lower()
        if word in WRITTEN_BY_THE_PHONE:
            self.notes.tell(number, "type", f"“{kind}”: điện thoại tự ghi giờ, máy, vị trí", "không cần làm gì")
            return True
        evidence = RECORDED.get(word)
        if evidence is None:
            return False
        if before is None:
            self.notes.tell(
                number, "type", "ảnh không đứng sau mục nào, không được nhập", "đặt sau mục mà ảnh chứng minh"
            )
            return True
        kept: list[Any] = before.raw.setdefault("evidence", [])
        if evidence not in kept:
            kept.append(str(evidence))
            said = (cells.get("label") or cells.get("name") or kind)[:60]
            self.notes.tell(number, "type", f"“{said}” thành bằng chứng của mục {before.raw['id']}", "không cần làm gì")
        elif not cells.get("name", "").endswith(PHOTO):
            self.notes.tell(number, "name", f"mục {before.raw['id']} đã có ảnh là bằng chứng", "không cần làm gì")
        return True

    def count(self, number: int, cells: Mapping[str, str]) -> Question:
        """A group of numbers that are one item; its fields follow."""
        made = self._made(number, ItemType.COUNT, cells, Asked(ItemType.COUNT, fields={}))
        made.raw["fields"] = []
        return made

    def field(
        self, count: Question, group: str, number: int, kind: str, name: str, cells: Mapping[str, str]
    ) -> str | None:
        if kind.lower() not in {"integer", "int", "decimal"}:
            self.notes.tell(
                number, "type", "trong nhóm count chỉ có integer, decimal", "đưa dòng ra ngoài nhóm", stops=True
            )
            return None
        own = slug(name.removeprefix(group + FIELD_GAP))
        label = cells.get("label") or cells.get("label_en") or name
        told: dict[str, Any] = {"id": own, "label": label, "label_en": cells.get("label_en") or label}
        if cells.get("unit"):
            told["unit"] = cells["unit"]
        if kind.lower() == "decimal":
            told["decimal"] = True
        for sign, end in self._ends(number, cells.get("constraint", "")):
            if sign == "<=" and end.startswith("${"):
                told["within"] = slug(end[2:-1].strip().removeprefix(group + FIELD_GAP))
            elif (sign, end) != (">=", "0"):
                self.notes.tell(
                    number,
                    "constraint",
                    f"“. {sign} {end}” không giữ: số đếm từ 0 đến 1.000.000",
                    "dùng cột fail của nhóm",
                )
        self._left(number, cells, {"relevant", "severity", "evidence", "basis", "phrases", "penalties"})
        count.raw["fields"].append(told)
        count.asked = Asked(ItemType.COUNT, fields={**count.asked.fields, own: "decimal" not in told})
        return own

    # --- pieces

    def _select(self, number: int, listed: str, cells: Mapping[str, str], *, is_open: bool) -> Question | None:
        choices = self._lists.get(listed)
        if choices is None:
            self.notes.tell(
                number,
                "type",
                f"không có danh sách “{listed}” ở trang choices",
                "thêm danh sách hoặc sửa tên",
                stops=True,
            )
            return None
        choices.is_used = True
        if is_open:
            self.notes.tell(
                number, "type", "or_other không giữ", "thêm lựa chọn “khác” vào danh sách; chữ ghi ở nhận xét"
            )
        self._no_constraint(number, cells)
        if choices.is_pass_fail:
            return self._made(number, ItemType.PASS_FAIL, cells, Asked(ItemType.PASS_FAIL))
        verdicts = {each["id"]: _verdict(each["verdict"]) for each in choices.options}
        made = self._made(number, ItemType.CHOICE, cells, Asked(ItemType.CHOICE, verdicts, names=choices.names))
        made.raw["options"] = [dict(each) for each in choices.options]
        return made

    def _made(self, number: int, kind: ItemType, cells: Mapping[str, str], asked: Asked) -> Question:
        raw: dict[str, Any] = {"ask": cells.get("label") or cells.get("label_en", ""), "type": str(kind)}
        raw["ask_en"] = cells.get("label_en") or raw["ask"]
        if raw["ask"] and not cells.get("label_en"):
            self.notes.tell(
                number, "label_en", "chưa có câu hỏi tiếng Anh, tạm dùng tiếng Việt", "thêm cột label::English (en)"
            )
        raw |= _own_columns(cells)
        self._required(number, cells, is_select=kind in {ItemType.PASS_FAIL, ItemType.CHOICE})
        self._left(number, cells, set())
        relevant = [cells["relevant"]] if cells.get("relevant") else []
        limits = Asked(kind, asked.options, asked.fields, _end(raw.get("min")), _end(raw.get("max")), asked.names)
        return Question(
            number,
            {key: each for key, each in raw.items() if each not in ("", [])},
            limits,
            relevant,
            cells.get("when", ""),
        )

    def _left(self, number: int, cells: Mapping[str, str], more: set[str]) -> None:
        foreign = {
            each
            for each in cells
            if each in NOT_KEPT or each.partition(":")[0] in {"media", "bind", "body", "instance"}
        }
        for column in sorted(foreign | (cells.keys() & more)):
            self.notes.tell(
                number, column, f"“{cells[column][:60]}” không được nhập", "ngôn ngữ phiếu không có cột này"
            )
        if cells.get("appearance") and cells["appearance"] != "field-list":
            self.notes.tell(number, "appearance", "cách trình bày riêng không giữ", "không cần làm gì")

    def _required(self, number: int, cells: Mapping[str, str], *, is_select: bool) -> None:
        said = cells.get("required", "").lower()
        if said and said not in YES | NO:
            self.notes.tell(
                number, "required", "bắt buộc có điều kiện không giữ: mục nào hiện ra đều phải trả lời", "dùng relevant"
            )
        elif said in NO or (is_select and not said):
            self.notes.tell(
                number,
                "required",
                "mục hiện ra mà chưa trả lời sẽ bị nhắc trước khi gửi",
                "người kiểm tra chọn “Không áp dụng” khi không cần",
            )

    def _no_constraint(self, number: int, cells: Mapping[str, str], *, is_date: bool = False) -> None:
        said = cells.get("constraint", "")
        if said and not (is_date and re.fullmatch(r"\.\s*<=?\s*today\(\)", said)):
            self.notes.tell(
                number,
                "constraint",
                f"“{said[:60]}” không giữ cho kiểu này",
                "dùng phrases, fail, older_than_days hoặc bỏ",
            )

    def _range(self, number: int, kind: str, cells: Mapping[str, str], made: Question) -> None:
        least, most = None, None
        for sign, end in self._ends(number, cells.get("constraint", "")):
            if end.startswith("${"):
                self.notes.tell(
                    number, "constraint", "không so sánh số đo với câu hỏi khác", "dùng mục count với cột fail"
                )
                continue
            if sign in {">", "<"}:
                self.notes.tell(number, "constraint", f"khoảng đo gồm cả {end}", "dùng >=, <= nếu đúng ý")
            least, most = (number_of(end), most) if sign[0] == ">" else (least, number_of(end))
        if least is not None and most is not None:
            made.raw["range"] = [least, most]
        if kind.lower() in {"integer", "int"}:
            self.notes.tell(number, "type", "mục số nhận cả số lẻ", "dùng nhóm count nếu phải là số nguyên")

    def _ends(self, number: int, constraint: str) -> list[tuple[str, str]]:
        found = []
        for part in re.split(r"\s+and\s+", constraint.strip()) if constraint.strip() else []:
            match = END.match(part.strip())
            if match is None:
                self.notes.tell(
                    number, "constraint", f"“{part[:60]}” không giữ", "viết . >= nhỏ nhất and . <= lớn nhất"
                )
            else:
                found.append((match[1], match[2]))
        return found


def _own_columns(cells: Mapping[str, str]) -> dict[str, Any]:
    """Columns of our own, read as far as they can be; the checks of a checklist file judge what is in them."""
    raw: dict[str, Any] = {
        "advice": cells.get("hint", ""),
        "severity": number_of(cells.get("severity", "")),
        "evidence": names_of(cells.get("evidence", "")),
        "basis": basis_of(cells.get("basis", "")),
        "remedy_days": number_of(cells.get("remedy_days", "")),
        "phrases": lines_of(cells.get("phrases", "")),
        "penalties": names_of(cells.get("penalties", "")),
        "responsible": cells.get("responsible", ""),
        "unit": cells.get("unit", ""),
        "min": number_of(cells.get("limit_min", "")),
        "max": number_of(cells.get("limit_max", "")),
        "fail": rules_of(cells.get("fail", "")),
        "older_than_days": number_of(cells.get("older_than_days", "")),
        "expires": _flag(cells.get("expires", "")),
    }
    limits = basis_of(cells.get("limit_basis", ""))
    return raw | ({"limit_basis": limits[0] if len(limits) == 1 else limits} if limits else {})


def _flag(cell: str) -> Any:
    said = cell.lower()
    return True if said in YES else "" if said in NO else cell


def _verdict(said: str) -> Verdict:
    return Verdict(said) if said in {"pass", "fail", "na"} else Verdict.ANSWERED


def _end(said: Any) -> float | None:
    return said if isinstance(said, int | float) else None
