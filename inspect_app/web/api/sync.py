"""Push and pull: how phones and the server exchange facts."""

import json
import zlib
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from inspect_app.domain.clocks import moment
from inspect_app.domain.operation_bodies import is_hash
from inspect_app.domain.people import Role
from inspect_app.services import changes, completeness, markers, receive, seals
from inspect_app.services.changes import Pull
from inspect_app.services.receive import Push, PushAnswer, ScopePush
from inspect_app.web.auth import allow
from inspect_app.web.problems import RequestRefused
from inspect_app.web.request import Tx, actor, evidence, in_transaction, is_storable, library, now, reading, signer
from inspect_app.web.words import WORDS

bp = Blueprint("api_sync", __name__)

MOST_INFLATED = 2 * 1024 * 1024
MOST_OPERATIONS = 200
OLDEST_APP = "2026.11"  # older ones may send, but not begin a visit
# What the inspector reads beside an operation that is held.
KEPT = "Máy chủ đã giữ nguyên, chờ người giám sát xử lý."
ADVICE = {"unknown-kind": "Máy chủ đã giữ nguyên; cần nâng cấp máy chủ."}
EARLIEST, LATEST = -(2**53), 2**53
INFINITE = (float("inf"), -float("inf"))  # what 1e999 is read as; PostgreSQL knows no such number in JSON


def _is_list(value: object) -> None:
    if not isinstance(value, list):
        raise ValidationError("Phải là một danh sách.")


class ScopeSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    insp = fields.UUID(required=True)
    ops = fields.Raw(required=True, validate=_is_list)  # each is judged for itself, see services.receive
    head = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=64))
    seal = fields.Raw(load_default=None, allow_none=True)  # whatever it is, it never stands in the way


class ClockSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    wall = fields.Integer(strict=True, load_default=None, allow_none=True, validate=validate.Range(EARLIEST, LATEST))


class UnsentSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    ops = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, 10**6))
    photos = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, 10**6))
    oldest = fields.Integer(strict=True, load_default=None, allow_none=True, validate=validate.Range(EARLIEST, LATEST))


class PushSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    proto = fields.Integer(required=True, strict=True, validate=validate.Equal(1))
    epoch = fields.String(load_default=None, allow_none=True)
    device = fields.UUID(required=True)
    user = fields.UUID(required=True)
    app = fields.String(load_default="", validate=validate.Length(max=40))
    clock = fields.Nested(ClockSchema, load_default=dict)
    unsent = fields.Nested(UnsentSchema, load_default=dict)
    health = fields.Dict(load_default=dict)
    scopes = fields.List(fields.Nested(ScopeSchema), required=True)


class PullSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    epoch = fields.String(load_default=None, allow_none=True)
    cur = fields.Dict(
        keys=fields.String(), values=fields.Integer(strict=True, validate=validate.Range(0, LATEST)), load_default=dict
    )
    limit_bytes = fields.Integer(strict=True, load_default=changes.PAGE)


PUSH, PULL = PushSchema(), PullSchema()


@bp.post("/sync/push")
@allow(*Role, on_revoked_phone=True)
def push() -> ResponseReturnValue:
    """Takes in operations. 200 whenever the batch was processed, even when some operations are held."""
    body: dict[str, Any] = PUSH.load(inflated_json())
    if sum(len(scope["ops"]) for scope in body["scopes"]) > MOST_OPERATIONS:
        raise RequestRefused("too-large")
    batch = _batch(body)
    who, at, forms = actor(), now(), library()
    answer = in_transaction(lambda tx: receive.push(tx, batch, actor=who, now=at, library=forms))
    return _json(_push_answer(answer, batch.device, at))


def _batch(body: dict[str, Any]) -> Push:
    clock, unsent = body["clock"], body["unsent"]
    wall = clock.get("wall")
    return Push(
        epoch=body["epoch"],
        device=body["device"],
        user=body["user"],
        wall=moment(wall) if wall is not None else None,
        scopes=[ScopePush(each["insp"], each["ops"], _head(each["head"]), each["seal"]) for each in body["scopes"]],
        unsent=unsent.get("ops", 0) + unsent.get("photos", 0),
        oldest_unsent_ms=unsent.get("oldest"),
        health=_health(body["health"], body["app"]),
        send_only=g.send_only,
    )


def _head(told: str | None) -> str | None:
    """The phone's chain. Only a hash can be compared; anything else must not keep its facts outside."""
    return told if is_hash(told) else None


def _health(told: dict[Any, Any], app: str) -> dict[str, Any]:
    """The few plain facts a phone tells about itself; whatever else it sends is not ours to keep."""
    plain = {
        str(name)[:40]: value[:200] if isinstance(value, str) else value
        for name, value in list(told.items())[:40]
        if value is None or isinstance(value, str | bool | int | float)
    }
    kept = {**plain, "app": app}
    return {name: value for name, value in kept.items() if is_storable([name, value]) and value not in INFINITE}


def _push_answer(answer: PushAnswer, device: UUID, at: datetime) -> dict[str, Any]:
    sign = signer()
    return {
        "epoch": answer.epoch,
        "server_time": int(at.timestamp() * 1000),
        "scopes": [
            {
                "insp": str(each.inspection),
                "through": each.chain.through,
                "head": each.chain.head,
                "missing": each.missing,
                "receipt": seals.signed_receipt(sign, device, each.inspection, each.chain, at),
                "ops": {key: _result(*told) for key, told in each.ops.items()},
            }
            for each in answer.scopes
        ],
        "need_blobs": answer.need_blobs,
        "backup": answer.backup,
    }


def _result(status: str, seq: int | None, code: str | None) -> dict[str, Any]:
    if code is None:
        return {"s": status, "seq": seq}
    return {"s": status, "code": code, "message": f"{WORDS['held'][code]}. {ADVICE.get(code, KEPT)}"}


@bp.post("/sync/pull")
@allow(*Role)
def pull() -> ResponseReturnValue:
    """What the phone has not seen. `more`: ask again at once."""
    body: dict[str, Any] = PULL.load(inflated_json())
    asked = Pull(body["epoch"], body["cur"], body["limit_bytes"])
    who, at, forms = actor(), now(), library()
    page = reading(lambda tx: changes.pull(tx, asked, actor=who, now=at, library=forms))
    frame = {
        "epoch": page.epoch,
        "server_time": int(at.timestamp() * 1000),
        "backup": page.backup,
        "scopes": page.heads,
        "more": page.more,
        "min_app": OLDEST_APP,
    }
    changed = ",".join(
        f'"{scope}":[' + ",".join(f"[{seq},{text}]" for seq, text in rows) + "]" for scope, rows in page.changes.items()
    )
    return Response(f'{_text(frame)[:-1]},"ch":{{{changed}}}}}', mimetype="application/json")


class HoldingsSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    epoch = fields.String(load_default=None, allow_none=True)
    insp = fields.UUID(required=True)
    ops = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=completeness.MOST_ASKED))
    photos = fields.List(
        fields.String(validate=validate.Regexp(r"[0-9a-f]{64}\Z")),
        load_default=list,
        validate=validate.Length(max=completeness.MOST_ASKED),
    )


HOLDINGS = HoldingsSchema()


@bp.post("/sync/holdings")
@allow(*Role, on_revoked_phone=True)
def holdings() -> ResponseReturnValue:
    """Which of these the server does not hold: asked before a phone deletes, and after the server was restored."""
    body: dict[str, Any] = HOLDINGS.load(inflated_json())
    ops = [str(each) for each in body["ops"]]
    who, files = actor(), evidence()

    def read(tx: Tx) -> tuple[str, completeness.NotHeld]:
        asked = completeness.not_held(tx, body["insp"], ops, body["photos"], actor=who, files=files)
        return markers.epoch(tx), asked

    epoch, answer = reading(read)
    return _json({"epoch": epoch, "ops": answer.ops, "photos": answer.photos})


# --- bodies ---------------------------------------------------------------------------------------


def inflated_json() -> Any:
    """The request's JSON; gzip is allowed up to a size. RequestRefused "too-large", "bad-json"."""
    sent = request.get_data(cache=False)
    if request.headers.get("Content-Encoding", "identity").lower() == "gzip":
        sent = _inflated(sent)
    if len(sent) > MOST_INFLATED:
        raise RequestRefused("too-large")
    try:
        return json.loads(sent, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise RequestRefused("bad-json") from error


def _inflated(sent: bytes) -> bytes:
    """Never more than the cap in memory, whatever the ratio."""
    stream = zlib.decompressobj(wbits=31)
    try:
        plain = stream.decompress(sent, MOST_INFLATED + 1)
    except zlib.error as error:
        raise RequestRefused("bad-json") from error
    if len(plain) > MOST_INFLATED:
        raise RequestRefused("too-large")
    if not stream.eof:
        raise RequestRefused("bad-json")  # cut off on the way
    return plain


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), mimetype="application/json")
