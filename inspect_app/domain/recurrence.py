"""Visits that come again every so many months until a day."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from inspect_app.domain.errors import RuleBroken

EVERY = (1, 2, 3, 6, 12)  # months
LONGEST_YEARS = 3
AHEAD = timedelta(days=21)  # so long before its day a visit is given to its team


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day: the 31st of January is followed by the 28th."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def days(first: date, every_months: int, until: date) -> Iterator[date]:
    """The days after the first one, counted from the first: short months do not pull the later ones forward."""
    number = 1
    while (day := months_later(first, every_months * number)) <= until:
        yield day
        number += 1


def check(first: date, every_months: int, until: date) -> None:
    """RuleBroken "recurrence-never" when there is no second visit, "recurrence-too-long"."""
    if every_months not in EVERY or next(days(first, every_months, until), None) is None:
        raise RuleBroken("recurrence-never", months=every_months)
    if until > months_later(first, 12 * LONGEST_YEARS):
        raise RuleBroken("recurrence-too-long", years=LONGEST_YEARS)
