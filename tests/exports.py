"""Writes the file that a phone writes when it cannot send: independent of the product, by the letter of its format."""

import base64
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import rfc8785
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.builders import NOW_MS, Op, Phone

CHUNK = 1024 * 1024


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def plain_zip(
    phone: Phone,
    scopes: Sequence[tuple[UUID, Sequence[Op]]],
    photos: Mapping[bytes, UUID] | None = None,
    *,
    members: Mapping[str, bytes] | None = None,
    compression: int = zipfile.ZIP_STORED,
    **manifest: Any,
) -> bytes:
    """members: further members, or others under the same name."""
    pictures = photos or {}
    lines = "".join(
        json.dumps({"insp": str(visit), "op": op, "head": "0" * 64}, ensure_ascii=False) + "\n"
        for visit, ops in scopes
        for op in ops
    ).encode()
    told = {
        "format": 1,
        "encrypted": True,
        "user": str(phone.person),
        "username": "ai-do",
        "device": str(phone.device),
        "made": NOW_MS,
        "ops": lines.count(b"\n"),
        "ops_sha256": hashlib.sha256(lines).hexdigest(),
        "photos": [
            {"insp": str(visit), "sha": hashlib.sha256(each).hexdigest(), "size": len(each), "mime": "image/jpeg"}
            for each, visit in pictures.items()
        ],
        "rescued": [],
        **manifest,
    }
    content = {"ops.ndjson": lines, "manifest.json": json.dumps(told, ensure_ascii=False).encode()}
    content |= {f"photos/{hashlib.sha256(each).hexdigest()}": each for each in pictures}
    content |= members or {}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as archive:
        for name, each in content.items():
            archive.writestr(name, each)
    return written.getvalue()


def lock(content: bytes, agency: str, card: Mapping[str, Any], **header: Any) -> bytes:
    """Encrypt for the agency's key as the session answer tells it."""
    jwk = card["jwk"]
    x, y = (int.from_bytes(base64.urlsafe_b64decode(jwk[name] + "="), "big") for name in ("x", "y"))
    theirs = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    mine = ec.generate_private_key(ec.SECP256R1())
    point = mine.public_key().public_numbers()
    nonce, salt = os.urandom(8), os.urandom(16)
    epk = {"kty": "EC", "crv": "P-256", "x": b64(point.x.to_bytes(32, "big")), "y": b64(point.y.to_bytes(32, "big"))}
    told = {
        "agency": agency,
        "chunk": CHUNK,
        "epk": epk,
        "format": "inspect-export/1",
        "nonce": b64(nonce),
        "salt": b64(salt),
        "to": card["key"],
        **header,
    }
    line = rfc8785.dumps(told) + b"\n"
    key = HKDF(SHA256(), 32, salt=salt, info=b"inspect-export/1").derive(mine.exchange(ec.ECDH(), theirs))
    chunks = [content[at : at + CHUNK] for at in range(0, len(content), CHUNK)] or [b""]
    cipher = AESGCM(key)
    return line + b"".join(
        cipher.encrypt(
            nonce + number.to_bytes(4, "big"), chunk, line + (b"\x01" if number == len(chunks) - 1 else b"\x00")
        )
        for number, chunk in enumerate(chunks)
    )
