"""What phones and the server sign: the bytes under each signature, the names of keys, what a seal turns out to be."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from inspect_app.domain.evidence import canonical

Jwk = dict[str, str]

COORDINATE = 32  # bytes of a number on P-256, and of an Ed25519 key
SIGNATURE = 64  # bytes of a signature of either kind: r ‖ s
KEY_LENGTH = 43  # characters of a thumbprint
KEY_PURPOSE = "inspect-device-key"
ROOT_PURPOSE = "inspect-day-root"


class Verdict(StrEnum):
    """What a seal turned out to be when it arrived. Whether its key is trusted is another question."""

    GOOD = "good"
    WRONG = "wrong"  # not a signature of this key over these facts
    UNKNOWN_KEY = "unknown-key"  # this person's phone never introduced the key
    AHEAD = "ahead"  # well signed, but facts below it are not here: nobody can say whether they are those
    HEAD_DIFFERS = "head-differs"  # well signed, but the phone counted other facts than we hold


class KeyState(StrEnum):
    """The first key of a person's phone is trusted; a later one waits for the supervisor. None is ever forgotten."""

    TRUSTED = "trusted"
    WAITING = "waiting"
    REFUSED = "refused"


class SealKind(StrEnum):
    PUSH = "push"  # over the phone's chain head
    MANIFEST = "manifest"  # over what the submitting phone declared


def b64(content: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def unb64(text: object, length: int) -> bytes | None:
    """The bytes behind the one writing of them; None for everything else, also for a second writing of the same."""
    if not isinstance(text, str) or not text.isascii() or len(text) != -(-length * 4 // 3):
        return None
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if b64(content) == text else None


def thumbprint(jwk: Mapping[str, str]) -> str:
    """The name of a key by RFC 7638: SHA-256 over its necessary members."""
    needed = ("crv", "kty", "x", "y") if jwk["kty"] == "EC" else ("crv", "kty", "x")
    return b64(hashlib.sha256(canonical({name: jwk[name] for name in needed})).digest())


def phone_jwk(given: object) -> Jwk | None:
    """A public P-256 key in its one form; None when it is none. Whether it is on the curve is asked elsewhere."""
    if not isinstance(given, Mapping) or given.get("kty") != "EC" or given.get("crv") != "P-256":
        return None
    if any(unb64(given.get(name), COORDINATE) is None for name in ("x", "y")):
        return None
    return {name: given[name] for name in ("kty", "crv", "x", "y")}


def key_statement(device: UUID, user: UUID) -> bytes:
    """What a phone signs when it introduces its key."""
    return canonical({"device": str(device), "purpose": KEY_PURPOSE, "user": str(user)})


def push_statement(device: UUID, inspection: UUID, n: int, head: str) -> bytes:
    """What a phone signs at each push: how far its facts go, and the hash over them."""
    return canonical({"device": str(device), "head": head, "insp": str(inspection), "n": n})


def receipt(device: UUID, inspection: UUID, n: int, head: str, received: datetime) -> dict[str, Any]:
    """What the server signs back: everything up to `n` is here, under this hash, since this moment."""
    moment = int(received.timestamp() * 1000)
    return {"device": str(device), "head": head, "insp": str(inspection), "n": n, "received": moment}


def root_statement(agency: str, day: str, first: int, last: int, root: str, head: str) -> bytes:
    """What the server signs at the end of a day: the Merkle root over the audit rows first … last of an agency."""
    told = {"agency": agency, "day": day, "first": first, "head": head, "last": last, "purpose": ROOT_PURPOSE}
    return canonical({**told, "root": root})
