"""Days as the office counts them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from inspect_app.domain.deadlines import (
    DUE_IN,
    LONGEST_DAYS,
    check_extension,
    is_due_within,
    is_overdue,
    local_day,
    overdue_days,
    proposed_deadline,
)
from inspect_app.domain.errors import RuleBroken

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 21, 16, 59, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 17, 0, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2025, 12, 31, 17, 0, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_the_day_changes_at_midnight_in_vietnam(moment: datetime, day: date) -> None:
    assert local_day(moment) == day


def test_a_moment_without_a_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="zone"):
        local_day(datetime(2026, 11, 22))  # noqa: DTZ001 - the mistake that is tested


@pytest.mark.parametrize(
    ("deadline", "is_open", "days"),
    [
        (date(2026, 11, 21), True, 1),
        (date(2026, 11, 22), True, 0),  # the day itself is still in time
        (date(2026, 11, 23), True, 0),
        (date(2025, 11, 22), True, 365),
        (date(2026, 11, 21), False, 0),
        (None, True, 0),
    ],
)
def test_days_too_late(deadline: date | None, is_open: bool, days: int) -> None:
    assert overdue_days(deadline, TODAY, is_open=is_open) == days
    assert is_overdue(deadline, TODAY, is_open=is_open) is (days > 0)


@pytest.mark.parametrize("days", DUE_IN)
def test_due_within_counts_today_and_the_last_day(days: int) -> None:
    ends = {
        TODAY - timedelta(days=1): False,
        TODAY: True,
        TODAY + timedelta(days=days): True,
        TODAY + timedelta(days=days + 1): False,
    }
    assert {end: is_due_within(end, TODAY, days, is_open=True) for end in ends} == ends
    assert not any(is_due_within(end, TODAY, days, is_open=False) for end in ends)
    assert not is_due_within(None, TODAY, days, is_open=True)


def test_what_must_be_mended_at_once_is_due_on_the_day_of_the_visit() -> None:
    assert proposed_deadline(TODAY, 0) == TODAY
    assert proposed_deadline(TODAY, 15) == date(2026, 12, 7)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (None, date(2026, 11, 21), "deadline-before-document"),
        (date(2026, 12, 1), date(2026, 12, 1), "deadline-not-later"),
        (date(2026, 12, 1), date(2026, 11, 30), "deadline-not-later"),
        (None, TODAY + timedelta(days=LONGEST_DAYS + 1), "deadline-too-far"),
    ],
)
def test_deadlines_that_are_refused(before: date | None, after: date, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_extension(before, after, not_before=TODAY)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, TODAY),
        (None, TODAY + timedelta(days=LONGEST_DAYS)),
        (date(2026, 12, 1), date(2026, 12, 2)),
        (date(2026, 12, 1), date(2026, 12, 1) + timedelta(days=LONGEST_DAYS)),
    ],
)
def test_deadlines_that_stand(before: date | None, after: date) -> None:
    check_extension(before, after, not_before=TODAY)
