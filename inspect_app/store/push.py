"""Phones that want to be told, and the notices they are to be told of."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import Device, Notice, Person, PushSubscription, SignIn

_ALONE = {"synchronize_session": False}


def of(tx: Session, person: UUID, device: UUID) -> PushSubscription | None:
    return tx.get(PushSubscription, (person, device))


def forget(tx: Session, person: UUID, device: UUID) -> None:
    mine = (PushSubscription.person_id == person, PushSubscription.device_id == device)
    tx.execute(delete(PushSubscription).where(*mine), execution_options=_ALONE)


def make_room(tx: Session, person: UUID, device: UUID, endpoint_sha256: str) -> None:
    """Whoever was told in this browser before is told there no longer."""
    mine = (PushSubscription.person_id == person) & (PushSubscription.device_id == device)
    same = PushSubscription.endpoint_sha256 == endpoint_sha256
    with across_agencies(tx):  # a phone that was handed on
        tx.execute(delete(PushSubscription).where(or_(mine, same)), execution_options=_ALONE)


def due(tx: Session, *, limit: int) -> list[Notice]:
    asked = select(Notice).where(Notice.push == "due").order_by(Notice.made_at, Notice.id)
    return list(tx.scalars(asked.limit(limit)))


def done(tx: Session, notices: Collection[UUID]) -> None:
    tx.execute(update(Notice).where(Notice.id.in_(notices)).values(push="queued"), execution_options=_ALONE)


def phones(tx: Session, people: Collection[UUID]) -> dict[UUID, list[PushSubscription]]:
    """Of those whose account is open and who are still signed in on a phone that was not revoked."""
    signed_in = select(SignIn.token_sha256).where(
        SignIn.person_id == PushSubscription.person_id,
        SignIn.device_id == PushSubscription.device_id,
        SignIn.send_only.is_(False),
    )
    asked = (
        select(PushSubscription)
        .join(Person, Person.id == PushSubscription.person_id)
        .join(
            Device,
            (Device.id == PushSubscription.device_id) & (Device.person_id == PushSubscription.person_id),
        )
        .where(PushSubscription.person_id.in_(people), Person.disabled_at.is_(None), Device.revoked_at.is_(None))
        .where(signed_in.exists())
    )
    found: dict[UUID, list[PushSubscription]] = {}
    for each in tx.scalars(asked.order_by(PushSubscription.person_id, PushSubscription.device_id)):
        found.setdefault(each.person_id, []).append(each)
    return found


def answered(tx: Session, person: UUID, device: UUID, *, failures: int, next_at: datetime) -> None:
    """How the last message went. The row may have been replaced meanwhile."""
    mine = (PushSubscription.person_id == person, PushSubscription.device_id == device)
    asked = update(PushSubscription).where(*mine).values(failures=failures, next_at=next_at)
    tx.execute(asked, execution_options=_ALONE)
