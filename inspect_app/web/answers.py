"""Answers as people read them: "87,5 dBA", "12 người / 10 có thẻ", "Chưa từng làm", "Đạt"."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from inspect_app.domain.checklists import NEVER_DONE, NOT_APPLICABLE, Item, ItemType
from inspect_app.web.words import date_vi, number_vi, word


def answer_text(item: Item, value: Any) -> str:
    """One answer. What does not fit the item's type is shown as it was written, never hidden."""
    if value is None:
        return word("verdict", "unanswered")
    if value == NOT_APPLICABLE:
        return word("verdict", "na")
    told = _OF_TYPE[item.type](item, value)
    return told if told is not None else str(value)


def limit_text(item: Item) -> str:
    """What is allowed: "tối đa 85 dBA", "từ 18 đến 32 °C"; empty without a limit."""
    if item.limit is None:
        return ""
    least, most, unit = item.limit.min, item.limit.max, f" {item.unit}" if item.unit else ""
    if least is not None and most is not None:
        return f"từ {_number(least)} đến {_number(most)}{unit}"
    return f"tối đa {_number(most)}{unit}" if most is not None else f"tối thiểu {_number(least)}{unit}"


def _pass_fail(_: Item, value: Any) -> str | None:
    return word("verdict", value) if value in ("pass", "fail") else None


def _choice(item: Item, value: Any) -> str | None:
    return next((option.label for option in item.options if option.id == value), None)


def _measured(item: Item, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return f"{_number(value)} {item.unit}".strip()


def _count(item: Item, value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return None
    given = [field for field in item.fields if field.id in value]
    return " · ".join(f"{field.label}: {_number(value[field.id])} {field.unit}".strip() for field in given)


def _day(item: Item, value: Any) -> str | None:
    if value == NEVER_DONE:
        return "Không có" if item.expires else "Chưa từng làm"
    try:
        return date_vi(date.fromisoformat(value))
    except (TypeError, ValueError):
        return None


def _text(_: Item, value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: float | None) -> str:
    return number_vi(int(value) if value is not None and value == int(value) else value)


_OF_TYPE = {
    ItemType.PASS_FAIL: _pass_fail,
    ItemType.CHOICE: _choice,
    ItemType.NUMBER: _measured,
    ItemType.COUNT: _count,
    ItemType.DATE: _day,
    ItemType.TEXT: _text,
}
