"""When instruments hold, as bars on one line of time: the numbers of a drawing that the server makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from inspect_app.domain.laws import Law

WIDTH, LEFT, ROW, TOP = 720, 150, 34, 26
LEAST_SPAN = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Bar:
    """One instrument. open_left, open_right: the day it begins or ends is not known, or not yet there."""

    label: str
    law: str
    x: float
    y: float
    width: float
    told: str
    open_left: bool
    open_right: bool
    is_current: bool
    ticks: list[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Timeline:
    width: int
    height: int
    bars: list[Bar]
    years: list[tuple[float, str]]
    today: float


def timeline(chain: Sequence[Law], current: str, today: date) -> Timeline:
    """The chain of instruments from before the first known day to a while after today."""
    known = [day for law in chain for day in (law.in_force, law.replaced_on, *(each.on for each in law.amended)) if day]
    first = min([*known, today]) - LEAST_SPAN
    last = max([*known, today]) + LEAST_SPAN
    scale = _Scale(first, last)
    bars = [_bar(law, number, scale, is_current=law.id == current) for number, law in enumerate(chain)]
    years = [
        (scale.x(date(year, 1, 1)), str(year))
        for year in range(first.year + 1, last.year + 1, max(1, (last.year - first.year) // 8))
    ]
    return Timeline(WIDTH, TOP + ROW * len(chain) + 8, bars, years, scale.x(today))


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        return round(LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT), 1)


def _bar(law: Law, number: int, scale: _Scale, *, is_current: bool) -> Bar:
    begin, end = law.in_force, law.replaced_on
    x = scale.x(begin or scale.first)
    right = scale.x(end or scale.last)
    return Bar(
        label=law.label,
        law=law.id,
        x=x,
        y=TOP + number * ROW,
        width=max(2.0, round(right - x, 1)),
        told=f"{law.label}: {_day(begin, 'chưa rõ ngày bắt đầu')} – {_day(end, 'đang áp dụng')}",
        open_left=begin is None,
        open_right=end is None,
        is_current=is_current,
        ticks=[(scale.x(each.on), f"{each.on:%d/%m/%Y}: sửa đổi ({each.by})") for each in law.amended],
    )


def _day(day: date | None, otherwise: str) -> str:
    return f"{day:%d/%m/%Y}" if day else otherwise
