"""Who is told about a deadline, and when: before it to the owner, after it up the chain.

The administrator sees this table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Level(StrEnum):
    """The rungs of the chain."""

    OWNER = "owner"
    LEADER = "leader"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"


CHAIN = tuple(Level)
# A deadline that passed longer ago than this was never one: a slip of the finger.
LONG_AGO = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that is told about one deadline, once. days: before (positive) or after it (negative).

    rank: 0 for a reminder, 1–4 for the rung an escalation has reached; it is told to that rung and all below.
    """

    code: str
    days: int
    rank: int

    @property
    def levels(self) -> Sequence[Level]:
        return CHAIN[: max(1, self.rank)]

    @property
    def is_escalation(self) -> bool:
        return self.rank > 0


MARKS = (
    Mark("before-7", 7, 0),
    Mark("before-3", 3, 0),
    Mark("before-1", 1, 0),
    Mark("on", 0, 0),
    Mark("over-1", -1, 1),
    Mark("over-3", -3, 2),
    Mark("over-7", -7, 3),
    Mark("over-14", -14, 4),
)
RUNGS = tuple(mark for mark in MARKS if mark.is_escalation)


def deadlines_at(mark: Mark, today: date) -> tuple[date, date]:
    """The first and the last deadline that stand at this mark today.

    A worker that slept tells the mark that holds now, not every one it missed.
    """
    place = MARKS.index(mark)
    last = today + timedelta(days=mark.days)
    if place + 1 == len(MARKS):
        return today - LONG_AGO, last
    return today + timedelta(days=MARKS[place + 1].days + 1), last


def mark_at(deadline: date, today: date) -> Mark | None:
    """Where a deadline stands today; None: it is further away than the first reminder."""
    days = (deadline - today).days
    passed = [mark for mark in MARKS if mark.days >= days]
    return passed[-1] if passed else None


def told_of(mark: Mark) -> str:
    """In words, after "3 vi phạm …"."""
    if mark.days > 0:
        return f"còn {mark.days} ngày nữa hết hạn" if mark.days > 1 else "hết hạn ngày mai"
    return "hết hạn hôm nay" if mark.days == 0 else f"quá hạn từ {-mark.days} ngày"
