"""Which WSGI server: the same pushes through each of them, and what each does with a phone that dies in mid-body."""

import base64
import importlib.util
import socket
import struct
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import uuid4

from bench import clients, ground, measure
from bench.clients import Request, exchange, open_connection, request
from bench.ground import Installation
from bench.intake import Rig, refuse_wrong
from bench.results import Table
from bench.server import BenchServer
from tests.rigs import children
from tests.rigs.server import TOP

RUNS = 3
COLUMNS = [
    "database",
    "server",
    "per second",
    "p50 ms",
    "p99 ms",
    "worst ms",
    "CPU ms each",
    "memory MB",
    "dies in mid-body",
]


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to serve the app: the module that does it and its words, but for the address."""

    name: str
    words: tuple[str, ...]

    def command(self, port: int) -> list[str]:
        if self.words[0] == "granian":
            return [sys.executable, "-m", *self.words, "--host", "127.0.0.1", "--port", str(port)]
        return [sys.executable, "-m", *self.words, "--bind", f"127.0.0.1:{port}"]


def kinds() -> list[Kind]:
    """Gunicorn is measured where it is installed; it is no dependency."""
    own = ("granian", "run:app", "--factory", "--interface", "wsgi", "--no-access-log", "--backlog", "512")
    made = [
        Kind(f"granian {workers}×{threads}", (*own, "--workers", str(workers), "--blocking-threads", str(threads)))
        for workers, threads in ((1, 1), (1, 4), (2, 1), (2, 2), (2, 4))
    ]
    if importlib.util.find_spec("gunicorn"):
        other = ("gunicorn", "run:app()", "--log-level", "warning", "--keep-alive", "5")
        made.append(Kind("gunicorn sync 2", (*other, "--workers", "2")))
        for workers in (1, 2):
            words = (*other, "--worker-class", "gthread", "--workers", str(workers), "--threads", "4")
            made.append(Kind(f"gunicorn gthread {workers}×4", words))
    return made


class AnyServer(BenchServer):
    """The same installation behind another server."""

    kind: Kind

    def start(self) -> "AnyServer":
        with self._log.open("ab") as log:
            self._child = children.start(self.kind.command(self.port), log=log, env=self._environment(), cwd=TOP)
        children.wait_until(self._answers, what=f"{self.kind.name} answers", seconds=30)
        return self


def main(quick: bool = False) -> None:
    table = Table("servers", "WSGI servers: pushes of 120-answer inspections, 8 phones", COLUMNS)
    table.notes += [
        f"Median of {1 if quick else RUNS} interleaved runs.",
        "Dies in mid-body: 100,000 of a photo's 300,000 bytes, then closed / reset: what the app kept of them.",
    ]
    with ExitStack() as stack:
        cluster = stack.enter_context(ground.cluster())
        for database in ("PostgreSQL", "SQLite"):
            if database == "PostgreSQL":
                url, pid = cluster.url(cluster.create()), ground.postmaster(cluster)
            else:
                url, pid = f"sqlite:///{stack.enter_context(ground.folder()) / 'bench.sqlite3'}", None
            installation = Installation(url)
            stack.callback(installation.close)
            _one_database(table, database, installation, pid, 1 if quick else RUNS)
    table.keep()


def _one_database(table: Table, database: str, installation: Installation, pid: int | None, runs: int) -> None:
    figures: dict[str, list[list[float]]] = {}
    kept: dict[str, str] = {}
    for run in range(runs):
        for kind in kinds():
            with ExitStack() as stack:
                rig = Rig(stack, installation, pid, server=_server(kind))
                clients.run(rig.server.port, rig.works(5, f"warm-{uuid4().hex[:8]}"))
                figures.setdefault(kind.name, []).append(_pushes(rig))
                if not run:
                    kept[kind.name] = f"{_dies(rig, reset=False)} / {_dies(rig, reset=True)}"
    for name, rows in figures.items():
        table.add(database, name, *(measure.median(row[i] for row in rows) for i in range(6)), kept[name])


def _server(kind: Kind) -> type[AnyServer]:
    return type("Server", (AnyServer,), {"kind": kind})


def _pushes(rig: Rig) -> list[float]:
    works = rig.works(40, f"run-{uuid4().hex[:8]}")
    before = rig.cpu()
    outcome = clients.run(rig.server.port, works)
    spent, total = rig.cpu() - before, len(outcome.seconds)
    refuse_wrong(outcome, again=False)
    return [
        total / outcome.wall,
        1000 * measure.percentile(outcome.seconds, 0.5),
        1000 * measure.percentile(outcome.seconds, 0.99),
        1000 * outcome.seconds[-1],
        1000 * spent / total,
        rig.memory(),
    ]


def _dies(rig: Rig, *, reset: bool) -> int:
    """How many of the 100,000 bytes that were sent the app has kept."""
    requests = rig.works(1, f"dies-{uuid4().hex[:8]}", photos=1)[0].visits[0]
    connection = open_connection(rig.server.port)
    connection, _, _ = exchange(rig.server.port, connection, requests[0])
    head, picture, _ = requests[1]
    connection.sendall(head + picture[:100_000])
    time.sleep(0.3)
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    time.sleep(1)
    return _offset(rig, requests[1])


def _offset(rig: Rig, upload: Request) -> int:
    """What HEAD says of the same file."""
    lines = dict(line.split(": ", 1) for line in upload[0].decode().split("\r\n")[1:] if ": " in line)
    told = dict(pair.split(" ") for pair in lines["Upload-Metadata"].split(","))
    where = "/".join(base64.b64decode(told[name]).decode() for name in ("inspection", "sha256"))
    asked = request("HEAD", f"/api/v1/blobs/{where}", rig.server.port, {"Cookie": lines["Cookie"]})
    connection = open_connection(rig.server.port)
    connection.sendall(b"".join(asked))
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(4096)
    connection.close()
    for line in answer.lower().split(b"\r\n"):
        if line.startswith(b"upload-offset:"):
            return int(line.split(b":")[1])
    return 0
