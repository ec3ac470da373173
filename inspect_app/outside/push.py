"""Messages to browsers: encrypted for one browser, vouched for by this installation's own key (VAPID)."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from inspect_app.domain.seals import b64
from inspect_app.outside.signing import kept_key

VALID = timedelta(hours=12)  # of the voucher; push services take no more than a day
KEPT = timedelta(days=1)  # how long a push service waits for a phone that is away
POINT, SECRET = 65, 16


@dataclass(frozen=True)
class PushKey:
    """The installation's key. public: as browsers are given it; changing it ends every subscription."""

    private: ec.EllipticCurvePrivateKey

    @cached_property
    def public(self) -> str:
        return b64(self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def voucher(self, endpoint: str, contact: str, now: datetime) -> str:
        """The Authorization of one message. contact: whom a push service writes to when something is wrong."""
        from py_vapid import Vapid02  # with what sends below: nobody else pays for loading it

        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + VALID).timestamp()),
            "sub": contact,
        }
        signed: dict[str, str] = Vapid02(self.private).sign(claims)
        return signed["Authorization"]


def open_push_key(path: Path) -> PushKey:
    """The key in the file, made once when there is none."""
    private = load_pem_private_key(kept_key(path, lambda: ec.generate_private_key(ec.SECP256R1())), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path} holds no P-256 key")
    return PushKey(private)


def sealed(p256dh: str, auth: str, message: bytes) -> bytes:
    """The message as only this browser reads it (RFC 8291)."""
    from pywebpush import WebPusher  # brings a client of its own that nobody here uses: loaded when it is needed

    browser = WebPusher({"endpoint": "", "keys": {"p256dh": p256dh, "auth": auth}})
    body: bytes = browser.encode(message)["body"]
    return body


def headers(voucher: str) -> dict[str, str]:
    """One news replaces the one before it that has not arrived yet."""
    return {
        "Authorization": voucher,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(KEPT.total_seconds())),
        "Topic": "news",
        "Urgency": "normal",
    }


def is_usable(p256dh: str, auth: str) -> bool:
    """Whether these are a browser's keys: a point of the curve and sixteen bytes."""
    try:
        point, secret = (base64.urlsafe_b64decode(each + "=" * (-len(each) % 4)) for each in (p256dh, auth))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return len(point) == POINT and len(secret) == SECRET
