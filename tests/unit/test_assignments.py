"""What a visit must have before it is given to a team."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from inspect_app.domain.assignments import Member, check_kind, check_team, check_window, kinds_of
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.overlap import Kind
from inspect_app.domain.people import TeamRole

DAY = date(2026, 11, 22)


def a_member(role: TeamRole = TeamRole.MEMBER, *, person: UUID | None = None, secretary: bool = False) -> Member:
    return Member(person or uuid4(), role, secretary)


LEADER = a_member(TeamRole.LEADER)


def test_a_team_with_one_leader_is_enough() -> None:
    check_team([LEADER])
    check_team([LEADER, a_member(TeamRole.DEPUTY), a_member(secretary=True)])


@pytest.mark.parametrize(
    ("team", "code"),
    [
        ([], "one-leader"),
        ([a_member()], "one-leader"),
        ([LEADER, a_member(TeamRole.LEADER)], "one-leader"),
        ([LEADER, a_member(person=LEADER.person)], "twice-in-team"),
        ([LEADER, a_member(secretary=True), a_member(secretary=True)], "one-secretary"),
    ],
)
def test_a_wrong_team_is_refused(team: list[Member], code: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        check_team(team)

    assert broken.value.code == code


def test_a_window_is_at_least_a_day_and_at_most_what_the_law_allows() -> None:
    check_window(DAY, DAY)
    check_window(DAY, DAY + timedelta(days=70))
    for last, code in ((DAY - timedelta(days=1), "window-backwards"), (DAY + timedelta(days=71), "window-too-long")):
        with pytest.raises(RuleBroken, match=code):
            check_window(DAY, last)


def test_only_the_inspectorate_decides_a_thanh_tra() -> None:
    assert Kind.INSPECTION in kinds_of("thanh-tra")
    assert Kind.INSPECTION not in kinds_of("so-xay-dung")
    with pytest.raises(RuleBroken, match="not-our-kind"):
        check_kind("bql-kcn", Kind.INSPECTION)
