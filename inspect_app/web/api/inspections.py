"""Inspections as a collection for programs: filters, pages by key, one inspection with its counts."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from inspect_app.outside.table_files import Cell, Point
from inspect_app.services import batches, planning
from inspect_app.services.inspections_list import PAGE, Visit, VisitFilter, list_inspections
from inspect_app.web import cursors, exports
from inspect_app.web.auth import allow
from inspect_app.web.exports import Sheet
from inspect_app.web.request import Tx, reading

bp = Blueprint("api_inspections", __name__)

STATES = ("assigned", "in-progress", "submitted", "complete", "returned", "approved", "cancelled")
KINDS = ("thanh-tra", "kiem-tra", "lien-nganh", "phuc-tra", "tu-xa")


class ListSchema(Schema):
    """The query of a list. What we do not know is refused, not ignored."""

    q = fields.String(load_default="", validate=validate.Length(max=120))
    state = fields.String(load_default="", validate=validate.OneOf(STATES))
    kind = fields.String(load_default="", validate=validate.OneOf(KINDS))
    agency = fields.String(load_default="", validate=validate.Length(max=32))
    site = fields.UUID(load_default=None)
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    conflicts = fields.Boolean(load_default=False)
    held = fields.Boolean(load_default=False)
    failing = fields.Boolean(load_default=False)
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, 200))
    cursor = fields.String(load_default="", validate=validate.Length(max=80))
    format = fields.String()


class PlaceSchema(Schema):
    id = fields.UUID()
    name = fields.String()
    address = fields.String()
    commune = fields.String(attribute="commune_code")
    zone = fields.String(attribute="zone_id")
    sector = fields.String()


class OrganisationSchema(Schema):
    id = fields.UUID()
    name = fields.String()
    tax_code = fields.String()


class SeatSchema(Schema):
    person = fields.UUID(attribute="person_id")
    name = fields.String(attribute="person.name")
    role = fields.String()
    is_secretary = fields.Boolean()
    removed_at = fields.AwareDateTime(format="iso")


class ChecklistSchema(Schema):
    code = fields.String()
    version = fields.Integer()
    sha256 = fields.String()


class InspectionSchema(Schema):
    id = fields.UUID()
    number = fields.String()
    agency = fields.String(attribute="agency_id")
    kind = fields.String()
    planned = fields.Boolean()
    ground = fields.String()
    ground_note = fields.String()
    overlap_ground = fields.String()
    decision_no = fields.String()
    decision_date = fields.Date()
    window_start = fields.Date()
    window_end = fields.Date()
    state = fields.String()
    visited_on = fields.Date()
    submitted_at = fields.AwareDateTime(format="iso")
    approved_at = fields.AwareDateTime(format="iso")
    answered = fields.Integer()
    failing = fields.Integer()
    conflicts = fields.Integer()
    held = fields.Integer()
    photos = fields.Integer()
    photos_missing = fields.Integer()
    site = fields.Nested(PlaceSchema)
    organisation = fields.Nested(OrganisationSchema)
    team = fields.List(fields.Nested(SeatSchema))
    checklists = fields.List(fields.Nested(ChecklistSchema))


@bp.get("/inspections")
@allow()
def index() -> ResponseReturnValue:
    """{items, next}: `next` is the cursor of the following page or null. Newest first. Or the whole list as a file."""
    asked: dict[str, Any] = ListSchema().load(request.args)
    limit, after, text = asked.pop("limit"), cursors.day(asked.pop("cursor")), asked.pop("q")
    asked.pop("format", None)
    wanted = VisitFilter(text=text, **asked)
    form = exports.wanted_form()
    if form is not None:
        return exports.whole(SHEET, form, lambda tx: _every(tx, wanted))
    rows, onward = reading(lambda tx: list_inspections(tx, wanted, after=after, limit=limit))
    return jsonify(items=InspectionSchema(many=True).dump(rows), next=cursors.of_day(onward))


@bp.get("/inspections/<uuid:inspection_id>")
@allow()
def one(inspection_id: UUID) -> ResponseReturnValue:
    row = reading(lambda tx: planning.get(tx, inspection_id))
    return jsonify(InspectionSchema().dump(row))


COLUMNS = (
    "number",
    "agency",
    "kind",
    "planned",
    "state",
    "window_start",
    "window_end",
    "visited_on",
    "site",
    "organisation",
    "tax_code",
    "commune",
    "zone",
    "sector",
    "decision_no",
    "answered",
    "failing",
    "conflicts",
    "held",
    "photos",
    "photos_missing",
)


def _cells(row: Visit) -> list[Cell]:
    return [
        row.number,
        row.agency_id,
        row.kind,
        int(row.planned),
        row.state,
        row.window_start,
        row.window_end,
        row.visited_on,
        row.site.name,
        row.organisation.name,
        row.organisation.tax_code,
        row.site.commune_code,
        row.site.zone_id,
        row.site.sector,
        row.decision_no,
        row.answered,
        row.failing,
        row.conflicts,
        row.held,
        row.photos,
        row.photos_missing,
    ]


def _point(row: Visit) -> Point | None:
    return None if row.site.lat is None or row.site.lon is None else (row.site.lat, row.site.lon)


def _every(tx: Tx, wanted: VisitFilter) -> Iterator[Visit]:
    def batch(after: tuple[date, UUID] | None) -> tuple[Sequence[Visit], tuple[date, UUID] | None]:
        return list_inspections(tx, wanted, after=after, limit=batches.BATCH)

    return batches.every(tx, batch)


SHEET: Sheet[Visit] = Sheet("inspections", COLUMNS, _cells, lambda row: dict(InspectionSchema().dump(row)), _point)
