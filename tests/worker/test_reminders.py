"""Deadlines are told before, on and after the day, up the chain, each thing once, and each telling leaves its row."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inspect_app.domain.escalation import MARKS
from inspect_app.services import reminders
from inspect_app.services.chore import Tools
from inspect_app.store.tables import Notice, Person, Reminder, Violation
from tests import builders
from tests.builders import NOW, TODAY
from tests.cast import ZONES, Cast, Player
from tests.worker.tools import tools_of


@pytest.fixture
def tools(app: Flask) -> Tools:
    return tools_of(app)


def a_violation(cast: Cast, days: int, *, owner: Player | None = None, **columns: object) -> UUID:
    """Found by bob on alice's visit, with a deadline so many days from today."""
    with cast.writing() as tx:
        visit = builders.an_inspection(tx, cast.alice.agency, [cast.alice.id, cast.bob.id])
        who = (owner or cast.bob).id
        row = builders.a_violation(
            tx, visit, deadline=TODAY + timedelta(days=days), owner_id=who, author_id=who, **columns
        )
        tx.commit()
        return row.id


def told(tools: Tools) -> list[Reminder]:
    with tools.reading() as tx:
        return list(tx.scalars(select(Reminder).order_by(Reminder.at, Reminder.mark)))


def notices(tools: Tools, player: Player) -> list[Notice]:
    with tools.reading() as tx:
        return list(tx.scalars(select(Notice).where(Notice.person_id == player.id).order_by(Notice.made_at)))


def names(cast: Cast, people: list[str]) -> set[str]:
    by_id = {str(each.id): name for name, each in vars(cast).items() if isinstance(each, Player)}
    return {by_id[person] for person in people}


@pytest.mark.parametrize(
    ("days", "mark", "people"),
    [
        (7, "before-7", {"bob"}),
        (3, "before-3", {"bob"}),
        (1, "before-1", {"bob"}),
        (0, "on", {"bob"}),
        (-1, "over-1", {"bob"}),
        (-3, "over-3", {"bob", "alice"}),
        (-7, "over-7", {"bob", "alice", "vera"}),
        (-14, "over-14", {"bob", "alice", "vera", "cora"}),
        (-200, "over-14", {"bob", "alice", "vera", "cora"}),
    ],
)
def test_who_is_told_when(cast: Cast, tools: Tools, days: int, mark: str, people: set[str]) -> None:
    violation = a_violation(cast, days)
    assert reminders.remind(tools, NOW) == "1 hạn đã nhắc"
    (row,) = told(tools)
    assert (row.violation_id, row.mark, names(cast, row.people)) == (violation, mark, people)
    assert row.agency_id == cast.bob.agency


def test_eight_days_ahead_and_what_is_closed_are_nobodys_concern(cast: Cast, tools: Tools) -> None:
    a_violation(cast, 8)
    a_violation(cast, -5, remedy_status="closed")
    a_violation(cast, 1, remedy_status="cancelled")
    assert reminders.remind(tools, NOW) == ""
    assert told(tools) == []


def test_each_mark_is_told_once_on_the_way_from_a_week_before_to_two_weeks_after(cast: Cast, tools: Tools) -> None:
    a_violation(cast, 10)
    for hours in range(0, 24 * 40, 8):
        reminders.remind(tools, NOW + timedelta(hours=hours))
    assert [row.mark for row in told(tools)] == [mark.code for mark in MARKS]
    assert len(notices(tools, cast.bob)) == len(MARKS)
    assert len(notices(tools, cast.cora)) == 1


def test_a_worker_that_slept_tells_what_holds_now_not_what_it_missed(cast: Cast, tools: Tools) -> None:
    a_violation(cast, 8)
    reminders.remind(tools, NOW)
    reminders.remind(tools, NOW + timedelta(days=12))
    assert [row.mark for row in told(tools)] == ["over-3"]


def test_a_new_deadline_is_told_anew(cast: Cast, tools: Tools) -> None:
    violation = a_violation(cast, -1)
    reminders.remind(tools, NOW)
    with cast.writing() as tx:
        row = tx.get_one(Violation, violation)
        row.deadline = TODAY + timedelta(days=3)
        tx.commit()
    reminders.remind(tools, NOW + timedelta(hours=1))
    assert [(row.mark, row.deadline) for row in told(tools)] == [
        ("over-1", TODAY - timedelta(days=1)),
        ("before-3", TODAY + timedelta(days=3)),
    ]


def test_many_violations_are_one_notice_that_names_some_of_them(
    cast: Cast, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "BATCH", 5)
    for _ in range(12):
        a_violation(cast, 3)
    assert reminders.remind(tools, NOW) == "12 hạn đã nhắc"
    (notice,) = notices(tools, cast.bob)
    assert notice.subject == "12 vi phạm còn 3 ngày nữa hết hạn"
    assert notice.facts["count"] == 12
    assert len(notice.facts["lines"]) == reminders.MOST_LINES
    assert notice.href == f"/desk/follow-up?due_in=7&owner={cast.bob.id}"


def test_when_the_owner_has_left_the_supervisors_are_told(cast: Cast, tools: Tools) -> None:
    with cast.writing() as tx:
        tx.get_one(Person, cast.bob.id).disabled_at = NOW
        tx.commit()
    a_violation(cast, 1)
    reminders.remind(tools, NOW)
    assert names(cast, told(tools)[0].people) == {"vera"}


def test_each_agency_is_told_of_its_own(cast: Cast, tools: Tools) -> None:
    with cast.writing() as tx:
        visit = builders.an_inspection(tx, ZONES, [cast.carol.id])
        builders.a_violation(tx, visit, deadline=TODAY - timedelta(days=8), owner_id=cast.carol.id)
        tx.commit()
    reminders.remind(tools, NOW)
    assert names(cast, told(tools)[0].people) == {"carol", "victor"}
    assert notices(tools, cast.vera) == []


def test_nobody_is_told_at_night(cast: Cast, tools: Tools) -> None:
    a_violation(cast, 0)
    midnight = datetime.combine(TODAY, datetime.min.time(), tzinfo=NOW.tzinfo) - timedelta(hours=6)  # 1 o'clock there
    assert reminders.remind(tools, midnight) == ""
    assert told(tools) == []
