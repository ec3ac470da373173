"""Máy của đoàn: what each phone keeps, and revoking a lost one; and what a revoked phone may still do."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from inspect_app.store.tables import AuditRow, Device, HeldOperation, SignIn
from tests.builders import NOW, Phone
from tests.cast import PASSWORD, PULL, PUSH, Cast, Client, Player
from tests.pages.browsing import change, fields_of

LIST = "/desk/devices"


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


def keep(cast: Cast, phone: Phone, person: Player, **columns: Any) -> None:
    with cast.writing() as tx:
        mine = (Device.id == phone.device) & (Device.person_id == person.id)
        tx.execute(update(Device).where(mine).values(**columns))
        tx.commit()


def short(device: UUID) -> str:
    return str(device)[:8]


def revoke(client: Client, phone: Phone, reason: str = "Mất trên đường về") -> TestResponse:
    where = f"{LIST}/{phone.device}/revoke"
    return client.post(where, data=change(fields_of(client.get(LIST), where), {"reason": reason}))


def sign_in(cast: Cast, player: Player, phone: Phone) -> Client:
    client = Client(cast.app)
    asked = {"username": player.username, "password": PASSWORD, "device": {"id": str(phone.device), "name": "Máy"}}
    assert client.post("/api/v1/session", json=asked).status_code == 200
    return client


def test_phones_that_keep_work_come_first_and_say_what_they_are(desk: Client, cast: Cast) -> None:
    calm, silent, foreign = cast.phone(cast.alice), cast.phone(cast.bob), cast.phone(cast.carol)
    health = {"app": "2026.11.3", "installed": True, "persisted": False}
    keep(cast, silent, cast.bob, unsent=12, oldest_unsent_at=NOW - timedelta(hours=30), health=health)

    page = desk.get(LIST).get_data(as_text=True)

    assert page.index(short(silent.device)) < page.index(short(calm.device))
    assert "Chưa gửi quá 24 giờ" in page
    assert "2026.11.3" in page
    assert "bộ nhớ có thể bị xóa" in page
    assert short(foreign.device) not in page
    alarm = desk.get("/desk/").get_data(as_text=True)
    assert "1 máy còn giữ dữ liệu chưa gửi quá 24 giờ" in alarm


def test_the_list_is_narrowed_and_goes_on_page_by_page(desk: Client, cast: Cast) -> None:
    phones = [cast.phone(cast.bob) for _ in range(120)]
    keep(cast, phones[0], cast.bob, unsent=3, oldest_unsent_at=NOW - timedelta(hours=30))
    keep(cast, phones[1], cast.bob, name="Galaxy A05")
    keep(cast, phones[2], cast.bob, revoked_at=NOW)

    def shown(where: str) -> tuple[list[str], str]:
        page = desk.get(where).get_data(as_text=True)
        onward = page.split('class="onward" href="')
        rows = [each.split("</small>")[0] for each in page.split('<th scope="row">')[1:]]
        return [each[-8:] for each in rows], onward[1].split('"')[0].replace("&amp;", "&") if len(onward) > 1 else ""

    first, onward = shown(LIST)
    second, end = shown(onward)

    assert [len(first), len(second), end] == [100, 20, ""]
    assert first[0] == short(phones[0].device)
    assert second[-1] == short(phones[2].device)
    assert {*first, *second} == {short(each.device) for each in phones}
    assert shown(f"{LIST}?silent=1")[0] == [short(phones[0].device)]
    assert shown(f"{LIST}?revoked=1")[0] == [short(phones[2].device)]
    assert shown(f"{LIST}?q=galaxy")[0] == [short(phones[1].device)]
    assert desk.get(f"{LIST}?after=x").status_code == 422


@pytest.mark.parametrize("role", ["vera", "adam"])
def test_a_lost_phone_is_revoked_once_with_a_reason(cast: Cast, role: str) -> None:
    phone, desk = cast.phone(cast.bob), cast.client(getattr(cast, role))
    assert revoke(desk, phone, reason="").status_code == 302
    with cast.reading() as tx:
        assert tx.get_one(Device, (phone.device, cast.bob.id)).revoked_at is None
    where = f"{LIST}/{phone.device}/revoke"
    fields = change(fields_of(desk.get(LIST), where), {"reason": "Mất trên đường về"})

    for _ in range(2):
        assert desk.post(where, data=fields).status_code == 302

    with cast.reading() as tx:
        row = tx.get_one(Device, (phone.device, cast.bob.id))
        [told] = tx.scalars(select(AuditRow).where(AuditRow.action == "device.revoked"))
    assert (row.revoked_at, row.revoked_reason) == (NOW, "Mất trên đường về")
    assert (told.facts["reason"], told.actor_id) == ("Mất trên đường về", getattr(cast, role).id)
    assert where not in desk.get(LIST).get_data(as_text=True)


def test_another_agencys_phone_is_nobodys_to_revoke(desk: Client, cast: Cast) -> None:
    mine, theirs = cast.phone(cast.bob), cast.phone(cast.carol)
    fields = fields_of(desk.get(LIST), f"{LIST}/{mine.device}/revoke")
    fields = change(fields, {"reason": "x", "username": cast.carol.username})

    assert desk.post(f"{LIST}/{theirs.device}/revoke", data=fields).status_code == 404

    with cast.reading() as tx:
        assert tx.get_one(Device, (theirs.device, cast.carol.id)).revoked_at is None


def test_an_inspector_sees_no_phones(cast: Cast) -> None:
    assert cast.client(cast.bob).get(LIST).status_code == 403
    assert cast.client(cast.alice).get(LIST).status_code == 403


def test_revoking_ends_the_sessions_on_that_phone_and_no_others(desk: Client, cast: Cast) -> None:
    lost, other = cast.phone(cast.bob), cast.phone(cast.bob)
    on_lost, on_other = sign_in(cast, cast.bob, lost), sign_in(cast, cast.bob, other)

    revoke(desk, lost)

    assert on_lost.post(PULL, json={}).status_code == 401
    assert on_other.post(PULL, json={}).status_code == 200


def test_a_revoked_phone_may_send_and_learns_nothing(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice, cast.bob)
    phone = cast.phone(cast.bob)
    revoke(desk, phone)
    client = sign_in(cast, cast.bob, phone)
    photo = phone.photo(visit, "", b"bytes")

    answer = client.post(PUSH, json=phone.batch((visit, [photo])))
    assert answer.get_json()["scopes"][0]["ops"][photo["id"]]["code"] == "device-revoked"
    metadata = f"sha256 {b64(photo['sha'])},inspection {b64(str(visit))},mime {b64('image/jpeg')}"
    sent = {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Metadata": metadata}
    assert client.post("/api/v1/blobs", data=b"bytes", headers=sent).status_code == 201
    assert client.get("/api/v1/session").get_json()["send_only"] is True
    for closed in (
        client.post(PULL, json={}),
        client.get(f"/api/v1/blobs/{visit}/{photo['sha']}/view"),
        client.get("/api/v1/checklists/GEN/1"),
    ):
        assert (closed.status_code, closed.get_json()["code"]) == (403, "device-revoked")
    with cast.reading() as tx:
        assert [each.send_only for each in tx.scalars(select(SignIn).where(SignIn.device_id == phone.device))] == [True]


def test_a_revoked_phone_that_calls_itself_another_is_held_all_the_same(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice, cast.bob)
    phone, good = cast.phone(cast.bob), cast.phone(cast.bob)
    revoke(desk, phone)
    client = sign_in(cast, cast.bob, phone)

    client.post(PUSH, json=good.batch((visit, [good.comment(visit, "", "Lời của máy khác")])))

    with cast.reading() as tx:
        assert [each.code for each in tx.scalars(select(HeldOperation))] == ["device-revoked"]


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
