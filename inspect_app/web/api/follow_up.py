"""The follow-up list for programs: the same rows and columns as the page and the Excel file."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from inspect_app.domain.people import Role
from inspect_app.outside.table_files import Cell
from inspect_app.services import batches, follow_up
from inspect_app.services.follow_up import Entry
from inspect_app.services.registry import Filter, Place
from inspect_app.web import exports
from inspect_app.web.api.violations import PageSchema, item, point
from inspect_app.web.auth import allow
from inspect_app.web.exports import Sheet
from inspect_app.web.registry_query import filter_of, read_cursor, write_cursor
from inspect_app.web.request import Tx, now, reading
from inspect_app.web.words import word

bp = Blueprint("api_follow_up", __name__)

COLUMNS = (
    "unit",
    "address",
    "tax_code",
    "inspection_number",
    "found_on",
    "finding",
    "basis",
    "request",
    "deadline",
    "result",
    "overdue_days",
    "record",
    "fine_vnd",
    "owner",
    "remarks",
)


@bp.get("/follow-up")
@allow(*Role)
def listing() -> ResponseReturnValue:
    """A page as JSON, the earliest deadline first; the whole filtered list as CSV, Excel, GeoJSON or lines of JSON."""
    wanted, at = filter_of(request.args.to_dict()), now()
    form = exports.wanted_form()
    if form is not None:
        return exports.whole(SHEET, form, lambda tx: _every(tx, wanted, at))
    asked = PageSchema().load(request.args.to_dict())
    after = read_cursor(asked["cursor"])
    page = reading(lambda tx: follow_up.page(tx, wanted, now=at, after=after, limit=asked["limit"]))
    return jsonify(items=[_item(entry) for entry in page.entries], next=write_cursor(page.after))


def _item(entry: Entry) -> dict[str, Any]:
    return {
        **item(entry.line),
        "unit": entry.unit,
        "finding": entry.finding,
        "basis": entry.basis,
        "request": entry.request,
        "record": entry.record,
        "remarks": entry.remarks,
    }


def _row(entry: Entry) -> list[Cell]:
    line, row = entry.line, entry.line.row
    return [
        entry.unit,
        line.site.place,
        line.organisation.tax_code,
        line.visit,
        row.found_on,
        entry.finding,
        entry.basis,
        entry.request,
        row.deadline,
        word("remedy", row.remedy_status),
        line.overdue_days,
        entry.record,
        row.fine_vnd,
        line.owner,
        entry.remarks,
    ]


def _every(tx: Tx, wanted: Filter, at: datetime) -> Iterator[Entry]:
    def batch(after: Place | None) -> tuple[Sequence[Entry], Place | None]:
        page = follow_up.page(tx, wanted, now=at, after=after, limit=batches.BATCH)
        return page.entries, page.after

    return batches.every(tx, batch)


SHEET: Sheet[Entry] = Sheet("follow-up", COLUMNS, _row, _item, lambda entry: point(entry.line))
