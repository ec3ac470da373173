"""The registry for programs: lists by key, one violation, and steps."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, fields, post_load, validate

from inspect_app.domain.people import Role
from inspect_app.domain.violations import Facts, Step
from inspect_app.outside.table_files import Cell, Form, Point
from inspect_app.services import batches, registry, steps
from inspect_app.services.registry import File, Filter, Line, Page, Place
from inspect_app.services.repeats import Seen
from inspect_app.web import exports
from inspect_app.web.auth import allow
from inspect_app.web.exports import Sheet
from inspect_app.web.registry_query import filter_of, read_cursor, write_cursor
from inspect_app.web.request import Tx, actor, body_json, in_transaction, library, now, reading

bp = Blueprint("api_violations", __name__)


class PageSchema(Schema):
    """How much of the list, and from where."""

    class Meta:
        unknown = EXCLUDE

    limit = fields.Integer(load_default=registry.PAGE, validate=validate.Range(1, 500, error="từ 1 đến 500"))
    cursor = fields.String(load_default=None)


class StepSchema(Schema):
    """A step and what is said with it. `version`: the one that was read, so that nobody overwrites anybody."""

    class Meta:
        unknown = EXCLUDE

    step = fields.Enum(Step, by_value=True, required=True)
    version = fields.Integer(required=True, strict=True)
    document = fields.String(validate=validate.Length(max=60))
    date = fields.Date()
    deadline = fields.Date()
    amount = fields.Integer(strict=True)
    addressee = fields.String(validate=validate.Length(max=200))
    reason = fields.String(validate=validate.Length(max=4000))
    rule = fields.String(validate=validate.Length(max=400))
    signatory = fields.String(validate=validate.Length(max=120))
    extent = fields.String(validate=validate.Length(max=1000))
    ended = fields.Date()

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> tuple[Step, int, Facts]:
        return loaded.pop("step"), loaded.pop("version"), Facts(**loaded)


@bp.get("/violations")
@allow(*Role)
def listing() -> ResponseReturnValue:
    """A page as JSON; the whole filtered list as CSV, Excel, GeoJSON or lines of JSON. A map may come in pages, too."""
    wanted, at = filter_of(request.args.to_dict()), now()
    form = exports.wanted_form()
    is_map_page = form is Form.GEOJSON and exports.is_page()
    if form is not None and not is_map_page:
        return exports.whole(SHEET, form, lambda tx: _every(tx, wanted, at))
    asked = PageSchema().load(request.args.to_dict())
    after = read_cursor(asked["cursor"])
    page = reading(lambda tx: registry.page(tx, wanted, now=at, after=after, limit=asked["limit"]))
    if is_map_page:
        return _map(page)
    return jsonify(items=[item(line) for line in page.lines], next=write_cursor(page.after))


@bp.get("/violations/<uuid:violation_id>")
@allow(*Role)
def one(violation_id: UUID) -> ResponseReturnValue:
    return jsonify(_file(violation_id))


@bp.post("/violations/<uuid:violation_id>/steps")
@allow(*Role)
def take(violation_id: UUID) -> ResponseReturnValue:
    """Take a step; the violation as it stands afterwards. The same request again changes nothing."""
    step, version, facts = StepSchema().load(body_json())
    who, at, laws = actor(), now(), library().laws
    in_transaction(
        lambda tx: steps.take_step(tx, violation_id, step, facts, version=version, actor=who, now=at, laws=laws)
    )
    return jsonify(_file(violation_id))


def _file(violation_id: UUID) -> dict[str, Any]:
    who, at, ours = actor(), now(), library()
    return whole(reading(lambda tx: registry.read(tx, violation_id, actor=who, now=at, library=ours)))


def item(line: Line) -> dict[str, Any]:
    """One violation in a list."""
    row = line.row
    return {
        "id": str(row.id),
        "code": row.code,
        "agency": row.agency_id,
        "inspection": str(row.inspection_id),
        "inspection_number": line.visit,
        "checklist": row.checklist,
        "item": row.item,
        "title": row.title,
        "observed": row.observed,
        "kind": row.kind,
        "severity": row.severity,
        "site": {"id": str(row.site_id), "name": line.site.name, "address": line.site.address},
        "organisation": {
            "id": str(row.organisation_id),
            "name": line.organisation.name,
            "tax_code": line.organisation.tax_code or None,
        },
        "commune": {"code": row.commune_code, "name": line.site.commune},
        "zone": row.zone_id,
        "sector": row.sector,
        "found_on": row.found_on.isoformat(),
        "deadline": row.deadline.isoformat() if row.deadline else None,
        "overdue_days": line.overdue_days,
        "repeated": line.is_repeat,
        "in_conflict": row.in_conflict,
        "remedy_status": row.remedy_status,
        "sanction_status": row.sanction_status,
        "stop_status": row.stop_status,
        "fine_vnd": row.fine_vnd,
        "owner": line.owner,
        "next_step": line.next.step.value if line.next else None,
        "next_on": line.next_day.isoformat() if line.next_day else None,
        "version": row.version,
    }


def whole(file: File) -> dict[str, Any]:
    """One violation with its history and the steps the reader may take."""
    return {
        **item(file.line),
        "author": file.author,
        "value": file.line.row.value,
        "basis": file.line.row.basis,
        "penalties": [
            {
                "code": each.rule.code,
                "law": each.law,
                "clause": each.rule.clause,
                "conduct": each.rule.conduct,
                "individual_vnd": each.individual,
                "organisation_vnd": each.organisation,
                "in_force": each.in_force,
            }
            for each in file.candidates
        ],
        "photos": [{"sha256": each.sha256, "taken_at": each.taken_at.isoformat()} for each in file.photos],
        "repeats": [_earlier(each) for each in file.earlier.repeats],
        "recidivism_candidates": [_earlier(each) for each in file.earlier.recidivism],
        "multiple_candidates": [_earlier(each) for each in file.earlier.multiple],
        "steps": [
            {
                "number": each.number,
                "track": each.track,
                "step": each.step,
                "before": each.before,
                "after": each.after,
                "actor": file.actors[each.actor_id],
                "at": each.at.isoformat(),
                "note": each.note,
                "facts": each.facts,
            }
            for each in file.steps
        ],
        "may": [{"step": step.value, "needs": sorted(rule.needs)} for step, rule in file.mine],
    }


def _earlier(seen: Seen) -> dict[str, Any]:
    """An earlier finding, of any agency, as far as all may know it."""
    finding = seen.finding
    return {
        "code": finding.code,
        "agency": finding.agency,
        "found_on": finding.found_on.isoformat(),
        "site": seen.site,
        "decision": finding.decision
        and {
            "no": finding.decision.number,
            "date": finding.decision.on.isoformat(),
            "until": finding.decision.until.isoformat(),
        },
    }


COLUMNS = (
    "code",
    "agency",
    "organisation",
    "tax_code",
    "site",
    "commune",
    "zone",
    "sector",
    "title",
    "observed",
    "kind",
    "severity",
    "found_on",
    "deadline",
    "overdue_days",
    "repeated",
    "remedy_status",
    "sanction_status",
    "stop_status",
    "fine_vnd",
    "owner",
)


def _row(line: Line) -> list[Cell]:
    row = line.row
    return [
        row.code,
        row.agency_id,
        line.organisation.name,
        line.organisation.tax_code,
        line.site.name,
        row.commune_code,
        row.zone_id,
        row.sector,
        row.title,
        row.observed,
        row.kind,
        row.severity,
        row.found_on,
        row.deadline,
        line.overdue_days,
        int(line.is_repeat),
        row.remedy_status,
        row.sanction_status,
        row.stop_status,
        row.fine_vnd,
        line.owner,
    ]


def _every(tx: Tx, wanted: Filter, at: datetime) -> Iterator[Line]:
    def batch(after: Place | None) -> tuple[Sequence[Line], Place | None]:
        page = registry.page(tx, wanted, now=at, after=after, limit=batches.BATCH)
        return page.lines, page.after

    return batches.every(tx, batch)


def point(line: Line) -> Point | None:
    return None if line.site.lat is None or line.site.lon is None else (line.site.lat, line.site.lon)


def _map(page: Page) -> Response:
    """The violations of this page whose site has a position, as GeoJSON points (RFC 7946: lon before lat)."""
    features = [
        {
            "type": "Feature",
            "id": str(line.row.id),
            "geometry": {"type": "Point", "coordinates": [line.site.lon, line.site.lat]},
            "properties": item(line),
        }
        for line in page.lines
        if line.site.lat is not None
    ]
    response = jsonify(type="FeatureCollection", features=features, next=write_cursor(page.after))
    response.mimetype = exports.MIMES[Form.GEOJSON]
    return response


SHEET: Sheet[Line] = Sheet("violations", COLUMNS, _row, item, point)
