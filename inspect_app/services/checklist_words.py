"""The keys of a checklist and what stands in them, as a reader of two versions sees them."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from inspect_app.domain.checklist_items import Basis, Condition, FailRule, Field, Limit, Option, Penalty, Section
from inspect_app.domain.relevance import as_written
from inspect_app.domain.xlsform_cells import basis_cell, rules_cell

KEYS = {
    "title": "Tên phiếu",
    "title_en": "Tên tiếng Anh",
    "agencies": "Cơ quan",
    "sectors": "Ngành",
    "valid_from": "Dùng từ ngày",
    "section": "Phần",
    "ask": "Câu hỏi",
    "ask_en": "Câu hỏi tiếng Anh",
    "type": "Kiểu trả lời",
    "severity": "Mức nghiêm trọng",
    "evidence": "Bằng chứng",
    "basis": "Căn cứ",
    "remedy_days": "Số ngày khắc phục",
    "phrases": "Câu mô tả lỗi",
    "penalties": "Quy tắc xử phạt",
    "advice": "Hướng dẫn",
    "responsible": "Người phải khắc phục",
    "when": "Điều kiện hỏi",
    "unit": "Đơn vị",
    "range": "Khoảng đo",
    "limit": "Ngưỡng",
    "fields": "Các số",
    "fail": "Không đạt khi",
    "older_than_days": "Cũ hơn (ngày)",
    "expires": "Là ngày hết hạn",
    "options": "Lựa chọn",
}
NOTHING = "–"


def key_word(key: str) -> str:
    return KEYS.get(key, key)


SAID: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: "có" if value else "không"),
    (date, lambda value: f"{value:%d/%m/%Y}"),
    (Basis, lambda value: basis_cell([value])),
    (Penalty, lambda value: str(value.code)),
    (FailRule, lambda value: rules_cell([value])),
    (Limit, lambda value: f"{_number(value.min)} … {_number(value.max)} ({told(value.basis)})"),
    (Option, lambda value: f"{value.id}: {value.label} ({value.verdict})"),
    (Field, lambda value: f"{value.id}: {value.label}{f' ({value.unit})' if value.unit else ''}"),
    (Section, lambda value: f"{value.id}: {value.title}"),
    (Condition, lambda value: condition(as_written(value))),
    (str, str),
    (Sequence, lambda value: "; ".join(told(each) for each in value)),
)


def told(value: Any) -> str:
    """A value of a key in words; a dash for nothing."""
    if value is None or value == "" or value == ():
        return NOTHING
    return next((say(value) for kind, say in SAID if isinstance(value, kind)), str(value))


def condition(raw: dict[str, Any]) -> str:
    """ "XDK-G1 là yes", "XDK-18 lớn hơn 1.5", joined by "và" and "hoặc"."""
    parts = []
    if "item" in raw:
        parts.append(_about(raw))
    parts += [condition(each) for each in raw.get("all", ())]
    if raw.get("any"):
        parts.append(" hoặc ".join(condition(each) for each in raw["any"]))
    return " và ".join(parts)


def _about(raw: dict[str, Any]) -> str:
    said = []
    if raw.get("is"):
        said.append(f"là {' / '.join(raw['is'])}")
    if raw.get("verdict"):
        said.append(f"có kết quả {' / '.join(raw['verdict'])}")
    if "above" in raw:
        said.append(f"lớn hơn {raw['above']}")
    if "below" in raw:
        said.append(f"nhỏ hơn {raw['below']}")
    place = raw["item"] + (f" ({raw['field']})" if raw.get("field") else "")
    return f"{place} {', '.join(said)}"


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value}"
