"""Telling a phone that there is news, and nothing of what it is: that stands behind the lock of the app."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.outside import push as sending
from inspect_app.outside.outgoing import Outgoing, Refused, Unreached
from inspect_app.services.chore import Tools
from inspect_app.store import push as store
from inspect_app.store.database import Tx
from inspect_app.store.tables import PushSubscription

EVERY = timedelta(minutes=1)
BATCH = 200
STALE = timedelta(days=1)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
GONE = frozenset({404, 410})  # the browser has ended it
MESSAGE = b'{"news":1}'


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the browser says of itself when somebody switches it on."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class _Phone:
    person: UUID
    device: UUID
    wanted: Wanted
    failures: int
    next_at: datetime


def is_on(tx: Tx, device: UUID | None, *, actor: Actor) -> bool:
    return device is not None and store.of(tx, actor.id, device) is not None


def switch_on(tx: Tx, device: UUID | None, wanted: Wanted, *, actor: Actor, now: datetime, outgoing: Outgoing) -> None:
    """For this person on this phone. RuleBroken: unknown-device (a session of no phone), bad-subscription."""
    if device is None:
        raise RuleBroken("unknown-device", device="—")
    try:
        outgoing.check(wanted.endpoint)
    except Refused as refused:
        raise RuleBroken("bad-subscription", why=str(refused)) from None
    if not sending.is_usable(wanted.p256dh, wanted.auth):
        raise RuleBroken("bad-subscription")
    known = sha256(wanted.endpoint.encode()).hexdigest()
    store.make_room(tx, actor.id, device, known)
    tx.add(
        PushSubscription(
            person_id=actor.id,
            device_id=device,
            agency_id=actor.agency,
            endpoint=wanted.endpoint,
            endpoint_sha256=known,
            p256dh=wanted.p256dh,
            auth=wanted.auth,
            made_at=now,
            failures=0,
            next_at=now,
        )
    )


def switch_off(tx: Tx, device: UUID | None, *, actor: Actor) -> None:
    if device is not None:
        store.forget(tx, actor.id, device)


# --- the worker -----------------------------------------------------------------------------------


def send(tools: Tools, now: datetime) -> str:
    """The chore: one message per phone, however many news there are."""
    with tools.reading() as tx:
        told: dict[UUID, list[UUID]] = {}
        stale: set[UUID] = set()
        for notice in store.due(tx, limit=BATCH):
            told.setdefault(notice.person_id, []).append(notice.id)
            if now - notice.made_at > STALE:
                stale.add(notice.id)
        phones = {person: list(map(_phone, rows)) for person, rows in store.phones(tx, told).items()}
    sent = 0
    for person, notices in told.items():
        came, is_open = _tell(tools, phones.get(person, []), now)
        sent += came
        done = [each for each in notices if came or not is_open or each in stale]
        with tools.writing() as tx:
            store.done(tx, done)
            tx.commit()
    return f"{sent} máy đã được báo" if sent else ""


def _phone(row: PushSubscription) -> _Phone:
    wanted = Wanted(row.endpoint, row.p256dh, row.auth)
    return _Phone(row.person_id, row.device_id, wanted, row.failures, row.next_at)


def _tell(tools: Tools, phones: list[_Phone], now: datetime) -> tuple[int, bool]:
    """How many phones took it, and whether one is left that may take it later."""
    came, is_open = 0, False
    for phone in phones:
        if phone.next_at > now:
            is_open = True
            continue
        status = _post(tools, phone.wanted, now)
        with tools.writing() as tx:
            if status in GONE:
                store.forget(tx, phone.person, phone.device)
            elif status is not None and 200 <= status < 300:
                store.answered(tx, phone.person, phone.device, failures=0, next_at=now)
                came += 1
            else:
                wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(phone.failures, 12))
                store.answered(tx, phone.person, phone.device, failures=phone.failures + 1, next_at=now + wait)
                is_open = True
            tx.commit()
    return came, is_open


def _post(tools: Tools, wanted: Wanted, now: datetime) -> int | None:
    """What the push service answered; None: nothing."""
    contact = tools.base_url if tools.base_url.startswith("https://") else f"mailto:inspect@{_host(tools.base_url)}"
    voucher = tools.push_key.voucher(wanted.endpoint, contact, now)
    body = sending.sealed(wanted.p256dh, wanted.auth, MESSAGE)
    try:
        return tools.outgoing.post(wanted.endpoint, body, sending.headers(voucher)).status
    except Unreached:
        return None


def _host(url: str) -> str:
    return urlsplit(url).hostname or "localhost"
