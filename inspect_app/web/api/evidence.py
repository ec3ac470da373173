"""Keys: a phone introduces its own, and the server tells the one it signs with."""

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, fields

from inspect_app.domain.people import Role
from inspect_app.services import seals
from inspect_app.web.auth import allow
from inspect_app.web.request import actor, body_json, in_transaction, now, signer

bp = Blueprint("api_evidence", __name__)


class KeySchema(Schema):
    class Meta:
        unknown = EXCLUDE

    device = fields.UUID(required=True)
    jwk = fields.Raw(required=True, allow_none=True)
    proof = fields.Raw(required=True, allow_none=True)


@bp.post("/devices/key")
@allow(*Role)
def introduce() -> ResponseReturnValue:
    """201 for a new key, 200 for a known one: {key, state}. 422 `bad-device-key`, 404 `unknown-device`."""
    body: dict[str, Any] = KeySchema().load(body_json())
    who, at = actor(), now()
    key, is_new = in_transaction(
        lambda tx: seals.introduce(tx, body["device"], body["jwk"], body["proof"], actor=who, now=at)
    )
    return jsonify(key=key.key, state=key.state), 201 if is_new else 200


@bp.get("/evidence/key")
@allow(*Role)
def server_key() -> ResponseReturnValue:
    """The public key of receipts, daily roots and case files."""
    return jsonify(**signer().card())
