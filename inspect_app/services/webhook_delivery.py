"""From changes to messages in other systems: each at least once, its id stays the same, every try is written down."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from inspect_app.domain.people import Role
from inspect_app.domain.webhooks import WAITS, headers, is_delivered, is_hopeless, next_try
from inspect_app.outside import locked
from inspect_app.outside.outgoing import Unreached
from inspect_app.services import feed, markers, notices
from inspect_app.services.chore import Tools
from inspect_app.services.webhooks import PURPOSE, made
from inspect_app.store import staff, webhooks
from inspect_app.store.database import Tx
from inspect_app.store.tables import Webhook, WebhookTry

EVERY = timedelta(minutes=1)
BATCH = 500
MOST_WAITING = 5000  # a receiver that is away does not fill the database: its changes wait where they are
AT_ONCE = 20
LEASE = timedelta(minutes=10)
LONGEST_RUN = 240.0  # seconds; the rest at the next look
KEPT = timedelta(days=30)
LOCKED_OUT = "Khóa ký không mở được: INSPECT_SECRET_KEY đã đổi. Hãy tạo khóa ký mới."


@dataclass(frozen=True, slots=True)
class _Receiver:
    id: UUID
    agency: str
    url: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class _Tried:
    at: datetime
    status: int | None
    said: str
    ms: int

    @property
    def is_good(self) -> bool:
        return self.status is not None and is_delivered(self.status)


def run(tools: Tools, now: datetime) -> str:
    """The chore: changes become messages, messages go out."""
    began = time.monotonic()
    with tools.reading() as tx:
        receivers = webhooks.at_work(tx)
    for each in receivers:
        _gather(tools, each, now)
    sent = failed = 0
    for each in receivers:
        good, bad = _send(tools, each, now, began)
        sent, failed = sent + good, failed + bad
    with tools.writing() as tx:
        webhooks.forget(tx, now - KEPT)
        tx.commit()
    told = [f"{sent} tin đã gửi"] if sent else []
    return ", ".join([*told, *([f"{failed} tin chưa gửi được"] if failed else [])])


# --- from changes to messages ---------------------------------------------------------------------


def _gather(tools: Tools, receiver: UUID, now: datetime) -> None:
    """Batch by batch. The mark moves with the messages it stands for, so none is made twice and none left out."""
    while True:
        with tools.writing() as tx:
            row = webhooks.hold(tx, receiver)
            if row is None or webhooks.count_waiting(tx, receiver) >= MOST_WAITING:
                return
            told, last, looked = feed.changes(tx, row.agency_id, row.read_seq, limit=BATCH)
            wanted = [each for each in told if each.event.value in row.kinds.split()]
            webhooks.add(tx, [_message(row, markers.epoch(tx), each, now) for each in wanted])
            row.read_seq = last
            tx.commit()
        if looked < BATCH:
            return


def _message(row: Webhook, epoch: str, told: feed.Told, now: datetime) -> dict[str, object]:
    """After a restore the numbers come again for other changes: whoever ignores known ids must not miss them."""
    delivery = uuid5(NAMESPACE_URL, f"webhook:{row.id}:{epoch}:{told.seq}:{told.id}")
    return made(row, delivery, told.event, told.plain(), told.at, told.seq, now)


# --- messages go out ------------------------------------------------------------------------------


def _send(tools: Tools, receiver: UUID, now: datetime, began: float) -> tuple[int, int]:
    """In order, until one fails: a receiver that is away is asked once, not five hundred times."""
    sent = 0
    while time.monotonic() - began < LONGEST_RUN:
        at = now + timedelta(seconds=time.monotonic() - began)
        with tools.writing() as tx:
            row = webhooks.hold(tx, receiver)
            where = _opened(row, tools.secret_key) if row else None
            taken = webhooks.take(tx, receiver, now=at, lease=LEASE, limit=AT_ONCE) if where else []
            if row and where is None:
                _disable(tx, row, LOCKED_OUT, at)
            tx.commit()
        if not where or not taken:
            break
        for place, (delivery, _, body, attempts) in enumerate(taken):
            tried = _try(tools, where, delivery, body.encode(), now + timedelta(seconds=time.monotonic() - began))
            left = [each[0] for each in taken[place + 1 :]]
            _write_down(tools, where, delivery, attempts, tried, left)
            if not tried.is_good:
                return sent, 1
            sent += 1
    return sent, 0


def _opened(row: Webhook, secret: str) -> _Receiver | None:
    try:
        return _Receiver(row.id, row.agency_id, row.url, locked.unlock(secret, PURPOSE, str(row.id), row.secret))
    except locked.WrongSecret:
        return None


def _try(tools: Tools, where: _Receiver, delivery: UUID, body: bytes, at: datetime) -> _Tried:
    began = time.monotonic()
    status: int | None = None
    try:
        answer = tools.outgoing.post(where.url, body, headers(where.secret, str(delivery), at, body))
        status, said = answer.status, answer.said
    except Unreached as trouble:
        said = str(trouble)
    return _Tried(at, status, said[:300].replace("\0", ""), round((time.monotonic() - began) * 1000))


def _write_down(
    tools: Tools, where: _Receiver, delivery: UUID, attempts: int, tried: _Tried, left: Sequence[UUID]
) -> None:
    """At once: a crash between sending and writing costs a second copy with the same id."""
    with tools.writing() as tx:
        row = tx.get(Webhook, where.id, with_for_update=True)
        if row is None:
            return  # removed while it was being sent
        tx.add(
            WebhookTry(
                delivery_id=delivery,
                number=attempts,
                agency_id=where.agency,
                at=tried.at,
                status=tried.status,
                said=tried.said,
                ms=tried.ms,
            )
        )
        if tried.is_good:
            webhooks.settle(tx, delivery, state="delivered", delivered_at=tried.at)
            if row.failing_since is not None:
                row.failing_since = None
                webhooks.release(tx, where.id, tried.at)
        else:
            again = next_try(attempts, tried.at)
            if again is None:
                webhooks.settle(tx, delivery, state="given-up")
            else:
                webhooks.settle(tx, delivery, next_at=again)
            webhooks.hand_back(tx, left, tried.at)
            webhooks.postpone(tx, where.id, again or tried.at + WAITS[0])
            row.failing_since = row.failing_since or tried.at
            if is_hopeless(tried.status, row.failing_since, tried.at) and row.disabled_at is None:
                _disable(tx, row, tried.said or f"HTTP {tried.status}", tried.at)
        tx.commit()


def _disable(tx: Tx, row: Webhook, why: str, now: datetime) -> None:
    """Nobody looks at this page every day: the administrators of the agency are told."""
    row.disabled_at, row.disabled_why = now, why[:300]
    notices.tell(
        tx,
        staff.with_role(tx, Role.ADMIN, agency=row.agency_id),
        "webhook",
        subject=f"Kết nối “{row.name}” đã tắt vì không gửi được",
        href=f"/desk/webhooks/{row.id}",
        facts={"name": row.name, "said": why[:200]},
        now=now,
        once=f"webhook:{row.id}:{now.isoformat()}",
    )
