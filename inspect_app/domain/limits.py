"""Measurable limits as the law gives them: which one holds for a day and a duration, and whether a value keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from inspect_app.domain.checklist_items import Confidence


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One value: from min to max, both allowed. minutes: the longest exposure the row speaks of (noise)."""

    group: str
    label: str
    unit: str
    min: float | None
    max: float | None
    when: str
    minutes: float | None
    law: str
    at: str
    confidence: Confidence
    note: str = ""
    source: str = ""
    valid_from: date | None = None
    valid_to: date | None = None  # the first day it no longer holds

    def in_force_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)

    def keeps(self, value: float) -> bool:
        return (self.min is None or value >= self.min) and (self.max is None or value <= self.max)


def on(rows: Iterable[LimitRow], group: str, day: date) -> list[LimitRow]:
    """The values of a group that hold on the day."""
    return [row for row in rows if row.group == group and row.in_force_on(day)]


def noise(rows: Iterable[LimitRow], minutes: float, day: date) -> LimitRow | None:
    """The noise limit for so long an exposure: of the shortest duration that covers it. None: longer than any row."""
    timed = [row for row in on(rows, "noise", day) if row.minutes is not None and row.minutes >= minutes]
    return min(timed, key=lambda row: row.minutes or 0, default=None)
