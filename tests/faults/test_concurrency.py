"""Many phones at once on PostgreSQL: one set of rows whoever pushes what how often, and nobody who reads misses any.

FAULTS_TRANSACTIONS=50000 for the long run.
"""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from inspect_app.app import create_app
from inspect_app.settings import Settings
from inspect_app.web.request import ground
from tests.builders import NOW
from tests.cast import PULL, PUSH, Cast, Client

TRANSACTIONS = int(os.environ.get("FAULTS_TRANSACTIONS", "800"))
IDENTICAL = 1000
WRITERS, PULLERS = 16, 4
PAUSE = 0.02  # seconds before whoever found nothing asks again; else those who write would hardly have their turn
TURNS = 12  # of each writer in the same three visits: a visit with ten thousand notes is no visit, and folds slowly


@pytest.fixture
def app(postgresql_url: str, tmp_path: Path) -> Iterator[Flask]:
    settings = Settings.from_environment(
        {
            "INSPECT_DATABASE_URL": postgresql_url,
            "INSPECT_DATA_DIR": str(tmp_path / "data"),
            "INSPECT_THREADS": str(WRITERS),
        }
    )
    made = create_app(settings)
    made.extensions["inspect"] = replace(ground(made), clock=lambda: NOW)
    yield made
    ground(made).engine.dispose()


@pytest.fixture
def cast(app: Flask) -> Cast:
    return Cast(app)


def rows(app: Flask, sql: str) -> list[tuple[Any, ...]]:
    with ground(app).engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def deadlocks(app: Flask) -> int:
    """As the database itself counts them."""
    with ground(app).engine.connect() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        count: int = connection.execute(
            text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        ).scalar_one()
        return count


def test_a_thousand_identical_pushes_at_once_make_one_set_of_rows(app: Flask, cast: Cast) -> None:
    visit, phone = cast.inspection(cast.alice, cast.bob), cast.phone(cast.alice)
    ops = [phone.answer(visit, f"GEN-0{n}", "fail") for n in range(1, 6)]
    batches = [phone.batch((visit, ops)), phone.batch((visit, ops[::-1]))]
    callers = 25
    clients = [cast.client(cast.alice) for _ in range(callers)]
    together = threading.Barrier(callers)

    def push(number: int) -> list[dict[str, Any]]:
        together.wait()
        answers = [clients[number].post(PUSH, json=batches[turn % 2]) for turn in range(IDENTICAL // callers)]
        assert {answer.status_code for answer in answers} == {200}, answers[0].get_data(as_text=True)
        return [answer.get_json()["scopes"][0] for answer in answers]

    with ThreadPoolExecutor(callers) as pool:
        scopes = [scope for told in pool.map(push, range(callers)) for scope in told]

    assert Counter(told["s"] for scope in scopes for told in scope["ops"].values()) == {
        "ok": len(ops),
        "dup": len(ops) * (IDENTICAL - 1),
    }
    assert {(scope["through"], scope["head"]) for scope in scopes} == {(len(ops), phone.head(visit))}
    assert rows(app, "SELECT count(*), min(seq), max(seq) FROM operation") == [(len(ops), 1, len(ops))]
    assert rows(app, "SELECT count(*) FROM audit WHERE action = 'operations.received'") == [(1,)]
    assert deadlocks(app) == 0


class Puller:
    """A phone that asks again and again what is new, and never asks for the same twice."""

    def __init__(self, client: Client, scopes: list[UUID]) -> None:
        self.client = client
        self.cursor: dict[str, int] = {}
        self.seen: dict[str, list[int]] = {str(each): [] for each in scopes}
        self.polls = 0

    def pull(self) -> bool:
        """Whether anything came."""
        answer = self.client.post(PULL, json={"epoch": None, "cur": self.cursor, "limit_bytes": 1 << 18})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        self.polls += 1
        page = answer.get_json()
        for scope, changes in page["ch"].items():
            self.cursor[scope] = changes[-1][0]
            if scope in self.seen:
                self.seen[scope] += [seq for seq, _ in changes]
        return bool(page["ch"])

    def go_on(self, is_over: threading.Event) -> None:
        while not is_over.wait(0 if self.pull() else PAUSE):
            pass
        while self.pull():
            pass


class Writer:
    """A phone that goes on writing two notes per request, into two visits, in another order each time."""

    def __init__(self, cast: Cast, number: int, visits: list[UUID]) -> None:
        player = (cast.alice, cast.bob)[number % 2]
        self.number, self.visits = number, visits
        self.phone, self.client = cast.phone(player), cast.client(player)

    def write(self, turns: int) -> int:
        """How many notes the server took; the locks must be taken in one order whatever order is asked for."""
        taken = 0
        for turn in range(self.number, self.number + turns):
            first = 3 * ((turn - self.number) // TURNS)
            pair = [self.visits[first + turn % 3], self.visits[first + (turn + 1 + turn % 2) % 3]]
            asked = self.phone.batch(*((each, [self.phone.comment(each, "", "ghi chú")]) for each in pair))
            answer = self.client.post(PUSH, json=asked)
            assert answer.status_code == 200, answer.get_data(as_text=True)
            told = [each["s"] for scope in answer.get_json()["scopes"] for each in scope["ops"].values()]
            taken += told.count("ok")
        return taken


def test_nobody_who_reads_while_sixteen_write_misses_a_row(app: Flask, cast: Cast) -> None:
    turns = TRANSACTIONS // WRITERS
    visits = [cast.inspection(cast.alice, cast.bob) for _ in range(3 * ceil(turns / TURNS))]
    pullers = [Puller(cast.client(player), visits) for player in (cast.alice, cast.bob) * (PULLERS // 2)]
    writers = [Writer(cast, number, visits) for number in range(WRITERS)]
    is_over = threading.Event()

    with ThreadPoolExecutor(WRITERS + PULLERS) as pool:
        reading = [pool.submit(each.go_on, is_over) for each in pullers]
        try:
            taken = sum(pool.map(lambda each: each.write(turns), writers))
        finally:
            is_over.set()
        for each in reading:
            each.result()

    stored = {str(key): count for key, count in rows(app, "SELECT inspection_id, max(seq) FROM operation GROUP BY 1")}
    assert sum(stored.values()) == taken == 2 * turns * WRITERS
    for puller in pullers:
        assert puller.seen == {scope: list(range(1, count + 1)) for scope, count in stored.items()}
    assert deadlocks(app) == 0
