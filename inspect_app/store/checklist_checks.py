"""Everything that can be wrong with a checklist although each key by itself is well-formed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from inspect_app.domain.checklists import NOT_APPLICABLE, ItemType, Verdict
from inspect_app.domain.laws import Laws
from inspect_app.store.checklist_schema import ChecklistProblem

# Keys that only some types have; any other key of ItemShape belongs to all.
KEYS_OF_TYPE: Mapping[ItemType, frozenset[str]] = {
    ItemType.PASS_FAIL: frozenset(),
    ItemType.NUMBER: frozenset({"unit", "range", "min", "max", "limit_basis"}),
    ItemType.COUNT: frozenset({"fields", "fail"}),
    ItemType.DATE: frozenset({"older_than_days", "expires"}),
    ItemType.CHOICE: frozenset({"options"}),
    ItemType.TEXT: frozenset(),
}
NEEDED_BY_TYPE: Mapping[ItemType, tuple[str, ...]] = {
    ItemType.NUMBER: ("unit", "range"),
    ItemType.COUNT: ("fields",),
    ItemType.CHOICE: ("options",),
}
TYPED_KEYS = frozenset[str]().union(*KEYS_OF_TYPE.values())


class Checks:
    """Collects the problems of one file; `name` is folder/file."""

    def __init__(self, name: str, laws: Laws) -> None:
        self.name = name
        self.laws = laws
        self.valid_from = date.max
        self.problems: list[ChecklistProblem] = []
        # Items that could not be read: what points at them is not wrong for that.
        self.unread: set[str] = set()

    def check(self, head: dict[str, Any], items: list[dict[str, Any]]) -> None:
        self.valid_from = head["valid_from"]
        self._check_head(head, items)
        above: dict[str, dict[str, Any]] = {}
        for item in items:
            self._check_item(item, above)
            above[item["id"]] = item

    def say(self, item: str, key: str, wrong: str, mend: str) -> None:
        self.problems.append(ChecklistProblem(self.name, item, key, wrong, mend))

    def _check_head(self, head: dict[str, Any], items: list[dict[str, Any]]) -> None:
        expected = f"{head['code'].lower()}/v{head['version']}.toml"
        if expected != self.name:
            self.say("", "code", f"mã và phiên bản không khớp tên tệp (mong đợi {expected})", "sửa mã hoặc đổi tên tệp")
        sections = [each["id"] for each in head["section"]]
        for section in _twice(sections):
            self.say("", "section", f"phần {section} bị ghi hai lần", "đổi mã một trong hai phần")
        for section in sections:
            if not self.unread and not any(item["section"] == section for item in items):
                self.say("", "section", f"phần {section} không có mục nào", "thêm mục hoặc xóa phần")
        for item in items:
            if item["section"] not in sections:
                self.say(item["id"], "section", f"không có phần {item['section']}", "dùng mã của một [[section]]")
            if not item["id"].startswith(head["code"] + "-"):
                self.say(item["id"], "id", "mã mục không bắt đầu bằng mã phiếu", f"đổi thành {head['code']}-…")

    def _check_item(self, item: dict[str, Any], above: Mapping[str, dict[str, Any]]) -> None:
        if item["id"] in above:
            self.say(item["id"], "id", "mã mục bị ghi hai lần", "đổi mã của mục sau")
        kind = ItemType(item["type"])
        self._check_keys(item, kind)
        if kind is ItemType.NUMBER:
            self._check_number(item)
        if kind is ItemType.COUNT:
            self._check_count(item)
        if item.get("expires") and "older_than_days" in item:
            self.say(item["id"], "expires", "ngày hết hạn không đi cùng older_than_days", "giữ một trong hai khóa")
        if kind is ItemType.CHOICE:
            self._check_options(item)
        self._check_phrases(item)
        self._check_law(item)
        if "when" in item:
            self._check_condition(item["id"], item["when"], above)

    def _check_keys(self, item: dict[str, Any], kind: ItemType) -> None:
        given = {key.rstrip("_") for key in item}
        for key in sorted(given & (TYPED_KEYS - KEYS_OF_TYPE[kind])):
            self.say(item["id"], key, f"khóa này không dùng cho kiểu {kind}", "xóa khóa hoặc đổi type")
        for key in NEEDED_BY_TYPE.get(kind, ()):
            if key not in given:
                self.say(item["id"], key, f"kiểu {kind} phải có khóa này", "thêm khóa, xem forms/README.md")

    def _check_number(self, item: dict[str, Any]) -> None:
        limits = [item[key] for key in ("min", "max") if key in item]
        if limits and "limit_basis" not in item:
            self.say(item["id"], "limit_basis", "có ngưỡng nhưng không có căn cứ", "ghi văn bản quy định ngưỡng")
        if "limit_basis" in item and not limits:
            self.say(item["id"], "limit_basis", "có căn cứ nhưng không có ngưỡng", "thêm min hoặc max, hoặc xóa khóa")
        if len(limits) == 2 and limits[0] > limits[1]:
            self.say(item["id"], "min", "min lớn hơn max", "đổi chỗ hai ngưỡng")
        least, most = item.get("range", (float("-inf"), float("inf")))
        if least >= most or any(not least <= limit <= most for limit in limits):
            self.say(item["id"], "range", "khoảng đo không chứa các ngưỡng", "ghi [nhỏ nhất, lớn nhất] rộng hơn ngưỡng")

    def _check_count(self, item: dict[str, Any]) -> None:
        known = [each["id"] for each in item.get("fields_", ())]
        for field in _twice(known):
            self.say(item["id"], "fields", f"trường {field} bị ghi hai lần", "đổi mã trường")
        wholes = [each["within"] for each in item.get("fields_", ()) if each["within"]]
        rules = item.get("fail", ())
        named = [rule.get(key) for rule in rules for key in ("field", "above_field", "below_field")]
        for field in [*wholes, *(each for each in named if each)]:
            if field not in known:
                self.say(item["id"], "fail", f"không có trường {field}", "dùng mã của một trường trong fields")
        for rule in rules:
            if len(rule) != 2:
                wrong = "mỗi quy tắc cần field và đúng một phép so sánh"
                self.say(item["id"], "fail", wrong, "ghi một trong: above, below, above_field, below_field")

    def _check_options(self, item: dict[str, Any]) -> None:
        known = [each["id"] for each in item.get("options", ())]
        for option in _twice(known):
            self.say(item["id"], "options", f"lựa chọn {option} bị ghi hai lần", "đổi mã lựa chọn")
        if NOT_APPLICABLE in known:
            self.say(item["id"], "options", "mã na dành cho “không áp dụng”", "đổi mã lựa chọn; na luôn có sẵn")

    def _check_phrases(self, item: dict[str, Any]) -> None:
        count = len(item["phrases"])
        if can_fail(item) and not 2 <= count <= 5:
            self.say(
                item["id"], "phrases", f"mục có thể không đạt phải có 2–5 câu, đang có {count}", "thêm hoặc bớt câu"
            )
        if not can_fail(item) and count:
            self.say(item["id"], "phrases", "mục này không bao giờ “không đạt”", "xóa phrases")

    def _check_law(self, item: dict[str, Any]) -> None:
        for basis in [*item["basis"], *([item["limit_basis"]] if "limit_basis" in item else [])]:
            law = self.laws.laws.get(basis["law"])
            if law is None:
                self.say(item["id"], "basis", f"không có văn bản {basis['law']}", "thêm vào forms/laws hoặc sửa mã")
            elif not law.in_force_on(self.valid_from):
                wrong = f"{law.number} không có hiệu lực ngày {self.valid_from}"
                self.say(
                    item["id"],
                    "basis",
                    wrong,
                    f"dùng văn bản thay thế{f': {law.replaced_by}' if law.replaced_by else ''}",
                )
        for code in item["penalties"]:
            if code not in self.laws.penalties:
                self.say(
                    item["id"], "penalties", f"không có quy tắc xử phạt {code}", "thêm vào forms/laws/penalties.toml"
                )

    def _check_condition(self, item: str, when: Mapping[str, Any], above: Mapping[str, dict[str, Any]]) -> None:
        for each in (*when.get("all_", ()), *when.get("any_", ())):
            self._check_condition(item, each, above)
        tests = {"is_", "verdict", "above", "below"} & when.keys()
        if "item" not in when:
            if tests or "field" in when or not {"all_", "any_"} & when.keys():
                self.say(item, "when", "điều kiện không nói về mục nào", 'thêm item = "…", hoặc all / any')
            return
        asked = above.get(when["item"])
        if when["item"] in self.unread:
            return
        if asked is None:
            wrong = f"điều kiện nói về {when['item']}, không đứng trước mục này trong tệp"
            self.say(item, "when", wrong, "chỉ phụ thuộc vào mục ở phía trên; chuyển mục hoặc sửa mã")
            return
        if not tests:
            self.say(item, "when", "điều kiện không so sánh gì", "thêm is, verdict, above hoặc below")
        self._check_comparison(item, when, asked)

    def _check_comparison(self, item: str, when: Mapping[str, Any], asked: dict[str, Any]) -> None:
        possible = _possible_answers(asked)
        for answer in when.get("is_", ()):
            if answer not in possible:
                wrong = f"{asked['id']} không có câu trả lời {answer}"
                self.say(item, "when", wrong, f"chọn trong: {', '.join(possible) or 'dùng verdict, above hoặc below'}")
        if not {"above", "below", "field"} & when.keys():
            return
        numeric = asked["type"] == ItemType.NUMBER and "field" not in when
        counted = asked["type"] == ItemType.COUNT and when.get("field") in [e["id"] for e in asked.get("fields_", ())]
        if not numeric and not counted:
            wrong = f"không so sánh số được với {asked['id']}"
            self.say(item, "when", wrong, "above, below dùng cho kiểu number, hoặc kiểu count kèm field")


def can_fail(raw: Mapping[str, Any]) -> bool:
    """Whether any answer to this item can be a failure."""
    match ItemType(raw["type"]):
        case ItemType.PASS_FAIL | ItemType.DATE:
            return True
        case ItemType.NUMBER:
            return "min" in raw or "max" in raw
        case ItemType.COUNT:
            return "fail" in raw
        case ItemType.CHOICE:
            return any(each["verdict"] == Verdict.FAIL for each in raw.get("options", ()))
        case ItemType.TEXT:
            return False


def _possible_answers(raw: Mapping[str, Any]) -> list[str]:
    match ItemType(raw["type"]):
        case ItemType.PASS_FAIL:
            return ["pass", "fail", NOT_APPLICABLE]
        case ItemType.CHOICE:
            return [*(each["id"] for each in raw.get("options", ())), NOT_APPLICABLE]
        case _:
            return [NOT_APPLICABLE]


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
