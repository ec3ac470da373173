"""The registry for programs: lists by key, one violation, and steps."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request, stream_with_context
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, fields, post_load, validate

from inspect_app.domain.people import Role
from inspect_app.domain.violations import Facts, Step
from inspect_app.services import registry, steps
from inspect_app.services.registry import File, Filter, Line, Page, Place
from inspect_app.services.repeats import Seen
from inspect_app.web.auth import allow
from inspect_app.web.registry_query import filter_of, in_batches, read_cursor, write_cursor
from inspect_app.web.request import Tx, actor, body_json, in_transaction, library, now, reading

bp = Blueprint("api_violations", __name__)

CSV = "text/csv"
GEOJSON = "application/geo+json"
BATCH = 500
# A cell that begins with one of these is run as a formula by the programs that open CSV files.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    """A page as JSON or GeoJSON; the whole filtered list as CSV."""
    wanted = filter_of(request.args.to_dict())
    if _wants(CSV):
        return table(COLUMNS, (_row(line) for line in _every(wanted)), "violations.csv")
    asked = PageSchema().load(request.args.to_dict())
    after = read_cursor(asked["cursor"])
    page = reading(lambda tx: registry.page(tx, wanted, now=now(), after=after, limit=asked["limit"]))
    if _wants(GEOJSON):
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


def _row(line: Line) -> list[object]:
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


def _every(wanted: Filter) -> Iterator[Line]:
    at = now()

    def batch(after: Place | None, tx: Tx) -> tuple[Sequence[Line], Place | None]:
        page = registry.page(tx, wanted, now=at, after=after, limit=BATCH)
        return page.lines, page.after

    return in_batches(batch)


def table(columns: tuple[str, ...], rows: Iterator[list[object]], name: str) -> Response:
    """CSV in UTF-8 with a mark for Excel; sent while it is read."""

    def lines() -> Iterator[str]:
        yield "\ufeff" + _line(list(columns))
        for row in rows:
            yield _line(row)

    response = Response(stream_with_context(lines()), mimetype=CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _line(cells: list[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([guarded(cell) for cell in cells])
    return out.getvalue()


def guarded(cell: object) -> str:
    """Text that would be run as a formula gets an apostrophe in front (OWASP: CSV injection)."""
    if cell is None:
        return ""
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(FORMULA) else text


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
    response.mimetype = GEOJSON
    return response


def _wants(kind: str) -> bool:
    return request.accept_mimetypes.best_match(["application/json", kind]) == kind
