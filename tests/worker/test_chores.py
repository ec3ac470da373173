"""Chores: one worker at a time, in their rhythm, and a failure is kept, told and tried again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from inspect_app.domain.errors import RuleBroken
from inspect_app.services import chore_runs
from inspect_app.services.chore import Tools
from inspect_app.store import chores as store
from inspect_app.store.tables import ChoreRun, Notice
from tests.builders import NOW
from tests.cast import Cast
from tests.worker.tools import a_chore, at, tools

__all__ = ["tools"]

MINUTE = timedelta(minutes=1)


def counting(ran: list[datetime]) -> Callable[[Tools, datetime], str]:
    def run(_: Tools, now: datetime) -> str:
        ran.append(now)
        return "một việc"

    return run


def failing(_: Tools, __: datetime) -> str:
    raise ValueError("hết mực")


def runs(tools: Tools) -> list[ChoreRun]:
    with tools.reading() as tx:
        return list(tx.scalars(select(ChoreRun).order_by(ChoreRun.started_at)))


@pytest.mark.usefixtures("cast")
def test_a_chore_runs_in_its_rhythm_and_not_in_between(tools: Tools) -> None:
    ran: list[datetime] = []
    chore = a_chore(counting(ran))
    looks = [NOW + minutes * MINUTE for minutes in (0, 1, 59, 60, 61, 121)]
    assert [chore_runs.run_due(tools, chore, at(look)) for look in looks] == [True, False, False, True, False, True]
    assert ran == [NOW, NOW + 60 * MINUTE, NOW + 121 * MINUTE]


@pytest.mark.usefixtures("cast")
def test_of_two_workers_that_look_at_once_one_runs_it(tools: Tools) -> None:
    ran: list[datetime] = []
    chore = a_chore(counting(ran))
    together = Barrier(4)

    def look(_: int) -> bool:
        together.wait()
        return chore_runs.run_due(tools, chore, at())

    with ThreadPoolExecutor(4) as workers:
        told = list(workers.map(look, range(4)))
    assert sorted(told) == [False, False, False, True]
    assert len(ran) == 1


@pytest.mark.usefixtures("cast")
def test_what_a_dead_worker_held_is_taken_up_after_the_lease(tools: Tools) -> None:
    chore = a_chore(counting([]))
    with tools.writing() as tx:  # a worker that took it and never came back
        assert store.take(tx, chore.name, chore_id(), now=NOW, until=NOW + chore_runs.LEASE)
        tx.commit()
    assert not chore_runs.run_due(tools, chore, at(NOW + 14 * MINUTE))
    assert chore_runs.run_due(tools, chore, at(NOW + 16 * MINUTE))


def chore_id() -> UUID:
    return uuid4()


def test_a_failure_is_kept_tried_again_ever_later_and_told_once(cast: Cast, tools: Tools) -> None:
    chore = a_chore(failing)
    moment, waits = NOW, []
    for _ in range(9):
        assert chore_runs.run_due(tools, chore, at(moment))
        with tools.reading() as tx:
            next_at = store.standing(tx)[chore.name].next_at
        waits.append((next_at - moment) // MINUTE)
        moment = next_at
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert {(run.ok, run.said) for run in runs(tools)} == {(False, "ValueError: hết mực")}
    with tools.reading() as tx:
        (shown,) = chore_runs.shown(tx, [chore], now=moment)
        told = list(tx.scalars(select(Notice)))
    assert (shown.failures, shown.last_ok_at) == (9, None)
    assert [(each.person_id, each.kind) for each in told] == [(cast.adam.id, "chore")]


@pytest.mark.usefixtures("cast")
def test_after_a_success_the_failures_are_forgotten(tools: Tools) -> None:
    chore_runs.run_due(tools, a_chore(failing), at())
    chore_runs.run_due(tools, a_chore(counting([])), at(NOW + MINUTE))
    with tools.reading() as tx:
        standing = store.standing(tx)["test-chore"]
    assert (standing.failures, standing.last_ok_at) == (0, NOW + MINUTE)
    assert [run.ok for run in runs(tools)] == [False, True]


@pytest.mark.usefixtures("cast")
def test_runs_that_found_nothing_leave_no_rows_and_old_ones_go(tools: Tools) -> None:
    quiet = a_chore(lambda *_: "")
    chore_runs.run_due(tools, quiet, at())
    assert runs(tools) == []
    for hour in range(1, store.KEPT_RUNS + 6):
        chore_runs.run_due(tools, a_chore(counting([])), at(NOW + hour * 60 * MINUTE))
    with tools.reading() as tx:
        assert tx.scalar(select(func.count(ChoreRun.id))) == store.KEPT_RUNS


def test_whoever_asks_need_not_wait_for_the_rhythm(cast: Cast, tools: Tools) -> None:
    ran: list[datetime] = []
    chore = a_chore(counting(ran))
    actor = cast.adam
    chore_runs.run_due(tools, chore, at())
    with tools.writing() as tx:
        chore_runs.ask(tx, [chore], chore.name, actor=actor, now=NOW + MINUTE)  # type: ignore[arg-type]  # a player
        tx.commit()
    assert chore_runs.run_due(tools, chore, at(NOW + 2 * MINUTE))
    with tools.writing() as tx, pytest.raises(RuleBroken, match="unknown-chore"):
        chore_runs.ask(tx, [chore], "rửa bát", actor=actor, now=NOW)  # type: ignore[arg-type]


@pytest.mark.usefixtures("cast")
def test_what_is_asked_for_while_it_runs_is_done_once_more(tools: Tools) -> None:
    def asks(tools: Tools, _: datetime) -> str:
        with tools.writing() as tx:
            store.make_due(tx, "test-chore", NOW + MINUTE)
            tx.commit()
        return "đang làm"

    ran: list[datetime] = []
    chore_runs.run_due(tools, a_chore(asks), at())
    assert chore_runs.run_due(tools, a_chore(counting(ran)), at(NOW + MINUTE))
    assert ran == [NOW + MINUTE]
