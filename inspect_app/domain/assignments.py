"""What a visit must have before it is given to a team (NĐ 217/2025 Điều 11, 12; Luật Thanh tra Điều 27)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.overlap import Kind
from inspect_app.domain.people import TeamRole

# Only the provincial inspectorate decides a thanh tra (Luật Thanh tra Đ18, Đ26).
INSPECTORATE = "thanh-tra"
LONGEST_WINDOW_DAYS = 70  # thanh tra of a province: 45 days and 25 more


class Ground(StrEnum):
    """Why the visit is made (NĐ 217/2025 Đ11k2; follow-up: Đ16)."""

    SIGNS = "signs"
    ORDER = "order"
    THEMATIC_PLAN = "thematic-plan"
    FOLLOW_UP = "follow-up"


@dataclass(frozen=True, slots=True)
class Member:
    """A place in the team."""

    person: UUID
    role: TeamRole
    is_secretary: bool = False


def kinds_of(agency: str) -> tuple[Kind, ...]:
    """The kinds of visit an agency may decide."""
    own = (Kind.INSPECTION,) if agency == INSPECTORATE else (Kind.CHECK,)
    return (*own, Kind.JOINT, Kind.FOLLOW_UP, Kind.REMOTE)


def check_kind(agency: str, kind: Kind) -> None:
    if kind is Kind.INSPECTION and agency != INSPECTORATE:
        raise RuleBroken("not-our-kind", kind=str(kind), agency=agency)


def check_window(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise RuleBroken("window-backwards", first_day=first_day.isoformat(), last_day=last_day.isoformat())
    if (last_day - first_day).days > LONGEST_WINDOW_DAYS:
        raise RuleBroken("window-too-long", days=LONGEST_WINDOW_DAYS)


def check_team(team: Sequence[Member]) -> None:
    """One leader, at most one secretary, nobody twice."""
    leaders = [each for each in team if each.role is TeamRole.LEADER]
    if len(leaders) != 1:
        raise RuleBroken("one-leader", leaders=len(leaders))
    if len({each.person for each in team}) != len(team):
        raise RuleBroken("twice-in-team")
    if sum(each.is_secretary for each in team) > 1:
        raise RuleBroken("one-secretary")
