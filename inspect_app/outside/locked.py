"""Short secrets at rest: locked with the installation's own, so that a copy of the database opens nothing."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from inspect_app.domain.seals import b64, unb64

_NONCE = 12
_LONGEST = 4096


class WrongSecret(Exception):
    """It was locked with another INSPECT_SECRET_KEY, or for something else."""


def lock(secret: str, purpose: str, about: str, content: bytes) -> str:
    """purpose: what kind of secret; about: whose, so that one cannot be put in another's place."""
    nonce = os.urandom(_NONCE)
    return b64(nonce + AESGCM(_key(secret, purpose)).encrypt(nonce, content, about.encode()))


def unlock(secret: str, purpose: str, about: str, locked: str) -> bytes:
    """Raises WrongSecret."""
    content = unb64(locked, min(len(locked) * 3 // 4, _LONGEST))
    if content is None:
        raise WrongSecret
    try:
        return AESGCM(_key(secret, purpose)).decrypt(content[:_NONCE], content[_NONCE:], about.encode())
    except InvalidTag:
        raise WrongSecret from None


def _key(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret.encode())
