"""Fills an empty database with the story, in one transaction: it is all there, or nothing is."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import func, select

from inspect_app.demo import agenda, cast, declared, outside
from inspect_app.demo.outside import Door
from inspect_app.demo.sending import Post
from inspect_app.demo.story import Story
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.outside import passwords
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.evidence_files import EvidenceFiles
from inspect_app.store.tables import Inspection, Marker, Person, Photo, Site, Violation

SEED = 20261122
MARKER = "demo"
# Everybody and every site is entered some time before the first visit.
BEFORE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What is there now. filled: whether this call put it there."""

    filled: bool
    sites: int
    inspections: Counter[str]
    violations: int
    photos: int


def is_demo(tx: Tx) -> bool:
    """The database holds the story already."""
    return tx.get(Marker, MARKER) is not None


def is_empty(tx: Tx) -> bool:
    """Nobody has an account yet."""
    return tx.scalar(select(func.count()).select_from(Person)) == 0


def fill(
    begin: Callable[[], Tx],
    evidence: EvidenceFiles,
    library: Library,
    now: datetime,
    *,
    password: str,
    secret: str,
) -> DemoReport:
    """Write the story; a second time changes nothing. RuleBroken "not-empty": other data are there.

    `begin` opens a writing transaction; `secret` is the installation's, for the establishments' links.
    The story ends at `now` and is the same for the same day.
    """
    with begin() as tx:
        tx.info["scope"] = EVERY_AGENCY
        if is_demo(tx):
            return _report(tx, filled=False)
        if not is_empty(tx):
            raise RuleBroken("not-empty")
        rng = Random(SEED)  # noqa: S311 - a story, not a secret
        hashed = passwords.hash_password(password)
        entered = cast.enter(tx, password_hash=hashed, now=now - BEFORE)
        story = Story(entered, library, Post(library, evidence), rng, now)
        # Chance of its own: what the offices do besides changes nothing of the visits.
        door = Door(evidence, secret, Random(SEED))  # noqa: S311
        desks = (
            *agenda.events(entered, story.programme, now),
            *declared.events(entered, now),
            *outside.events(entered, door, now),
        )
        for event in sorted((*story.events(), *desks), key=lambda each: each.at):
            event.do(tx)
            # Services write past the session's objects; the next event reads what is really there.
            tx.flush()
            tx.expunge_all()
        tx.add(Marker(name=MARKER, value=now.astimezone(UTC).isoformat(timespec="seconds")))
        tx.flush()
        report = _report(tx, filled=True)
        tx.commit()
    return report


def _report(tx: Tx, *, filled: bool) -> DemoReport:
    states = tx.execute(select(Inspection.state, func.count()).group_by(Inspection.state))
    return DemoReport(
        filled,
        tx.scalars(select(func.count()).select_from(Site)).one(),
        Counter({str(row[0]): int(row[1]) for row in states}),
        tx.scalars(select(func.count()).select_from(Violation)).one(),
        tx.scalars(select(func.count()).select_from(Photo)).one(),
    )
