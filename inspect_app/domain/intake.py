"""Decides about operations that arrive: accepted, seen before, or held for a person with the reason. Never refused."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from inspect_app.domain.checklists import Item
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.evidence import START, NotCanonical, canonical
from inspect_app.domain.inspections import wrong_in_all
from inspect_app.domain.operation_bodies import identity, number, wrong

# Ids for what came without a usable one, so that sending it again finds it again.
NAMESPACE = UUID("b5d0a8b2-3f0e-5a54-8a52-0c6f2ad0d8b1")
# These claim a number that another operation has: the chain goes over the first.
NOT_IN_CHAIN = frozenset({"fork", "id-reuse"})
MOST_MISSING = 200  # enough for the phone to go on; it asks again
DEEPEST = 50  # ours nest three deep; what can be read just so could no longer be written, and block the visit

_sha256 = hashlib.sha256

# A NUL cannot be stored as text. The escape may itself be escaped: \\u0000 is five harmless characters.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(slots=True)  # not frozen, like all that is made 130 times a push: freezing doubles what it costs
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


@dataclass(slots=True)
class Arrival:
    """One operation that was sent. `body` can be stored as JSON. A code: it is held for that reason."""

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
    earlier: Sequence[Mapping[str, Item]] = ()  # of versions the visit was filled in before: still good answers


def read_in(ops: Iterable[Any], inspection: str) -> list[Arrival]:
    """Give everything that was sent an id, a number, and a form that can be stored and hashed."""
    return [_read_one(op, inspection) for op in ops]


def _read_one(op: Any, inspection: str) -> Arrival:
    body, form, is_usable = _stored_as(op)
    sha256 = _sha256(form).hexdigest()
    named = identity(op)
    code = None if named and is_usable else "bad-body"
    return Arrival(named or str(uuid5(NAMESPACE, f"{inspection}/{sha256}")), number(op), body, form, sha256, code)


def sort_out(arrivals: Iterable[Arrival], facts: Facts) -> Sorted:
    """Decide about each operation, in the order they were sent. An accepted one gets its seq when it is stored."""
    done = Sorted()
    here: dict[str, list[Known]] = {}
    takers: dict[int, str] = {}
    for each in facts.known:
        here.setdefault(each.id, []).append(each)
        if each.inspection == facts.inspection and each.device == facts.device and each.code not in NOT_IN_CHAIN:
            takers[each.n] = each.id
            done.numbers[each.n] = each.sha256
    for arrival in arrivals:
        _sort_one(arrival, facts, here, takers, done)
    return done


def _sort_one(
    arrival: Arrival, facts: Facts, here: dict[str, list[Known]], takers: dict[int, str], done: Sorted
) -> None:
    key, n, sha256 = arrival.id, arrival.n, arrival.sha256
    before = here.get(key, ())
    if before or key in done.answers:
        again = [one for one in before if one.sha256 == sha256 and _is_this_place(one, facts)]
        if again:
            # Held first and accepted by a person later: what counts is that it is in.
            same = next((one for one in again if one.code is None), again[0])
            done.answers.setdefault(key, ("held", None, same.code) if same.code else ("dup", same.seq, None))
            return
        if any(one.id == key and one.sha256 == sha256 for one in (*done.accepted, *done.held)):
            return  # twice in one push
        code: str | None = "id-reuse"
    elif n and takers.setdefault(n, key) != key:
        code = "fork"
    else:
        code = (
            arrival.code
            or facts.refused
            or wrong(arrival.body)
            or wrong_in_all(arrival.body, facts.items, facts.earlier)
        )
    arrival.code = code
    (done.held if code else done.accepted).append(arrival)
    done.answers.setdefault(key, ("held" if code else "ok", None, code))
    if n and code not in NOT_IN_CHAIN:
        done.numbers.setdefault(n, sha256)


def _is_this_place(one: Known, facts: Facts) -> bool:
    """A held operation of an inspection that is not here has no inspection to compare."""
    return one.inspection in (facts.inspection, "")


def _stored_as(op: Any) -> tuple[Mapping[str, Any], bytes, bool]:
    """The body as it can be stored, the bytes its hash is over, and whether it is usable as it came."""
    if isinstance(op, dict):
        try:
            form = canonical(op)
            has_nul = b"\\u0000" in form and _NUL.search(form)
            # Few brackets cannot be deep, and cost no look.
            may_be_deep = form.count(b"[") + form.count(b"{") > DEEPEST
            if not has_nul and not (may_be_deep and _is_deep(op)):
                return op, form, True
        except NotCanonical:
            pass
    try:
        text = json.dumps(op, sort_keys=True)  # ASCII with escapes: whatever came can be written down and read back
    except RecursionError:
        raise RuleBroken("bad-json") from None
    return {"as_received": text}, text.encode("ascii"), False


def is_kept_as_it_came(op: Mapping[str, Any]) -> bool:
    """Whether the stored body is what was sent, and not only the text of it."""
    return _stored_as(op)[2]


def _is_deep(op: object) -> bool:
    """Whether values stand in values in values beyond all reason."""
    level: list[object] = [op]
    for _ in range(DEEPEST):
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [value for values in inner for value in values]
    return any(isinstance(each, dict | list) for each in level)


def extend(chain: Chain, numbers: Mapping[int, str]) -> tuple[Chain, list[int]]:
    """The chain as far as it now reaches, and which numbers are missing below the greatest one that arrived."""
    reached, _, missing = grow(chain, numbers)
    return reached, missing


def grow(chain: Chain, numbers: Mapping[int, str]) -> tuple[Chain, list[bytes], list[int]]:
    """As extend, with the head at each new number in between: what is linked once need not be linked again."""
    through, head = chain.through, bytes.fromhex(chain.head)
    heads: list[bytes] = []
    while (sha256 := numbers.get(through + 1)) is not None:
        through, head = through + 1, _sha256(head + bytes.fromhex(sha256)).digest()
        heads.append(head)
    missing: list[int] = []
    for n in range(through + 1, max(numbers, default=0)):
        if n not in numbers:
            missing.append(n)
            if len(missing) == MOST_MISSING:
                break
    return Chain(through, head.hex()), heads, missing
