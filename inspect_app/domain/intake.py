"""Decides about operations that arrive: accepted, seen before, or held for a person with the reason. Never refused."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from inspect_app.domain.checklists import Item
from inspect_app.domain.evidence import START, NotCanonical, canonical, link
from inspect_app.domain.inspections import wrong_answer
from inspect_app.domain.operation_bodies import identity, number, wrong

# Ids for what came without a usable one, so that sending it again finds it again.
NAMESPACE = UUID("b5d0a8b2-3f0e-5a54-8a52-0c6f2ad0d8b1")
# These claim a number that another operation has: the chain goes over the first.
NOT_IN_CHAIN = frozenset({"fork", "id-reuse"})
MOST_MISSING = 200  # enough for the phone to go on; it asks again

# A NUL cannot be stored as text. The escape may itself be escaped: \\u0000 is five harmless characters.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True, slots=True)
class Known:
    """What is here already: an accepted operation (seq) or a held one (code)."""

    id: str
    inspection: str
    device: str
    n: int
    sha256: str
    seq: int | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Chain:
    """How far one phone's facts have arrived without a gap, and the hash over them."""

    through: int = 0
    head: str = START


@dataclass(frozen=True, slots=True)
class Arrival:
    """One operation to be stored: accepted when there is no code, else held. `body` can be stored as JSON."""

    id: str
    n: int
    body: Mapping[str, Any]
    canonical: bytes
    sha256: str
    code: str | None


@dataclass(slots=True)
class Sorted:
    """accepted and held are to be stored; answers: operation id → (ok | dup | held, seq, code)."""

    accepted: list[Arrival] = field(default_factory=list)
    held: list[Arrival] = field(default_factory=list)
    answers: dict[str, tuple[str, int | None, str | None]] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)  # n → body hash, of this phone, old and new


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision looks at. refused: why nothing of this person is taken now. items: of the checklists."""

    inspection: str
    device: str
    refused: str | None
    items: Mapping[str, Item]
    known: Sequence[Known]


def sort_out(ops: Iterable[Any], facts: Facts) -> Sorted:
    """Decide about each operation, in the order they were sent. An accepted one gets its seq when it is stored."""
    done = Sorted()
    here: dict[str, list[Known]] = {}
    takers: dict[int, str] = {}
    for each in facts.known:
        here.setdefault(each.id, []).append(each)
        if each.inspection == facts.inspection and each.device == facts.device and each.code not in NOT_IN_CHAIN:
            takers[each.n] = each.id
            done.numbers[each.n] = each.sha256
    for op in ops:
        _sort_one(op, facts, here, takers, done)
    return done


def _sort_one(op: Any, facts: Facts, here: dict[str, list[Known]], takers: dict[int, str], done: Sorted) -> None:
    body, form, unusable = _stored_as(op)
    sha256 = hashlib.sha256(form).hexdigest()
    named = identity(op)
    key = named or str(uuid5(NAMESPACE, sha256))
    n = number(op)
    before = here.get(key)
    if before is not None:
        same = next((one for one in before if one.sha256 == sha256 and _is_this_place(one, facts)), None)
        if same is not None:
            done.answers.setdefault(key, ("held", None, same.code) if same.code else ("dup", same.seq, None))
            return
        code: str | None = "id-reuse"
    elif n and takers.setdefault(n, key) != key:
        code = "fork"
    elif unusable or named is None:
        code = "bad-body"
    else:
        code = facts.refused or wrong(op) or wrong_answer(op, facts.items)
    arrival = Arrival(key, n, body, form, sha256, code)
    (done.held if code else done.accepted).append(arrival)
    done.answers.setdefault(key, ("held" if code else "ok", None, code))
    here.setdefault(key, []).append(Known(key, facts.inspection, facts.device, n, sha256, None, code))
    if n and code not in NOT_IN_CHAIN:
        done.numbers.setdefault(n, sha256)


def _is_this_place(one: Known, facts: Facts) -> bool:
    """A held operation of an inspection that is not here has no inspection to compare."""
    return one.inspection in (facts.inspection, "")


def _stored_as(op: Any) -> tuple[Mapping[str, Any], bytes, bool]:
    """The body as it can be stored, the bytes its hash is over, and whether it is unusable as it came."""
    if isinstance(op, dict):
        try:
            form = canonical(op)
            if b"\\u0000" not in form or not _NUL.search(form):
                return op, form, False
        except NotCanonical:
            pass
    text = json.dumps(op, sort_keys=True)  # ASCII with escapes: whatever came can be written down and read back
    return {"as_received": text}, text.encode("ascii"), True


def extend(chain: Chain, numbers: Mapping[int, str]) -> tuple[Chain, list[int]]:
    """The chain as far as it now reaches, and which numbers are missing below the greatest one that arrived."""
    through, head = chain.through, chain.head
    while (sha256 := numbers.get(through + 1)) is not None:
        through, head = through + 1, link(head, sha256)
    missing: list[int] = []
    for n in range(through + 1, max(numbers, default=0)):
        if n not in numbers:
            missing.append(n)
            if len(missing) == MOST_MISSING:
                break
    return Chain(through, head), missing
