"""Tồn tại lặp lại: what counts as the same again, and what does not."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from inspect_app.domain.repeats import Finding, earlier_findings, is_repeat_of, repeated

SITE, OTHER_SITE, FIRM, OTHER_FIRM = (UUID(int=number) for number in range(1, 5))
LATER = Finding(uuid4(), uuid4(), "XDK-04", SITE, FIRM, date(2026, 11, 20))
EARLIER = Finding(uuid4(), uuid4(), "XDK-04", SITE, FIRM, date(2026, 3, 1))


@pytest.mark.parametrize(
    ("earlier", "is_repeat"),
    [
        (EARLIER, True),
        (replace(EARLIER, organisation=OTHER_FIRM), True),  # the same place, another contractor
        (replace(EARLIER, site=OTHER_SITE), True),  # the contractor took it along to the next site
        (replace(EARLIER, site=OTHER_SITE, organisation=OTHER_FIRM), False),
        (replace(EARLIER, item="XDK-05"), False),
        (replace(EARLIER, found_on=LATER.found_on), False),
        (replace(EARLIER, found_on=date(2026, 11, 21)), False),
        (replace(EARLIER, inspection=LATER.inspection), False),
        (replace(EARLIER, cancelled=True), False),
        (LATER, False),
    ],
)
def test_the_same_item_failed_before_at_the_place_or_by_the_firm(earlier: Finding, is_repeat: bool) -> None:
    assert is_repeat_of(LATER, earlier) is is_repeat
    assert repeated([LATER], [earlier]) == ({LATER.id} if is_repeat else set())


def test_the_latest_of_the_earlier_ones_comes_first() -> None:
    oldest = replace(EARLIER, id=uuid4(), found_on=date(2025, 3, 1))
    assert earlier_findings(LATER, [oldest, EARLIER, LATER]) == [EARLIER, oldest]


def test_only_the_later_of_two_is_a_repeat() -> None:
    assert repeated([EARLIER, LATER], [EARLIER, LATER]) == {LATER.id}
