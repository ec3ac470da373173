"""The next step and its day, for every way the three tracks can stand; and which mark a deadline stands at."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspect_app.domain.escalation import MARKS, RUNGS, Level, deadlines_at, mark_at
from inspect_app.domain.next_steps import day_after_step, day_of, is_done, next_step
from inspect_app.domain.violations import (
    TABLES,
    Kind,
    Remedy,
    Sanction,
    Statuses,
    Step,
    Stop,
)

TODAY = date(2026, 11, 22)
EVERY_STANDING = [Statuses(*each) for each in product(Remedy, Sanction, Stop)]


def test_whatever_is_open_has_a_next_step_with_a_day_and_what_is_done_has_none() -> None:
    for statuses, kind in product(EVERY_STANDING, Kind):
        step = next_step(statuses, kind)
        day = day_of(step, next_on=None, deadline=TODAY, found_on=TODAY)
        assert (step is None) == (day is None) == is_done(statuses), (statuses, kind)


def test_the_next_step_is_one_the_tables_know_there() -> None:
    seen_later = {Step.DECIDE}  # what became of a file that was handed on is asked, not decided here
    for statuses, kind in product(EVERY_STANDING, Kind):
        step = next_step(statuses, kind)
        if step is None or (step.step in seen_later and statuses.sanction is Sanction.REFERRED):
            continue
        rule = TABLES[step.track].get((statuses.on(step.track), step.step))
        assert rule is not None, (statuses, step)
        assert rule.only in {None, kind}


@pytest.mark.parametrize(
    ("statuses", "kind", "step"),
    [
        (Statuses(Remedy.RECORDED), Kind.VIOLATION, Step.REQUEST_REMEDY),
        (Statuses(Remedy.RECORDED), Kind.ADVICE, Step.CLOSE_ADVICE),
        (Statuses(Remedy.RECORDED, stop=Stop.SUSPENSION_PROPOSED), Kind.VIOLATION, Step.DECIDE_SUSPENSION),
        (Statuses(Remedy.REMEDYING, Sanction.PROPOSED), Kind.VIOLATION, Step.RECEIVE_REPORT),
        (Statuses(Remedy.CLOSED, Sanction.PROPOSED), Kind.VIOLATION, Step.DRAW_RECORD),
        (Statuses(Remedy.CLOSED, Sanction.ENDED, Stop.SUSPENSION_DECIDED), Kind.VIOLATION, Step.RESUME),
    ],
)
def test_what_comes_first(statuses: Statuses, kind: Kind, step: Step) -> None:
    found = next_step(statuses, kind)
    assert found is not None
    assert found.step is step


def test_the_day_follows_the_deadline_the_step_or_the_visit() -> None:
    recorded = next_step(Statuses(Remedy.RECORDED), Kind.VIOLATION)
    requested = next_step(Statuses(Remedy.REMEDY_REQUESTED), Kind.VIOLATION)
    reported = next_step(Statuses(Remedy.REPORTED), Kind.VIOLATION)
    deadline = TODAY + timedelta(days=30)
    assert day_of(recorded, next_on=None, deadline=deadline, found_on=TODAY) == TODAY + timedelta(days=5)
    assert day_after_step(recorded, requested, said=None, today=TODAY) == (True, None)
    assert day_of(requested, next_on=None, deadline=deadline, found_on=TODAY) == deadline
    assert day_after_step(requested, reported, said=None, today=TODAY) == (True, TODAY + timedelta(days=5))
    visit = TODAY + timedelta(days=12)
    assert day_after_step(reported, recorded, said=visit, today=TODAY) == (True, visit)
    assert day_after_step(reported, reported, said=None, today=TODAY) == (False, None), "another track moved"


# --- marks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (8, None),
        (7, "before-7"),
        (4, "before-7"),
        (3, "before-3"),
        (2, "before-3"),
        (1, "before-1"),
        (0, "on"),
        (-1, "over-1"),
        (-2, "over-1"),
        (-3, "over-3"),
        (-6, "over-3"),
        (-7, "over-7"),
        (-13, "over-7"),
        (-14, "over-14"),
        (-400, "over-14"),
    ],
)
def test_the_mark_of_a_deadline(days: int, code: str | None) -> None:
    mark = mark_at(TODAY + timedelta(days=days), TODAY)
    assert (mark.code if mark else None) == code


@given(st.integers(-3000, 3000))
def test_a_deadline_stands_at_one_mark_at_most_and_the_spans_agree_with_it(days: int) -> None:
    deadline = TODAY + timedelta(days=days)
    spans = {mark: deadlines_at(mark, TODAY) for mark in MARKS}
    inside = [mark for mark, (first, last) in spans.items() if first <= deadline <= last]
    expected = mark_at(deadline, TODAY)
    assert inside == ([expected] if expected else [])


def test_the_chain_climbs_one_rung_after_the_other() -> None:
    assert [mark.levels[-1] for mark in RUNGS] == list(Level)
    assert all(mark.levels == (Level.OWNER,) for mark in MARKS if not mark.is_escalation)
