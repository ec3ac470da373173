"""Keys of phones and the seals made with them, as rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Executable, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inspect_app.domain.seals import Jwk
from inspect_app.store.tables import Device, DeviceKey, Person, Seal, ServerKey

_KEY = cast("Table", DeviceKey.__table__)
_SEAL = cast("Table", Seal.__table__)
_SERVER_KEY = cast("Table", ServerKey.__table__)

# Built once: it runs in a push.
_JWK = select(_KEY.c.jwk).where(
    _KEY.c.key == bindparam("key"), _KEY.c.device_id == bindparam("device"), _KEY.c.person_id == bindparam("person")
)


def jwk(tx: Session, key: str, device: UUID, person: UUID) -> Jwk | None:
    """The key that this person's phone introduced under this name."""
    return tx.connection().execute(_JWK, {"key": key, "device": device, "person": person}).scalar()


def keep(tx: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store seals; one that is here already stays as it is."""
    connection = tx.connection()
    connection.execute(_keep(connection.dialect.name == "postgresql"), list(rows))


@cache
def _keep(on_postgresql: bool) -> Executable:
    insert: Any = (postgresql if on_postgresql else sqlite).insert(_SEAL)
    kept: Executable = insert.on_conflict_do_nothing()
    return kept


def keep_server_key(tx: Session, key: str, public: Jwk, at: datetime) -> None:
    """Remember that the server signs with this key."""
    connection = tx.connection()
    insert: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(_SERVER_KEY)
    connection.execute(insert.on_conflict_do_nothing(), {"key": key, "jwk": public, "first_used_at": at})


def server_keys(tx: Session) -> list[ServerKey]:
    return list(tx.scalars(select(ServerKey).order_by(ServerKey.first_used_at, ServerKey.key)))


# --- keys of phones -------------------------------------------------------------------------------


def phone(tx: Session, device: UUID, person: UUID) -> Device | None:
    """The person's phone, locked: of two keys that come at once one is the first."""
    asked = select(Device).where(Device.id == device, Device.person_id == person)
    return tx.scalar(asked.with_for_update())


def key_of(tx: Session, key: str, device: UUID, person: UUID) -> DeviceKey | None:
    asked = select(DeviceKey).where(DeviceKey.key == key, DeviceKey.device_id == device, DeviceKey.person_id == person)
    return tx.scalar(asked)


def count_keys(tx: Session, device: UUID, person: UUID) -> int:
    asked = select(func.count()).select_from(DeviceKey)
    return tx.scalars(asked.where(DeviceKey.device_id == device, DeviceKey.person_id == person)).one()


def waiting_keys(tx: Session) -> list[tuple[DeviceKey, str, str]]:
    """Keys somebody must decide about, with the phone's name and its person's; the agency filter applies."""
    asked = (
        select(DeviceKey, Device.name, Person.name)
        .join(Device, (Device.id == DeviceKey.device_id) & (Device.person_id == DeviceKey.person_id))
        .join(Person, Person.id == DeviceKey.person_id)
        .where(DeviceKey.state == "waiting")
        .order_by(DeviceKey.created_at, DeviceKey.key)
    )
    return [(row[0], row[1], row[2]) for row in tx.execute(asked)]
