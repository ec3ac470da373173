"""What changed since a cursor, for other systems."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from inspect_app.services import feed
from inspect_app.web.auth import allow
from inspect_app.web.request import actor, reading

bp = Blueprint("api_changes", __name__)


class ChangesSchema(Schema):
    """What we do not know is refused, not ignored."""

    after = fields.String(load_default=None, validate=validate.Length(max=600))
    limit = fields.Integer(load_default=feed.PAGE, validate=validate.Range(1, feed.LARGEST_PAGE))


@bp.get("/changes")
@allow()
def index() -> ResponseReturnValue:
    """{items, next, more}: `next` is what to ask with the next time, also when nothing came."""
    asked, scope = ChangesSchema().load(request.args), actor().scope
    page = reading(lambda tx: feed.page(tx, asked["after"], scope=scope, limit=asked["limit"]))
    return jsonify(items=[each.plain() for each in page.items], next=str(page.next), more=page.more)
