"""One installation as the world meets it: a real server process, and people who reach it through plain sockets."""

import base64
import gzip
import hashlib
import http.client
import io
import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from inspect_app.app import create_app
from inspect_app.settings import Settings
from inspect_app.store import audit
from inspect_app.store.tables import AuditRow, Blob, HeldOperation, Operation
from inspect_app.web.request import ground
from tests.builders import Phone
from tests.cast import BUILDING, PULL, PUSH, Cast, Player
from tests.rigs.server import Server

BLOBS = "/api/v1/blobs"
OURS = {"X-KT-Sync": "1", "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem; empty for what is none."""
        if not self.headers.get("content-type", "").startswith("application/problem+json"):
            return ""
        return str(self.json["code"])

    @property
    def offset(self) -> int:
        return int(self.headers["upload-offset"])

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


class Caller:
    """A signed-in browser or phone; every request is a connection of its own, as on a bad link."""

    def __init__(self, port: int, token: str | None) -> None:
        self._port = port
        self.cookie = f"inspect={token}" if token else ""

    def call(self, method: str, path: str, body: bytes | None = None, /, **headers: str) -> Answer:
        given = {**OURS, "Cookie": self.cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(method, path, body, {name: value for name, value in given.items() if value})
            came = connection.getresponse()
            return Answer(came.status, {name.lower(): value for name, value in came.getheaders()}, came.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def push(self, batch: object, **headers: str) -> Answer:
        body = batch if isinstance(batch, bytes) else json.dumps(batch).encode()
        return self.call("POST", PUSH, body, Content_Type="application/json", **headers)

    def push_packed(self, batch: object) -> Answer:
        return self.push(gzip.compress(json.dumps(batch).encode()), Content_Encoding="gzip")

    def pull(self, cursor: dict[str, int] | None = None) -> Answer:
        body = json.dumps({"epoch": None, "cur": cursor or {}, "limit_bytes": 1 << 20}).encode()
        return self.call("POST", PULL, body, Content_Type="application/json")

    def begin(self, broken: bytes, method: str, path: str, length: int, **headers: str) -> socket.socket:
        """A request that stops in the middle: the head promises `length` bytes, `broken` is all that comes."""
        given = {**OURS, "Cookie": self.cookie, "Host": f"127.0.0.1:{self._port}", "Content-Length": str(length)}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        link = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        link.sendall(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + broken)
        return link


class File:
    """One file on its way to one inspection."""

    def __init__(self, caller: Caller, inspection: UUID, content: bytes, mime: str = "image/jpeg") -> None:
        self.caller = caller
        self.content = content
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.path = f"{BLOBS}/{inspection}/{self.sha256}"
        self._told = metadata(sha256=self.sha256, inspection=str(inspection), mime=mime)

    def create(self, piece: bytes = b"", *, length: int | None = None, **headers: str) -> Answer:
        size = len(self.content) if length is None else length
        return self.caller.call("POST", BLOBS, piece, **(self.announcing(size) | headers))

    def announcing(self, length: int) -> dict[str, str]:
        return {
            "Tus_Resumable": "1.0.0",
            "Upload_Length": str(length),
            "Upload_Metadata": self._told,
            "Content_Type": "application/offset+octet-stream",
        }

    def patch(self, offset: int, piece: bytes, **headers: str) -> Answer:
        given = {"Tus_Resumable": "1.0.0", "Upload_Offset": str(offset), **headers}
        return self.caller.call("PATCH", self.path, piece, **given)

    def head(self) -> Answer:
        return self.caller.call("HEAD", self.path)

    def send(self, piece: int = 64 * 1024) -> int:
        """As the phone does it: ask how far it is, go on from there; the final status comes back."""
        asked = self.head()
        if asked.status == 404:
            asked = self.create()
            assert asked.status == 201, asked
        while asked.headers["upload-complete"] != "?1":
            asked = self.patch(asked.offset, self.content[asked.offset : asked.offset + piece])
            if asked.status == 409:
                asked = self.head()
            assert asked.status in (200, 204), (asked.status, asked.body)
        return asked.status

    def show(self, size: str) -> Answer:
        return self.caller.get(f"{self.path}/{size}")


def metadata(**told: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())


def checksum(piece: bytes) -> str:
    return "sha256 " + base64.b64encode(hashlib.sha256(piece).digest()).decode()


def a_photo(width: int = 640, height: int = 480, form: str = "JPEG", **options: Any) -> bytes:
    """A real picture, another one each time."""
    content = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(content, form, **options)
    return content.getvalue()


class World:
    """A server, its people, and a look into what it has stored."""

    def __init__(self, server: Server) -> None:
        self.server = server
        settings = Settings.from_environment(
            {"INSPECT_DATABASE_URL": server.database_url, "INSPECT_DATA_DIR": str(server.data_dir)}
        )
        app = create_app(settings)
        # The server's own clock goes on; sessions that the tests enter must be of today.
        app.extensions["inspect"] = replace(ground(app), clock=lambda: datetime.now(UTC))
        self.cast = Cast(app)

    def close(self) -> None:
        ground(self.cast.app).engine.dispose()

    def caller(self, player: Player) -> Caller:
        signed_in = self.cast.client(player).get_cookie("inspect")
        assert signed_in is not None
        return Caller(self.server.port, signed_in.value)

    def stranger(self) -> Caller:
        return Caller(self.server.port, None)

    def visit(self, *team: Player, **columns: Any) -> "Visit":
        return Visit(self, team or (self.cast.alice, self.cast.bob), **columns)

    # --- what is stored ---------------------------------------------------------------------------

    def operations(self, inspection: UUID) -> list[Operation]:
        with self.cast.reading() as tx:
            asked = select(Operation).where(Operation.inspection_id == inspection).order_by(Operation.seq)
            return list(tx.scalars(asked))

    def held(self, claimed: UUID) -> list[HeldOperation]:
        with self.cast.reading() as tx:
            return list(tx.scalars(select(HeldOperation).where(HeldOperation.claimed_inspection == str(claimed))))

    def blobs(self, sha256: str) -> list[Blob]:
        with self.cast.reading() as tx:
            return list(tx.scalars(select(Blob).where(Blob.sha256 == sha256)))

    def stored(self, sha256: str, agency: str = BUILDING) -> Path:
        return ground(self.cast.app).evidence.path(agency, sha256)

    def broken_links(self) -> list[str]:
        """Audit rows whose hash does not follow from the row before; agencies count for themselves."""
        wrong, before = [], dict[str, tuple[int, str]]()
        with self.cast.reading() as tx:
            for row in tx.scalars(select(AuditRow).order_by(AuditRow.agency_id, AuditRow.seq)):
                last, head = before.get(row.agency_id, (0, audit.ZERO))
                entry = audit.Entry(row.agency_id, row.actor_id, row.action, row.subject, row.at, row.facts)
                if row.seq != last + 1 or row.hash != audit.link(head, entry.canonical(row.seq)):
                    wrong.append(f"{row.agency_id} {row.seq} {row.action}")
                before[row.agency_id] = (row.seq, row.hash)
        return wrong

    def errors(self) -> list[str]:
        """Lines of the server's log that speak of something nobody foresaw."""
        return [line for line in self.server.said().splitlines() if "unexpected:" in line]

    @contextmanager
    def no_surprise(self) -> Iterator[None]:
        """Whatever is sent inside: the server foresaw it."""
        before = len(self.errors())
        yield
        assert self.errors()[before:] == []


class Visit:
    """An inspection, the phone of its leader, and her link to the server."""

    def __init__(self, world: World, team: Sequence[Player], **columns: Any) -> None:
        self.world = world
        self.id = world.cast.inspection(*team, **columns)
        self.leader = team[0]
        self.phone: Phone = world.cast.phone(self.leader)
        self.caller = world.caller(self.leader)

    def batch(self, *ops: Any, **fields: Any) -> dict[str, Any]:
        return self.phone.batch((self.id, ops), **fields)

    def push(self, *ops: Any, **fields: Any) -> dict[str, Any]:
        """The scope's part of the answer."""
        return scope_of(self.caller.push(self.batch(*ops, **fields)))

    def file(self, content: bytes, mime: str = "image/jpeg") -> File:
        return File(self.caller, self.id, content, mime)


def scope_of(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, (answer.status, answer.body[:500])
    scope: dict[str, Any] = answer.json["scopes"][0]
    return scope


def results(scope: dict[str, Any]) -> list[str]:
    """ok, dup, or the code of what was held, one by one."""
    return [each.get("code", each["s"]) for each in scope["ops"].values()]
