"""What other systems are told of: the objects that a row of the audit touched, and where a reader of changes stands."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from inspect_app.domain.violations import violation_id


class Event(StrEnum):
    """What happened to one object. A word never changes its meaning; a new one adds its line."""

    RECORDED = "violation.recorded"
    CHANGED = "violation.changed"
    REMOVED = "violation.removed"
    INSPECTION = "inspection.changed"
    TEST = "webhook.test"


TOLD: tuple[Event, ...] = (Event.RECORDED, Event.CHANGED, Event.REMOVED, Event.INSPECTION)

# What only looks at an inspection, or makes something beside it, changes nothing that others are told.
ONLY_LOOKS = frozenset(
    {
        "case.exported",
        "photo.original-read",
        "verification.code-made",
        "inspection.paper",
        "inspection.joint-offered",
        "remedy.link-made",
        "remedy.link-revoked",
        "remedy.received",
        "remedy.original-read",
    }
)
_LISTS = {"added": Event.RECORDED, "removed": Event.REMOVED, "rewritten": Event.CHANGED}


@dataclass(frozen=True, slots=True)
class Touch:
    """One object that a change was about."""

    event: Event
    id: UUID


def touched(action: str, subject: str, facts: Mapping[str, object]) -> list[Touch]:
    """The violations and inspections that a row of the audit is about, each once."""
    kind, _, name = subject.partition(":")
    if action in ONLY_LOOKS:
        return []
    if kind == "violation":
        return [Touch(Event.CHANGED, UUID(name))]
    inspections = [UUID(name)] if kind == "inspection" else _named(facts.get("inspections"))
    found = [Touch(Event.INSPECTION, each) for each in inspections]
    if kind == "inspection":
        for word, event in _LISTS.items():
            items = facts.get(word)
            if isinstance(items, list):
                found += [Touch(event, violation_id(UUID(name), str(item))) for item in items]
    return found


def _named(ids: object) -> list[UUID]:
    return [UUID(str(each)) for each in ids] if isinstance(ids, list) else []


# --- where a reader stands ------------------------------------------------------------------------

NOW = "now"  # instead of a cursor: only what comes from here on
_AGENCY = re.compile(r"([a-z0-9-]{1,32}):(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far each agency's changes were read; epoch: of which database."""

    epoch: str
    read: Mapping[str, int]

    def __str__(self) -> str:
        return "~".join([self.epoch, *(f"{agency}:{seq}" for agency, seq in sorted(self.read.items()))])


def parse(text: str) -> Cursor | None:
    """None for what was never given out."""
    epoch, *parts = text.split("~")
    read: dict[str, int] = {}
    for part in parts:
        found = _AGENCY.fullmatch(part)
        if found is None:
            return None
        read[found[1]] = int(found[2])
    return Cursor(epoch, read) if epoch else None


def in_short(touches: Iterable[tuple[int, Touch]]) -> list[tuple[int, Touch]]:
    """Each object once, at its newest place, as recorded or removed when that is among what happened to it."""
    newest: dict[UUID, tuple[int, Touch]] = {}
    for seq, touch in touches:
        before = newest.pop(touch.id, None)
        event = touch.event
        if before and before[1].event is Event.RECORDED and event is Event.CHANGED:
            event = Event.RECORDED
        newest[touch.id] = (seq, Touch(event, touch.id))
    return list(newest.values())
