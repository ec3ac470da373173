"""A dirty list of 50,000 sites: reading, entering, entering again, the bad rows as Excel; and the labelled pairs."""

import csv
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from bench.results import Table
from bench.site_lists import as_xlsx
from inspect_app.domain.likeness import LIKELY, Entry, compare
from inspect_app.domain.match_keys import of_organisation
from inspect_app.domain.people import EVERY_AGENCY, Actor, Role
from inspect_app.services import duplicates, site_imports, sites
from inspect_app.store.database import Tx, migrate, open_engine, open_transactions
from inspect_app.store.tables import Person
from inspect_app.web.words import WORDS

PAIRS = Path(__file__).parents[1] / "tests" / "pairs" / "organisations.csv"
ROWS = 50_000
FIELDS = ("name", "tax_code", "address", "phone", "representative")
AGENCY = "so-xay-dung"


def main(*, quick: bool = False) -> None:
    _pairs()
    table = Table("sites", "A list of sites from a file", ["rows", "what", "seconds", "CPU s", "MB of memory", "told"])
    rows = 2_000 if quick else ROWS
    words = [sys.executable, "-m", "bench.sites", str(rows)]
    for told in json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout):
        table.add(rows, *told)
    table.notes.append("SQLite; about one row in five has something wrong; a process of its own")
    table.keep()


def _pairs() -> None:
    table = Table("duplicates", "Labelled pairs of organisations", ["part", "pairs", "precision", "recall"])
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for part in ("tune", "test"):
        said = [(row["same"] == "1", _is_found(row)) for row in rows if row["part"] == part]
        right = sum(same and told for same, told in said)
        table.add(part, len(said), right / sum(told for _, told in said), right / sum(same for same, _ in said))
    table.notes.append("goal: precision 0.98, recall 0.95; found: shares a key and is likely; made-up companies")
    table.keep()


def _is_found(row: dict[str, str]) -> bool:
    one, other = (_entry(row, side) for side in "12")
    meet = not set(of_organisation(one)).isdisjoint(of_organisation(other))
    return meet and compare(one, other).score >= LIKELY


def _entry(row: dict[str, str], side: str) -> Entry:
    name, code, address, phone, person = (row[f"{field}_{side}"] for field in FIELDS)
    return Entry(name, code, address, phone, person)


class Desk:
    """A fresh database with one supervisor who takes files in."""

    def __init__(self, folder: str) -> None:
        url = f"sqlite:///{folder}/sites.sqlite3"
        migrate(url)
        self.now = datetime.now(UTC)
        self._writing = open_transactions(open_engine(url))[1]
        self.actor = Actor(uuid4(), AGENCY, Role.SUPERVISOR, "Anna", "anna")
        self.told: list[list[object]] = []
        with self._writing() as tx:
            tx.info["scope"] = EVERY_AGENCY
            sites.load_reference(tx)
            tx.flush()
            who = {"agency_id": AGENCY, "username": "anna", "name": "Anna", "title": "", "role": Role.SUPERVISOR}
            tx.add(Person(id=self.actor.id, password_hash="-", created_at=self.now, **who))
            tx.commit()

    def timed(self, what: str, do: Callable[[Tx], object]) -> None:
        began, worked = time.perf_counter(), time.process_time()
        with self._writing() as tx:
            tx.info["scope"] = self.actor.scope
            result = do(tx)
            tx.commit()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        seconds, cpu = time.perf_counter() - began, time.process_time() - worked
        self.told.append([what, round(seconds, 1), round(cpu, 1), round(memory), str(result)])

    def take_in(self, turn: str, key: UUID, data: bytes) -> None:
        known = {"kinds": WORDS["site_kind"], "sectors": WORDS["sector"]}

        def read(tx: Tx) -> object:
            row = site_imports.take_in(tx, key, data, "list.xlsx", **known, actor=self.actor, now=self.now)
            return dict(row.counts)

        def enter(tx: Tx) -> object:
            return dict(site_imports.apply(tx, key, **known, actor=self.actor, now=self.now).counts)

        self.timed(f"{turn}: read", read)
        self.timed(f"{turn}: enter", enter)
        self.timed(f"{turn}: bad rows as Excel", lambda tx: site_imports.write_left(tx, key, io.BytesIO()))

    def search(self) -> None:
        self.timed("duplicates of the first thousand", lambda tx: duplicates.search(tx, now=self.now))


def _measure(rows: int) -> list[list[object]]:
    data = as_xlsx(rows)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(folder)
        for turn in ("first", "again"):
            desk.take_in(turn, uuid4(), data)
        desk.search()
        return desk.told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(int(sys.argv[1]))))
