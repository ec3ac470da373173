"""Imminent danger is on the first screen, and with the supervisors, before anybody has sent the visit in."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inspect_app.services import dangers
from inspect_app.services.chore import Tools
from inspect_app.store.tables import ImminentDanger, Notice
from tests.builders import NOW, TODAY, Phone
from tests.cast import PUSH, Cast
from tests.worker.tools import tools_of

LATER = NOW + timedelta(seconds=20)


@pytest.fixture
def phone(cast: Cast) -> Phone:
    return cast.phone(cast.alice)


@pytest.fixture
def tools(app: Flask) -> Tools:
    return tools_of(app)


@pytest.fixture
def visit(cast: Cast) -> UUID:
    return cast.inspection(cast.alice, number="SXD-2026-0042", checklists=(("XDK", 1),), visited_on=TODAY)


def push(cast: Cast, phone: Phone, visit: UUID, *ops: object) -> None:
    answer = cast.client(cast.alice).post(PUSH, json=phone.batch((visit, list(ops))))
    assert answer.status_code == 200, answer.get_data(as_text=True)


def test_danger_found_in_the_field_is_told_at_the_next_round_and_once(
    cast: Cast, tools: Tools, phone: Phone, visit: UUID
) -> None:
    push(cast, phone, visit, phone.answer(visit, "XDK-G1", "yes"), phone.answer(visit, "XDK-04", "fail"))

    assert dangers.look(tools, LATER) == "1 cuộc có dữ kiện mới, 1 mục nguy cơ trực tiếp mới"
    assert dangers.look(tools, LATER) == ""
    page = cast.client(cast.vera).get("/desk/").get_data(as_text=True)
    assert page.index("Nguy cơ trực tiếp vừa ghi nhận") < page.index("Cuộc kiểm tra đang trong thời hạn")
    assert "Sàn công tác kín" in page
    with cast.reading() as tx:
        [notice] = tx.scalars(select(Notice)).all()
    assert (notice.person_id, notice.kind, notice.href) == (cast.vera.id, "danger", f"/desk/inspections/{visit}")


def test_rounds_come_often_enough_for_a_minute() -> None:
    assert timedelta(minutes=1) > dangers.EVERY * 2


def test_what_was_corrected_is_gone(cast: Cast, tools: Tools, phone: Phone, visit: UUID) -> None:
    wrong = phone.answer(visit, "XDK-04", "fail")
    push(cast, phone, visit, phone.answer(visit, "XDK-G1", "yes"), wrong)
    dangers.look(tools, LATER)
    push(cast, phone, visit, phone.answer(visit, "XDK-04", "pass", [wrong]))

    dangers.look(tools, LATER)

    with cast.reading() as tx:
        assert list(tx.scalars(select(ImminentDanger))) == []
    assert "vừa ghi nhận" not in cast.client(cast.vera).get("/desk/").get_data(as_text=True)


def test_a_lesser_failing_is_no_alarm(cast: Cast, tools: Tools, phone: Phone) -> None:
    other = cast.inspection(cast.alice, checklists=(("GEN", 1),), visited_on=TODAY)
    push(cast, phone, other, phone.answer(other, "GEN-01", "fail"))

    dangers.look(tools, LATER)

    with cast.reading() as tx:
        assert list(tx.scalars(select(Notice))) == []


def test_what_lay_about_for_days_is_shown_and_alarms_nobody(
    cast: Cast, tools: Tools, phone: Phone, visit: UUID
) -> None:
    push(cast, phone, visit, phone.answer(visit, "XDK-G1", "yes"), phone.answer(visit, "XDK-04", "fail"))

    dangers.look(tools, NOW + timedelta(days=3))

    with cast.reading() as tx:
        assert [each.item for each in tx.scalars(select(ImminentDanger))] == ["XDK-04"]
        assert list(tx.scalars(select(Notice))) == []


def test_another_agency_is_not_told(cast: Cast, tools: Tools, phone: Phone, visit: UUID) -> None:
    push(cast, phone, visit, phone.answer(visit, "XDK-G1", "yes"), phone.answer(visit, "XDK-04", "fail"))
    dangers.look(tools, LATER)

    assert "Sàn công tác kín" not in cast.client(cast.victor).get("/desk/").get_data(as_text=True)
