"""What a person reads and sets for themselves: notices, the address for mail, and which notices are mailed."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.notices import KINDS
from inspect_app.domain.people import Actor
from inspect_app.store import audit, notices, people
from inspect_app.store.database import Tx
from inspect_app.store.tables import Notice

# One address, as mail servers take it; names and lists of addresses are none.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
LONGEST_ADDRESS = 254
SHOWN = 100
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Own:
    """A person's own page."""

    unread: list[Notice]
    read: list[Notice]
    email: str
    mailed: list[str]  # kinds


def own(tx: Tx, *, actor: Actor) -> Own:
    """What the actor was told, the newest first, and their choices."""
    person = people.by_id(tx, actor.id)
    if person is None:
        raise RuleBroken("unknown-person", username=actor.username)
    found = notices.of(tx, actor.id, unread=False, limit=SHOWN)
    muted = set(person.muted.split())
    return Own(
        [each for each in found if each.read_at is None],
        [each for each in found if each.read_at is not None],
        person.email,
        [kind for kind in KINDS if kind not in muted],
    )


def count_unread(tx: Tx, *, actor: Actor) -> int:
    """Counted up to MOST_COUNTED."""
    return notices.count_unread(tx, actor.id, most=MOST_COUNTED)


def mark_read(tx: Tx, *, actor: Actor, until: datetime, now: datetime) -> None:
    """Everything that was told until the page was opened; what came since stays unread."""
    notices.mark_read(tx, actor.id, until=until, now=now)


def choose(tx: Tx, *, email: str, mailed: Collection[str], actor: Actor, now: datetime) -> None:
    """RuleBroken: bad-email."""
    address = email.strip()
    if address and (len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address)):
        raise RuleBroken("bad-email", email=address[:80])
    person = people.by_id(tx, actor.id)
    if person is None:
        raise RuleBroken("unknown-person", username=actor.username)
    muted = " ".join(kind for kind in KINDS if kind not in mailed)
    if (person.email, person.muted) == (address, muted):
        return
    person.email, person.muted = address, muted
    told: dict[str, object] = {"mailed": sorted(mailed), "address": bool(address)}
    audit.note(tx, audit.Entry(person.agency_id, actor.id, "person.notices-chosen", f"person:{person.id}", now, told))
