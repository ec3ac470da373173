"""The real server process: it starts, survives a kill with everything it had, and refuses to start half configured."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

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
