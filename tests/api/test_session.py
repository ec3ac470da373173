"""POST, GET, DELETE /api/v1/session."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.services import people
from inspect_app.store.tables import SignIn
from inspect_app.web.request import ground
from tests.cast import PASSWORD, Cast

ADDRESS = "/api/v1/session"
OURS = {"X-KT-Sync": "1", "Sec-Fetch-Site": "same-origin"}


def asked(username: str, password: str = PASSWORD) -> dict[str, object]:
    return {"username": username, "password": password, "device": {"id": str(uuid4()), "name": "Máy thử"}}


def test_the_right_password_opens_a_session(app: Flask, cast: Cast) -> None:
    phone = app.test_client()

    answer = phone.post(ADDRESS, json=asked(cast.alice.username), headers=OURS)

    assert answer.status_code == 200
    assert answer.get_json()["user"]["username"] == cast.alice.username
    assert answer.get_json()["epoch"].startswith("e_")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert phone.get(ADDRESS).get_json()["user"]["agency"]["id"] == cast.alice.agency


def test_the_token_itself_is_nowhere_in_the_database(app: Flask, cast: Cast) -> None:
    phone = app.test_client()
    phone.post(ADDRESS, json=asked(cast.alice.username), headers=OURS)
    cookie = phone.get_cookie("inspect")
    assert cookie is not None

    with ground(app).reading() as tx:
        stored = tx.get(SignIn, people.token_hash(cookie.value))

    assert stored is not None
    assert cookie.value != stored.token_sha256


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app: Flask, cast: Cast) -> None:
    phone = app.test_client()

    wrong = phone.post(ADDRESS, json=asked(cast.alice.username, "not the password"), headers=OURS)
    unknown = phone.post(ADDRESS, json=asked("nobody.at.all"), headers=OURS)

    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.get_json() == unknown.get_json()
    assert wrong.mimetype == "application/problem+json"


def test_wrong_passwords_make_it_wait_longer_and_never_lock(app: Flask, cast: Cast) -> None:
    phone = app.test_client()
    waits = []
    for _ in range(people.FREE_TRIES + 2):
        answer = phone.post(ADDRESS, json=asked(cast.alice.username, "not the password"), headers=OURS)
        if answer.status_code == 429:
            waits.append(int(answer.headers["Retry-After"]))
    assert waits
    assert phone.post(ADDRESS, json=asked(cast.alice.username), headers=OURS).status_code == 429

    with ground(app).writing() as tx:
        from inspect_app.store.tables import LoginThrottle

        tx.execute(update(LoginThrottle).values(wait_until=cast.now - timedelta(seconds=1)))
        tx.commit()
    assert phone.post(ADDRESS, json=asked(cast.alice.username), headers=OURS).status_code == 200


def test_wrong_passwords_all_at_once_are_not_all_compared(app: Flask, cast: Cast) -> None:
    """A 401 was compared with the stored password, a 429 was not."""
    barrier = Barrier(30)

    def guess(number: int) -> int:
        barrier.wait(60)
        body = asked(cast.alice.username, f"guess number {number}")
        return app.test_client().post(ADDRESS, json=body, headers=OURS).status_code

    with ThreadPoolExecutor(30) as guessers:
        answers = Counter(guessers.map(guess, range(30)))

    assert answers[401] + answers[429] == 30
    assert people.FREE_TRIES <= answers[401] <= people.FREE_TRIES + 2


def test_the_right_password_begins_the_count_anew(app: Flask, cast: Cast) -> None:
    phone = app.test_client()
    for _ in range(3):
        for _ in range(people.FREE_TRIES - 1):
            assert phone.post(ADDRESS, json=asked(cast.alice.username, "no"), headers=OURS).status_code == 401
        assert phone.post(ADDRESS, json=asked(cast.alice.username), headers=OURS).status_code == 200


def test_leaving_ends_the_session_on_the_server(app: Flask, cast: Cast) -> None:
    phone = app.test_client()
    phone.post(ADDRESS, json=asked(cast.alice.username), headers=OURS)
    cookie = phone.get_cookie("inspect")
    assert cookie is not None

    assert phone.delete(ADDRESS, headers=OURS).status_code == 204

    thief = app.test_client()
    thief.set_cookie("inspect", cookie.value)
    assert thief.get(ADDRESS).status_code == 401


def test_leaving_twice_changes_nothing(app: Flask, cast: Cast) -> None:
    phone = app.test_client()
    phone.post(ADDRESS, json=asked(cast.alice.username), headers=OURS)
    assert [phone.delete(ADDRESS, headers=OURS).status_code for _ in range(2)] == [204, 204]


def test_a_closed_account_is_out_at_once(app: Flask, cast: Cast) -> None:
    phone = app.test_client()
    phone.post(ADDRESS, json=asked(cast.alice.username), headers=OURS)

    with ground(app).writing() as tx:
        tx.info["scope"] = EVERY_AGENCY
        people.disable(tx, cast.alice.username, actor=None, now=cast.now)
        tx.commit()

    assert phone.get(ADDRESS).status_code == 401
    assert phone.post(ADDRESS, json=asked(cast.alice.username), headers=OURS).status_code == 401


def test_a_session_left_alone_for_longer_than_a_month_is_over(app: Flask, cast: Cast) -> None:
    phone = app.test_client()
    phone.post(ADDRESS, json=asked(cast.alice.username), headers=OURS)
    with ground(app).writing() as tx:
        tx.execute(update(SignIn).values(last_seen_at=cast.now - people.IDLE - timedelta(minutes=1)))
        tx.commit()
    assert phone.get(ADDRESS).status_code == 401


def test_what_is_missing_in_the_body_is_named(client: FlaskClient) -> None:
    answer = client.post(ADDRESS, json={"username": "x"}, headers=OURS)
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {"password", "device"}
    assert client.post(ADDRESS, data="{no json", headers=OURS).get_json()["code"] == "bad-json"
