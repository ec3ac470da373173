"""Every so many months: which days, and which wishes make no sense."""

from datetime import date

import pytest

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.recurrence import check, days, months_later


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 22), 2, date(2027, 1, 22)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
    ],
)
def test_the_same_day_of_a_later_month(day: date, months: int, expected: date) -> None:
    assert months_later(day, months) == expected


def test_short_months_do_not_pull_the_later_ones_forward() -> None:
    assert list(days(date(2026, 1, 31), 1, date(2026, 4, 30))) == [
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


@pytest.mark.parametrize(
    ("months", "until", "code"),
    [
        (6, date(2027, 5, 21), "recurrence-never"),
        (6, date(2026, 11, 22), "recurrence-never"),
        (5, date(2027, 11, 22), "recurrence-never"),
        (1, date(2029, 11, 23), "recurrence-too-long"),
    ],
)
def test_what_makes_no_sense_is_refused(months: int, until: date, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check(date(2026, 11, 22), months, until)
    assert refused.value.code == code


def test_a_second_visit_on_the_last_day_is_enough() -> None:
    check(date(2026, 11, 22), 6, date(2027, 5, 22))
