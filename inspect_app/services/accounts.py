"""Accounts as the office sees them: whom to send out, whom the administrator of an agency looks after."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor, Role
from inspect_app.services import people
from inspect_app.store import staff
from inspect_app.store.database import Tx
from inspect_app.store.tables import Person


@dataclass(frozen=True, slots=True)
class Seatable:
    """A person who may be put into a team."""

    id: UUID
    name: str
    title: str
    role: Role
    agency_id: str
    agency: str


def for_teams(tx: Tx) -> list[Seatable]:
    """Inspectors and leaders of every agency: names are no secret between agencies, joint teams need them."""
    return [
        Seatable(each.id, each.name, each.title, Role(each.role), each.agency_id, each.agency.short_name)
        for each in staff.for_teams(tx)
    ]


def of_agency(tx: Tx, *, actor: Actor) -> list[Person]:
    return staff.of_agency(tx, actor.agency)


def find(tx: Tx, username: str, *, actor: Actor) -> Person:
    """RuleBroken "unknown-person" also for somebody of another agency."""
    person = staff.by_username(tx, actor.agency, username)
    if person is None:
        raise RuleBroken("unknown-person", username=username)
    return person


def disable(tx: Tx, username: str, *, actor: Actor, now: datetime) -> None:
    """Close an account of the own agency, never one's own; a second time changes nothing."""
    person = find(tx, username, actor=actor)
    if person.id == actor.id:
        raise RuleBroken("own-account", username=username)
    if person.disabled_at is None:
        people.disable(tx, username, actor=actor, now=now)


def reset(tx: Tx, username: str, password: str, *, actor: Actor, now: datetime) -> None:
    """A new password for somebody of the own agency; opens a closed account again."""
    find(tx, username, actor=actor)
    people.reset(tx, username, password, actor=actor, now=now)
