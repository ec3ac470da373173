"""What phones write: numbered, immutable facts; and the fold that turns any set of them into one state.

The fold is a pure function of the *set* of operations: order, repetition and the phones' clocks change nothing.
static/js/core/fold.js is the same function; tests/vectors/fold holds the two together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from inspect_app.domain.evidence import NotCanonical, canonical

Op = Mapping[str, Any]
Head = dict[str, Any]


@dataclass(slots=True)  # not frozen: it is made for every operation of every push, and freezing doubles the cost
class Entry:
    """An operation and what the server knows beside it: who wrote it, on which phone."""

    op: Op
    by: str
    device: str


class Register(TypedDict):
    """Values that stand: state single | agreed (several, equal) | conflict (several, different)."""

    state: str
    heads: list[Head]


class Notes(TypedDict):
    heads: list[Head]


class Folded(TypedDict):
    """What an inspection says. A head carries id, by, device, t, gps and the fields of its kind."""

    answers: dict[str, Register]
    notes: dict[str, Notes]
    findings: dict[str, Register]
    photos: dict[str, list[Head]]
    withdrawn: dict[str, Head]
    positions: list[Head]
    opinion: Register | None
    signatures: dict[str, Register]
    refusal: Register | None
    opened: list[Head]
    submitted: list[Head]


# What a head of each kind carries: its own name ← the operation's key.
_CONTENT: Mapping[str, Mapping[str, str]] = {
    "open": {"checklists": "checklists"},
    "answer": {"value": "v"},
    "comment": {"text": "text"},
    "finding": {
        name: name for name in ("kind", "responsible", "responsible_text", "deadline", "stop_demanded", "stop_proposed")
    },
    "photo": {"item": "i"} | {name: name for name in ("sha", "size", "mime", "w", "h", "src", "orig")},
    "position": {"distance": "distance"},
    "withdraw": {"ref": "ref", "reason": "reason"},
    "opinion": {"text": "text"},
    "sign": {name: name for name in ("name", "title", "strokes", "shown")},
    "refuse": {"reason": "reason", "witness": "witness"},
    "submit": {"manifest": "manifest", "shown": "shown"},
}

# Told with a head when the phone said it, never compared: two people who found the same may have searched apart.
_BESIDE: Mapping[str, tuple[str, ...]] = {"finding": ("searched",)}

# Registers of several values: the operation's key that says which one; None: there is one per inspection.
_PLACE: Mapping[str, str | None] = {
    "answer": "i",
    "comment": "i",
    "finding": "i",
    "opinion": None,
    "sign": "role",
    "refuse": None,
}
_WITHDRAWABLE = frozenset({"photo", "comment"})


def fold(entries: Iterable[Entry]) -> Folded:
    """The state of one inspection. `entries` in any order; the same operation twice counts once."""
    once = {entry.op["id"]: entry for entry in entries}
    by_kind: dict[str, list[Entry]] = {}
    for key in sorted(once):
        by_kind.setdefault(once[key].op["k"], []).append(once[key])
    withdrawn = _withdrawn(by_kind, once)
    places = {kind: _places(kind, by_kind.get(kind, []), withdrawn) for kind in _PLACE}
    photos: dict[str, list[Head]] = {}
    for entry in by_kind.get("photo", ()):
        if entry.op["id"] not in withdrawn:
            photos.setdefault(entry.op["i"], []).append(_head(entry))
    return Folded(
        answers={item: _register(_answered(heads), ("value",)) for item, heads in places["answer"].items()},
        notes={item: Notes(heads=heads) for item, heads in _noted(places["comment"]).items()},
        findings=_registers("finding", places["finding"]),
        photos=photos,
        withdrawn=withdrawn,
        positions=[_head(entry) for entry in by_kind.get("position", ())],
        opinion=_registers("opinion", places["opinion"]).get(""),
        signatures=_registers("sign", places["sign"]),
        refusal=_registers("refuse", places["refuse"]).get(""),
        opened=[_head(entry) for entry in by_kind.get("open", ())],
        submitted=[_head(entry) for entry in by_kind.get("submit", ())],
    )


def _head(entry: Entry) -> Head:
    op = entry.op
    kind = op["k"]
    head: Head = {"id": op["id"], "by": entry.by, "device": entry.device, "t": op["t"], "gps": op.get("gps")}
    for name, key in _CONTENT[kind].items():
        head[name] = op.get(key)
    for name in _BESIDE.get(kind, ()):
        if op.get(name) is not None:
            head[name] = op[name]
    return head


def _withdrawn(by_kind: Mapping[str, list[Entry]], once: Mapping[str, Entry]) -> dict[str, Head]:
    """What was taken back, by the operation's id. It may be named before it arrives; only photos and notes can be."""
    taken: dict[str, Head] = {}
    for entry in by_kind.get("withdraw", ()):
        ref = entry.op["ref"]
        if ref in once and once[ref].op["k"] in _WITHDRAWABLE:
            taken.setdefault(ref, _head(entry))
    return taken


def _places(kind: str, entries: list[Entry], withdrawn: Mapping[str, Head]) -> dict[str, list[Head]]:
    """For each place the heads: the operations that no other operation of that place replaces."""
    key = _PLACE[kind]
    places: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.op["id"] not in withdrawn:
            places.setdefault(entry.op[key] if key else "", []).append(entry)
    return {place: _heads(each) for place, each in places.items()}


def _heads(entries: list[Entry]) -> list[Head]:
    if len(entries) == 1:
        return [_head(entries[0])]
    replaced = {ref for entry in entries for ref in entry.op.get("sup") or () if ref != entry.op["id"]}
    heads = [_head(entry) for entry in entries if entry.op["id"] not in replaced]
    # Operations that name one another in a circle: nothing may vanish by that, so all of them stay.
    return heads or [_head(entry) for entry in entries]


def _answered(heads: list[Head]) -> list[Head]:
    """A withdrawn answer gives way to one that was not: nobody's value is lost to somebody's null."""
    if len(heads) == 1:
        return heads
    return [head for head in heads if head["value"] is not None] or heads


def _noted(places: Mapping[str, list[Head]]) -> dict[str, list[Head]]:
    """Notes that say something; an emptied note is a note taken back."""
    kept = {item: [head for head in heads if (head["text"] or "").strip()] for item, heads in places.items()}
    return {item: heads for item, heads in kept.items() if heads}


def _registers(kind: str, places: Mapping[str, list[Head]]) -> dict[str, Register]:
    names = tuple(_CONTENT[kind])
    return {place: _register(heads, names) for place, heads in places.items()}


def _register(heads: list[Head], names: tuple[str, ...]) -> Register:
    if len(heads) == 1:
        return Register(state="single", heads=heads)
    said = {canonical({name: head[name] for name in names}) for head in heads}
    return Register(state="agreed" if len(said) == 1 else "conflict", heads=heads)


def is_same(one: Op, other: Op) -> bool:
    """Two bodies with one canonical form."""
    try:
        return canonical(one) == canonical(other)
    except NotCanonical:
        return False
