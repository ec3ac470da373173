"""Where each mutant is known to show, so that it is looked for there first."""

from collections.abc import Iterable

# Worlds in which they are known to show; every other one shows in world 1. They are among the worlds that the product
# itself must pass, and only looked at first: a mutant that no longer shows there is sought in the others.
SHOWS_IN = {
    "believes-every-seal": 5,
    "deaf-to-the-epoch": 2,
    "decides-in-silence": 3,
    "drops-the-revoked": 2,
    "import-writes-anew": 5,
    "last-writer-wins": 3,
    "no-epoch": 2,
    "no-final-hash": 12,
    "photo-after-its-operation": 15,
}


def worlds_for(name: str, seeds: Iterable[int]) -> list[int]:
    """The same worlds, beginning with the one in which this mutant is known to show."""
    first = SHOWS_IN.get(name, 1)
    return sorted(seeds, key=lambda seed: (seed != first, seed))
