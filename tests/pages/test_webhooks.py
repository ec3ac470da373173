"""Kết nối hệ thống khác: registered by an administrator, the secret shown once, and what was sent."""

import re
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from inspect_app.outside.outgoing import Outgoing
from inspect_app.services import webhook_delivery
from inspect_app.store.tables import AuditRow, Webhook, WebhookDelivery
from inspect_app.web.request import ground
from tests.builders import NOW
from tests.cast import Cast, Client
from tests.pages.browsing import Value, fields_of, send
from tests.rigs import receiver
from tests.rigs.receiver import Receiver
from tests.worker.tools import tools_of

INDEX, NEW = "/desk/webhooks", "/desk/webhooks/new"
HERE = (ip_network("127.0.0.1/32"),)
KINDS = ["violation.recorded", "inspection.changed"]


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.adam)


@pytest.fixture
def other(app: Flask) -> Iterator[Receiver]:
    """Another system of the house, which a setting allows."""
    here = ground(app)
    app.extensions["inspect"] = replace(here, settings=replace(here.settings, inhouse_nets=HERE))
    with receiver.running() as running:
        yield running


def register(desk: Client, url: str = "https://dieu-hanh.example/nhan") -> UUID:
    answer = send(desk, NEW, name="Điều hành tỉnh", url=url, kinds=KINDS)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found = re.search(r'href="/desk/webhooks/([0-9a-f-]{36})"', answer.get_data(as_text=True))
    assert found
    return UUID(found[1])


def rows(cast: Cast) -> list[Webhook]:
    with cast.reading() as tx:
        return list(tx.scalars(select(Webhook)))


def test_the_secret_is_shown_once_and_kept_locked(desk: Client, cast: Cast) -> None:
    answer = send(desk, NEW, name="Điều hành tỉnh", url="https://dieu-hanh.example/nhan", kinds=KINDS)
    shown = answer.get_data(as_text=True)
    secret = shown.split('value="whsec_')[1].split('"')[0]
    (row,) = rows(cast)

    assert len(secret) == 44
    assert answer.headers["Cache-Control"] == "no-store"
    assert (row.agency_id, row.kinds.split()) == (cast.adam.agency, KINDS)
    for where in (INDEX, f"{INDEX}/{row.id}", f"{INDEX}/{row.id}/edit"):
        page = desk.get(where).get_data(as_text=True)
        assert "dieu-hanh.example" in page
        assert secret not in page
    assert secret not in row.secret
    with cast.reading() as tx:
        (noted,) = tx.scalars(select(AuditRow).where(AuditRow.action == "webhook.registered"))
    assert secret not in str(noted.facts)


def test_the_same_form_sent_twice_makes_one(desk: Client, cast: Cast) -> None:
    fields = fields_of(desk.get(NEW))
    fields["name"], fields["url"] = "Một", "https://mot.example/"

    assert [desk.post(NEW, data=fields).status_code for _ in range(2)] == [200, 302]

    assert len(rows(cast)) == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"url": "http://dieu-hanh.example/"}, "https://"),
        ({"url": "https://127.0.0.1/"}, "nội bộ"),
        ({"url": "https://a:b@dieu-hanh.example/"}, "không kèm tên"),
        ({"url": ""}, "Nhập địa chỉ."),
        ({"name": ""}, "Nhập tên hệ thống."),
        ({"kinds": None}, "ít nhất một loại"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(desk: Client, cast: Cast, changed: dict[str, Value], told: str) -> None:
    given: dict[str, Value] = {"name": "Một", "url": "https://mot.example/", "kinds": KINDS, **changed}
    answer = send(desk, NEW, "", "", **given)

    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)
    assert rows(cast) == []


def test_an_agency_has_so_many_and_no_more(desk: Client, cast: Cast) -> None:
    for number in range(20):
        register(desk, f"https://n{number}.example/")

    answer = send(desk, NEW, name="Một", url="https://mot.example/", kinds=KINDS)

    assert answer.status_code == 422
    assert "tối đa 20 kết nối" in answer.get_data(as_text=True)
    assert len(rows(cast)) == 20


def test_a_test_message_arrives_and_the_page_says_so(app: Flask, desk: Client, cast: Cast, other: Receiver) -> None:
    webhook = register(desk, other.url)
    page = f"{INDEX}/{webhook}"

    assert send(desk, page, f"{page}/test").status_code == 302
    assert "Chờ gửi" in desk.get(page).get_data(as_text=True)
    webhook_delivery.run(replace(tools_of(app), outgoing=Outgoing(HERE)), NOW)

    (arrived,) = other.received
    assert b'"type":"webhook.test"' in arrived.body
    shown = desk.get(page).get_data(as_text=True)
    assert "Đã nhận" in shown
    assert "HTTP 204" in shown


def test_what_was_given_up_can_be_sent_again(app: Flask, desk: Client, cast: Cast, other: Receiver) -> None:
    webhook = register(desk, other.url)
    page = f"{INDEX}/{webhook}"
    send(desk, page, f"{page}/test")
    with cast.writing() as tx:
        row = tx.scalars(select(WebhookDelivery)).one()
        row.state = "given-up"
        tx.commit()

    assert send(desk, page, f"{page}/again").status_code == 302
    webhook_delivery.run(replace(tools_of(app), outgoing=Outgoing(HERE)), NOW)

    assert [each.headers["webhook-id"] for each in other.received] == [str(row.id)]
    assert desk.post(f"{page}/again", data=fields_of(desk.get(page), f"{page}/test")).status_code == 404


def test_it_is_changed_switched_off_and_on_and_removed(desk: Client, cast: Cast) -> None:
    webhook = register(desk)
    page = f"{INDEX}/{webhook}"

    assert send(desk, f"{page}/edit", name="Khác", url="https://khac.example/", kinds=KINDS[:1]).status_code == 302
    (row,) = rows(cast)
    assert (row.name, row.url, row.kinds) == ("Khác", "https://khac.example/", "violation.recorded")
    before = row.secret
    assert "whsec_" in send(desk, page, f"{page}/secret").get_data(as_text=True)
    assert rows(cast)[0].secret != before
    for expected in (True, False):
        assert send(desk, page, f"{page}/switch").status_code == 302
        assert (rows(cast)[0].disabled_at is not None) is expected
    send(desk, page, f"{page}/test")
    assert send(desk, page, f"{page}/remove").status_code == 302
    assert rows(cast) == []
    assert desk.get(page).status_code == 404
    with cast.reading() as tx:
        actions = list(tx.scalars(select(AuditRow.action).where(AuditRow.subject == f"webhook:{webhook}")))
    assert actions == [
        "webhook.registered",
        "webhook.changed",
        "webhook.secret-renewed",
        "webhook.disabled",
        "webhook.enabled",
        "webhook.removed",
    ]


@pytest.mark.parametrize("step", ["", "/edit", "/secret", "/test", "/again", "/switch", "/remove"])
def test_another_agencys_is_not_there(desk: Client, cast: Cast, step: str) -> None:
    theirs = uuid4()
    with cast.writing() as tx:
        given = {"name": "Của khu", "url": "https://khu.example/", "kinds": "violation.recorded", "secret": "x"}
        tx.add(Webhook(id=theirs, agency_id=cast.carol.agency, read_seq=0, made_by=cast.carol.id, made_at=NOW, **given))
        tx.commit()
    mine = f"{INDEX}/{register(desk)}"
    fields = dict(fields_of(desk.get(mine), f"{mine}/test")) | {"delivery": str(uuid4())}

    where = f"{INDEX}/{theirs}{step}"
    answer = desk.get(where) if step in ("", "/edit") else desk.post(where, data=fields)

    assert answer.status_code == 404
    assert "Của khu" not in desk.get(INDEX).get_data(as_text=True)


@pytest.mark.parametrize("player", ["alice", "vera", "cora", "auth"])
def test_only_an_administrator_enters(cast: Cast, player: str) -> None:
    assert cast.client(getattr(cast, player)).get(INDEX).status_code == 403
