"""The shape of one checklist file, key by key; what the keys mean together is checked in checklist_files."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate

from inspect_app.domain.checklists import Confidence, Evidence, ItemType, Verdict


@dataclass(frozen=True, slots=True, order=True)
class ChecklistProblem:
    """One thing to mend, in words for the person who writes checklists. item and key may be empty."""

    file: str
    item: str
    key: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        place = " ".join(part for part in (self.file, self.item, self.key and f"[{self.key}]") if part)
        return f"{place}: {self.wrong}. → {self.mend}"


UNKNOWN_KEY = "khóa này không có trong ngôn ngữ phiếu"
MISSING_KEY = "thiếu khóa bắt buộc"
NOT_TEXT = "phải là chữ trong dấu ngoặc kép"
NOT_WHOLE = "phải là số nguyên"
NOT_NUMBER = "phải là số"
NOT_LIST = "phải là danh sách trong ngoặc vuông"
NOT_DAY = "phải là ngày, không có giờ, không có dấu ngoặc kép"
NOT_FLAG = "phải là true hoặc false"
NOT_TABLE = "phải là bảng trong ngoặc nhọn"
EMPTY = "không được để trống"

# How to mend a key, whatever was wrong with it.
MEND: Mapping[str, str] = {
    "id": "ghi mã riêng, ví dụ XDK-04 (mục) hoặc total (trường, lựa chọn)",
    "code": "ghi mã phiếu bằng chữ in hoa và số, trùng tên thư mục",
    "version": "ghi số nguyên từ 1, trùng tên tệp vN.toml",
    "severity": "ghi một số nguyên từ 1 đến 4",
    "type": "chọn một trong: " + ", ".join(ItemType),
    "evidence": "chọn trong: " + ", ".join(Evidence),
    "confidence": "chọn một trong: " + ", ".join(Confidence),
    "verdict": "chọn trong: pass, fail, na, none (lựa chọn) hoặc pass, fail, na, answered, unanswered (điều kiện)",
    "remedy_days": "ghi số ngày từ 0 đến 365; 0 là trước khi tiếp tục công việc",
    "phrases": "ghi từ 2 đến 5 câu, mỗi câu mô tả một lỗi cụ thể",
    "basis": 'ghi danh sách { law = "…", at = "…", confidence = "…" }',
    "valid_from": "ghi ngày dạng 2026-11-01, không có dấu ngoặc kép",
    "use": "ghi mã mục và phiên bản, ví dụ GEN-26/v1",
    "expires": "ghi true, hoặc xóa khóa",
    "decimal": "ghi true cho số có phần thập phân, hoặc xóa khóa",
    "older_than_days": "ghi số ngày, số nguyên từ 0",
    "range": "ghi hai số [nhỏ nhất, lớn nhất] mà thiết bị đo có thể cho",
    "is": 'ghi một câu trả lời hoặc danh sách câu trả lời, ví dụ ["yes"]',
}
MEND_OTHERWISE = "xem forms/README.md, phần nói về khóa này"


def text(*, pattern: str | None = None, longest: int = 400, **more: Any) -> fields.String:
    rules: list[Any] = [validate.Length(min=1, max=longest, error=f"phải có từ 1 đến {longest} ký tự")]
    if pattern:
        rules.append(validate.Regexp(pattern, error="không đúng dạng {regex}"))
    return fields.String(validate=rules, error_messages=_messages(NOT_TEXT), **more)


def one_of(values: Sequence[str], **more: Any) -> fields.String:
    known = validate.OneOf(values, error="giá trị không có trong danh sách cho phép")
    return fields.String(validate=known, error_messages=_messages(NOT_TEXT), **more)


# TOML gives real numbers, days and booleans: they are checked, never converted, so that 85 stays 85 on the phone.
def whole(least: int, most: int, **more: Any) -> fields.Raw:
    def check(value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError(NOT_WHOLE)
        if not least <= value <= most:
            raise ValidationError(f"phải từ {least} đến {most}")

    return fields.Raw(validate=check, error_messages=_messages(NOT_WHOLE), **more)


def number(**more: Any) -> fields.Raw:
    def check(value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValidationError(NOT_NUMBER)

    return fields.Raw(validate=check, error_messages=_messages(NOT_NUMBER), **more)


def day(**more: Any) -> fields.Raw:
    def check(value: object) -> None:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise ValidationError(NOT_DAY)

    return fields.Raw(validate=check, error_messages=_messages(NOT_DAY), **more)


def flag(**more: Any) -> fields.Raw:
    def check(value: object) -> None:
        if not isinstance(value, bool):
            raise ValidationError(NOT_FLAG)

    return fields.Raw(validate=check, error_messages=_messages(NOT_FLAG), **more)


def list_of(inner: fields.Field[Any], *, least: int = 0, most: int = 200, **more: Any) -> fields.List[Any]:
    size = validate.Length(min=least, max=most, error=f"phải có từ {least} đến {most} phần tử")
    return fields.List(inner, validate=size, error_messages=_messages(NOT_LIST), **more)


def table_of(schema: type[Schema] | Callable[[], Schema], **more: Any) -> fields.Nested:
    return fields.Nested(schema, error_messages={**_messages(NOT_TABLE), "type": NOT_TABLE}, **more)


def _messages(invalid: str) -> dict[str, str | list[Any] | dict[Any, Any]]:
    return {"required": MISSING_KEY, "null": EMPTY, "invalid": invalid}


SMALL_ID = r"^[a-z0-9]+(-[a-z0-9]+|_[a-z0-9]+)*$"
ITEM_ID = r"^[A-Z]{2,4}-[A-Z0-9]{1,6}$"
# An item of another list, in one version of it: what is published must never change behind a reference.
SHARED_ID = r"^([A-Z]{2,4})-[A-Z0-9]{1,6}/v([0-9]{1,3})$"


class Shape(Schema):
    # Not a ClassVar: marshmallow declares it as an attribute of the schema.
    error_messages = {"unknown": UNKNOWN_KEY, "type": NOT_TABLE}


class BasisShape(Shape):
    law = text(required=True)
    at = text(load_default="")
    confidence = one_of(list(Confidence), required=True)
    note = text(load_default="")


class FieldShape(Shape):
    id = text(required=True, pattern=SMALL_ID)
    label = text(required=True)
    label_en = text(required=True)
    unit = text(load_default="")
    within = text(load_default=None)
    decimal = flag(load_default=False)


class FailShape(Shape):
    field = text(required=True)
    above = whole(0, 1_000_000)
    below = whole(0, 1_000_000)
    above_field = text()
    below_field = text()


class OptionShape(Shape):
    id = text(required=True, pattern=SMALL_ID)
    label = text(required=True)
    label_en = text(required=True)
    verdict = one_of(["pass", "fail", "na", "none"], required=True)


def _listed(data: Any, *keys: str) -> Any:
    """`is = "yes"` is short for `is = ["yes"]`, and so for the other keys."""
    if not isinstance(data, dict):
        return data
    return {key: [value] if key in keys and not isinstance(value, list) else value for key, value in data.items()}


class ConditionShape(Shape):
    item = text()
    is_ = list_of(text(), least=1, data_key="is")
    verdict = list_of(one_of(list(Verdict)), least=1)
    field = text()
    above = number()
    below = number()
    all_ = list_of(table_of(lambda: ConditionShape()), least=1, data_key="all")  # noqa: PLW0108 - not defined yet
    any_ = list_of(table_of(lambda: ConditionShape()), least=1, data_key="any")  # noqa: PLW0108 - not defined yet

    @pre_load
    def listed(self, data: Any, **_: Any) -> Any:
        return _listed(data, "is", "verdict")


class SectionShape(Shape):
    id = text(required=True, pattern=SMALL_ID)
    title = text(required=True)
    title_en = text(required=True)


class ItemShape(Shape):
    id = text(required=True, pattern=ITEM_ID)
    use = text(pattern=SHARED_ID)
    section = text(required=True)
    ask = text(required=True)
    ask_en = text(required=True)
    type = one_of(list(ItemType), required=True)
    severity = whole(1, 4, required=True)
    evidence = list_of(one_of(list(Evidence)), load_default=list)
    basis = list_of(table_of(BasisShape), load_default=list)
    remedy_days = whole(0, 365, required=True)
    phrases = list_of(text(), load_default=list)
    penalties = list_of(text(), load_default=list)
    advice = text(load_default="")
    responsible = text(load_default="")
    when = table_of(ConditionShape)
    unit = text()
    range = list_of(number(), least=2, most=2)
    min = number()
    max = number()
    limit_basis = table_of(BasisShape)
    fields_ = list_of(table_of(FieldShape), least=1, most=6, data_key="fields")
    fail = list_of(table_of(FailShape), least=1)
    older_than_days = whole(0, 3_660)
    expires = flag()
    options = list_of(table_of(OptionShape), least=2, most=12)

    @pre_load
    def listed(self, data: Any, **_: Any) -> Any:
        return _listed(data, "fail")


class FileShape(Shape):
    """The head of the file; its items are read one by one so that each problem names its item."""

    code = text(required=True, pattern=r"^[A-Z]{2,4}$")
    version = whole(1, 999, required=True)
    title = text(required=True)
    title_en = text(required=True)
    agencies = list_of(text(), least=1, required=True)
    sectors = list_of(text(), least=1, required=True)
    valid_from = day(required=True)
    section = list_of(table_of(SectionShape), least=1, required=True)
    item = list_of(fields.Raw(), least=1, required=True)


def told(errors: Any, *, file: str, item: str = "") -> list[ChecklistProblem]:
    """marshmallow's nested errors as problems, one per message."""
    problems: list[ChecklistProblem] = []

    def walk(node: Any, path: tuple[str, ...]) -> None:
        if isinstance(node, dict):
            for key, below in node.items():
                walk(below, (*path, str(key)))
            return
        key = ".".join(part for part in path if part != "_schema")
        last = next((part for part in reversed(path) if not re.fullmatch(r"[0-9]+|_schema", part)), "")
        problems.extend(_told_one(str(message), file, item, key, last) for message in node)

    walk(errors, ())
    return problems


def _told_one(message: str, file: str, item: str, key: str, last: str) -> ChecklistProblem:
    mend = MEND.get(last, MEND_OTHERWISE)
    if message == UNKNOWN_KEY:
        mend = "xóa khóa này hoặc sửa lại chính tả"
    return ChecklistProblem(file, item, key, message, mend)
