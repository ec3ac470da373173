"""Intake: 120-answer inspections pushed by eight phones, with photos and without, into little and into much."""

import base64
import hashlib
import http.client
import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from random import Random
from uuid import UUID, uuid4

from PIL import Image

from bench import clients, fill, ground, measure
from bench.clients import Request, Work
from bench.ground import Installation, Questionnaire
from bench.results import Table
from bench.server import BenchServer

PHOTOS, PHOTO_BYTES = 5, 300_000
RUNS = 3
STORED = 100_000
SAME = {"Connection": "keep-alive", "X-KT-Sync": "1", "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True, slots=True)
class Phone:
    person: UUID
    device: UUID
    cookie: str


def sign_in(port: int, username: str, device: UUID | None) -> str:
    """The cookie of a person who has signed in."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    about = {"id": str(device or uuid4()), "name": "bench"}
    asked = {"username": username, "password": ground.PASSWORD, "device": about}
    connection.request("POST", "/api/v1/session", json.dumps(asked), {**SAME, "Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, f"{answer.status} {text[:400]!r}"
    cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
    connection.close()
    return cookie


class Rig:
    """A running server on a filled ground, and phones that are signed in."""

    def __init__(
        self,
        stack: ExitStack,
        installation: Installation,
        database_pid: int | None,
        *,
        server: type[BenchServer] = BenchServer,
        **variables: str,
    ) -> None:
        self.installation = installation
        self._questions = Questionnaire(installation.library)
        self._picture = _picture()
        self._rng = Random(uuid4().int)  # several rigs may share a database, never an id
        folder = stack.enter_context(ground.folder())
        chosen = {"INSPECT_WORKERS": str(os.cpu_count() or 1), **variables}
        self.server = server(installation.url, folder, **chosen)
        stack.callback(self.server.stop)
        self.server.start()
        self._database = database_pid
        self.phones = [self._sign_in(person, username) for person, username in installation.inspectors]

    def _sign_in(self, person: UUID, username: str) -> Phone:
        device = uuid4()
        return Phone(person, device, sign_in(self.server.port, username, device))

    def works(self, count: int, prefix: str, *, photos: int = 0) -> list[Work]:
        """Visits nobody has sent yet, as requests, phone by phone."""
        made = self.installation.assign(count, prefix)
        return [
            Work([self._visit(phone, inspection, photos) for inspection in ids])
            for phone, ids in zip(self.phones, made, strict=True)
        ]

    def _visit(self, phone: Phone, inspection: UUID, photos: int) -> list[Request]:
        tails = [self._rng.randbytes(16) for _ in range(photos)]
        hashes = [hashlib.sha256(self._picture + tail).hexdigest() for tail in tails]
        size = len(self._picture) + 16
        operations, head = self._questions.operations(
            phone.device, self._rng, ground.NOW - timedelta(hours=3), [(each, size) for each in hashes]
        )
        body = ground.push_body(phone.person, phone.device, inspection, operations, head, self._rng)
        headers = {**SAME, "Cookie": phone.cookie}
        zipped = {**headers, "Content-Type": "application/json", "Content-Encoding": "gzip"}
        requests = [clients.request("POST", "/api/v1/sync/push", self.server.port, zipped, body)]
        for sha256, tail in zip(hashes, tails, strict=True):
            about = {"sha256": sha256, "inspection": str(inspection), "mime": "image/jpeg"}
            told = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in about.items())
            upload = {
                **headers,
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(size),
                "Upload-Metadata": told,
                "Content-Type": "application/offset+octet-stream",
            }
            requests.append(clients.request("POST", "/api/v1/blobs", self.server.port, upload, self._picture, tail))
        return requests

    def cpu(self) -> float:
        """Of the server's and the database's processes so far."""
        database = measure.cpu_seconds(self._database) if self._database else 0.0
        return measure.cpu_seconds(self.server_pid) + database

    @property
    def server_pid(self) -> int:
        return self.server.pid

    def memory(self) -> float:
        return measure.memory_megabytes(self.server_pid)


def _picture() -> bytes:
    """A real JPEG of about 300 KB; each photo appends its own sixteen bytes."""
    noise = Image.frombytes("RGB", (600, 800), Random(5).randbytes(600 * 800 * 3))
    stream = BytesIO()
    noise.save(stream, "JPEG", quality=85)
    picture = stream.getvalue()
    return picture[: PHOTO_BYTES - 18] + b"\xff\xd9" if len(picture) > PHOTO_BYTES else picture


def measure_runs(rig: Rig, table: Table, label: str, count: int, *, photos: int = 0, again: bool = False) -> None:
    """The median of several runs as one row."""
    rows = []
    for _ in range(RUNS):
        works = rig.works(count, uuid4().hex[:10], photos=photos)
        if again:
            clients.run(rig.server.port, works)
        before = rig.cpu()
        outcome = clients.run(rig.server.port, works)
        spent = rig.cpu() - before
        refuse_wrong(outcome, again=again)
        total = len(outcome.seconds)
        rows.append(
            [
                total / outcome.wall,
                1000 * measure.percentile(outcome.seconds, 0.50),
                1000 * measure.percentile(outcome.seconds, 0.95),
                1000 * measure.percentile(outcome.seconds, 0.99),
                1000 * spent / total,
                1000 * outcome.client_cpu / total,
            ]
        )
    table.add(label, count * len(rig.phones), *(measure.median(row[i] for row in rows) for i in range(6)))


def refuse_wrong(outcome: clients.Outcome, *, again: bool) -> None:
    """A figure of a server that refuses is worth nothing."""
    assert not outcome.wrong, f"{len(outcome.wrong)} answers of trouble: {outcome.wrong[0]}"
    wanted = "dup" if again else "ok"
    for sample in outcome.samples:
        answers = json.loads(sample)["scopes"][0]["ops"].values()
        said = {each["s"] for each in answers}
        assert said == {wanted}, f"wanted {wanted}: {next(iter(each for each in answers if each['s'] != wanted))}"


COLUMNS = ["what", "inspections a run", "per second", "p50 ms", "p95 ms", "p99 ms", "CPU ms each", "client CPU ms each"]


def main(quick: bool = False) -> None:
    """Everything, on PostgreSQL and on SQLite."""
    table = Table("intake", "Intake of 120-answer inspections, 8 phones", COLUMNS)
    table.notes += [
        f"Median of {RUNS} runs; one push per inspection (gzip, about 130 operations), photos as one request each.",
        "PostgreSQL 15 with fsync and synchronous_commit on, in its own cluster; the real server process.",
        "CPU ms each: server and database processes together, for one inspection; the phones' own CPU is beside it.",
        "The phones belong to three agencies, as in the province, unless the row says otherwise.",
        "Goals: at least 150/s and at most 12 ms; with five photos 45/s; with 100,000 stored within 1.2 times.",
    ]
    count = 30 if quick else 100
    with ExitStack() as stack:
        rig = on_postgresql(stack, agencies=ground.PROVINCE)
        clients.run(rig.server.port, rig.works(10, "warm"))
        measure_runs(rig, table, "PostgreSQL, no photo", count)
        measure_runs(rig, table, "PostgreSQL, five 300 KB photos", count // 3, photos=PHOTOS)
        measure_runs(rig, table, "PostgreSQL, the same again (duplicate)", count, again=True)
        table.notes.append(f"Memory of the server's processes: {rig.memory():.0f} MB.")
        if not quick:
            _compare(rig, table, STORED, count)
    with ExitStack() as stack:
        rig = on_postgresql(stack)
        clients.run(rig.server.port, rig.works(10, "warm"))
        measure_runs(rig, table, "PostgreSQL, no photo, all phones of one agency", count)
    with ExitStack() as stack:
        installation = Installation(f"sqlite:///{stack.enter_context(ground.folder()) / 'bench.sqlite3'}")
        stack.callback(installation.close)
        rig = Rig(stack, installation, None)
        clients.run(rig.server.port, rig.works(10, "warm"))
        measure_runs(rig, table, "SQLite, no photo", count)
        measure_runs(rig, table, "SQLite, five 300 KB photos", count // 3, photos=PHOTOS)
    table.keep()


def stored(many: int, quick: bool = False) -> None:
    """Only this: how much slower intake is when so many inspections are stored than when none is."""
    table = Table("intake-stored", f"Intake with {many:,} inspections stored against none, 8 phones", COLUMNS)
    with ExitStack() as stack:
        fill.check_room(many)
        rig = on_postgresql(stack, agencies=ground.PROVINCE)
        clients.run(rig.server.port, rig.works(10, "warm"))
        _compare(rig, table, many, 30 if quick else 100)
    table.keep()


def _compare(rig: Rig, table: Table, many: int, count: int) -> None:
    """Measured just before the loading and just after it, because the machine's speed drifts."""
    measure_runs(rig, table, "PostgreSQL, no photo, none stored", count)
    fill.inspections(rig.installation, many)
    clients.run(rig.server.port, rig.works(10, "warm-again"))
    measure_runs(rig, table, f"PostgreSQL, no photo, {many:,} stored", count)
    empty, full = table.rows[-2:]
    rate, cpu = COLUMNS.index("per second"), COLUMNS.index("CPU ms each")
    table.notes.append(
        f"{many:,} stored against none: {empty[rate] / full[rate]:.2f} times the time,"
        f" {full[cpu] / empty[cpu]:.2f} times the CPU (goal: 1.2)."
    )
    print(f"  {table.notes[-1]}")


def on_postgresql(stack: ExitStack, *, agencies: Sequence[str] = (ground.AGENCY,)) -> Rig:
    """A server on a fresh durable cluster, its phones spread over these agencies."""
    cluster = stack.enter_context(ground.cluster())
    installation = Installation(cluster.url(cluster.create()), agencies=agencies)
    stack.callback(installation.close)
    return Rig(stack, installation, ground.postmaster(cluster))
