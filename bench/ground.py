"""The ground of a measurement: a durable private PostgreSQL or an SQLite file, filled with people, sites and visits."""

import gzip
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

from sqlalchemy import insert

from inspect_app.demo.answers import answer_all
from inspect_app.demo.phone import Notebook, uuid7
from inspect_app.domain.checklists import Checklist
from inspect_app.domain.people import EVERY_AGENCY, Role
from inspect_app.outside import passwords
from inspect_app.services import markers, sites
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx, migrate, open_engine, open_transactions
from inspect_app.store.tables import (
    Inspection,
    InspectionChecklist,
    Organisation,
    Person,
    Site,
    TeamMember,
)
from tests.rigs.postgresql import Cluster

FORMS = Path(__file__).parent.parent / "forms"
PASSWORD = "bench-password"
COORDINATOR = "bench.coordinator"
AGENCY = "so-xay-dung"
PROVINCE = (AGENCY, "bql-kcn", "so-noi-vu")  # the three that inspect every day
CHECKLISTS = ("GEN", "XDK", "KCN")
QUESTIONS = 120
NOW = datetime.now(UTC)
# As an administrator of a small server would set it; durability is PostgreSQL's default.
POSTGRESQL = {"shared_buffers": "512MB", "max_wal_size": "2GB", "checkpoint_timeout": "15min"}


@contextmanager
def cluster() -> Iterator[Cluster]:
    """PostgreSQL with fsync and synchronous_commit on."""
    with Cluster(durable=True, **POSTGRESQL) as started:
        yield started


@contextmanager
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="inspect-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def postmaster(of: Cluster) -> int:
    return int((of.folder / "data" / "postmaster.pid").read_text().split()[0])


class Installation:
    """A migrated database with eight inspectors; visits are assigned by the thousand."""

    def __init__(
        self, url: str, inspectors: int = 8, *, coordinator: bool = False, agencies: Sequence[str] = (AGENCY,)
    ) -> None:
        self.url = url
        self._agencies = [agencies[number % len(agencies)] for number in range(inspectors)]
        migrate(url)
        self._engine = open_engine(url)
        self._writing = open_transactions(self._engine)[1]
        self.library = Library(FORMS)
        self.inspectors = [(uuid4(), f"bench.inspector{number}") for number in range(inspectors)]
        with self._writing() as tx:
            tx.info["scope"] = EVERY_AGENCY
            markers.ensure_epoch(tx)
            sites.load_reference(tx)
            self._enter(tx, coordinator=coordinator)
            tx.commit()

    def close(self) -> None:
        self._engine.dispose()

    def _enter(self, tx: Tx, *, coordinator: bool) -> None:
        hashed = passwords.hash_password(PASSWORD)
        people = [
            (person, username, Role.INSPECTOR, agency)
            for (person, username), agency in zip(self.inspectors, self._agencies, strict=True)
        ]
        if coordinator:
            people.append((uuid4(), COORDINATOR, Role.COORDINATOR, AGENCY))
        for person, username, role, agency in people:
            tx.add(
                Person(
                    id=person,
                    agency_id=agency,
                    username=username,
                    name=username,
                    role=role,
                    password_hash=hashed,
                    created_at=NOW,
                )
            )
        self.organisation, self.site = uuid4(), uuid4()
        tx.add(Organisation(id=self.organisation, name="Công ty thử tải", search_key="thu tai", created_at=NOW))
        tx.flush()
        tx.add(
            Site(
                id=self.site,
                kind="works",
                name="Công trình thử tải",
                address="Tổ 1",
                commune_code="05443",
                sector="XDK",
                organisation_id=self.organisation,
                lat=21.5942,
                lon=105.8482,
                contacts=[],
                search_key="cong trinh thu tai",
                created_at=NOW,
            )
        )
        tx.flush()

    def assign(self, count: int, prefix: str) -> list[list[UUID]]:
        """`count` visits for each inspector; returns their ids, inspector by inspector."""
        made = [[uuid4() for _ in range(count)] for _ in self.inspectors]
        lists = [self.library.get(code, 1) for code in CHECKLISTS]
        with self._writing() as tx:
            tx.info["scope"] = EVERY_AGENCY
            for number, ((person, _), ids) in enumerate(zip(self.inspectors, made, strict=True)):
                places = self._places(tx, len(ids))
                tx.execute(
                    insert(Inspection),
                    [
                        self._row(each, self._agencies[number], f"{prefix}-{number}-{i}", *places[i])
                        for i, each in enumerate(ids)
                    ],
                )
                team = [
                    {"inspection_id": each, "person_id": person, "role": "leader", "is_secretary": False}
                    for each in ids
                ]
                tx.execute(insert(TeamMember), team)
                tx.execute(
                    insert(InspectionChecklist),
                    [
                        {
                            "inspection_id": each,
                            "code": one.code,
                            "version": one.version,
                            "sha256": self.library.sha256(one.code, one.version),
                            "position": position,
                        }
                        for each in ids
                        for position, one in enumerate(lists)
                    ],
                )
            tx.commit()
        return made

    def _places(self, tx: Tx, count: int) -> list[tuple[UUID, UUID]]:
        """An organisation and its site for each visit: phones of other visits there are told what was found."""
        made = [(uuid4(), uuid4()) for _ in range(count)]
        shared = {"contacts": [], "created_at": NOW, "kind": "works", "address": "Tổ 1", "commune_code": "05443"}
        tx.execute(
            insert(Organisation),
            [
                {"id": each, "name": f"Công ty {each.hex[:8]}", "search_key": each.hex[:8], "created_at": NOW}
                for each, _ in made
            ],
        )
        tx.execute(
            insert(Site),
            [
                {
                    **shared,
                    "id": site,
                    "name": f"Công trình {site.hex[:8]}",
                    "sector": "XDK",
                    "organisation_id": organisation,
                    "lat": 21.5942,
                    "lon": 105.8482,
                    "search_key": f"cong trinh {site.hex[:8]}",
                }
                for organisation, site in made
            ],
        )
        return made

    def _row(self, inspection: UUID, agency: str, number: str, organisation: UUID, site: UUID) -> dict[str, object]:
        today = NOW.date()
        return {
            "id": inspection,
            "agency_id": agency,
            "number": number,
            "site_id": site,
            "organisation_id": organisation,
            "kind": "kiem-tra",
            "planned": True,
            "ground": "thematic-plan",
            "window_start": today,
            "window_end": today + timedelta(days=1),
            "state": "assigned",
            "created_by": self.inspectors[0][0],
            "created_at": NOW,
        }


class Questionnaire:
    """The 120-question inspection: every question answered, one in ten failing with a note."""

    def __init__(self, library: Library) -> None:
        self._lists = [(library.get(code, 1), library.sha256(code, 1)) for code in CHECKLISTS]
        rng = Random(120)
        self.answers: list[tuple[str, object, bool]] = []
        for checklist, _ in self._lists:
            self.answers += _answers(checklist, rng)
        self.answers = self.answers[:QUESTIONS]

    def operations(
        self, device: UUID, rng: Random, at: datetime, photos: list[tuple[str, int]]
    ) -> tuple[list[dict[str, object]], str]:
        """All operations of one visit and the head of the chain over them."""
        book = Notebook(device, rng)
        gps = [21.594212, 105.848231, 8.0, int(at.timestamp() * 1000)]
        lists = [{"code": each.code, "version": each.version, "sha": sha} for each, sha in self._lists]
        book.write("open", at, checklists=lists, gps=gps)
        book.write("position", at, gps=gps, distance=12)
        waiting = list(photos)
        for item, value, fails in self.answers:
            at += timedelta(seconds=40)
            book.write("answer", at, i=item, v=value, sup=[])
            if fails:
                book.write("comment", at, i=item, text="Không đạt: lan can tầng 3 thiếu thanh giữa, đã nhắc.", sup=[])
                if waiting:
                    sha, size = waiting.pop()
                    about = {"sha": sha, "size": size, "mime": "image/jpeg", "w": 1200, "h": 1600, "src": "camera"}
                    book.write("photo", at, i=item, **about, gps=gps)
        manifest = {
            "devices": [{"device": str(device), "n": len(book.operations), "head": book.head}],
            "photos": sorted(sha for sha, _ in photos),
            "answers": len(self.answers),
        }
        book.write("submit", at, manifest=manifest, shown="0" * 64)
        return book.operations, book.head


def _answers(checklist: Checklist, rng: Random) -> list[tuple[str, object, bool]]:
    """Every item, also those that exclude one another: a question counts as one, whether it was asked or not."""
    given = {each.item.id: each for each in answer_all(checklist, NOW.date(), rng, failing=0.1)}
    return [
        (item.id, given[item.id].value, given[item.id].fails) if item.id in given else (item.id, "na", False)
        for item in checklist.items
    ]


def push_body(
    person: UUID, device: UUID, inspection: UUID, operations: list[dict[str, object]], head: str, rng: Random
) -> bytes:
    """A push as the phone sends it: compact JSON, gzipped."""
    wall = int(NOW.timestamp() * 1000)
    body = {
        "proto": 1,
        "epoch": None,
        "device": str(device),
        "user": str(person),
        "app": "bench",
        "batch": str(uuid7(NOW, rng)),
        "clock": {"wall": wall, "offset": 0},
        "unsent": {"ops": len(operations), "photos": 0, "oldest": wall},
        "health": {"installed": True, "persisted": True},
        "scopes": [{"insp": str(inspection), "ops": operations, "head": head}],
    }
    return gzip.compress(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode(), 6)
