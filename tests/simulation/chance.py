"""The chance of a run, so that the same seed gives the same run: also where the product itself draws lots."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random


@contextmanager
def drawn_from(rng: Random) -> Iterator[None]:
    """Inside, tokens, epochs and UUIDs come from this source instead of the operating system's."""
    urandom, bound = os.urandom, random._urandom  # type: ignore[attr-defined]  # what `secrets` draws from

    def draw(count: int, /) -> bytes:
        return rng.randbytes(count)

    os.urandom = draw
    random._urandom = draw  # type: ignore[attr-defined]
    try:
        yield
    finally:
        os.urandom = urandom
        random._urandom = bound  # type: ignore[attr-defined]
