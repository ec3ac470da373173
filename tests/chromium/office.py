"""What the phone talks to: one installation served by two versions of the product, behind a link of mobile data."""

import shutil
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from inspect_app.app import create_app
from inspect_app.settings import Settings
from inspect_app.store import changes
from inspect_app.store.tables import Blob, HeldOperation, Operation
from inspect_app.web.request import ground
from tests import builders
from tests.browser.phone import local_today
from tests.cast import Cast
from tests.rigs import children
from tests.rigs.databases import Databases
from tests.rigs.server import TOP, Server
from tests.wire.proxy import Link, Proxies

CHECKLIST, SECTION = "XDK", "height"
LABELS: Mapping[object, str] = {"pass": "Đạt", "fail": "Không đạt", "na": "Không áp dụng"}
# Slow enough that a kill meets a photo half way.
MOBILE = Link(rate=400_000, latency=0.02)


class Versions(Server):
    """The installation, served from one of two trees of files that differ in the phone's style."""

    tree: Path = TOP

    def start(self) -> "Versions":
        with self._log.open("ab") as log:
            self._child = children.start(
                [sys.executable, "run.py", "serve"], log=log, env=self._environment(), cwd=self.tree
            )
        children.wait_until(self._answers, what="the server answers", seconds=60)
        return self


class Office:
    """The servers, Bob and his visits."""

    def __init__(self, end: ExitStack, visits: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="inspect-chromium-"))
        end.callback(shutil.rmtree, self.folder, ignore_errors=True)
        databases = Databases(self.folder)
        end.callback(databases.close)
        url = end.enter_context(databases.sqlite(self.folder))
        data = self.folder / "instance"
        settings = Settings.from_environment({"INSPECT_DATABASE_URL": url, "INSPECT_DATA_DIR": str(data)})
        self.app = create_app(settings)
        end.callback(ground(self.app).engine.dispose)
        self.cast = Cast(self.app)
        self.bob = self.cast.bob
        library = ground(self.app).library
        self.items = [
            each.id
            for each in library.get(CHECKLIST, 1).items
            if each.section == SECTION and str(each.type) == "pass-fail" and each.when is None
        ]
        self.visits = [self._visit(f"Công trình {number + 1}") for number in range(visits)]
        self._trees = [TOP, _next_version(self.folder)]
        self._server = Versions(url, data)
        end.callback(self._server.stop)
        self._server.start()
        self._proxies = Proxies()
        end.callback(self._proxies.close)
        self.port = self._proxies.add(self._server.port, MOBILE, "mobile")

    def _visit(self, name: str) -> UUID:
        library, today = ground(self.app).library, local_today()
        with self.cast.writing() as tx:
            row = builders.an_inspection(
                tx,
                self.bob.agency,
                [self.bob.id],
                site=builders.a_site(tx, name=name),
                checklists=[(CHECKLIST, 1)],
                window_start=today,
                window_end=today,
            )
            for seat in row.checklists:
                seat.sha256 = library.sha256(CHECKLIST, 1)
            changes.tell(tx, self.bob.id, "visit", row.id)
            tx.commit()
            return row.id

    def release(self) -> None:
        """Another version is served from now on."""
        self._server.stop()
        self._trees.reverse()
        self._server.tree = self._trees[0]
        self._server.start()

    def mend(self) -> None:
        self._proxies.mend()

    def operations(self, visit: UUID) -> list[Operation]:
        with self.cast.reading() as tx:
            return list(tx.scalars(select(Operation).where(Operation.inspection_id == visit).order_by(Operation.n)))

    def held(self) -> list[HeldOperation]:
        with self.cast.reading() as tx:
            return list(tx.scalars(select(HeldOperation)))

    def blobs(self) -> dict[str, Blob]:
        with self.cast.reading() as tx:
            return {row.sha256: row for row in tx.scalars(select(Blob))}

    def stored(self, sha256: str) -> Path:
        return ground(self.app).evidence.path(self.bob.agency, sha256)


def _next_version(folder: Path) -> Path:
    tree = folder / "next"
    tree.mkdir()
    for name in ("inspect_app", "templates", "forms"):
        (tree / name).symlink_to(TOP / name)
    shutil.copy(TOP / "run.py", tree)
    shutil.copytree(TOP / "static", tree / "static")
    with (tree / "static/css/field.css").open("a", encoding="utf-8") as style:
        style.write("\n:root {\n  --released: 2;\n}\n")
    return tree
