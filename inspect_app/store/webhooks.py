"""Receivers, their deliveries and tries: taken by one worker at a time."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inspect_app.store.tables import Webhook, WebhookDelivery, WebhookTry

WAITING = "waiting"


def of_agency(tx: Session, agency: str) -> list[Webhook]:
    asked = select(Webhook).where(Webhook.agency_id == agency)
    return list(tx.scalars(asked.order_by(Webhook.made_at, Webhook.id)))


def count(tx: Session, agency: str) -> int:
    return tx.scalar(select(func.count(Webhook.id)).where(Webhook.agency_id == agency)) or 0


def one(tx: Session, webhook: UUID, agency: str, *, lock: bool = False) -> Webhook | None:
    asked = select(Webhook).where(Webhook.id == webhook, Webhook.agency_id == agency)
    return tx.scalar(asked.with_for_update() if lock else asked)


def at_work(tx: Session) -> list[UUID]:
    """Receivers that are not switched off, those that answer first."""
    asked = select(Webhook.id).where(Webhook.disabled_at.is_(None))
    return list(tx.scalars(asked.order_by(Webhook.failing_since.is_not(None), Webhook.failing_since, Webhook.id)))


def hold(tx: Session, webhook: UUID) -> Webhook | None:
    """Locked, unless another worker has it; None also when it was switched off or removed meanwhile."""
    asked = select(Webhook).where(Webhook.id == webhook, Webhook.disabled_at.is_(None))
    return tx.scalar(asked.with_for_update(skip_locked=True))


def counts(tx: Session, webhooks: Collection[UUID]) -> dict[tuple[UUID, str], int]:
    """How many deliveries of each stand where."""
    asked = select(WebhookDelivery.webhook_id, WebhookDelivery.state, func.count())
    mine = asked.where(WebhookDelivery.webhook_id.in_(webhooks))
    rows = tx.execute(mine.group_by(WebhookDelivery.webhook_id, WebhookDelivery.state))
    return {(webhook, state): number for webhook, state, number in rows}


def count_waiting(tx: Session, webhook: UUID) -> int:
    asked = select(func.count()).where(WebhookDelivery.webhook_id == webhook, WebhookDelivery.state == WAITING)
    return tx.scalar(asked) or 0


def add(tx: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write them; one with the same id stays as it is."""
    dialect: Any = postgresql if tx.get_bind().dialect.name == "postgresql" else sqlite
    given = list(rows)
    if given:
        tx.execute(dialect.insert(WebhookDelivery).on_conflict_do_nothing(), given)


def take(
    tx: Session, webhook: UUID, *, now: datetime, lease: timedelta, limit: int
) -> list[tuple[UUID, str, str, int]]:
    """Due deliveries of one receiver, the oldest change first: (id, event, body, which try); leased to the caller."""
    asked = select(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook, WebhookDelivery.state == WAITING, WebhookDelivery.next_at <= now
    )
    ordered = asked.order_by(WebhookDelivery.place, WebhookDelivery.made_at, WebhookDelivery.id).limit(limit)
    rows = list(tx.scalars(ordered.with_for_update(skip_locked=True)))
    for row in rows:
        row.next_at = now + lease
        row.attempts += 1
    return [(row.id, row.event, row.body, row.attempts) for row in rows]


def hand_back(tx: Session, deliveries: Collection[UUID], now: datetime) -> None:
    """They were taken and not tried: that was no attempt."""
    values = {"next_at": now, "attempts": WebhookDelivery.attempts - 1}
    asked = update(WebhookDelivery).where(WebhookDelivery.id.in_(deliveries)).values(**values)
    tx.execute(asked, execution_options={"synchronize_session": False})


def postpone(tx: Session, webhook: UUID, until: datetime) -> None:
    """Nothing goes to it before then."""
    mine = WebhookDelivery.webhook_id == webhook
    asked = update(WebhookDelivery).where(mine, WebhookDelivery.state == WAITING, WebhookDelivery.next_at < until)
    tx.execute(asked.values(next_at=until), execution_options={"synchronize_session": False})


def release(tx: Session, webhook: UUID, now: datetime) -> None:
    """It answers again: what waited for that goes now."""
    mine = WebhookDelivery.webhook_id == webhook
    asked = update(WebhookDelivery).where(mine, WebhookDelivery.state == WAITING, WebhookDelivery.next_at > now)
    tx.execute(asked.values(next_at=now), execution_options={"synchronize_session": False})


def settle(tx: Session, delivery: UUID, **values: Any) -> None:
    asked = update(WebhookDelivery).where(WebhookDelivery.id == delivery).values(**values)
    tx.execute(asked, execution_options={"synchronize_session": False})


def delivery(tx: Session, webhook: UUID, delivery_id: UUID) -> WebhookDelivery | None:
    asked = select(WebhookDelivery).where(WebhookDelivery.id == delivery_id, WebhookDelivery.webhook_id == webhook)
    return tx.scalar(asked)


def newest(tx: Session, webhook: UUID, *, limit: int) -> list[WebhookDelivery]:
    asked = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook)
    ordered = asked.order_by(WebhookDelivery.made_at.desc(), WebhookDelivery.place.desc(), WebhookDelivery.id)
    return list(tx.scalars(ordered.limit(limit)))


def tries(tx: Session, deliveries: Collection[UUID]) -> dict[UUID, list[WebhookTry]]:
    """Of each, the newest first."""
    asked = select(WebhookTry).where(WebhookTry.delivery_id.in_(deliveries))
    found: dict[UUID, list[WebhookTry]] = {}
    for each in tx.scalars(asked.order_by(WebhookTry.delivery_id, WebhookTry.number.desc())):
        found.setdefault(each.delivery_id, []).append(each)
    return found


def forget(tx: Session, before: datetime) -> None:
    """What was made before then and waits no longer."""
    old = select(WebhookDelivery.id).where(WebhookDelivery.made_at < before, WebhookDelivery.state != WAITING)
    _remove(tx, old)


def remove(tx: Session, webhook: UUID) -> None:
    """The receiver and all about it."""
    _remove(tx, select(WebhookDelivery.id).where(WebhookDelivery.webhook_id == webhook))
    tx.execute(delete(Webhook).where(Webhook.id == webhook), execution_options={"synchronize_session": False})


def _remove(tx: Session, deliveries: Any) -> None:
    unsynchronised = {"synchronize_session": False}
    tx.execute(delete(WebhookTry).where(WebhookTry.delivery_id.in_(deliveries)), execution_options=unsynchronised)
    tx.execute(delete(WebhookDelivery).where(WebhookDelivery.id.in_(deliveries)), execution_options=unsynchronised)
