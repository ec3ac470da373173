"""Real phones' code against the real server process over bad links, on one database, until the time is over."""

import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import text

from inspect_app.app import create_app
from inspect_app.settings import Settings
from inspect_app.store import changes
from inspect_app.store.evidence_files import EvidenceFiles
from inspect_app.web.request import ground
from tests import builders
from tests.cast import BUILDING, PASSWORD, ZONES, Cast, Player
from tests.rigs.databases import Databases
from tests.rigs.server import Server
from tests.simulation.model import Kind, Model
from tests.wire import checks
from tests.wire.proxy import Link, Proxies

WIRE = Path(__file__).parents[1] / "simulation" / "phones" / "wire.js"
DAY = 24 * 3_600_000
BAD = Link(trouble=0.3, latency=0.002)
PHONES = 18  # many wait at a time: for a silent link, a server that starts, their own turn


@dataclass(slots=True)
class Result:
    database: str
    sessions: int = 0
    faulted: int = 0
    kills: int = 0
    full: int = 0
    installations: int = 0
    operations: int = 0
    photos: int = 0
    rounds: int = 0
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    breaches: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: "Result") -> None:
        for name in ("sessions", "faulted", "kills", "full", "operations", "photos", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.installations += 1
        self.rounds = max(self.rounds, other.rounds)
        self.faults.update(other.faults)
        self.breaches += other.breaches

    @property
    def line(self) -> str:
        return (
            f"{self.database}: {self.installations} installations, {self.sessions} sessions, {self.faulted} faulted,"
            f" {self.kills} kills of the server, {self.full} times a full disk, {self.operations} operations,"
            f" {self.photos} photos in {self.seconds:.0f} s; {len(self.breaches)} breaches,"
            f" at rest after {self.rounds} rounds"
        )


class Phones:
    """The process with the phones; what it tells is taken in by a thread."""

    def __init__(self, model: Model, result: Result) -> None:
        node = shutil.which("node")
        assert node, "node is not installed"
        self.model, self.result = model, result
        self.looks: dict[str, Any] = {}
        self.failure: Exception | None = None
        self._child = subprocess.Popen(
            [node, "--experimental-vm-modules", "--no-warnings", str(WIRE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def tell(self, **order: Any) -> None:
        assert self._child.stdin
        self._child.stdin.write(json.dumps(order).encode() + b"\n")
        self._child.stdin.flush()

    def _listen(self) -> None:
        assert self._child.stdout
        try:
            for line in self._child.stdout:
                self._hear(json.loads(line))
        except Exception as error:
            self.failure = error
            raise

    def check(self) -> None:
        """Whoever does not hear the phones any more would wait for ever."""
        if self.failure is not None or self._child.poll() is not None:
            raise RuntimeError("nothing is heard of the phones any more") from self.failure

    def _hear(self, event: Mapping[str, Any]) -> None:
        match event["t"]:
            case "kept":
                self.model.take(event["phone"], event["insp"], event["op"])
                if event["op"].get("sha") != event.get("sha"):
                    self.model.breach(Kind.ALTERED, f"{event['phone']} hashed its photo wrongly")
            case "session":
                self.result.sessions += 1
                self.result.faulted += event["hurt"]
            case "look":
                self.looks[event["phone"]] = event
            case "restless":
                left = f"{event['outbox']} operations, photos {event['photos']}"
                self.model.breach(Kind.LOST, f"{event['phone']} still has {left}; {event['state']}")
            case "rest":
                self.result.rounds = event["rounds"]
            case "trouble":
                self.model.breach(Kind.LOST, f"{event['phone']}: {event.get('code', '')} {_said(event)}")

    def wait(self, seconds: float, keep_up: Callable[[], None]) -> None:
        """Until they are done; meanwhile whoever supervises the server does so."""
        until = time.monotonic() + seconds
        while self._child.poll() is None and time.monotonic() < until:
            keep_up()
            time.sleep(0.2)
        self._child.wait(1)
        self._listener.join(10)

    def end(self) -> None:
        self._child.kill()
        self._child.wait()


def _said(event: Mapping[str, Any]) -> str:
    return f"{event['message']} {event.get('stack', '')[:500]}"


class Installation:
    """A server, its people, three visits, and six phones with a link each."""

    def __init__(self, kind: str, seed: int, end: ExitStack) -> None:
        self.kind = kind
        self.rng = Random(f"wire {kind} {seed}")
        folder = Path(tempfile.mkdtemp(prefix="inspect-wire-"))
        end.callback(shutil.rmtree, folder, ignore_errors=True)
        databases = Databases(folder)
        end.callback(databases.close)
        self.disk = _small_disk(folder, end)
        url = end.enter_context(databases.sqlite(self.disk) if kind == "sqlite" else databases.postgresql())
        self.server = Server(url, self.disk / "instance")
        end.callback(self.server.stop)
        self.server.command("migrate")
        settings = Settings.from_environment(
            {"INSPECT_DATABASE_URL": url, "INSPECT_DATA_DIR": str(self.server.data_dir)}
        )
        self.app = create_app(settings)
        end.callback(ground(self.app).engine.dispose)
        self.cast = Cast(self.app)
        self.visits = self._plan()
        self.items = [each.id for each in ground(self.app).library.get("GEN", 1).items if str(each.type) == "pass-fail"]
        self.server.start()

    def _plan(self) -> dict[str, list[str]]:
        cast = self.cast
        found: dict[str, list[str]] = {BUILDING: [], ZONES: []}
        with cast.writing() as tx:
            for agency, team in [(BUILDING, [cast.alice, cast.bob])] * 6 + [(ZONES, [cast.carol])] * 3:
                row = builders.an_inspection(tx, agency, [each.id for each in team])
                for each in team:
                    changes.tell(tx, each.id, "visit", row.id)
                found[agency].append(str(row.id))
            tx.commit()
        return found

    def phones(self, proxies: Proxies, seed: int) -> list[dict[str, Any]]:
        owners = [self.cast.alice, self.cast.bob, self.cast.carol] * (PHONES // 3)
        return [self._phone(f"{each.username}.{at}", each, proxies, seed) for at, each in enumerate(owners)]

    def _phone(self, name: str, owner: Player, proxies: Proxies, seed: int) -> dict[str, Any]:
        return {
            "name": name,
            "port": proxies.add(self.server.port, BAD, f"{name} {seed}"),
            "username": owner.username,
            "password": PASSWORD,
            "insps": self.visits[owner.agency],
            "items": self.items[:12],
            "seed": f"{name} {seed}",
            "skew": self.rng.choice([0, 0, self.rng.randint(-90 * DAY, 90 * DAY)]),
        }

    def owner(self, phone: str) -> str:
        username = phone.rsplit(".", 1)[0]
        return next(
            str(each.id) for each in (self.cast.alice, self.cast.bob, self.cast.carol) if each.username == username
        )

    def agency(self, phone: str) -> str:
        return ZONES if self.owner(phone) == str(self.cast.carol.id) else BUILDING

    @property
    def files(self) -> EvidenceFiles:
        return ground(self.app).evidence

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with ground(self.app).engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    def fill(self) -> Path:
        """No room is left on the disk of evidence (and of SQLite)."""
        filler = self.disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(1 << 20))
        return filler


def _small_disk(folder: Path, end: ExitStack) -> Path:
    disk = folder / "disk"
    disk.mkdir()
    if os.geteuid() == 0:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600m", "tmpfs", str(disk)], check=True)
        end.callback(subprocess.run, ["umount", "-l", str(disk)], check=False)
    return disk


@dataclass(frozen=True, slots=True)
class Pace:
    """How long an installation lives, and how often trouble comes: by the clock, or by the sessions that were hurt."""

    seconds: float = float("inf")  # from the moment its phones live
    faulted: int = 10**9
    seconds_between: float = float("inf")
    faulted_between: int = 10**9

    def is_over(self, result: Result, began: float) -> bool:
        return time.monotonic() >= began + self.seconds or result.faulted >= self.faulted

    def wait(self, began: float, rng: Random, result: Result, here: Installation, phones: Phones) -> None:
        """Until the next trouble is due."""
        due = time.monotonic() + min(rng.uniform(0.3, 2 * self.seconds_between), 3600)
        hurt = result.faulted + rng.randint(1, 2 * self.faulted_between)
        while not self.is_over(result, began) and time.monotonic() < due and result.faulted < hurt:
            time.sleep(0.05)
            here.server.keep_up()
            phones.check()


def play(kind: str, seed: int, pace: Pace) -> Result:
    """One installation on this database, so long."""
    result, model = Result(kind), Model()
    began = time.monotonic()
    with ExitStack() as end:
        here = Installation(kind, seed, end)
        proxies = Proxies()
        end.callback(proxies.close)
        phones = Phones(model, result)
        end.callback(phones.end)
        given = here.phones(proxies, seed)
        phones.tell(do="live", phones=given)
        _bring_trouble(here, phones, result, pace)
        here.server.settle()
        proxies.mend()
        phones.tell(do="rest", users={each["name"]: here.owner(each["name"]) for each in given})
        phones.wait(600, here.server.keep_up)
        for each in proxies.all:
            result.faults.update(each.counted.faults)
        checks.everything(here, model, phones.looks, result.rounds)
    result.operations = len(model.captured)
    result.photos = sum(each.op["k"] == "photo" for each in model.captured.values())
    result.seconds = time.monotonic() - began
    result.breaches = [(str(each.kind), each.said) for each in model.breaches]
    return result


def _bring_trouble(here: Installation, phones: Phones, result: Result, pace: Pace) -> None:
    began = time.monotonic()
    while True:
        pace.wait(began, here.rng, result, here, phones)
        if pace.is_over(result, began):
            return
        lot = here.rng.random()
        if lot < 0.15 and os.geteuid() == 0:
            filler = here.fill()
            time.sleep(here.rng.uniform(0.2, 1.5))
            filler.unlink()
            result.full += 1
        elif lot < 0.75:
            here.server.kill_worker()
            result.kills += 1
        else:
            here.server.kill()
            phones.tell(do="down")
            here.server.start()
            phones.tell(do="up")
            result.kills += 1
