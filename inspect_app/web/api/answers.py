"""Answers as a collection for programs: pages by key as JSON, or the whole filtered list in one file."""

import base64
import binascii
import json
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import DESK_ROLES
from inspect_app.outside.table_files import Cell, Point
from inspect_app.services import answers
from inspect_app.services.answers import Answer, Filter, Place
from inspect_app.web import exports
from inspect_app.web.answers import answer_text
from inspect_app.web.auth import allow
from inspect_app.web.exports import Sheet
from inspect_app.web.request import in_snapshot, library

bp = Blueprint("api_answers", __name__)

LONGEST_CURSOR = 200


class ListSchema(Schema):
    """The query of a list. What we do not know is refused, not ignored."""

    agency = fields.String(load_default="", validate=validate.Length(max=32))
    checklist = fields.String(load_default="", validate=validate.Length(max=10))
    item = fields.String(load_default="", validate=validate.Length(max=40))
    site = fields.UUID(load_default=None)
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    failing = fields.Boolean(load_default=False)
    format = fields.String()
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 1000))
    cursor = fields.String(load_default="", validate=validate.Length(max=LONGEST_CURSOR))


@bp.get("/answers")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    """A page as JSON; the whole filtered list as CSV, Excel, GeoJSON or lines of JSON."""
    asked: dict[str, Any] = ListSchema().load(request.args)
    limit, after = asked.pop("limit"), _place(asked.pop("cursor"))
    asked.pop("format", None)
    wanted, lists = Filter(**asked), library()
    form = exports.wanted_form()
    if form is not None:
        return exports.whole(SHEET, form, lambda tx: answers.every(tx, wanted, library=lists))
    rows, onward = in_snapshot(lambda tx: answers.page(tx, wanted, after=after, limit=limit, library=lists))
    return jsonify(items=[_plain(each) for each in rows], next=_cursor(onward))


def _cursor(place: Place | None) -> str | None:
    if place is None:
        return None
    return base64.urlsafe_b64encode(json.dumps([place[0].hex, place[1]]).encode()).rstrip(b"=").decode()


def _place(text: str) -> Place | None:
    """RuleBroken "bad-cursor" for anything we never gave out."""
    if not text:
        return None
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        inspection, item = json.loads(packed)
        return UUID(hex=inspection), str(item)
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise RuleBroken("bad-cursor") from None


def _plain(row: Answer) -> dict[str, Any]:
    visit = row.visit
    return {
        "id": f"{visit.id}/{row.id}",
        "inspection": str(visit.id),
        "inspection_number": visit.number,
        "agency": visit.agency,
        "inspection_kind": visit.kind,
        "visited_on": visit.visited_on.isoformat(),
        "site": {"id": str(visit.site_id), "name": visit.site},
        "organisation": {"name": visit.organisation, "tax_code": visit.tax_code},
        "commune": visit.commune,
        "zone": visit.zone,
        "sector": visit.sector,
        "checklist": row.checklist,
        "checklist_version": row.version,
        "item": row.id,
        "question": row.question,
        "value": row.value,
        "verdict": row.verdict,
        "in_conflict": row.in_conflict,
        "note": row.note,
        "photos": row.photos,
        "by": row.by,
        "at": row.at.isoformat(timespec="seconds"),
        "received_at": row.received_at.isoformat(timespec="seconds"),
    }


COLUMNS = (
    "inspection_number",
    "agency",
    "visited_on",
    "site",
    "organisation",
    "tax_code",
    "commune",
    "zone",
    "sector",
    "checklist",
    "item",
    "question",
    "answer",
    "verdict",
    "in_conflict",
    "note",
    "photos",
    "by",
    "at",
)


def _cells(row: Answer) -> list[Cell]:
    visit = row.visit
    return [
        visit.number,
        visit.agency,
        visit.visited_on,
        visit.site,
        visit.organisation,
        visit.tax_code,
        visit.commune,
        visit.zone,
        visit.sector,
        row.checklist,
        row.id,
        row.question,
        answer_text(row.item, row.value) if row.item else json.dumps(row.value, ensure_ascii=False),
        row.verdict,
        int(row.in_conflict),
        row.note,
        row.photos,
        row.by,
        row.at.isoformat(timespec="seconds"),
    ]


def _point(row: Answer) -> Point | None:
    return None if row.lat is None or row.lon is None else (row.lat, row.lon)


SHEET: Sheet[Answer] = Sheet("answers", COLUMNS, _cells, _plain, _point)
