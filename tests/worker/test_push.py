"""From a notice to the browser of a phone: encrypted for it alone, vouched for, and without a word of what it is."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from ipaddress import ip_network
from os import urandom
from uuid import UUID

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from sqlalchemy import select, update

from inspect_app.domain.people import Actor
from inspect_app.domain.seals import b64
from inspect_app.outside.outgoing import Outgoing
from inspect_app.services import notices, push
from inspect_app.services.chore import Tools
from inspect_app.services.push import Wanted
from inspect_app.store.tables import Device, Notice, Person, PushSubscription, SignIn
from tests.builders import NOW
from tests.cast import Cast, Player
from tests.rigs import receiver
from tests.rigs.receiver import Arrived, Receiver
from tests.worker.tools import tools_of

HERE = Outgoing((ip_network("127.0.0.1/32"),))
MINUTE = timedelta(minutes=1)


@dataclass
class Browser:
    """The keys a browser keeps to itself."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: urandom(16))

    def wanted(self) -> Wanted:
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Wanted(self.endpoint, b64(point), b64(self.auth))

    def read(self, arrived: Arrived) -> bytes:
        found: bytes = http_ece.decrypt(arrived.body, private_key=self.private, auth_secret=self.auth)
        return found


@pytest.fixture
def service() -> Iterator[Receiver]:
    """A push service."""
    with receiver.running() as running:
        running.status = 201
        yield running


@pytest.fixture
def tools(app: Flask) -> Tools:
    return replace(tools_of(app), outgoing=HERE)


def signed_in_phone(cast: Cast, player: Player) -> UUID:
    device = cast.phone(player).device
    cast.client(player)
    with cast.writing() as tx:
        tx.execute(update(SignIn).where(SignIn.person_id == player.id).values(device_id=device))
        tx.commit()
    return device


def switch_on(cast: Cast, player: Player, device: UUID, browser: Browser) -> None:
    who = Actor(player.id, player.agency, player.role, player.name, player.username)
    with cast.writing() as tx:
        push.switch_on(tx, device, browser.wanted(), actor=who, now=NOW, outgoing=HERE)
        tx.commit()


def a_phone(cast: Cast, player: Player, service: Receiver, path: str = "") -> Browser:
    browser = Browser(service.url + path)
    switch_on(cast, player, signed_in_phone(cast, player), browser)
    return browser


def tell(cast: Cast, *people: Player, kind: str = "assigned") -> None:
    facts = {"by": "Vân", "number": "KT-2026-1", "site": "Công trình mật", "days": "22/11/2026"}
    with cast.writing() as tx:
        ids = [each.id for each in people]
        notices.tell(tx, ids, kind, subject="KT-2026-1 · Công trình mật", href="/field/", facts=facts, now=NOW)
        tx.commit()


def pushes(cast: Cast) -> list[str]:
    with cast.reading() as tx:
        return sorted(tx.scalars(select(Notice.push)))


def subscriptions(cast: Cast) -> list[PushSubscription]:
    with cast.reading() as tx:
        return list(tx.scalars(select(PushSubscription)))


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_only_the_browser_reads_it_and_it_says_nothing(cast: Cast, tools: Tools, service: Receiver) -> None:
    bob = a_phone(cast, cast.bob, service)
    tell(cast, cast.bob, cast.alice)  # alice did not ask for it

    assert push.send(tools, NOW) == "1 máy đã được báo"
    assert push.send(tools, NOW + MINUTE) == ""

    (arrived,) = service.received
    assert bob.read(arrived) == push.MESSAGE
    assert b"m\xe1\xba\xadt" not in bob.read(arrived)
    assert arrived.headers["content-encoding"] == "aes128gcm"
    assert arrived.headers["ttl"] == "86400"
    assert pushes(cast) == ["none", "queued"]


def test_the_push_service_can_tell_who_sends(cast: Cast, tools: Tools, service: Receiver) -> None:
    a_phone(cast, cast.bob, service)
    tell(cast, cast.bob)
    push.send(tools, NOW)

    scheme, _, rest = service.received[0].headers["authorization"].partition(" ")
    told = dict(each.strip().split("=", 1) for each in rest.split(","))
    head, claims, signature = told["t"].split(".")
    point, raw = unb64(told["k"]), unb64(signature)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
    public.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))

    said = json.loads(unb64(claims))
    assert scheme == "vapid"
    assert told["k"] == tools.push_key.public
    assert said["aud"] == service.url.removesuffix("/in")
    assert said["sub"] == tools.base_url
    assert NOW.timestamp() < said["exp"] <= (NOW + timedelta(hours=24)).timestamp()


def test_many_news_are_one_message_for_each_phone(cast: Cast, tools: Tools, service: Receiver) -> None:
    a_phone(cast, cast.bob, service, "/1")
    for _ in range(3):
        tell(cast, cast.bob)
    tell(cast, cast.bob, kind="approved")  # nothing to do about it

    assert push.send(tools, NOW) == "1 máy đã được báo"
    assert len(service.received) == 1
    assert pushes(cast) == ["none", "queued", "queued", "queued"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_ended_it_is_forgotten(cast: Cast, tools: Tools, service: Receiver, status: int) -> None:
    a_phone(cast, cast.bob, service)
    tell(cast, cast.bob)
    service.status = status

    push.send(tools, NOW)

    assert subscriptions(cast) == []
    assert pushes(cast) == ["queued"]
    tell(cast, cast.bob)
    assert pushes(cast) == ["none", "queued"]


def test_a_push_service_that_is_away_is_asked_again_more_and_more_rarely(
    cast: Cast, tools: Tools, service: Receiver
) -> None:
    bob = a_phone(cast, cast.bob, service)
    tell(cast, cast.bob)
    service.status = 503
    for at, asked in ((0, 1), (0.5, 1), (1, 2), (2, 2), (3, 3), (6, 3)):
        push.send(tools, NOW + at * MINUTE)
        assert len(service.received) == asked, at
    service.status = 201

    assert push.send(tools, NOW + 10 * MINUTE) == "1 máy đã được báo"

    assert bob.read(service.received[-1]) == push.MESSAGE
    assert subscriptions(cast)[0].failures == 0
    assert pushes(cast) == ["queued"]


def test_what_is_a_day_old_is_no_news(cast: Cast, tools: Tools, service: Receiver) -> None:
    a_phone(cast, cast.bob, service)
    tell(cast, cast.bob)
    service.status = 503
    push.send(tools, NOW)
    push.send(tools, NOW + timedelta(days=1, minutes=1))
    assert pushes(cast) == ["queued"]


@pytest.mark.parametrize("ended", ["signed out", "revoked", "account closed"])
def test_who_is_not_signed_in_there_is_not_told(cast: Cast, tools: Tools, service: Receiver, ended: str) -> None:
    a_phone(cast, cast.bob, service)
    tell(cast, cast.bob)
    with cast.writing() as tx:
        if ended == "signed out":
            for row in tx.scalars(select(SignIn).where(SignIn.person_id == cast.bob.id)):
                tx.delete(row)
        elif ended == "revoked":
            tx.scalars(select(Device)).one().revoked_at = NOW
        else:
            tx.get_one(Person, cast.bob.id).disabled_at = NOW
        tx.commit()

    push.send(tools, NOW)

    assert service.received == []
    assert pushes(cast) == ["queued"]


def test_a_browser_tells_only_who_switched_it_on_last(cast: Cast, tools: Tools, service: Receiver) -> None:
    browser = a_phone(cast, cast.bob, service)
    switch_on(cast, cast.alice, signed_in_phone(cast, cast.alice), browser)

    assert [each.person_id for each in subscriptions(cast)] == [cast.alice.id]


def test_nothing_is_sent_into_the_house(cast: Cast, tools: Tools, service: Receiver) -> None:
    a_phone(cast, cast.bob, service)
    tell(cast, cast.bob)
    push.send(replace(tools, outgoing=Outgoing()), NOW)
    assert service.received == []
    assert subscriptions(cast)[0].failures == 1


def test_the_key_is_made_once_and_for_its_owner_only(app: Flask, tools: Tools) -> None:
    file = app.extensions["inspect"].settings.data_dir / "push.pem"
    assert file.stat().st_mode & 0o777 == 0o600
    assert tools_of(app).push_key.public == tools.push_key.public
