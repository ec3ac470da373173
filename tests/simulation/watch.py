"""What must be true at every moment: looked at after each request and each thing a person did."""

import base64
import hashlib
import json
from collections import defaultdict
from functools import cache
from typing import Any
from uuid import UUID

from tests.simulation.ground import MARKS
from tests.simulation.handset import Call, Handset
from tests.simulation.model import Kind, Model, body_hash, chain
from tests.simulation.rack import Event, Sent
from tests.simulation.site import Reply, Site

# A phone may refuse for these, and says so; nothing was promised then.
REFUSALS = {"no-visit", "locked", "no-network", "server-trouble", "bad-json", "storage-full", "signed-out"}
NO_ROOM = {"storage-failing", "no-room-for-photos"}
WRITES = {"write", "photo", "submit"}
NOT_IN_CHAIN = ("fork", "id-reuse")


def done(model: Model, phone: Handset, call: Call, event: Event) -> Any:
    """A person was told that something is done."""
    value = event["value"]
    if call.act in WRITES:
        op = value["op"]
        model.take(phone.name, call.given["insp"], op)
        if call.act == "photo":
            model.photos[value["sha"]] = base64.b64decode(call.given["bytes"])
        if op["k"] in ("answer", "finding") and value.get("left"):
            model.breach(Kind.ALTERED, f"{phone.name}: {op['id']} does not replace what was on the screen")
    if call.act in ("open", "second"):
        phone.needs_sign_in = value["screen"] != "field"
    if call.act == "signIn":
        phone.device = value["device"]
        phone.needs_sign_in = False
    if call.act == "sync" and value["paused"]:
        phone.needs_sign_in = True
    return value


def failed(model: Model, phone: Handset, call: Call, event: Event) -> None:
    """The phone said no."""
    code, facts = event["code"], event["facts"]
    text = call.given.get("draft", {}).get("text")
    if text and facts.get("rescued"):
        model.rescued[text] = phone.name
    if code in REFUSALS or (code in NO_ROOM and phone.is_full) or call.act in ("signIn", "open", "second"):
        return
    if phone.is_full and call.act == "sync":
        return
    model.breach(Kind.LOST, f"{phone.name} {call.act}: {code} {event['message']} {event['stack'][:300]}")


def troubled(model: Model, phone: Handset, event: Event) -> None:
    """The page met an error that it told nobody about but the console."""
    if not phone.is_full:
        model.breach(Kind.ALTERED, f"{phone.name}: {event['message']} {event['stack'][:300]}")


def interrupted(model: Model, phone: Handset) -> None:
    """The page died under these calls: nobody was told anything, so either is right, but a photo must be whole."""
    for call in phone.calls.values():
        given = call.given
        if call.act == "photo":
            content = base64.b64decode(given["bytes"])
            model.photos[sha256(content)] = content
            model.uncertain.append({"k": "photo", "i": given["item"], "sha": sha256(content)})
        elif call.act == "write":
            model.uncertain.append(dict(given["draft"]))
        elif call.act == "submit":
            model.uncertain.append({"k": "submit"})


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sha_of(sent: Sent) -> str:
    """The photo a request is about."""
    if "/blobs/" in sent.path:
        return sent.path.split("/")[5]
    for pair in sent.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.partition(" ")
        if key == "sha256":
            return base64.b64decode(value).decode()
    return ""


# --- after each request --------------------------------------------------------------------------


@cache
def _foreign(agency: str) -> tuple[bytes, ...]:
    return tuple(mark.encode() for each, mark in MARKS.items() if each != agency)


def leaks(model: Model, agency: str, site: Site, path: str, reply: Reply) -> None:
    """Nothing of another agency in any answer."""
    for mark in _foreign(agency):
        if mark in reply.body or any(mark.decode() in value for _, value in reply.headers):
            model.breach(Kind.LEAKED, f"{agency} got {mark.decode()} from {path}")


def served(model: Model, site: Site, sent: Sent, phone: Handset, reply: Reply) -> None:
    if sent.path.endswith("/sync/push") and reply.status == 200:
        for scope in json.loads(reply.body)["scopes"]:
            _prefix(model, site, phone, scope)
    elif sent.path.endswith("/sync/pull") and reply.status == 200:
        _may_read(model, site, phone)
    elif "/blobs" in sent.path and sent.method in ("POST", "PATCH"):
        _partial(model, site, sent, phone)


def _may_read(model: Model, site: Site, phone: Handset) -> None:
    """A phone that was taken out of service sends, and learns nothing."""
    if site.may_be_revoked and site.is_revoked(UUID(phone.device)):
        model.breach(Kind.LEAKED, f"{phone.name} was revoked, and was told what is new")


def _prefix(model: Model, site: Site, phone: Handset, scope: dict[str, Any]) -> None:
    """`through` is never beyond the numbers that are here without a gap, and the head is the chain over them."""
    insp = UUID(scope["insp"])
    rows = site.rows(
        "SELECT n, body FROM operation WHERE inspection_id = ? AND device_id = ?"
        " UNION SELECT n, body FROM held_operation WHERE inspection_id = ? AND device_id = ? AND code NOT IN (?, ?)",
        *(insp.hex, UUID(phone.device).hex) * 2,
        *NOT_IN_CHAIN,
    )
    here: dict[int, Any] = defaultdict(dict, {n: json.loads(body) for n, body in rows})
    through = 0
    while here.get(through + 1):
        through += 1
    if scope["through"] > through:
        model.breach(Kind.LOST, f"{phone.name}: the server says it has all up to {scope['through']}, it has {through}")
    elif scope["head"] != chain(body_hash(here[n]) for n in range(1, scope["through"] + 1)):
        model.breach(Kind.ALTERED, f"{phone.name}: the head at {scope['through']} is not the chain")


def _partial(model: Model, site: Site, sent: Sent, phone: Handset) -> None:
    """What has arrived of a photo is its beginning, unless the link changed it."""
    sha = sha_of(sent)
    path = site.folder / "data" / "partial" / phone.player.agency / sha
    if sha in model.photos and not model.altered[sha] and path.is_file():
        here = path.read_bytes()
        if not model.photos[sha].startswith(here):
            model.breach(Kind.ALTERED, f"{len(here)} bytes of {sha[:12]} are not its beginning")
