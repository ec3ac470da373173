"""What must be true at the end, kept apart from the product: who wrote what, and what that amounts to."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import rfc8785

Op = Mapping[str, Any]
START = bytes(32)


class Kind(StrEnum):
    """What a breach amounts to."""

    LOST = "lost"
    DUPLICATED = "duplicated"
    ALTERED = "altered"
    LEAKED = "leaked"


@dataclass(frozen=True, slots=True)
class Breach:
    kind: Kind
    said: str


@dataclass(frozen=True, slots=True)
class Captured:
    """An operation of which a person was told that it is kept."""

    inspection: str
    phone: str
    op: Op


@dataclass(slots=True)
class Model:
    """captured: by id. photos: bytes by hash. rescued: texts that found room only in the emergency slot, by phone."""

    captured: dict[str, Captured] = field(default_factory=dict)
    photos: dict[str, bytes] = field(default_factory=dict)
    altered: Counter[str] = field(default_factory=Counter)  # photos whose bytes were changed on the way, how often
    rescued: dict[str, str] = field(default_factory=dict)
    # What was being written when the page died: nobody was told anything, so it may be kept or not, but not twice.
    uncertain: list[dict[str, Any]] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)

    def breach(self, kind: Kind, said: str) -> None:
        self.breaches.append(Breach(kind, said))

    def explains(self, op: Op) -> bool:
        """Whether a page that died may have written this; each is believed once."""
        for draft in self.uncertain:
            if all(op.get(name) == value for name, value in draft.items()):
                self.uncertain.remove(draft)
                return True
        return False

    def take(self, phone: str, inspection: str, op: Op) -> None:
        if op["id"] in self.captured:
            self.breach(Kind.DUPLICATED, f"{phone} wrote {op['id']} twice")
        self.captured[op["id"]] = Captured(inspection, phone, op)


def body_hash(op: Op) -> bytes:
    return hashlib.sha256(rfc8785.dumps(dict(op))).digest()


def chain(hashes: Iterable[bytes]) -> str:
    head = START
    for each in hashes:
        head = hashlib.sha256(head + each).digest()
    return head.hex()


# --- what a set of operations amounts to ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stands:
    """One item: the operations that nothing replaces, and whether they say different things."""

    heads: tuple[str, ...]
    values: frozenset[str]

    @property
    def agreement(self) -> str:
        if len(self.heads) == 1:
            return "single"
        return "agreed" if len(self.values) == 1 else "conflict"

    @property
    def fails(self) -> bool:
        return self.agreement == "conflict" or self.values == {'"fail"'}


def answers(ops: Sequence[Op]) -> dict[str, Stands]:
    """Per item what stands: every answer that no other one says it replaces; a value wins over its withdrawal."""
    by_item: dict[str, list[Op]] = defaultdict(list)
    for op in ops:
        if op["k"] == "answer":
            by_item[op["i"]].append(op)
    return {item: _stands(given) for item, given in by_item.items()}


def _stands(given: Sequence[Op]) -> Stands:
    replaced = {ref for op in given for ref in op["sup"] if ref != op["id"]}
    left = [op for op in given if op["id"] not in replaced]
    said = [op for op in left if op["v"] is not None] or left
    return Stands(tuple(sorted(op["id"] for op in said)), frozenset(rfc8785.dumps(op["v"]).decode() for op in said))


def notes(ops: Sequence[Op]) -> dict[str, list[str]]:
    """Per item the notes that are neither replaced, nor withdrawn, nor empty."""
    gone = {op["ref"] for op in ops if op["k"] == "withdraw"}
    written = [op for op in ops if op["k"] == "comment"]
    gone |= {ref for op in written if op["id"] not in gone for ref in op["sup"]}
    found: dict[str, list[str]] = defaultdict(list)
    for op in written:
        if op["id"] not in gone and op["text"].strip():
            found[op["i"]].append(op["id"])
    return {item: sorted(each) for item, each in found.items()}


def photos(ops: Sequence[Op]) -> list[str]:
    gone = {op["ref"] for op in ops if op["k"] == "withdraw"}
    return sorted(op["id"] for op in ops if op["k"] == "photo" and op["id"] not in gone)
