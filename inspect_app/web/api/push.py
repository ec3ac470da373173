"""Web push for the phone app: the office's public key, and this person's wish on this phone."""

from typing import Any

from flask import Blueprint, Response, g, jsonify
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, fields, validate

from inspect_app.outside.outgoing import LONGEST_URL, Outgoing
from inspect_app.outside.push import open_push_key
from inspect_app.services import push
from inspect_app.services.push import Wanted
from inspect_app.web.auth import allow
from inspect_app.web.request import actor, body_json, in_transaction, now, reading, settings

bp = Blueprint("api_push", __name__)


class KeysSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    p256dh = fields.String(required=True, validate=validate.Length(max=90))
    auth = fields.String(required=True, validate=validate.Length(max=24))


class SubscriptionSchema(Schema):
    """As a browser writes it (PushSubscription.toJSON)."""

    class Meta:
        unknown = EXCLUDE

    endpoint = fields.String(required=True, validate=validate.Length(max=LONGEST_URL))
    keys = fields.Nested(KeysSchema, required=True)


@bp.get("/push")
@allow()
def standing() -> ResponseReturnValue:
    """{key, on}: the key the browser subscribes with, and whether this person is told on this phone."""
    who, device = actor(), g.device
    on = reading(lambda tx: push.is_on(tx, device, actor=who))
    return jsonify(key=open_push_key(settings().data_dir / "push.pem").public, on=on)


@bp.put("/push")
@allow()
def switch_on() -> ResponseReturnValue:
    body: dict[str, Any] = SubscriptionSchema().load(body_json())
    wanted = Wanted(body["endpoint"], body["keys"]["p256dh"], body["keys"]["auth"])
    who, at, device, outgoing = actor(), now(), g.device, Outgoing(settings().inhouse_nets)
    in_transaction(lambda tx: push.switch_on(tx, device, wanted, actor=who, now=at, outgoing=outgoing))
    return Response(status=204)


@bp.delete("/push")
@allow()
def switch_off() -> ResponseReturnValue:
    who, device = actor(), g.device
    in_transaction(lambda tx: push.switch_off(tx, device, actor=who))
    return Response(status=204)
