"""Argon2id: passwords are hashed slowly, and only two at a time, so that signing in cannot starve the server."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's minimum: 19 MiB, 2 passes, 1 lane; 66-93 ms on two small cores.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_TURN = threading.BoundedSemaphore(2)
# Verified when nobody has that name, so that the answer takes as long as a wrong password.
_NOBODY = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    with _TURN:
        return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Compare in the same time whether or not the account exists."""
    with _TURN:
        try:
            _HASHER.verify(stored or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None
