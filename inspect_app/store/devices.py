"""What phones told about themselves at their last contact, and the list of them for the office."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, func, insert, or_, select, update
from sqlalchemy.orm import Session

from inspect_app.domain.search import words
from inspect_app.store import statements
from inspect_app.store.tables import Device, Marker, Person

_DEVICE = cast("Table", Device.__table__)


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact of a person's phone: how much waits on it, since when, and its health."""

    device: UUID
    person: UUID
    agency: str
    at: datetime
    unsent: int
    oldest_unsent_at: datetime | None
    health: Mapping[str, Any]


_EPOCH = select(Marker.value).where(Marker.name == "epoch").scalar_subquery()
_BACKUP = select(Marker.value).where(Marker.name == "backup").scalar_subquery()
_NOTE = (
    update(_DEVICE)
    .where(_DEVICE.c.id == bindparam("of_id"), _DEVICE.c.person_id == bindparam("of_person"))
    .values({name: bindparam(name) for name in ("last_contact_at", "unsent", "oldest_unsent_at", "health")})
    .returning(_DEVICE.c.revoked_at, _EPOCH, _BACKUP)
)


def note_contact(tx: Session, contact: Contact) -> tuple[bool, str | None, int | None]:
    """Remember the contact: whether the phone was revoked, the epoch when that came along, and the backup's mark.

    A phone we never met (a restored backup) is met now.
    """
    told = {
        "last_contact_at": contact.at,
        "unsent": contact.unsent,
        "oldest_unsent_at": contact.oldest_unsent_at,
        "health": dict(contact.health),
    }
    rows = statements.run(tx, _NOTE, {**told, "of_id": contact.device, "of_person": contact.person})
    if rows:
        revoked_at, epoch, backup = rows[0]
        return revoked_at is not None, epoch, int(backup) if backup else None
    tx.connection().execute(
        insert(_DEVICE).values(
            **told,
            id=contact.device,
            person_id=contact.person,
            agency_id=contact.agency,
            name="",
            first_seen_at=contact.at,
            revoked_at=None,
        )
    )
    return False, None, None


def is_revoked(tx: Session, device: UUID, person: UUID) -> bool:
    """Whether a person's phone was revoked; one that was never met was not."""
    asked = select(_DEVICE.c.id).where(
        _DEVICE.c.id == device, _DEVICE.c.person_id == person, _DEVICE.c.revoked_at.is_not(None)
    )
    return tx.connection().execute(asked).first() is not None


# --- the list --------------------------------------------------------------------------------------

KEEPING, CALM, REVOKED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class DeviceFilter:
    """What the list is narrowed to; empty fields narrow nothing."""

    text: str = ""
    silent: bool = False
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: rank, the moment the rank is ordered by, phone and person."""

    rank: int
    at: datetime
    device: UUID
    person: UUID


def phones(
    tx: Session, wanted: DeviceFilter, *, after: Place | None, silent_before: datetime, limit: int
) -> list[tuple[Device, Person, Place]]:
    """Those that keep work first, by its age; then the others, longest silent first; revoked ones at the end."""
    keeps = and_(Device.unsent > 0, Device.oldest_unsent_at.is_not(None))
    rank = case((Device.revoked_at.is_not(None), REVOKED), (keeps, KEEPING), else_=CALM)
    at = case(
        (and_(Device.revoked_at.is_(None), keeps), Device.oldest_unsent_at),
        else_=Device.last_contact_at,
    )
    order = (rank, at, Device.id, Device.person_id)
    asked = select(Device, Person, rank, at).join(Person, Person.id == Device.person_id)
    asked = asked.where(*_conditions(wanted, silent_before)).order_by(*order).limit(limit)
    if after is not None:
        seen = (after.rank, after.at, after.device, after.person)
        steps = [
            and_(*(order[n] == seen[n] for n in range(count)), order[count] > seen[count])
            for count in range(len(order))
        ]
        asked = asked.where(or_(*steps))
    return [
        (device, person, Place(at_rank, moment, device.id, person.id))
        for device, person, at_rank, moment in tx.execute(asked)
    ]


def _conditions(wanted: DeviceFilter, silent_before: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.silent:
        found += [Device.revoked_at.is_(None), Device.unsent > 0, Device.oldest_unsent_at < silent_before]
    if wanted.revoked:
        found.append(Device.revoked_at.is_not(None))
    for word in words(wanted.text):
        found.append(
            or_(
                func.lower(Device.name).contains(word, autoescape=True),
                func.lower(Person.name).contains(word, autoescape=True),
                Person.username.contains(word, autoescape=True),
            )
        )
    return found
