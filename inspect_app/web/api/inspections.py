"""Inspections as a collection for programs: filters, pages by key, one inspection with its counts."""

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from inspect_app.services import planning
from inspect_app.services.inspections_list import PAGE, VisitFilter, list_inspections
from inspect_app.web import cursors
from inspect_app.web.auth import allow
from inspect_app.web.request import reading

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
    """{items, next}: `next` is the cursor of the following page or null. Newest first."""
    asked: dict[str, Any] = ListSchema().load(request.args)
    limit, after, text = asked.pop("limit"), cursors.day(asked.pop("cursor")), asked.pop("q")
    wanted = VisitFilter(text=text, **asked)
    rows, onward = reading(lambda tx: list_inspections(tx, wanted, after=after, limit=limit))
    return jsonify(items=InspectionSchema(many=True).dump(rows), next=cursors.of_day(onward))


@bp.get("/inspections/<uuid:inspection_id>")
@allow()
def one(inspection_id: UUID) -> ResponseReturnValue:
    row = reading(lambda tx: planning.get(tx, inspection_id))
    return jsonify(InspectionSchema().dump(row))
