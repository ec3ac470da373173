"""The server of one world: the real application on a real SQLite file and folder, which can die and be restored."""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Flask
from sqlalchemy import event

from inspect_app.domain.people import EVERY_AGENCY, Actor
from inspect_app.services import markers
from inspect_app.services.people import token_hash
from inspect_app.store.database import Tx
from inspect_app.store.tables import SignIn
from inspect_app.web.request import ground
from tests.cast import Player
from tests.simulation.breakage import Breakage, Died, Plan

DATABASE = "inspect.sqlite3"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered. died: it did not."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    died: bool = False


@dataclass(frozen=True, slots=True)
class Backup:
    folder: Path
    taken: datetime


class Site:
    """One installation in a folder. `clock` is the time of the world.

    The engine stays through all worlds of a process (it has learned all statements); the file under it is exchanged.
    """

    def __init__(
        self, app: Flask, template: Path, folder: Path, breakage: Breakage, now: datetime, draws: Random
    ) -> None:
        self.app = app
        self.folder = folder
        self.breakage = breakage
        self.now = now
        self.skew = timedelta(0)  # how far the server's clock is off
        self.draws = draws
        self._asked = 0
        self.deaths = 0
        self._reader: sqlite3.Connection | None = None
        self.full = False
        self.may_be_revoked = False  # whether the office ever took a phone out of service
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(template, self._database)
        self.ground = replace(ground(app), clock=lambda: self.now + self.skew)
        app.extensions["inspect"] = self.ground
        event.listen(self.ground.engine, "checkout", self._measure_room)

    @property
    def _database(self) -> Path:
        return self.folder / DATABASE

    def _measure_room(self, connection: sqlite3.Connection, kept: Any, _: object) -> None:
        """A full disk as SQLite meets it: the file cannot grow."""
        if kept.info.get("full", False) != self.full:
            kept.info["full"] = self.full
            connection.execute(f"PRAGMA max_page_count={1 if self.full else 2**30}").fetchall()

    @property
    def evidence(self) -> Path:
        return self.folder / "evidence"

    def close(self) -> None:
        event.remove(self.ground.engine, "checkout", self._measure_room)
        self._close()
        shutil.rmtree(self.folder)

    def _close(self) -> None:
        if self._reader:
            self._reader.close()
            self._reader = None
        self.ground.engine.dispose()

    # --- serving --------------------------------------------------------------------------------

    def serve(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        cookie: str = "",
        arrives: int | None = None,
        plan: Plan | None = None,
    ) -> Reply:
        """One request. arrives: only so many bytes of the body come before the link breaks."""
        self._draw_anew()
        plan = plan or Plan()
        plan.on_death = self._keep_what_is_on_disk
        environ = _environ(method, path, headers, body, cookie, arrives)
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
            said[:] = [int(status[:3]), tuple(headers)]
            return lambda _: None

        if plan.no_room:
            self.full = True
        try:
            with self.breakage.during(plan):
                chunks = self.app.wsgi_app(environ, start)
                content = b"".join(chunks)
                cast("Any", chunks).close()
        except Died:
            self._start_again()
            return Reply(0, died=True)
        finally:
            self.full = False
        return Reply(said[0], said[1], content)

    def _draw_anew(self) -> None:
        """What one request draws does not depend on the ones before it, nor on what this process remembers of them."""
        self._asked += 1
        self.draws.seed(f"request {self._asked}")

    def _keep_what_is_on_disk(self) -> None:
        """What another process would find after this one was killed right now."""
        for each in self.folder.glob(f"{DATABASE}*"):
            if not each.name.endswith("-shm"):  # an index that is made anew
                shutil.copyfile(each, self.folder / f"found-{each.name}")

    def _start_again(self) -> None:
        self.deaths += 1
        self._leave()
        for each in self.folder.glob(f"found-{DATABASE}*"):
            each.rename(self.folder / each.name.removeprefix("found-"))

    def _leave(self) -> None:
        self._close()
        for each in self.folder.glob(f"{DATABASE}*"):
            each.unlink()

    # --- the office -----------------------------------------------------------------------------

    @property
    def clock(self) -> datetime:
        """What the server takes for the time."""
        return self.now + self.skew

    def decide(self, do: Callable[[Tx], T]) -> T:
        """Something the office does, in one transaction."""
        self._draw_anew()
        with self.ground.writing() as tx:
            tx.info["scope"] = EVERY_AGENCY
            result = do(tx)
            tx.commit()
            return result

    def reading(self) -> Tx:
        tx = self.ground.reading()
        tx.info["scope"] = EVERY_AGENCY
        return tx

    def rows(self, sql: str, *given: Any) -> list[tuple[Any, ...]]:
        """Straight from the file, past all of the product's code."""
        self._reader = self._reader or sqlite3.connect(self._database)
        return self._reader.execute(sql, given).fetchall()

    def sign_in_desk(self, player: Player, token: str) -> str:
        row = SignIn(
            token_sha256=token_hash(token), person_id=player.id, created_at=self.clock, last_seen_at=self.clock
        )
        self.decide(lambda tx: tx.add(row))
        return f"inspect={token}"

    def is_revoked(self, device: UUID) -> bool:
        return bool(self.rows("SELECT 1 FROM device WHERE id = ? AND revoked_at IS NOT NULL", device.hex))

    def end_sessions(self, person: UUID) -> None:
        with closing(sqlite3.connect(self._database)) as connection:
            connection.execute("DELETE FROM sign_in WHERE person_id = ?", (person.hex,))
            connection.commit()

    # --- backups --------------------------------------------------------------------------------

    def back_up(self, number: int) -> Backup:
        """First the database, then the files: every file that the copy names is there."""
        folder = self.folder / f"backup{number}"
        folder.mkdir()
        with closing(sqlite3.connect(self._database)) as here, closing(sqlite3.connect(folder / DATABASE)) as there:
            here.backup(there)
        if self.evidence.exists():
            shutil.copytree(self.evidence, folder / "evidence")
        self.decide(
            lambda tx: markers.keep_backup(tx, round(self.clock.timestamp() * 1000))
        )  # from now on phones may forget what came before
        return Backup(folder, self.now)

    def restore(self, backup: Backup, *, with_files: bool) -> None:
        """As docs/operating.md has it, with a new epoch. with_files: what came since is gone from the folder too."""
        self._leave()
        shutil.copyfile(backup.folder / DATABASE, self._database)
        if with_files:
            shutil.rmtree(self.evidence, ignore_errors=True)
            shutil.rmtree(self.folder / "data", ignore_errors=True)
            if (backup.folder / "evidence").exists():
                shutil.copytree(backup.folder / "evidence", self.evidence)
        self.decide(markers.bump_epoch)

    def advance(self, milliseconds: int) -> None:
        self.now += timedelta(milliseconds=milliseconds)

    @property
    def wall(self) -> int:
        return round(self.now.timestamp() * 1000)


def actor_of(player: Player) -> Actor:
    return Actor(player.id, player.agency, player.role, player.name, player.username)


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


class _Broken(BytesIO):
    """A body that stops: whoever reads on learns that the client is gone."""

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        if not found and size:
            raise OSError("the client is gone")
        return found


def _environ(
    method: str, path: str, headers: Mapping[str, str], body: bytes, cookie: str, arrives: int | None
) -> dict[str, Any]:
    address, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": address,
        "QUERY_STRING": query,
        "SERVER_NAME": "phone.test",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "10.0.0.7",
        "HTTP_HOST": "phone.test",
        "HTTP_SEC_FETCH_SITE": "same-origin",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body) if arrives is None else _Broken(body[:arrives]),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if cookie:
        environ["HTTP_COOKIE"] = cookie
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ


def cookie_in(headers: Iterable[tuple[str, str]]) -> str | None:
    """The session that an answer sets."""
    for name, value in headers:
        if name == "Set-Cookie" and value.startswith("inspect="):
            return value.split(";", 1)[0]
    return None
