"""The file that leaves a phone when nothing else works: keys of agencies, and opening what was locked with them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.evidence import NotCanonical, canonical
from inspect_app.domain.json_in import plain_json
from inspect_app.domain.seals import COORDINATE, Jwk, b64, thumbprint, unb64

FORMAT = "inspect-export/1"
CHUNK = 1024 * 1024
TAG = 16
LONGEST_HEADER = 4096
MOST_CHUNKS = 2**32 - 1
_KEEPING = b"inspect-agency-key/1"  # what a private key is encrypted for
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Header:
    """The first line. line: its bytes with the line end, which every chunk is bound to."""

    agency: str
    to: str
    epk: ec.EllipticCurvePublicKey
    nonce: bytes
    salt: bytes
    line: bytes


@dataclass(frozen=True, slots=True)
class KeyPair:
    """key: its thumbprint; private: locked with the installation's secret."""

    key: str
    jwk: Jwk
    private: str


# --- keys -----------------------------------------------------------------------------------------


def make_key(secret: str) -> KeyPair:
    """A new pair for an agency."""
    private = ec.generate_private_key(ec.SECP256R1())
    jwk = _jwk(private.public_key())
    key = thumbprint(jwk)
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    nonce = os.urandom(_NONCE)
    return KeyPair(key, jwk, b64(nonce + AESGCM(_lock(secret)).encrypt(nonce, der, key.encode())))


def open_key(secret: str, key: str, locked: str) -> ec.EllipticCurvePrivateKey:
    """The private half. RuleBroken "agency-key-locked": INSPECT_SECRET_KEY is another than when it was made."""
    content = unb64(locked, len(locked) * 3 // 4)
    if content is None:
        raise RuleBroken("agency-key-locked", key=key)
    try:
        der = AESGCM(_lock(secret)).decrypt(content[:_NONCE], content[_NONCE:], key.encode())
    except InvalidTag:
        raise RuleBroken("agency-key-locked", key=key) from None
    private = load_der_private_key(der, password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise RuleBroken("agency-key-locked", key=key)
    return private


def _lock(secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=_KEEPING).derive(secret.encode())


def _jwk(public: ec.EllipticCurvePublicKey) -> Jwk:
    point = public.public_numbers()
    x, y = (b64(each.to_bytes(COORDINATE, "big")) for each in (point.x, point.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


# --- files ----------------------------------------------------------------------------------------


def read_header(file: IO[bytes]) -> Header:
    """The first line. RuleBroken "export-unreadable": it is no such file."""
    line = file.readline(LONGEST_HEADER + 1)
    told = plain_json(line) if line.endswith(b"\n") and len(line) <= LONGEST_HEADER else None
    if not isinstance(told, dict) or told.get("format") != FORMAT or told.get("chunk") != CHUNK:
        raise RuleBroken("export-unreadable", at="header")
    try:
        is_canonical = canonical(told) + b"\n" == line
    except NotCanonical:
        is_canonical = False
    epk, nonce, salt = _point(told.get("epk")), unb64(told.get("nonce"), 8), unb64(told.get("salt"), 16)
    agency, to = told.get("agency"), told.get("to")
    if not is_canonical or epk is None or nonce is None or salt is None:
        raise RuleBroken("export-unreadable", at="header")
    if not (isinstance(agency, str) and isinstance(to, str)):
        raise RuleBroken("export-unreadable", at="header")
    return Header(agency[:64], to[:64], epk, nonce, salt, line)


def _point(jwk: Any) -> ec.EllipticCurvePublicKey | None:
    if not isinstance(jwk, Mapping) or (jwk.get("kty"), jwk.get("crv")) != ("EC", "P-256"):
        return None
    x, y = unb64(jwk.get("x"), COORDINATE), unb64(jwk.get("y"), COORDINATE)
    if x is None or y is None:
        return None
    try:
        return ec.EllipticCurvePublicNumbers(
            int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1()
        ).public_key()
    except ValueError:
        return None


def decrypt(file: IO[bytes], header: Header, private: ec.EllipticCurvePrivateKey, into: IO[bytes]) -> None:
    """Write the plain bytes. RuleBroken "export-damaged": cut off, changed, or not for this key."""
    shared = private.exchange(ec.ECDH(), header.epk)
    cipher = AESGCM(HKDF(SHA256(), 32, salt=header.salt, info=FORMAT.encode()).derive(shared))
    piece = file.read(CHUNK + TAG)
    for number in range(MOST_CHUNKS):
        following = file.read(CHUNK + TAG)
        nonce = header.nonce + number.to_bytes(4, "big")
        try:
            into.write(cipher.decrypt(nonce, piece, header.line + (b"\x00" if following else b"\x01")))
        except (InvalidTag, ValueError):
            raise RuleBroken("export-damaged", chunk=number + 1) from None
        if not following:
            return
        piece = following
    raise RuleBroken("export-damaged", chunk=MOST_CHUNKS)
