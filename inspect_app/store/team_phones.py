"""The phones of a team's people, as far as they are of the reader's agencies."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspect_app.store.tables import Device


def of(tx: Session, people: Collection[UUID]) -> list[Device]:
    """The one in contact last first."""
    asked = select(Device).where(Device.person_id.in_(people), Device.revoked_at.is_(None))
    return list(tx.scalars(asked.order_by(Device.last_contact_at.desc(), Device.id)))
