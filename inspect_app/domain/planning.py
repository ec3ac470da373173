"""Plans: the months and weeks of their lines, where a line stands on the board, and what people can take on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from inspect_app.domain.errors import RuleBroken

WORKDAYS = 5
USUAL_DAYS = 3  # a week on visits, while nobody has said otherwise
LONGEST_PLAN_DAYS = 400


class PlanKind(StrEnum):
    YEARLY = "yearly"
    THEMATIC = "thematic"
    CAMPAIGN = "campaign"


class Span(StrEnum):
    MONTH = "month"
    WEEK = "week"


class PlanStep(StrEnum):
    """What a person does to a plan as a whole."""

    APPROVE = "approve"
    CLOSE = "close"
    REOPEN = "reopen"


# step → the state it begins from, the state it leads to.
STEPS = {
    PlanStep.APPROVE: ("draft", "approved"),
    PlanStep.CLOSE: ("approved", "closed"),
    PlanStep.REOPEN: ("closed", "approved"),
}


class Column(StrEnum):
    """Where a line stands on the board. The last two are told by its inspection and never set by hand."""

    SUGGESTED = "suggested"
    PLANNED = "planned"
    ASSIGNED = "assigned"
    DONE = "done"


BY_HAND = frozenset({Column.SUGGESTED, Column.PLANNED})
_SENT_IN = frozenset({"submitted", "complete", "approved"})


def column(state: str, inspection_state: str | None) -> Column:
    """A line whose visit was called off is planned again."""
    if inspection_state is not None and inspection_state != "cancelled":
        return Column.DONE if inspection_state in _SENT_IN else Column.ASSIGNED
    return Column(state)


def check_days(first_day: date, last_day: date) -> None:
    """RuleBroken: window-backwards, plan-too-long."""
    if last_day < first_day:
        raise RuleBroken("window-backwards", first_day=first_day.isoformat(), last_day=last_day.isoformat())
    if (last_day - first_day).days > LONGEST_PLAN_DAYS:
        raise RuleBroken("plan-too-long", days=LONGEST_PLAN_DAYS)


def steps_from(state: str) -> list[PlanStep]:
    return [step for step, (before, _) in STEPS.items() if before == state]


def check_open(state: str) -> None:
    """RuleBroken "plan-closed": what a closed plan holds is what was done, and stays."""
    if state == "closed":
        raise RuleBroken("plan-closed")


def start_of(day: date, span: Span) -> date:
    """The first of the month, or the Monday."""
    return day.replace(day=1) if span is Span.MONTH else day - timedelta(days=day.weekday())


def end_of(start: date, span: Span) -> date:
    if span is Span.WEEK:
        return start + timedelta(days=6)
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def check_within(start: date, span: Span, first_day: date, last_day: date) -> None:
    """RuleBroken "outside-plan": the whole month or week lies before or after the plan."""
    if end_of(start, span) < first_day or start > last_day:
        raise RuleBroken("outside-plan", first_day=f"{first_day:%d/%m/%Y}", last_day=f"{last_day:%d/%m/%Y}")


def months(first_day: date, last_day: date) -> list[date]:
    """The first of each month of a plan."""
    found = [first_day.replace(day=1)]
    while (following := end_of(found[-1], Span.MONTH) + timedelta(days=1)) <= last_day:
        found.append(following)
    return found


def weeks(first_day: date, last_day: date) -> list[date]:
    """The Mondays of the weeks that touch these days."""
    monday = start_of(first_day, Span.WEEK)
    return [monday + timedelta(weeks=n) for n in range(((last_day - monday).days // 7) + 1)]


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which somebody cannot be sent out."""

    first_day: date
    last_day: date

    def touches(self, first_day: date, last_day: date) -> bool:
        return self.first_day <= last_day and self.last_day >= first_day


def available_days(first_day: date, last_day: date, days_per_week: int, away: Iterable[Away]) -> int:
    """How many days of visits fit between two days: workdays that are not leave, at the person's share of the week."""
    absent = list(away)
    days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    there = [day for day in days if day.weekday() < WORKDAYS and not any(each.touches(day, day) for each in absent)]
    return round(len(there) * min(days_per_week, WORKDAYS) / WORKDAYS)


@dataclass(frozen=True, slots=True)
class Load:
    """What one person can do in a stretch of days, and what is planned for it."""

    available: int
    planned: int

    @property
    def is_over(self) -> bool:
        return self.planned > self.available


def load(first_day: date, last_day: date, days_per_week: int, away: Sequence[Away], planned: Iterable[int]) -> Load:
    return Load(available_days(first_day, last_day, days_per_week, away), sum(planned))
