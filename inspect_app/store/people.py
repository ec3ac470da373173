"""People, their sign-ins and how often a sign-in failed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inspect_app.store import statements
from inspect_app.store.tables.people import Agency, Device, LoginThrottle, Person, SignIn


def agency(tx: Session, agency_id: str) -> Agency | None:
    return tx.get(Agency, agency_id)


def agencies(tx: Session) -> list[Agency]:
    return list(tx.scalars(select(Agency).order_by(Agency.id)))


def by_username(tx: Session, username: str) -> Person | None:
    return tx.scalar(select(Person).where(Person.username == username))


def by_id(tx: Session, person: UUID) -> Person | None:
    return tx.get(Person, person)


@dataclass(frozen=True, slots=True)
class Standing:
    """A session as it stands, with its person: what every request asks first."""

    person: UUID
    agency: str
    role: str
    name: str
    username: str
    device: UUID | None
    created_at: datetime
    last_seen_at: datetime
    send_only: bool


# Built once: it runs before every request.
_STANDING = (
    select(
        Person.id,
        Person.agency_id,
        Person.role,
        Person.name,
        Person.username,
        SignIn.device_id,
        SignIn.created_at,
        SignIn.last_seen_at,
        SignIn.send_only,
    )
    .join(SignIn, SignIn.person_id == Person.id)
    .where(SignIn.token_sha256 == bindparam("token"), Person.disabled_at.is_(None))
)


def behind_token(tx: Session, token_sha256: str) -> Standing | None:
    """The session and its person in one read; None when unknown, or the account is closed."""
    found = statements.run(tx, _STANDING, {"token": token_sha256})
    return Standing(*found[0]) if found else None


def touch(tx: Session, token_sha256: str, now: datetime) -> None:
    tx.execute(update(SignIn).where(SignIn.token_sha256 == token_sha256).values(last_seen_at=now))


def forget_token(tx: Session, token_sha256: str) -> None:
    tx.execute(delete(SignIn).where(SignIn.token_sha256 == token_sha256))


def forget_person(tx: Session, person: UUID) -> None:
    """End every session of a person at once."""
    tx.execute(delete(SignIn).where(SignIn.person_id == person))


def forget_device(tx: Session, person: UUID, device: UUID) -> None:
    """End the sessions a person opened on one phone."""
    tx.execute(delete(SignIn).where(SignIn.person_id == person, SignIn.device_id == device))


def throttles(tx: Session, keys: list[str], now: datetime) -> list[LoginThrottle]:
    """The counts under these keys, made where there are none, and ours alone until the commit."""
    dialect: Any = postgresql if tx.connection().dialect.name == "postgresql" else sqlite
    for key in sorted(keys):
        row = {"key": key, "failures": 0, "wait_until": now}
        tx.connection().execute(dialect.insert(LoginThrottle).values(row).on_conflict_do_nothing())
    mine = select(LoginThrottle).where(LoginThrottle.key.in_(keys)).order_by(LoginThrottle.key)
    return list(tx.scalars(mine.with_for_update()))


def device(tx: Session, device_id: UUID, person: UUID) -> Device | None:
    return tx.get(Device, (device_id, person))
