"""Signatures: the server's own Ed25519 key in a file, and looking at what phones signed with P-256."""

import os
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from inspect_app.domain.seals import COORDINATE, SIGNATURE, Jwk, b64, thumbprint, unb64


class Signer:
    """The server's key. `key` names it, `jwk` is its public half."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.jwk = _jwk(private.public_key())
        self.key = thumbprint(self.jwk)

    def sign(self, message: bytes) -> str:
        """base64url of the 64 bytes. The same message always gets the same signature."""
        return b64(self._private.sign(message))

    def card(self) -> dict[str, object]:
        """The public half as phones and programs are told it."""
        return {"key": self.key, "jwk": self.jwk}

    def public_pem(self) -> str:
        return self._private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def open_signer(path: Path) -> Signer:
    """The key in the file, made once when there is none."""
    private = load_pem_private_key(kept_key(path, Ed25519PrivateKey.generate), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return Signer(private)


def kept_key(path: Path, make: Callable[[], Ed25519PrivateKey | ec.EllipticCurvePrivateKey]) -> bytes:
    """What the file holds (PEM), made once when there is none. Processes may start together: the first to link wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        made = make().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its key is the one
        finally:
            draft.unlink()
    return path.read_bytes()


def is_signed_by_phone(jwk: Jwk, signature: object, message: bytes) -> bool:
    """Whether this is the key's signature: 64 bytes r ‖ s over SHA-256, as browsers make it."""
    raw, public = unb64(signature, SIGNATURE), _point(jwk["x"], jwk["y"])
    if raw is None or public is None:
        return False
    r, s = int.from_bytes(raw[:COORDINATE]), int.from_bytes(raw[COORDINATE:])
    try:
        public.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def is_signed_by_server(jwk: Jwk, signature: object, message: bytes) -> bool:
    raw, key = unb64(signature, SIGNATURE), unb64(jwk.get("x"), COORDINATE)
    if raw is None or key is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(raw, message)
    except InvalidSignature:
        return False
    return True


def is_on_the_curve(jwk: Jwk) -> bool:
    return _point(jwk["x"], jwk["y"]) is not None


@lru_cache(maxsize=4096)  # making the key costs as much as using it, and phones keep theirs for months
def _point(x: str, y: str) -> ec.EllipticCurvePublicKey | None:
    across, up = unb64(x, COORDINATE), unb64(y, COORDINATE)
    if across is None or up is None:
        return None
    try:
        numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(across), int.from_bytes(up), ec.SECP256R1())
        return numbers.public_key()
    except ValueError:
        return None


def _jwk(public: Ed25519PublicKey) -> Jwk:
    return {"kty": "OKP", "crv": "Ed25519", "x": b64(public.public_bytes(Encoding.Raw, PublicFormat.Raw))}
