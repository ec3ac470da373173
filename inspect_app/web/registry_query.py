"""The filters of the registry as they stand in an address, and the key of the next page."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load, validate

from inspect_app.domain import months
from inspect_app.domain.deadlines import DUE_IN
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.violations import Kind, Remedy, Sanction, Stop
from inspect_app.services.registry import Filter, Order, Place

LONGEST_QUESTION = 120
LONGEST_CURSOR = 200
# They say which part of the list is wanted and how it is written, not what belongs to it.
NO_FILTER = frozenset({"after", "cursor", "limit", "format"})


def one_of(*values: str) -> validate.OneOf:
    return validate.OneOf(values, error="phải là một trong: {choices}")


class Month(fields.Field[date]):
    """A month as it is written in an address, 2026-11; its first day inside."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> date:
        found = months.read(str(value))
        if found is None:
            raise ValidationError("phải là một tháng, dạng 2026-11")
        return found


class FilterSchema(Schema):
    """`?agency=…&overdue=1&due_in=7…`; empty values narrow nothing, a wrong one is refused with what it may be."""

    class Meta:
        unknown = RAISE  # a filter that is misspelt must not silently show everything

    error_messages = {"unknown": "không có bộ lọc này"}

    text = fields.String(data_key="q", validate=validate.Length(max=LONGEST_QUESTION, error="dài nhất {max} chữ"))
    agency = fields.String(validate=validate.Length(max=32))
    commune = fields.String(validate=validate.Regexp(r"\d{5}\Z", error="mã xã, phường gồm 5 chữ số"))
    zone = fields.String(validate=validate.Length(max=40))
    sector = fields.String(validate=validate.Length(max=20))
    severity = fields.Integer(
        validate=validate.Range(1, 4, error="phải từ 1 đến 4"), error_messages={"invalid": "phải là số từ 1 đến 4"}
    )
    kind = fields.String(validate=one_of(*Kind))
    remedy = fields.String(validate=one_of(*Remedy))
    sanction = fields.String(validate=one_of(*Sanction))
    stop = fields.String(validate=one_of(*Stop))
    still_open = fields.Boolean(data_key="open", error_messages={"invalid": "phải là 1 hoặc 0"})
    overdue = fields.Boolean(error_messages={"invalid": "phải là 1 hoặc 0"})
    due_in = fields.Integer(
        validate=validate.OneOf(DUE_IN, error="phải là một trong: {choices}"),
        error_messages={"invalid": "phải là 7, 15 hoặc 30"},
    )
    repeated = fields.Boolean(error_messages={"invalid": "phải là 1 hoặc 0"})
    site = fields.UUID(error_messages={"invalid_uuid": "không phải mã cơ sở"})
    organisation = fields.UUID(error_messages={"invalid_uuid": "không phải mã đơn vị"})
    inspection = fields.UUID(error_messages={"invalid_uuid": "không phải mã cuộc kiểm tra"})

    owner = fields.UUID(error_messages={"invalid_uuid": "không phải mã người phụ trách"})

    recorded_in = Month(data_key="recorded")
    remedied_in = Month(data_key="remedied")
    due_month = Month(data_key="due_month")

    @pre_load
    def drop_empty(self, asked: Mapping[str, str], **_: Any) -> dict[str, str]:
        return {name: value.strip() for name, value in asked.items() if value.strip() and name not in NO_FILTER}

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> Filter:
        return Filter(**loaded)


def filter_of(asked: Mapping[str, str]) -> Filter:
    """ValidationError names each wrong filter."""
    found = FilterSchema().load(asked)
    assert isinstance(found, Filter)  # noqa: S101 - what post_load makes
    return found


def address_of(wanted: Filter) -> dict[str, str]:
    """The filter as address parts, without the empty ones; the same filter always makes the same address."""
    names = {"text": "q", "still_open": "open", "recorded_in": "recorded", "remedied_in": "remedied"}
    given = {names.get(name, name): value for name, value in asdict(wanted).items() if value}
    return {name: _written(value) for name, value in given.items()}


def _written(value: object) -> str:
    """A flag as 1, a month as 2026-11."""
    if isinstance(value, date):
        return months.write(value)
    return "1" if value is True else str(value)


def write_cursor(place: Place | None) -> str | None:
    """An opaque key. It holds nothing secret and grants nothing: every page is read inside the reader's agencies."""
    if place is None:
        return None
    value = place.value.isoformat() if place.value is not None else None
    packed = json.dumps([place.order.value, value, place.id.hex], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def read_cursor(text: str | None) -> Place | None:
    """RuleBroken "bad-cursor" for anything that write_cursor did not make."""
    if not text:
        return None
    if len(text) > LONGEST_CURSOR:
        raise RuleBroken("bad-cursor")
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        order, value, key = json.loads(packed)
        return Place(Order(order), _value(Order(order), value), UUID(hex=key))
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise RuleBroken("bad-cursor") from None


def _value(order: Order, value: str | None) -> date | datetime | None:
    if order is Order.NEWEST:
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return moment
    return None if value is None else date.fromisoformat(value)


def complaints(error: ValidationError) -> list[str]:
    """What is wrong with the filters, one line each."""
    messages = error.messages
    if not isinstance(messages, dict):
        return [str(each) for each in messages]
    tell: Callable[[Any], str] = lambda told: ", ".join(map(str, told))  # noqa: E731
    return [f"{NAMES.get(str(name), str(name))}: {tell(told)}" for name, told in messages.items()]


NAMES = {
    "q": "Tìm",
    "agency": "Cơ quan",
    "commune": "Xã, phường",
    "zone": "Khu công nghiệp",
    "sector": "Lĩnh vực",
    "severity": "Mức độ",
    "kind": "Loại",
    "remedy": "Khắc phục",
    "sanction": "Xử phạt",
    "stop": "Dừng, đình chỉ",
    "open": "Chưa đóng",
    "overdue": "Quá hạn",
    "due_in": "Đến hạn",
    "repeated": "Lặp lại",
    "site": "Cơ sở",
    "organisation": "Đơn vị",
    "inspection": "Cuộc kiểm tra",
    "owner": "Phụ trách",
    "recorded": "Ghi nhận trong tháng",
    "remedied": "Khắc phục trong tháng",
    "due_month": "Hạn trong tháng",
}
