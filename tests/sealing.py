"""A phone's key for tests: signs as a browser does."""

import base64
from typing import Any
from uuid import UUID

import rfc8785
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from inspect_app.domain.seals import thumbprint
from tests.builders import Phone
from tests.cast import Cast, Player

KEY = "/api/v1/devices/key"


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class PhoneKey:
    """ECDSA P-256; signs canonical JSON."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        point = self._private.public_key().public_numbers()
        self.jwk = {
            "kty": "EC",
            "crv": "P-256",
            "x": b64(point.x.to_bytes(32, "big")),
            "y": b64(point.y.to_bytes(32, "big")),
        }
        self.key = thumbprint(self.jwk)

    def sign(self, message: dict[str, Any]) -> str:
        r, s = decode_dss_signature(self._private.sign(rfc8785.dumps(message), ec.ECDSA(SHA256())))
        return b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def introduction(self, phone: Phone) -> dict[str, Any]:
        """The body of POST devices/key."""
        told = {"device": str(phone.device), "purpose": "inspect-device-key", "user": str(phone.person)}
        return {"device": str(phone.device), "jwk": self.jwk, "proof": self.sign(told)}

    def seal(self, phone: Phone, inspection: UUID, n: int, head: str) -> dict[str, Any]:
        """What stands beside a scope of a push."""
        said = {"device": str(phone.device), "head": head, "insp": str(inspection), "n": n}
        return {"key": self.key, "n": n, "sig": self.sign(said)}


def introduced(cast: Cast, player: Player, phone: Phone) -> PhoneKey:
    """A key the server knows."""
    made = PhoneKey()
    answer = cast.client(player).post(KEY, json=made.introduction(phone))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return made
