"""Follow-up lists that are kept: when they are sent, what stood on them, and what changed between two days."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

# A comparison "with last month" looks at the latest run that is at least so old.
A_MONTH = timedelta(days=27)
MONDAY = 0


class Every(StrEnum):
    NONE = "none"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


def next_day(every: Every, today: date) -> date | None:
    """The day of the next letter: tomorrow, the next Monday, or the first of the next month."""
    if every is Every.NONE:
        return None
    if every is Every.DAILY:
        return today + timedelta(days=1)
    if every is Every.WEEKLY:
        return today + timedelta(days=7 - (today.weekday() - MONDAY) % 7)
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """How a violation stood on a day."""

    remedy: str
    overdue: bool


Snapshot = Mapping[UUID, Seen]


def pack(snapshot: Snapshot) -> bytes:
    """Small, and the same for the same rows."""
    rows = [[key.hex, seen.remedy, int(seen.overdue)] for key, seen in sorted(snapshot.items())]
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode())


def unpack(packed: bytes) -> dict[UUID, Seen]:
    return {UUID(hex=key): Seen(remedy, bool(overdue)) for key, remedy, overdue in json.loads(zlib.decompress(packed))}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two days of one list. Every violation of either day is in exactly one of new, closed, left and still.

    left: still open, but no longer what the list asks for. got_overdue: in `still` or `new`, and overdue only now.
    """

    new: frozenset[UUID]
    closed: frozenset[UUID]
    left: frozenset[UUID]
    still: frozenset[UUID]
    got_overdue: frozenset[UUID]


def compare(before: Snapshot, after: Snapshot, closed: frozenset[UUID]) -> Comparison:
    """closed: those that left the list and are closed (or gone) now."""
    gone = before.keys() - after.keys()
    late = {key for key, seen in after.items() if seen.overdue}
    was_late = {key for key, seen in before.items() if seen.overdue}
    return Comparison(
        new=frozenset(after.keys() - before.keys()),
        closed=frozenset(gone & closed),
        left=frozenset(gone - closed),
        still=frozenset(after.keys() & before.keys()),
        got_overdue=frozenset(late - was_late),
    )
