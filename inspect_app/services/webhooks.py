"""Other systems of an agency that are told of changes: registered, tried out, switched off by an administrator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from uuid import UUID, uuid4

import orjson

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.feed import TOLD, Event
from inspect_app.domain.people import Actor
from inspect_app.domain.webhooks import SECRET_BYTES
from inspect_app.domain.webhooks import shown as secret_shown
from inspect_app.outside import locked
from inspect_app.outside.outgoing import Outgoing, Refused
from inspect_app.store import audit, audit_rows, webhooks
from inspect_app.store.database import Tx
from inspect_app.store.tables import Webhook, WebhookDelivery, WebhookTry

MOST = 20  # receivers of one agency
SHOWN = 50  # deliveries on its page
PURPOSE = "inspect-webhook-secret/1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an administrator enters."""

    name: str
    url: str
    kinds: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A receiver with how many of its deliveries wait or were given up."""

    row: Webhook
    waiting: int
    given_up: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery with its tries, the newest first."""

    row: WebhookDelivery
    tries: Sequence[WebhookTry]


def listing(tx: Tx, *, actor: Actor) -> list[Line]:
    rows = webhooks.of_agency(tx, actor.agency)
    counts = webhooks.counts(tx, [row.id for row in rows])
    return [Line(row, counts.get((row.id, "waiting"), 0), counts.get((row.id, "given-up"), 0)) for row in rows]


def page(tx: Tx, webhook: UUID, *, actor: Actor) -> tuple[Webhook, list[Sent]]:
    """RuleBroken: unknown-webhook."""
    row = _mine(tx, webhook, actor)
    sent = webhooks.newest(tx, webhook, limit=SHOWN)
    tries = webhooks.tries(tx, [each.id for each in sent])
    return row, [Sent(each, tries.get(each.id, [])) for each in sent]


def register(
    tx: Tx, webhook: UUID, wanted: Wanted, *, actor: Actor, now: datetime, secret: str, outgoing: Outgoing
) -> str | None:
    """The secret, told this once; None when the same form had been sent before.

    RuleBroken: webhook-address, webhook-kinds, too-many-webhooks.
    """
    if webhooks.one(tx, webhook, actor.agency) is not None:
        return None
    _check(wanted, outgoing)
    if webhooks.count(tx, actor.agency) >= MOST:
        raise RuleBroken("too-many-webhooks", most=MOST)
    made = token_bytes(SECRET_BYTES)
    row = Webhook(
        id=webhook,
        agency_id=actor.agency,
        name=wanted.name,
        url=wanted.url,
        kinds=_words(wanted.kinds),
        secret=locked.lock(secret, PURPOSE, str(webhook), made),
        read_seq=audit_rows.counted(tx, actor.agency),
        made_by=actor.id,
        made_at=now,
    )
    tx.add(row)
    tx.flush()
    _note(tx, row, "webhook.registered", actor, now, url=row.url, kinds=row.kinds)
    return secret_shown(made)


def change(tx: Tx, webhook: UUID, wanted: Wanted, *, actor: Actor, now: datetime, outgoing: Outgoing) -> None:
    """What still waits goes to the new address, too. RuleBroken as in register."""
    row = _mine(tx, webhook, actor, lock=True)
    _check(wanted, outgoing)
    before = (row.name, row.url, row.kinds)
    row.name, row.url, row.kinds = wanted.name, wanted.url, _words(wanted.kinds)
    if before != (row.name, row.url, row.kinds):
        _note(tx, row, "webhook.changed", actor, now, url=row.url, kinds=row.kinds)


def renew_secret(tx: Tx, webhook: UUID, *, actor: Actor, now: datetime, secret: str) -> str:
    """A new secret serves from the next try on."""
    row = _mine(tx, webhook, actor, lock=True)
    made = token_bytes(SECRET_BYTES)
    row.secret = locked.lock(secret, PURPOSE, str(webhook), made)
    _note(tx, row, "webhook.secret-renewed", actor, now)
    return secret_shown(made)


def switch(tx: Tx, webhook: UUID, *, on: bool, actor: Actor, now: datetime) -> None:
    """Off: nothing is sent; on again: what came meanwhile is sent then."""
    row = _mine(tx, webhook, actor, lock=True)
    if on == (row.disabled_at is None):
        return
    row.disabled_at, row.disabled_why, row.failing_since = (None if on else now), "", None
    _note(tx, row, "webhook.enabled" if on else "webhook.disabled", actor, now)


def remove(tx: Tx, webhook: UUID, *, actor: Actor, now: datetime) -> None:
    """With all that was sent to it; the audit keeps that it was there."""
    row = _mine(tx, webhook, actor, lock=True)
    _note(tx, row, "webhook.removed", actor, now, url=row.url)
    webhooks.remove(tx, webhook)


def send_test(tx: Tx, webhook: UUID, *, actor: Actor, now: datetime) -> None:
    """A message of its own kind; the worker sends it at its next look."""
    row = _mine(tx, webhook, actor)
    delivery = uuid4()
    body = {"type": Event.TEST, "timestamp": now.isoformat(), "data": {"webhook": str(row.id), "name": row.name}}
    webhooks.add(tx, [_delivery(row, delivery, Event.TEST, orjson.dumps(body).decode(), 0, now)])


def send_again(tx: Tx, webhook: UUID, delivery: UUID, *, actor: Actor, now: datetime) -> None:
    """One that was given up, under the id it has. RuleBroken: unknown-webhook."""
    _mine(tx, webhook, actor)
    row = webhooks.delivery(tx, webhook, delivery)
    if row is None:
        raise RuleBroken("unknown-webhook")
    if row.state == "given-up":
        row.state, row.next_at = "waiting", now


def made(
    row: Webhook, delivery: UUID, event: Event, data: dict[str, object], at: datetime, seq: int, now: datetime
) -> dict[str, object]:
    """The row of a message about one change."""
    body = {"type": event, "timestamp": at.isoformat(), "data": data}
    return _delivery(row, delivery, event, orjson.dumps(body).decode(), seq, now)


def _delivery(row: Webhook, delivery: UUID, event: Event, body: str, place: int, now: datetime) -> dict[str, object]:
    return {
        "id": delivery,
        "agency_id": row.agency_id,
        "webhook_id": row.id,
        "event": event.value,
        "body": body,
        "state": "waiting",
        "attempts": 0,
        "place": place,
        "made_at": now,
        "next_at": now,
    }


def _mine(tx: Tx, webhook: UUID, actor: Actor, *, lock: bool = False) -> Webhook:
    row = webhooks.one(tx, webhook, actor.agency, lock=lock)
    if row is None:
        raise RuleBroken("unknown-webhook")
    return row


def _check(wanted: Wanted, outgoing: Outgoing) -> None:
    try:
        outgoing.check(wanted.url)
    except Refused as refused:
        raise RuleBroken("webhook-address", why=str(refused)) from None
    if not wanted.kinds or not set(wanted.kinds) <= set(TOLD):
        raise RuleBroken("webhook-kinds")


def _words(kinds: Sequence[Event]) -> str:
    return " ".join(each.value for each in TOLD if each in kinds)


def _note(tx: Tx, row: Webhook, action: str, actor: Actor, now: datetime, **facts: object) -> None:
    audit.note(tx, audit.Entry(row.agency_id, actor.id, action, f"webhook:{row.id}", now, {"name": row.name, **facts}))
