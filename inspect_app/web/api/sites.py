"""Sites as a collection for programs: filters, pages by key, one site; as JSON or as GeoJSON."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, json, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from inspect_app.services import sites
from inspect_app.services.sites import KINDS, PAGE, SiteFilter
from inspect_app.web import cursors
from inspect_app.web.auth import allow
from inspect_app.web.request import reading

bp = Blueprint("api_sites", __name__)

GEOJSON = "application/geo+json"


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
    ended_at = fields.AwareDateTime(format="iso")
    organisation = fields.Nested(OrganisationSchema)
    parties = fields.List(fields.Nested(PartySchema))


@bp.get("/sites")
@allow()
def index() -> ResponseReturnValue:
    """{items, next}; with `Accept: application/geo+json` a FeatureCollection of the sites that have a position."""
    asked: dict[str, Any] = ListSchema().load(request.args)
    limit, after, text = asked.pop("limit"), cursors.text(asked.pop("cursor")), asked.pop("q")
    rows, onward = reading(lambda tx: sites.list_sites(tx, SiteFilter(text=text, **asked), after=after, limit=limit))
    items, following = SiteSchema(many=True).dump(rows), cursors.of_text(onward)
    if request.accept_mimetypes.best_match(["application/json", GEOJSON]) == GEOJSON:
        features = [_feature(each) for each in items if each["lat"] is not None]
        text = json.dumps({"type": "FeatureCollection", "features": features, "next": following})
        return Response(text, mimetype=GEOJSON)
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
