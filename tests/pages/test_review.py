"""Xem xét kết quả: comments answer by answer, on to the phone and back; nobody decides what he did not see."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inspect_app.store.tables import AuditRow, InspectionReturn, Notice, Operation
from tests.builders import TODAY, Phone
from tests.cast import PULL, PUSH, Cast, Client
from tests.pages.browsing import change, counted, fields_of, send


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def phone(cast: Cast) -> Phone:
    return cast.phone(cast.alice)


@pytest.fixture
def visit(cast: Cast, phone: Phone) -> UUID:
    """Alice answered two items and sent it in."""
    made = cast.inspection(cast.alice, cast.bob, number="SXD-2026-0042", checklists=(("GEN", 1),), visited_on=TODAY)
    ops = [
        phone.answer(made, "GEN-01", "fail"),
        phone.comment(made, "GEN-01", "Chưa có quyết định"),
        phone.answer(made, "GEN-02", "pass"),
        phone.submit(made),
    ]
    answer = cast.client(cast.alice).post(PUSH, json=phone.batch((made, ops)))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return made


def address(visit: UUID, then: str = "/review") -> str:
    return f"/desk/inspections/{visit}{then}"


def returns(cast: Cast) -> list[InspectionReturn]:
    with cast.reading() as tx:
        return list(tx.scalars(select(InspectionReturn).order_by(InspectionReturn.number)))


def document(cast: Cast, visit: UUID) -> dict[str, object]:
    page = cast.client(cast.alice).post(PULL, json={"epoch": None, "cur": {}, "limit_bytes": 262_144}).get_json()
    found = [
        row["visit"] for _, row in page["ch"][f"u:{cast.alice.id}"] if row.get("visit", {}).get("id") == str(visit)
    ]
    made: dict[str, object] = found[-1]
    return made


def test_every_answer_has_room_for_a_comment(desk: Client, visit: UUID) -> None:
    page = desk.get(address(visit)).get_data(as_text=True)

    assert page.count('name="c-GEN-01"') == page.count('name="c-GEN-02"') == 1
    assert page.index("c-GEN-01") < page.index("c-GEN-02")  # what fails stands first


def test_comments_reach_the_phone_at_their_items(desk: Client, cast: Cast, visit: UUID) -> None:
    answer = send(desk, address(visit), "", comment="Bổ sung trong ngày", **{"c-GEN-01": " Thiếu ảnh biển tên "})

    assert answer.status_code == 302
    [row] = returns(cast)
    assert (row.number, row.comment, row.items) == (1, "Bổ sung trong ngày", {"GEN-01": "Thiếu ảnh biển tên"})
    told = document(cast, visit)
    assert told["state"] == "returned"
    assert told["returned"] == {
        "comment": "Bổ sung trong ngày",
        "items": {"GEN-01": "Thiếu ảnh biển tên"},
        "by": cast.vera.name,
        "at": row.at.isoformat(),
    }
    with cast.reading() as tx:
        assert {each.person_id for each in tx.scalars(select(Notice).where(Notice.kind == "returned"))} == {
            cast.alice.id,
            cast.bob.id,
        }
        audited = tx.scalars(select(AuditRow).where(AuditRow.action == "inspection.returned")).one()
    assert audited.facts["items"] == {"GEN-01": "Thiếu ảnh biển tên"}
    assert "Thiếu ảnh biển tên" in desk.get(address(visit, "")).get_data(as_text=True)


def test_a_visit_that_was_given_back_stays_so_on_the_phones_until_it_is_sent_again(
    desk: Client, cast: Cast, visit: UUID, phone: Phone
) -> None:
    send(desk, address(visit), "", **{"c-GEN-01": "Thiếu ảnh"})
    alice = cast.client(cast.alice)

    alice.post(PUSH, json=phone.batch((visit, [phone.comment(visit, "GEN-01", "Đã có quyết định số 5")])))

    assert document(cast, visit)["state"] == "returned"
    alice.post(PUSH, json=phone.batch((visit, [phone.submit(visit)])))
    assert (document(cast, visit)["state"], document(cast, visit)["returned"]) == ("complete", None)
    send(desk, address(visit), "", comment="Còn thiếu")
    assert [each.number for each in returns(cast)] == [1, 2]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"comment": "  "}, "Ghi rõ cần bổ sung điều gì"),
        ({"c-GEN-01": "x" * 1001}, "Góp ý quá dài"),
        ({"comment": "x" * 2001}, "Nhận xét chung"),
        ({"c-XDK-99": "mục lạ"}, "Ghi rõ cần bổ sung điều gì"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    desk: Client, cast: Cast, visit: UUID, typed: dict[str, str], said: str
) -> None:
    answer = send(desk, address(visit), "", **typed)

    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert returns(cast) == []


def test_nobody_decides_about_facts_he_did_not_see(desk: Client, cast: Cast, visit: UUID, phone: Phone) -> None:
    give_back, approve = (fields_of(desk.get(address(visit)), form) for form in ("", address(visit, "/approve")))
    cast.client(cast.alice).post(
        PUSH, json=phone.batch((visit, [phone.answer(visit, "GEN-03", "fail"), phone.submit(visit)]))
    )

    late = desk.post(address(visit), data=change(give_back, {"comment": "Bổ sung"}))
    refused = desk.post(address(visit, "/approve"), data=approve)

    assert (late.status_code, refused.status_code) == (422, 409)
    assert "Bổ sung" in late.get_data(as_text=True)
    assert returns(cast) == []


def test_who_wrote_an_answer_does_not_judge_it_even_outside_the_team(cast: Cast, visit: UUID, phone: Phone) -> None:
    """A supervisor whose answer was accepted into the inspection is one of its authors."""
    with cast.writing() as tx:
        row = tx.scalars(select(Operation).where(Operation.inspection_id == visit).order_by(Operation.seq)).first()
        assert row is not None
        tx.add(
            Operation(
                id=UUID(int=row.id.int ^ 1),
                agency_id=row.agency_id,
                inspection_id=visit,
                device_id=UUID(int=1),
                n=1,
                person_id=cast.vera.id,
                kind="comment",
                item="GEN-05",
                body={**row.body, "k": "comment", "i": "GEN-05", "text": "của Vân", "sup": []},
                body_sha256="0" * 64,
                seq=99,
                received_at=row.received_at,
            )
        )
        tx.commit()
    desk = cast.client(cast.vera)
    page = desk.get(address(visit)).get_data(as_text=True)

    assert "cần người giám sát khác duyệt" in page
    assert address(visit, "/approve") not in page


def test_another_agency_and_other_roles_get_nowhere(cast: Cast, visit: UUID) -> None:
    assert cast.client(cast.victor).get(address(visit)).status_code == 404
    assert cast.client(cast.alice).get(address(visit)).status_code == 403


def test_the_page_costs_the_same_however_many_answers_there_are(
    app: Flask, desk: Client, cast: Cast, visit: UUID, phone: Phone
) -> None:
    def cost() -> int:
        with counted(app) as ran:
            assert desk.get(address(visit)).status_code == 200
        return len(ran)

    cost()  # what a process reads once
    before = cost()
    ops = [phone.answer(visit, f"GEN-{n:02d}", "fail") for n in range(3, 20)]
    cast.client(cast.alice).post(PUSH, json=phone.batch((visit, ops)))

    assert cost() == before
