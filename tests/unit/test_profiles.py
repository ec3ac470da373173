"""Hazards, groups of workers and days of expiry: the pure rules."""

from datetime import date

import pytest

from inspect_app.domain import expiry, hazards, workforce
from inspect_app.domain.errors import RuleBroken

TODAY = date(2026, 11, 22)


def test_hazards_are_kept_once_and_in_order() -> None:
    assert hazards.chosen(["dust", "height", "dust"]) == ["height", "dust"]
    with pytest.raises(RuleBroken, match="unknown-hazard"):
        hazards.chosen(["dragons"])


@pytest.mark.parametrize(
    ("workers", "groups", "wrong"),
    [
        (40, {"women": 12, "minors": 0}, None),
        (None, {"women": 12}, None),
        (10, {"women": 11}, "group-over-whole"),
        (10, {"women": -1}, "group-over-whole"),
        (10, {"cats": 1}, "unknown-group"),
    ],
)
def test_no_group_is_larger_than_the_whole(workers: int | None, groups: dict[str, int], wrong: str | None) -> None:
    if wrong is None:
        assert workforce.profile(workers, groups) == groups
        return
    with pytest.raises(RuleBroken, match=wrong):
        workforce.profile(workers, groups)


@pytest.mark.parametrize(
    ("ends", "standing"),
    [
        (None, "unknown"),
        (date(2026, 11, 21), "over"),
        (date(2026, 11, 22), "soon"),
        (date(2026, 12, 22), "soon"),
        (date(2026, 12, 23), "good"),
    ],
)
def test_the_last_day_still_counts(ends: date | None, standing: str) -> None:
    assert expiry.standing(ends, TODAY) == standing


def test_an_end_before_the_beginning_is_refused() -> None:
    expiry.check_days(TODAY, TODAY)
    expiry.check_days(None, TODAY)
    with pytest.raises(RuleBroken, match="days-reversed"):
        expiry.check_days(TODAY, date(2026, 11, 21))
