"""The real server process, as `python run.py serve` starts it, on a free port; it can be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.rigs import children

TOP = Path(__file__).parents[2]
SETTLED = 2.0  # seconds


class Server:
    """One installation: a database and a data folder. The port stays the same through every restart."""

    def __init__(self, database_url: str, data_dir: Path, **variables: str) -> None:
        self.port = children.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = database_url
        self.data_dir = data_dir
        self._variables = variables
        self._child: children.Child | None = None
        data_dir.mkdir(parents=True, exist_ok=True)
        self._log = data_dir / "server.log"

    def command(self, *words: str) -> str:
        """Run one command of this installation, such as `migrate` or `demo`; what it prints comes back."""
        done = subprocess.run(
            [sys.executable, "run.py", *words],
            cwd=TOP,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"run.py {' '.join(words)} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def start(self) -> "Server":
        """Start it and wait until it answers on /healthz."""
        assert self._child is None, "the server runs already"
        with self._log.open("ab") as log:
            self._child = children.start([sys.executable, "run.py", "serve"], log=log, env=self._environment(), cwd=TOP)
        children.wait_until(self._answers, what=f"the server answers on {self.url}/healthz", seconds=30)
        return self

    def stop(self) -> None:
        """End it politely, as an operator would; harmless when it is down already."""
        if self._child is not None:
            children.stop(self._child)
            self._child = None

    def kill(self) -> None:
        """SIGKILL all its processes at once, in the middle of whatever they do."""
        assert self._child is not None, "the server is not running"
        children.kill(self._child)
        self._child = None
        # The workers die a moment after their parent; until then one of them may still take a connection.
        children.wait_until(self._is_silent, what=f"nobody listens on {self.port}", seconds=5)

    def kill_worker(self) -> None:
        """SIGKILL only the process that answers; the one that watches over it starts another."""
        for each in self.workers():
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)

    def keep_up(self) -> None:
        """What the system's supervisor does: a server that gave up (two workers killed in a row) is started again."""
        if self._child is not None and self._child.poll() is not None:
            self.stop()
            self.start()

    def settle(self) -> None:
        """Until it has answered for a while: one that is about to give up still answers."""
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < SETTLED:
            self.keep_up()
            if self._child is None or self._child.poll() is not None or not self._answers():
                quiet_since = time.monotonic()
            time.sleep(0.1)

    def kill_parent(self) -> None:
        """SIGKILL only the process that watches over the workers."""
        assert self._child is not None, "the server is not running"
        os.kill(self._child.pid, signal.SIGKILL)
        self._child.wait(10)
        self._child = None

    def workers(self) -> list[int]:
        assert self._child is not None, "the server is not running"
        return [
            int(each) for each in Path(f"/proc/{self._child.pid}/task/{self._child.pid}/children").read_text().split()
        ]

    def _is_silent(self) -> bool:
        with socket.socket() as knock:
            return knock.connect_ex(("127.0.0.1", self.port)) != 0

    def restart(self, **variables: str) -> "Server":
        """Start again on the same port, with changed settings if any."""
        self.stop()
        self._variables |= variables
        return self.start()

    def said(self) -> str:
        """Everything it has written so far."""
        return self._log.read_text("utf-8", errors="replace")

    def _environment(self) -> dict[str, str]:
        # Settings of the person who runs the tests must not leak into the installation under test.
        outside = {name: value for name, value in os.environ.items() if not name.startswith("INSPECT_")}
        return {
            **outside,
            "PYTHONUNBUFFERED": "1",
            "INSPECT_ENV": "demo",
            "INSPECT_DATABASE_URL": self.database_url,
            "INSPECT_DATA_DIR": str(self.data_dir),
            "INSPECT_PORT": str(self.port),
            "INSPECT_WORKERS": "1",
            **self._variables,
        }

    def _answers(self) -> bool:
        assert self._child is not None
        assert self._child.poll() is None, f"the server ended at once:\n{self.said()}"
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
