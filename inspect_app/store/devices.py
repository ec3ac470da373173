"""What phones told about themselves at their last contact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, update
from sqlalchemy.orm import Session

from inspect_app.store.tables import Device

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


def note_contact(tx: Session, contact: Contact) -> bool:
    """Remember the contact; True when the phone was revoked. A phone we never met (restored backup) is met now."""
    connection = tx.connection()
    told = {
        "last_contact_at": contact.at,
        "unsent": contact.unsent,
        "oldest_unsent_at": contact.oldest_unsent_at,
        "health": dict(contact.health),
    }
    mine = (_DEVICE.c.id == contact.device) & (_DEVICE.c.person_id == contact.person)
    row = connection.execute(update(_DEVICE).where(mine).values(**told).returning(_DEVICE.c.revoked_at)).one_or_none()
    if row is not None:
        return row.revoked_at is not None
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
    return False
