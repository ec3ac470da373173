"""Sites as a collection for programs: filters, pages by key, one site; as JSON or as GeoJSON."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, json, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from inspect_app.outside.table_files import Cell, Form, Point
from inspect_app.services import batches, sites
from inspect_app.services.sites import KINDS, PAGE, SiteFilter
from inspect_app.web import cursors, exports
from inspect_app.web.auth import allow
from inspect_app.web.exports import Sheet
from inspect_app.web.request import Tx, reading

bp = Blueprint("api_sites", __name__)


class ListSchema(Schema):
    """The query of a list. What we do not know is refused, not ignored."""

    q = fields.String(load_default="", validate=validate.Length(max=120))
    commune = fields.String(load_default="", validate=validate.Regexp(r"[0-9]{5}\Z"))
    zone = fields.String(load_default="", validate=validate.Length(max=40))
    sector = fields.String(load_default="", validate=validate.Length(max=20))
    kind = fields.String(load_default="", validate=validate.OneOf(KINDS))
    ended = fields.Boolean(load_default=False)
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, 200))
    cursor = fields.String(load_default="", validate=validate.Length(max=300))
    format = fields.String()


class OrganisationSchema(Schema):
    id = fields.UUID()
    name = fields.String()
    tax_code = fields.String()
    household = fields.Boolean()
    invented = fields.Boolean()


class PartySchema(Schema):
    id = fields.UUID(attribute="organisation_id")
    name = fields.String(attribute="organisation.name")
    role = fields.String()
    work = fields.String()
    first_day = fields.Date()
    last_day = fields.Date()


class NamedSchema(Schema):
    code = fields.String()
    id = fields.String()
    name = fields.String()


class SiteSchema(Schema):
    id = fields.UUID()
    kind = fields.String()
    name = fields.String()
    address = fields.String()
    commune = fields.Nested(NamedSchema(only=("code", "name")))
    zone = fields.Nested(NamedSchema(only=("id", "name")), allow_none=True)
    sector = fields.String()
    lat = fields.Float()
    lon = fields.Float()
    workers = fields.Integer()
    workforce = fields.Dict(keys=fields.String(), values=fields.Integer())
    hazards = fields.List(fields.String())
    ended_at = fields.AwareDateTime(format="iso")
    organisation = fields.Nested(OrganisationSchema)
    parties = fields.List(fields.Nested(PartySchema))


@bp.get("/sites")
@allow()
def index() -> ResponseReturnValue:
    """{items, next}; or the whole list as a file. A map of the sites that have a position may come in pages, too."""
    asked: dict[str, Any] = ListSchema().load(request.args)
    limit, after, text = asked.pop("limit"), cursors.text(asked.pop("cursor")), asked.pop("q")
    asked.pop("format", None)
    form = exports.wanted_form()
    is_map_page = form is Form.GEOJSON and exports.is_page()
    if form is not None and not is_map_page:
        wanted = SiteFilter(text=text, **asked)
        return exports.whole(SHEET, form, lambda tx: _every(tx, wanted))
    rows, onward = reading(lambda tx: sites.list_sites(tx, SiteFilter(text=text, **asked), after=after, limit=limit))
    items, following = SiteSchema(many=True).dump(rows), cursors.of_text(onward)
    if is_map_page:
        features = [_feature(each) for each in items if each["lat"] is not None]
        text = json.dumps({"type": "FeatureCollection", "features": features, "next": following})
        return Response(text, mimetype=exports.MIMES[Form.GEOJSON])
    return jsonify(items=items, next=following)


@bp.get("/sites/<uuid:site_id>")
@allow()
def one(site_id: UUID) -> ResponseReturnValue:
    row = reading(lambda tx: sites.get(tx, site_id))
    return jsonify(SiteSchema().dump(row))


def _feature(site: dict[str, Any]) -> dict[str, Any]:
    facts = {name: value for name, value in site.items() if name not in {"lat", "lon"}}
    place = {"type": "Point", "coordinates": [site["lon"], site["lat"]]}
    return {"type": "Feature", "id": site["id"], "geometry": place, "properties": facts}


COLUMNS = (
    "name",
    "kind",
    "address",
    "commune",
    "zone",
    "sector",
    "organisation",
    "tax_code",
    "workers",
    "lat",
    "lon",
    "ended_on",
)


def _cells(row: dict[str, Any]) -> list[Cell]:
    zone, organisation, ended = row["zone"], row["organisation"], row["ended_at"]
    return [
        row["name"],
        row["kind"],
        row["address"],
        row["commune"]["code"],
        zone and zone["id"],
        row["sector"],
        organisation["name"],
        organisation["tax_code"],
        row["workers"],
        row["lat"],
        row["lon"],
        ended and ended[:10],
    ]


def _point(row: dict[str, Any]) -> Point | None:
    return None if row["lat"] is None or row["lon"] is None else (row["lat"], row["lon"])


def _every(tx: Tx, wanted: SiteFilter) -> Iterator[dict[str, Any]]:
    def batch(after: tuple[str, UUID] | None) -> tuple[Sequence[dict[str, Any]], tuple[str, UUID] | None]:
        rows, onward = sites.list_sites(tx, wanted, after=after, limit=batches.BATCH)
        return SiteSchema(many=True).dump(rows), onward

    return batches.every(tx, batch)


SHEET: Sheet[dict[str, Any]] = Sheet("sites", COLUMNS, _cells, lambda row: row, _point)
