"""What all worlds of one process share: the application, a database with people in it, the phones, a folder."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import UUID

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import update

from inspect_app.app import create_app
from inspect_app.cli import FORMS
from inspect_app.domain.checklists import Item
from inspect_app.services import agency_keys
from inspect_app.settings import Settings
from inspect_app.store import changes
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import migrate
from inspect_app.store.tables import Person
from inspect_app.web.request import ground
from tests import builders
from tests.cast import BUILDING, PASSWORD, ZONES, Cast, Player
from tests.simulation.breakage import Breakage
from tests.simulation.chance import drawn_from
from tests.simulation.site import DATABASE

BEGIN = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MARKS = {BUILDING: "QQ-MARK-OF-BUILDING", ZONES: "QQ-MARK-OF-ZONES"}
MEMORY = Path("/dev/shm")  # noqa: S108 - our own folder is made in it


@dataclass(frozen=True, slots=True)
class People:
    """Two agencies: alice leads, bob inspects, vera supervises; carol inspects elsewhere, victor supervises there."""

    alice: Player
    bob: Player
    vera: Player
    carol: Player
    victor: Player


@dataclass(slots=True)
class Ground:
    app: Flask
    template: Path
    folder: Path  # of the one installation
    people: People
    visits: dict[str, UUID]  # a1, a2: the building department's; b1: the other agency's
    items: list[str]
    breakage: Breakage


@contextmanager
def prepared() -> Iterator[Ground]:
    """A database as every world begins with it. Kept in memory where there is such a folder: nobody pulls the plug."""
    folder = Path(tempfile.mkdtemp(prefix="inspect-worlds-", dir=MEMORY if MEMORY.is_dir() else None))
    breakage = Breakage()
    try:
        site, template = folder / "site", folder / "template.sqlite3"
        app = create_app(
            Settings.from_environment(
                {
                    "INSPECT_DATABASE_URL": f"sqlite:///{site / DATABASE}",
                    "INSPECT_DATA_DIR": str(site / "data"),
                    "INSPECT_EVIDENCE_URL": (site / "evidence").as_uri(),
                }
            )
        )
        # What was published here besides is looked for by the clock on the wall, which no seed can repeat.
        app.extensions["inspect"] = replace(ground(app), library=Library(FORMS))
        migrate(f"sqlite:///{site / DATABASE}")
        with drawn_from(Random("ground")):
            cast = Cast(app)
            visits = _plan(cast)
        people = People(cast.alice, cast.bob, cast.vera, cast.carol, cast.victor)
        ground(app).engine.dispose()
        assert not site.joinpath(f"{DATABASE}-wal").exists(), "everything must be in the one file"
        (site / DATABASE).rename(template)
        items = [each.id for each in ground(app).library.get("GEN", 1).items if _is_plain(each)][:8]
        with breakage.installed():
            yield Ground(app, template, site, people, visits, items, breakage)
    finally:
        shutil.rmtree(folder)


def _plan(cast: Cast) -> dict[str, UUID]:
    with cast.writing() as tx:
        # As many passwords as sessions: the hash is cheap here, the rest of signing in is as ever.
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        tx.execute(update(Person).values(password_hash=cheap))
        for agency in (BUILDING, ZONES):  # phones lock their exports with it
            agency_keys.ensure(tx, agency, secret=ground(cast.app).settings.secret_key, now=BEGIN)
        teams = {
            "a1": (BUILDING, [cast.alice, cast.bob]),
            "a2": (BUILDING, [cast.alice, cast.bob]),
            "b1": (ZONES, [cast.carol]),
        }
        found = {}
        for name, (agency, team) in teams.items():
            site = builders.a_site(tx, name=f"{MARKS[agency]} {name}")
            row = builders.an_inspection(
                tx, agency, [each.id for each in team], site=site, number=f"{MARKS[agency]}-{name}"
            )
            found[name] = row.id
        tx.flush()
        for name, (_, team) in teams.items():
            for each in team:
                changes.tell(tx, each.id, "visit", found[name])
        tx.commit()
        return found


def _is_plain(item: Item) -> bool:
    """Asked always, answered by pass, fail or not applicable."""
    return str(item.type) == "pass-fail" and item.when is None
