"""Signing a phone in and out."""

from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, fields, validate

from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.services import agency_keys, markers, people
from inspect_app.services.people import SignInRequest
from inspect_app.web import auth
from inspect_app.web.auth import allow, allow_anyone
from inspect_app.web.pages.sign_in import enter
from inspect_app.web.problems import RequestRefused
from inspect_app.web.request import Tx, actor, body_json, in_transaction, now, reading, settings, signer

bp = Blueprint("api_session", __name__)


class DeviceSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    id = fields.UUID(required=True)
    name = fields.String(required=True, validate=validate.Length(max=120))


class SignInSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    username = fields.String(required=True, validate=validate.Length(min=1, max=80))
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    device = fields.Nested(DeviceSchema, required=True)


@bp.post("/session")
@allow_anyone
def sign_in() -> ResponseReturnValue:
    """Sets the cookie. 401 `wrong-password`; 429 `too-many-tries` with Retry-After."""
    body: dict[str, Any] = SignInSchema().load(body_json())
    token = enter(
        SignInRequest(
            body["username"].strip(),
            body["password"],
            request.remote_addr or "",
            body["device"]["id"],
            body["device"]["name"],
        )
    )
    found = reading(lambda tx: people.behind_token(tx, token, now()), scope=EVERY_AGENCY)
    if found is None:
        raise RequestRefused("wrong-password")
    g.actor, g.send_only = found[0], found[1].send_only
    response = who()
    auth.set_cookie(response, token)
    return response


@bp.get("/session")
@allow(on_revoked_phone=True)
def who() -> Response:
    """Who is signed in, the database's epoch, and the keys a phone keeps: the server's and its agency's."""
    agency, at = actor().agency, now()

    def read(tx: Tx) -> dict[str, object]:
        return {
            "user": people.card(tx, actor().id),
            "epoch": markers.epoch(tx),
            "server_key": signer().card(),
            "agency_key": agency_keys.card(tx, agency),
        }

    told = reading(read, scope=EVERY_AGENCY)
    if told["agency_key"] is None:  # the first phone of the agency
        secret = settings().secret_key
        told["agency_key"] = in_transaction(
            lambda tx: agency_keys.ensure(tx, agency, secret=secret, now=at), scope=EVERY_AGENCY
        )
    return jsonify(**told, send_only=g.send_only, server_time=int(now().timestamp() * 1000))


@bp.delete("/session")
@allow_anyone
def sign_out() -> ResponseReturnValue:
    """Forgets the session on the server. What the phone holds is the phone's affair."""
    token = g.token
    if token:
        in_transaction(lambda tx: people.sign_out(tx, token), scope=EVERY_AGENCY)
    response = Response(status=204)
    auth.clear_cookie(response)
    return response
