"""The real server process: it starts, survives a kill with everything it had, and refuses to start half configured."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from inspect_app.outside import serving
from inspect_app.store.database import open_engine
from tests.rigs.server import TOP, Server

pytestmark = pytest.mark.process


def status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
        return int(answer.status)


def test_it_answers_on_both_databases(serve: Callable[..., Server], database_url: str) -> None:
    server = serve(database_url)

    assert status(f"{server.url}/healthz") == 200
    assert status(f"{server.url}/readyz") == 200


def test_a_killed_server_comes_back_on_the_same_port(server: Server) -> None:
    url = server.url

    server.kill()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", server.port), timeout=2):
        pass
    server.start()

    assert server.url == url
    assert status(f"{url}/readyz") == 200


def test_production_without_a_secret_does_not_start(tmp_path: Path) -> None:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("INSPECT_")}
    variables |= {"INSPECT_ENV": "production", "INSPECT_DATA_DIR": str(tmp_path)}

    start = subprocess.run(
        [sys.executable, "run.py", "serve"],
        cwd=TOP,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert start.returncode == 1
    assert "INSPECT_SECRET_KEY is missing" in start.stderr
    assert "Traceback" not in start.stderr


def refused(server: Server, *words: str) -> str:
    """What a command says that ends with status 1."""
    with pytest.raises(AssertionError) as failure:
        server.command(*words)
    said = str(failure.value)
    assert "Traceback" not in said
    return said


def test_a_data_folder_has_one_server_and_no_restore_beside_it(server: Server, tmp_path: Path) -> None:
    server.command("backup", str(tmp_path / "backups"))
    [backup] = (tmp_path / "backups").iterdir()

    assert "A server runs on" in refused(server, "serve")
    assert "A server runs on" in refused(server, "restore", "--force", str(backup))
    assert "every hash right" in server.command("restore", "--check", str(backup))
    assert list(tmp_path.rglob("*before-*")) == []
    assert status(f"{server.url}/readyz") == 200

    server.kill()
    assert "new epoch" in server.command("restore", "--force", str(backup))
    server.start()
    assert status(f"{server.url}/readyz") == 200


def test_a_restore_at_work_keeps_the_server_from_starting(server: Server) -> None:
    server.stop()
    with serving.alone(server.data_dir) as is_alone:
        assert is_alone
        assert "a restore is at work" in refused(server, "serve")
    server.start()


def test_tables_that_are_behind_stop_the_start(serve: Callable[..., Server], database_url: str) -> None:
    server = serve(database_url)
    server.stop()
    with closing_engine(database_url) as engine:
        newest = stand_at(engine, "0001")

        assert f"database at 0001, needs {newest}: run `python run.py migrate`" in refused(server, "serve")

        stand_at(engine, newest)
    server.start()


def test_a_database_without_tables_stops_the_start(tmp_path: Path) -> None:
    assert "run `python run.py migrate`" in refused(
        Server(f"sqlite:///{tmp_path}/new.sqlite3", tmp_path / "instance"), "serve"
    )


@contextmanager
def closing_engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def stand_at(engine: Engine, revision: str) -> str:
    """Make the database say that it stands at this migration; where it stood comes back."""
    with engine.execution_options(writing=True).begin() as connection:
        stood: str = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    return stood
