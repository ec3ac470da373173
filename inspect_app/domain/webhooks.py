"""Webhooks: how a delivery is signed, when it is tried again, and when a receiver that does not answer is let go."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

PREFIX = "whsec_"
SECRET_BYTES = 32
# After each failed try; when these are used up the delivery is given up. Almost four days.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
    timedelta(hours=24),
)
DISABLE_AFTER = timedelta(days=3)  # nothing got through for so long
GONE = 410  # the receiver says it wants no more
LARGEST_BODY = 20_000


def shown(secret: bytes) -> str:
    """A secret as receivers are given it."""
    return PREFIX + base64.b64encode(secret).decode()


def signature(secret: bytes, delivery: str, moment: datetime, body: bytes) -> str:
    """The `webhook-signature` of this id, second and body."""
    signed = f"{delivery}.{int(moment.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def headers(secret: bytes, delivery: str, moment: datetime, body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": delivery,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signature(secret, delivery, moment, body),
    }


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a delivery that has failed so often is tried again; None: never."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def is_delivered(status: int) -> bool:
    """2xx. An answer that sends us elsewhere is a failure: who registers an address means that address."""
    return 200 <= status < 300


def is_hopeless(status: int | None, failing_since: datetime, now: datetime) -> bool:
    """Whether a receiver is let go."""
    return status == GONE or now - failing_since >= DISABLE_AFTER
