"""/api/v1/push: a person's wish to be told on one phone."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from sqlalchemy import select

from inspect_app.domain.seals import b64
from inspect_app.store.tables import PushSubscription
from tests.builders import new_id
from tests.cast import PASSWORD, Cast, Client, Player

PUSH = "/api/v1/push"
POINT = b64(
    ec.derive_private_key(7, ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
)
GOOD: dict[str, Any] = {
    "endpoint": "https://push.example/abc",
    "expirationTime": None,
    "keys": {"p256dh": POINT, "auth": b64(b"x" * 16)},
}


def sign_in(app: Flask, player: Player) -> Client:
    """A phone, with its own id."""
    client = Client(app)
    body = {"username": player.username, "password": PASSWORD, "device": {"id": new_id(), "name": "Máy thử"}}
    assert client.post("/api/v1/session", json=body).status_code == 200
    return client


@pytest.fixture
def phone(app: Flask, cast: Cast) -> Client:
    return sign_in(app, cast.bob)


def rows(cast: Cast) -> list[PushSubscription]:
    with cast.reading() as tx:
        return list(tx.scalars(select(PushSubscription)))


def test_it_is_off_until_it_is_switched_on_and_off_again(phone: Client, cast: Cast) -> None:
    first = phone.get(PUSH).get_json()
    assert first["on"] is False
    assert len(first["key"]) == 87
    for _ in range(2):
        assert phone.put(PUSH, json=GOOD).status_code == 204
    (row,) = rows(cast)
    assert (row.person_id, row.agency_id, row.endpoint) == (cast.bob.id, cast.bob.agency, GOOD["endpoint"])
    assert phone.get(PUSH).get_json() == {"key": first["key"], "on": True}
    for _ in range(2):
        assert phone.delete(PUSH).status_code == 204
    assert rows(cast) == []


def test_a_second_phone_is_a_wish_of_its_own(app: Flask, phone: Client, cast: Cast) -> None:
    second = sign_in(app, cast.bob)
    phone.put(PUSH, json=GOOD)
    assert second.get(PUSH).get_json()["on"] is False
    second.put(PUSH, json={**GOOD, "endpoint": "https://push.example/def"})
    assert len(rows(cast)) == 2
    phone.delete(PUSH)
    assert [each.endpoint for each in rows(cast)] == ["https://push.example/def"]


def test_another_person_on_the_same_phone_takes_it_over(app: Flask, phone: Client, cast: Cast) -> None:
    phone.put(PUSH, json=GOOD)
    carol = sign_in(app, cast.carol)  # of another agency
    assert carol.get(PUSH).get_json()["on"] is False
    assert carol.put(PUSH, json=GOOD).status_code == 204
    assert [each.person_id for each in rows(cast)] == [cast.carol.id]
    assert phone.get(PUSH).get_json()["on"] is False


@pytest.mark.parametrize(
    "changed",
    [
        {"endpoint": "http://push.example/abc"},
        {"endpoint": "https://127.0.0.1/abc"},
        {"endpoint": "https://169.254.169.254/"},
        {"endpoint": f"https://push.example/{'x' * 1000}"},
        {"endpoint": 7},
        {"keys": {"p256dh": POINT, "auth": b64(b"x" * 15)}},
        {"keys": {"p256dh": POINT[:-2] + "AA", "auth": b64(b"x" * 16)}},
        {"keys": {"p256dh": "A" * 87, "auth": b64(b"x" * 16)}},
        {"keys": {"p256dh": "", "auth": ""}},
        {"keys": {"p256dh": "ü", "auth": b64(b"x" * 16)}},
        {"keys": {}},
        {"keys": None},
    ],
)
def test_what_no_browser_says_is_refused(phone: Client, cast: Cast, changed: dict[str, Any]) -> None:
    assert phone.put(PUSH, json={**GOOD, **changed}).status_code == 422
    assert rows(cast) == []


def test_a_session_of_no_phone_cannot_be_told(cast: Cast) -> None:
    desk = cast.client(cast.vera)
    answer = desk.put(PUSH, json=GOOD)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "unknown-device")
    assert desk.get(PUSH).get_json()["on"] is False
    assert desk.delete(PUSH).status_code == 204


def test_nobody_is_told_without_signing_in(app: Flask, cast: Cast) -> None:
    stranger = Client(app)
    answers = [stranger.get(PUSH), stranger.put(PUSH, json=GOOD), stranger.delete(PUSH)]
    assert [each.status_code for each in answers] == [401, 401, 401]
    assert rows(cast) == []
