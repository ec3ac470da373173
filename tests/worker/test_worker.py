"""The real worker process, with both queues, beside a server and beside another worker."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inspect_app.outside.queue import Queue
from inspect_app.outside.serving import quite_alone
from inspect_app.settings import Settings
from inspect_app.store import chores
from inspect_app.store.database import Tx, open_engine, open_transactions
from tests.rigs import children, redis
from tests.rigs.server import TOP, Server

pytestmark = pytest.mark.process


@contextmanager
def working(server: Server, name: str) -> Iterator[Path]:
    """A worker of this installation; what it says goes into the file."""
    said = server.data_dir / f"{name}.log"
    with said.open("wb") as log:
        child = children.start([sys.executable, "run.py", "worker"], log=log, env=server._environment(), cwd=TOP)
        try:
            children.wait_until(lambda: "chores" in said.read_text("utf-8"), what=f"{name} works", seconds=30)
            yield said
        finally:
            children.stop(child, patience=30)
    assert child.returncode == 0, said.read_text("utf-8")


@pytest.fixture(params=["local", "redis"])
def queue_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "local":
        yield "local"
    else:
        with redis.running() as url:
            yield url


def ran_once(server: Server) -> list[str]:
    return server.command("worker", "--once").split()


def test_what_is_asked_for_through_the_queue_is_done_at_once(
    serve: Callable[..., Server], database_url: str, queue_url: str
) -> None:
    server = serve(database_url, INSPECT_QUEUE_URL=queue_url)
    assert {"mail", "deadlines"} <= set(ran_once(server))
    assert "deadlines" not in ran_once(server), "not due again for half an hour"
    with working(server, "first") as first, working(server, "second"):
        settings = Settings.from_environment(server._environment())
        make_due(server, "mail")
        Queue(queue_url, server.data_dir, settings.secret_key).ask("mail")
        children.wait_until(lambda: not is_due(server, "mail"), what="the chore was done", seconds=10)
        assert "Traceback" not in first.read_text("utf-8")


def test_a_worker_is_no_server_and_keeps_a_restore_out(server: Server) -> None:
    server.stop()
    with working(server, "alone"), quite_alone(server.data_dir) as is_alone:
        assert not is_alone
    with quite_alone(server.data_dir) as is_alone:
        assert is_alone
        done = subprocess.run(
            [sys.executable, "run.py", "worker"],
            cwd=TOP,
            env=server._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "A restore is at work" in done.stderr


def make_due(server: Server, name: str) -> None:
    with on(server) as tx:
        chores.make_due(tx, name, datetime.now(UTC))
        tx.commit()


def is_due(server: Server, name: str) -> bool:
    with on(server) as tx:
        return chores.standing(tx)[name].next_at <= datetime.now(UTC)


@contextmanager
def on(server: Server) -> Iterator[Tx]:
    engine = open_engine(server.database_url)
    try:
        with open_transactions(engine)[1]() as tx:
            yield tx
    finally:
        engine.dispose()
