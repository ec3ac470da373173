"""Months as the office counts them: from midnight of the first to midnight of the next, Vietnamese time."""

import re
from datetime import date, datetime, time, timedelta

from inspect_app.domain.deadlines import VIETNAM

_SHAPE = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])")


def read(text: str) -> date | None:
    """The first day of "2026-11"; None for what is no month."""
    found = _SHAPE.fullmatch(text)
    return date(int(found.group(1)), int(found.group(2)), 1) if found else None


def write(month: date) -> str:
    return f"{month:%Y-%m}"


def following(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def until(today: date, count: int) -> list[date]:
    """The first days of the last `count` months, the running one at the end."""
    found = [today.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def moments(month: date) -> tuple[datetime, datetime]:
    """When the month begins, and when it is over."""
    begin = datetime.combine(month, time(), VIETNAM)
    return begin, datetime.combine(following(month), time(), VIETNAM)
