"""Plans: where a line stands, which months and weeks there are, what people can take on."""

from datetime import date

import pytest

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.planning import (
    Away,
    Column,
    Span,
    available_days,
    check_days,
    check_within,
    column,
    end_of,
    load,
    months,
    start_of,
    weeks,
)


@pytest.mark.parametrize(
    ("state", "inspection", "expected"),
    [
        ("suggested", None, Column.SUGGESTED),
        ("planned", None, Column.PLANNED),
        ("planned", "assigned", Column.ASSIGNED),
        ("planned", "in-progress", Column.ASSIGNED),
        ("planned", "returned", Column.ASSIGNED),
        ("planned", "submitted", Column.DONE),
        ("planned", "approved", Column.DONE),
        ("planned", "cancelled", Column.PLANNED),
    ],
)
def test_the_visit_tells_where_a_line_stands(state: str, inspection: str | None, expected: Column) -> None:
    assert column(state, inspection) is expected


@pytest.mark.parametrize(
    ("day", "span", "start", "end"),
    [
        (date(2027, 2, 14), Span.MONTH, date(2027, 2, 1), date(2027, 2, 28)),
        (date(2028, 2, 14), Span.MONTH, date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 12, 31), Span.MONTH, date(2026, 12, 1), date(2026, 12, 31)),
        (date(2027, 1, 1), Span.WEEK, date(2026, 12, 28), date(2027, 1, 3)),
        (date(2027, 1, 4), Span.WEEK, date(2027, 1, 4), date(2027, 1, 10)),
    ],
)
def test_a_month_and_a_week_have_their_ends(day: date, span: Span, start: date, end: date) -> None:
    assert (start_of(day, span), end_of(start_of(day, span), span)) == (start, end)


def test_the_months_and_weeks_of_a_plan() -> None:
    assert months(date(2026, 11, 20), date(2027, 2, 1)) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]
    assert weeks(date(2027, 2, 1), date(2027, 2, 28)) == [date(2027, 2, n) for n in (1, 8, 15, 22)]


@pytest.mark.parametrize(
    ("share", "away", "expected"),
    [
        (5, [], 20),
        (7, [], 20),
        (3, [], 12),
        (0, [], 0),
        (5, [Away(date(2027, 2, 1), date(2027, 2, 7))], 15),
        (5, [Away(date(2027, 2, 6), date(2027, 2, 7))], 20),  # a weekend takes nothing
        (5, [Away(date(2027, 1, 1), date(2027, 3, 31))], 0),
        (5, [Away(date(2027, 2, 1), date(2027, 2, 5)), Away(date(2027, 2, 4), date(2027, 2, 8))], 14),
    ],
)
def test_what_a_person_can_take_on_in_february(share: int, away: list[Away], expected: int) -> None:
    assert available_days(date(2027, 2, 1), date(2027, 2, 28), share, away) == expected


def test_more_than_one_can_do_is_said() -> None:
    february = (date(2027, 2, 1), date(2027, 2, 28))

    assert not load(*february, 3, [], [10, 2]).is_over
    assert load(*february, 3, [], [10, 3]).is_over


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2027, 2, 1), date(2027, 1, 1), "window-backwards"),
        (date(2027, 1, 1), date(2029, 1, 1), "plan-too-long"),
    ],
)
def test_a_plan_has_sensible_days(first: date, last: date, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_days(first, last)
    assert refused.value.code == code


def test_a_line_lies_in_its_plan_at_least_with_one_day() -> None:
    plan = (date(2027, 1, 15), date(2027, 3, 10))
    check_within(date(2027, 1, 1), Span.MONTH, *plan)
    check_within(date(2027, 3, 8), Span.WEEK, *plan)
    for start, span in ((date(2026, 12, 1), Span.MONTH), (date(2027, 3, 15), Span.WEEK)):
        with pytest.raises(RuleBroken):
            check_within(start, span, *plan)
