"""What phones told about themselves at their last contact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from inspect_app.store.tables import Device, Marker

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
_NOTE = (
    update(_DEVICE)
    .where(_DEVICE.c.id == bindparam("of_id"), _DEVICE.c.person_id == bindparam("of_person"))
    .values({name: bindparam(name) for name in ("last_contact_at", "unsent", "oldest_unsent_at", "health")})
    .returning(_DEVICE.c.revoked_at, _EPOCH)
)


def note_contact(tx: Session, contact: Contact) -> tuple[bool, str | None]:
    """Remember the contact: whether the phone was revoked, and the epoch when that came along.

    A phone we never met (a restored backup) is met now.
    """
    connection = tx.connection()
    told = {
        "last_contact_at": contact.at,
        "unsent": contact.unsent,
        "oldest_unsent_at": contact.oldest_unsent_at,
        "health": dict(contact.health),
    }
    row = connection.execute(_NOTE, {**told, "of_id": contact.device, "of_person": contact.person}).one_or_none()
    if row is not None:
        return row[0] is not None, row[1]
    connection.execute(
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
    return False, None
