"""From a change to a message in another system: signed, in order, at least once, and not for ever."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from inspect_app.domain.feed import TOLD, Event
from inspect_app.domain.people import Actor, Role
from inspect_app.domain.webhooks import WAITS, signature
from inspect_app.outside.outgoing import Outgoing
from inspect_app.services import webhook_delivery, webhooks
from inspect_app.services.chore import Tools
from inspect_app.services.markers import bump_epoch
from inspect_app.services.webhooks import Wanted
from inspect_app.store import audit
from inspect_app.store.tables import Notice, Webhook, WebhookDelivery, WebhookTry
from tests.builders import NOW
from tests.cast import BUILDING, ZONES, Cast
from tests.registry_cast import Registry
from tests.rigs import receiver
from tests.rigs.receiver import Arrived, Receiver
from tests.worker.tools import tools_of

HERE = Outgoing((ip_network("127.0.0.1/32"),))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiver.running() as running:
        yield running


@pytest.fixture
def tools(app: Flask) -> Tools:
    return replace(tools_of(app), outgoing=HERE)


class Hooks:
    """A receiver of the building department, and what happens to its violations."""

    def __init__(self, cast: Cast, registry: Registry, tools: Tools) -> None:
        self.cast, self.registry, self.tools = cast, registry, tools
        self.adam = Actor(cast.adam.id, BUILDING, Role.ADMIN, cast.adam.name, cast.adam.username)

    def register(self, url: str, *kinds: Event) -> tuple[UUID, bytes]:
        webhook, wanted = uuid4(), Wanted("Điều hành tỉnh", url, kinds or TOLD)
        with self.cast.writing() as tx:
            made = webhooks.register(
                tx,
                webhook,
                wanted,
                actor=self.adam,
                now=NOW,
                secret=self.tools.secret_key,
                outgoing=self.tools.outgoing,
            )
            tx.commit()
        assert made is not None
        return webhook, base64.b64decode(made.removeprefix("whsec_"))

    def change(self, agency: str = BUILDING) -> UUID:
        """Somebody takes over a violation."""
        found = self.registry.add(agency)
        with self.cast.writing() as tx:
            audit.note(tx, audit.Entry(agency, None, "violation.owner", f"violation:{found}", NOW, {}))
            tx.commit()
        return found

    def run(self, now: datetime = NOW) -> str:
        return webhook_delivery.run(self.tools, now)

    def row(self, webhook: UUID) -> Webhook:
        with self.cast.reading() as tx:
            return tx.get_one(Webhook, webhook)

    def deliveries(self) -> list[WebhookDelivery]:
        with self.cast.reading() as tx:
            return list(tx.scalars(select(WebhookDelivery).order_by(WebhookDelivery.place)))

    def tries(self) -> list[WebhookTry]:
        with self.cast.reading() as tx:
            return list(tx.scalars(select(WebhookTry).order_by(WebhookTry.at, WebhookTry.number)))


@pytest.fixture
def hooks(cast: Cast, registry: Registry, tools: Tools) -> Hooks:
    return Hooks(cast, registry, tools)


def verify(secret: bytes, arrived: Arrived) -> bool:
    """As a receiver does it, without any code of ours."""
    told = arrived.headers
    signed = f"{told['webhook-id']}.{told['webhook-timestamp']}.".encode() + arrived.body
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(told["webhook-signature"], f"v1,{expected}")


def test_the_signature_is_that_of_standard_webhooks() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    assert (
        signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_change_arrives_signed_and_once(hooks: Hooks, other: Receiver) -> None:
    webhook, secret = hooks.register(other.url)
    found = hooks.change()
    hooks.change(ZONES)  # another agency's

    assert hooks.run() == "1 tin đã gửi"
    assert hooks.run(NOW + MINUTE) == ""

    (arrived,) = other.received
    assert verify(secret, arrived)
    assert not verify(b"x" * 32, arrived)
    assert not verify(secret, replace(arrived, body=arrived.body + b" "))
    told = json.loads(arrived.body)
    assert (told["type"], told["data"]["id"]) == ("violation.changed", str(found))
    assert told["data"]["data"]["commune"]["code"] == "01840"
    assert abs(int(arrived.headers["webhook-timestamp"]) - NOW.timestamp()) < 60
    (row,) = hooks.deliveries()
    assert (row.state, str(row.id)) == ("delivered", arrived.headers["webhook-id"])
    assert [(each.number, each.status) for each in hooks.tries()] == [(1, 204)]
    assert hooks.row(webhook).failing_since is None


def test_only_the_chosen_kinds_go_and_nothing_from_before(hooks: Hooks, other: Receiver) -> None:
    hooks.change()
    hooks.register(other.url, Event.INSPECTION)
    hooks.change()
    visit = hooks.cast.inspection(hooks.cast.alice)
    with hooks.cast.writing() as tx:
        audit.note(tx, audit.Entry(BUILDING, None, "inspection.moved", f"inspection:{visit}", NOW, {}))
        tx.commit()

    hooks.run()

    assert [json.loads(each.body)["type"] for each in other.received] == ["inspection.changed"]


def test_a_failed_try_comes_again_under_the_same_id_and_in_order(hooks: Hooks, other: Receiver) -> None:
    webhook, secret = hooks.register(other.url)
    wanted = [str(hooks.change()) for _ in range(3)]
    other.status, other.answer = 500, b"out of order"

    assert hooks.run() == "1 tin chưa gửi được"
    assert len(other.received) == 1  # the others were not even tried
    assert hooks.run(NOW + timedelta(seconds=30)) == ""
    assert hooks.row(webhook).failing_since is not None
    other.status = 200
    assert hooks.run(NOW + 2 * MINUTE) == "3 tin đã gửi"

    assert [json.loads(each.body)["data"]["id"] for each in other.received] == [wanted[0], *wanted]
    first, second = other.received[:2]
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert verify(secret, first)
    assert verify(secret, second)
    assert [(each.number, each.status, each.said) for each in hooks.tries()][:2] == [
        (1, 500, "out of order"),
        (2, 200, "out of order"),
    ]
    assert hooks.row(webhook).failing_since is None


def test_a_worker_that_died_after_sending_sends_the_same_once_more(hooks: Hooks, other: Receiver) -> None:
    hooks.register(other.url)
    hooks.change()
    hooks.run()
    with hooks.cast.writing() as tx:  # as if the mark had not been written
        row = tx.scalars(select(WebhookDelivery)).one()
        row.state, row.delivered_at = "waiting", None
        tx.delete(tx.scalars(select(WebhookTry)).one())
        tx.commit()

    hooks.run(NOW + webhook_delivery.LEASE + MINUTE)

    first, second = other.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def test_tries_become_rare_and_end(hooks: Hooks, other: Receiver) -> None:
    hooks.register(other.url)
    hooks.change()
    other.look = lambda arrived: 500
    at, times = NOW, []
    for _ in range(40 * 24):
        before = len(other.received)
        hooks.run(at)
        if len(other.received) > before:
            times.append(at)
            with hooks.cast.writing() as tx:  # so that it is not switched off before the last try
                tx.scalars(select(Webhook)).one().failing_since = None
                tx.commit()
        (row,) = hooks.deliveries()
        if row.state != "waiting":
            break
        at = row.next_at
    assert [later - earlier for earlier, later in pairwise(times)] == pytest.approx(
        list(WAITS), abs=timedelta(seconds=60)
    )
    assert hooks.deliveries()[0].state == "given-up"


@pytest.mark.parametrize(("status", "after"), [(500, timedelta(days=3)), (410, timedelta(0))])
def test_a_receiver_that_is_gone_is_switched_off_and_told(
    hooks: Hooks, other: Receiver, status: int, after: timedelta
) -> None:
    webhook, _ = hooks.register(other.url)
    other.status = status
    hooks.change()
    hooks.run()
    if after:
        assert hooks.row(webhook).disabled_at is None
        hooks.run(NOW + after + MINUTE)

    assert hooks.row(webhook).disabled_at is not None
    with hooks.cast.reading() as tx:
        (notice,) = tx.scalars(select(Notice).where(Notice.kind == "webhook"))
    assert (notice.person_id, notice.href) == (hooks.cast.adam.id, f"/desk/webhooks/{webhook}")
    sent = len(other.received)
    hooks.change()
    hooks.run(NOW + timedelta(days=9))
    assert len(other.received) == sent

    other.status = 200
    with hooks.cast.writing() as tx:
        webhooks.switch(tx, webhook, on=True, actor=hooks.adam, now=NOW)
        tx.commit()
    hooks.run(NOW + timedelta(days=10))
    assert len(other.received) == sent + 2  # what came meanwhile is not lost


def test_an_address_inside_is_refused_when_it_is_used(hooks: Hooks, other: Receiver) -> None:
    hooks.register(other.url)
    hooks.change()
    hooks.tools = replace(hooks.tools, outgoing=Outgoing())

    hooks.run()

    assert other.received == []
    (tried,) = hooks.tries()
    assert (tried.status, "https://" in tried.said) == (None, True)


def test_another_secret_key_switches_off_and_says_why(hooks: Hooks, other: Receiver) -> None:
    webhook, _ = hooks.register(other.url)
    hooks.change()
    hooks.tools = replace(hooks.tools, secret_key="z" * 40)

    hooks.run()

    assert other.received == []
    assert "INSPECT_SECRET_KEY" in hooks.row(webhook).disabled_why


def test_what_is_old_is_forgotten(hooks: Hooks, other: Receiver) -> None:
    hooks.register(other.url)
    hooks.change()
    hooks.run()
    hooks.run(NOW + timedelta(days=31))
    assert hooks.deliveries() == []
    assert hooks.tries() == []


def test_after_a_restore_the_same_number_is_another_message(hooks: Hooks, other: Receiver) -> None:
    webhook, _ = hooks.register(other.url)
    hooks.change()
    hooks.run()
    with hooks.cast.writing() as tx:  # as it stood before, in a database that was restored
        tx.get_one(Webhook, webhook).read_seq -= 1
        bump_epoch(tx)
        tx.commit()

    hooks.run(NOW + MINUTE)

    first, second = other.received
    assert json.loads(first.body)["data"]["seq"] == json.loads(second.body)["data"]["seq"]
    assert first.headers["webhook-id"] != second.headers["webhook-id"]
