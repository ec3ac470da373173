"""Hồ sơ chuyển: the case goes to the agency with the power, which sees it and nothing else, and answers."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inspect_app.services import referrals
from inspect_app.store.tables import AuditRow, Notice, Referral, Violation
from tests.builders import NOW, TODAY
from tests.cast import PUSH, ZONES, Cast, Client
from tests.pages.browsing import change, fields_of, send
from tests.worker.tools import tools_of

ZONES_NAME = "Ban Quản lý các KCN"


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def case(cast: Cast) -> dict[str, UUID]:
    """Two findings of one visit with a photo each; the first is proposed for a sanction."""
    visit = cast.inspection(cast.alice, number="SXD-2026-0042", checklists=(("GEN", 1),), visited_on=TODAY)
    phone = cast.phone(cast.alice)
    ops = [
        phone.answer(visit, "GEN-01", "fail"),
        phone.comment(visit, "GEN-01", "Chưa có quyết định"),
        phone.answer(visit, "GEN-02", "fail"),
        phone.comment(visit, "GEN-02", "Chuyện khác của cuộc"),
        phone.submit(visit),
    ]
    assert cast.client(cast.alice).post(PUSH, json=phone.batch((visit, ops))).status_code == 200
    with cast.writing() as tx:
        found = {row.item: row for row in tx.scalars(select(Violation))}
        found["GEN-01"].sanction_status = "proposed"
        tx.commit()
        return {"first": found["GEN-01"].id, "second": found["GEN-02"].id, "visit": visit}


def refer(desk: Client, case: dict[str, UUID], to: str = ZONES_NAME) -> None:
    page = f"/desk/violations/{case['first']}"
    step = f"{page}/refer"
    given = {"refer-document": "15/SXD-TTr", "refer-date": TODAY.isoformat(), "refer-addressee": to}
    answer = desk.post(step, data=change(fields_of(desk.get(page), step), given))
    assert answer.status_code == 302, answer.get_data(as_text=True)


def the_referral(cast: Cast) -> Referral:
    with cast.reading() as tx:
        return tx.scalars(select(Referral)).one()


def told(cast: Cast, person: UUID) -> list[str]:
    with cast.reading() as tx:
        return list(tx.scalars(select(Notice.kind).where(Notice.person_id == person).order_by(Notice.made_at)))


def test_a_referred_case_lies_in_the_inbox_of_the_agency_that_is_meant(
    desk: Client, cast: Cast, case: dict[str, UUID]
) -> None:
    refer(desk, case)

    row = the_referral(cast)
    assert (row.kind, row.to_agency, row.state, row.due_on) == ("sanction", ZONES, "sent", TODAY + timedelta(days=7))
    assert told(cast, cast.victor.id) == ["referral"]
    victor = cast.client(cast.victor)
    assert "15/SXD-TTr" in victor.get("/desk/referrals").get_data(as_text=True)
    assert "15/SXD-TTr" in desk.get("/desk/referrals?box=sent").get_data(as_text=True)
    assert "15/SXD-TTr" not in desk.get("/desk/referrals").get_data(as_text=True)


def test_the_receiver_sees_its_case_and_nothing_else_of_the_visit(
    desk: Client, cast: Cast, case: dict[str, UUID]
) -> None:
    refer(desk, case)
    victor = cast.client(cast.victor)
    page = victor.get(f"/desk/referrals/{the_referral(cast).id}").get_data(as_text=True)

    assert "Chưa có quyết định" in page
    assert "Chuyện khác của cuộc" not in page
    assert cast.alice.name not in page
    for address in (
        f"/desk/violations/{case['first']}",
        f"/desk/violations/{case['second']}",
        f"/desk/inspections/{case['visit']}",
        f"/desk/referrals/{the_referral(cast).id}/photos/{'0' * 64}",
    ):
        assert victor.get(address).status_code == 404, address


def test_receipt_and_result_go_back_to_the_sender(desk: Client, cast: Cast, case: dict[str, UUID]) -> None:
    refer(desk, case)
    page, victor = f"/desk/referrals/{the_referral(cast).id}", cast.client(cast.victor)

    received = fields_of(victor.get(page), "/receipt")
    for _ in range(2):
        assert victor.post(f"{page}/receipt", data=change(received, {"receipt": "8/BQL"})).status_code == 302
    row = the_referral(cast)
    assert (row.state, row.receipt, row.due_on) == ("received", "8/BQL", TODAY + timedelta(days=30))
    answered = change(
        fields_of(victor.get(page), "/answer"), {"answer": "decided", "document": "9/QĐ", "fine_vnd": "5000000"}
    )
    for _ in range(2):
        assert victor.post(f"{page}/answer", data=answered).status_code == 302

    row = the_referral(cast)
    assert (row.state, row.answer, row.fine_vnd) == ("answered", "decided", 5_000_000)
    assert told(cast, cast.vera.id) == ["referral-news", "referral-news"]
    assert "Đã ra quyết định xử phạt: 9/QĐ" in desk.get(page).get_data(as_text=True)
    with cast.reading() as tx:
        written = tx.scalars(select(AuditRow).where(AuditRow.action == "referral.answered")).all()
        assert {each.agency_id for each in written} == {"so-xay-dung", ZONES}
        assert tx.get_one(Violation, case["first"]).sanction_status == "referred"  # the sender takes the next step


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"answer": ""}, "Chọn kết quả."),
        ({"answer": "prosecuted", "document": "1"}, "Kết quả không hợp loại hồ sơ"),
        ({"answer": "decided", "document": ""}, "Chưa ghi số văn bản"),
        ({"answer": "decided", "document": "1", "on": "2026-12-24"}, "Ngày"),
        ({"answer": "decided", "document": "1", "on": "2026-11-01"}, "Ngày trước khi chuyển"),
    ],
)
def test_what_is_wrong_is_said(
    desk: Client, cast: Cast, case: dict[str, UUID], typed: dict[str, str], said: str
) -> None:
    refer(desk, case)
    page = f"/desk/referrals/{the_referral(cast).id}"

    answer = send(cast.client(cast.victor), page, f"{page}/answer", **typed)

    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert the_referral(cast).state == "sent"


def test_who_looks_at_an_old_page_is_told(desk: Client, cast: Cast, case: dict[str, UUID]) -> None:
    refer(desk, case)
    page, victor = f"/desk/referrals/{the_referral(cast).id}", cast.client(cast.victor)
    old = fields_of(victor.get(page), "/answer")
    send(victor, page, f"{page}/receipt", receipt="8/BQL")

    answer = victor.post(f"{page}/answer", data=change(old, {"answer": "returned", "document": "10/BQL"}))

    assert answer.status_code == 422
    assert the_referral(cast).state == "received"


def test_the_sender_does_not_answer_for_the_receiver(desk: Client, cast: Cast, case: dict[str, UUID]) -> None:
    refer(desk, case)
    page = f"/desk/referrals/{the_referral(cast).id}"
    form = fields_of(cast.client(cast.victor).get(page), "/receipt")
    token = fields_of(desk.get("/desk/plan/new"), "/sign-out")["csrf_token"]

    answer = desk.post(f"{page}/receipt", data=change(form, {"csrf_token": token}))

    assert answer.status_code == 403
    assert the_referral(cast).state == "sent"


def test_a_third_agency_finds_nothing(desk: Client, cast: Cast, case: dict[str, UUID]) -> None:
    refer(desk, case, "Thanh tra tỉnh")
    page = f"/desk/referrals/{the_referral(cast).id}"

    assert cast.client(cast.victor).get(page).status_code == 404
    assert cast.client(cast.cora).get(page).status_code == 200


def test_somebody_outside_is_answered_for_by_the_sender(desk: Client, cast: Cast, case: dict[str, UUID]) -> None:
    refer(desk, case, "Công an phường Phan Đình Phùng")
    row = the_referral(cast)
    page = f"/desk/referrals/{row.id}"

    answer = send(desk, page, f"{page}/receipt", receipt="22/CAP")

    assert (row.to_agency, answer.status_code) == (None, 302)
    assert the_referral(cast).state == "received"


def test_criminal_signs_have_a_path_of_their_own(cast: Cast, case: dict[str, UUID]) -> None:
    """Taken by the person with power; it goes to the investigating body, whoever the text names."""
    auth, page = cast.client(cast.auth), f"/desk/violations/{case['first']}"
    step = f"{page}/refer-criminal"
    given = {
        "refer-criminal-document": "3/KN",
        "refer-criminal-date": TODAY.isoformat(),
        "refer-criminal-addressee": "Cơ quan Cảnh sát điều tra",
        "refer-criminal-reason": "Dấu hiệu làm giả tài liệu",
    }

    answer = auth.post(step, data=change(fields_of(auth.get(page), step), given))

    assert answer.status_code == 302
    row = the_referral(cast)
    assert (row.kind, row.to_agency, row.due_on) == ("criminal", None, TODAY + timedelta(days=30))
    case_page = f"/desk/referrals/{row.id}"
    assert send(auth, case_page, f"{case_page}/answer", answer="not-prosecuted", document="5/CQĐT").status_code == 302
    assert the_referral(cast).answer == "not-prosecuted"


def test_both_sides_are_reminded_once(app: Flask, desk: Client, cast: Cast, case: dict[str, UUID]) -> None:
    refer(desk, case)
    tools = tools_of(app)

    assert referrals.remind(tools, NOW + timedelta(days=7)) == ""
    for _ in range(2):
        referrals.remind(tools, NOW + timedelta(days=8))

    assert told(cast, cast.vera.id) == ["referral-late"]
    assert told(cast, cast.victor.id) == ["referral", "referral-late"]


def test_two_hundred_cases_are_pages(desk: Client, cast: Cast, case: dict[str, UUID]) -> None:
    with cast.writing() as tx:
        row = tx.get_one(Violation, case["first"])
        for n in range(60):
            tx.add(
                Referral(
                    id=UUID(int=n + 1),
                    agency_id=row.agency_id,
                    violation_id=row.id,
                    step_number=1000 + n,
                    kind="sanction",
                    to_agency=ZONES,
                    addressee="BQL",
                    document=f"{n:03d}/SXD",
                    sent_on=TODAY - timedelta(days=n % 5),
                    due_on=TODAY,
                    created_at=NOW,
                )
            )
        tx.commit()
    victor = cast.client(cast.victor)
    first = victor.get("/desk/referrals").get_data(as_text=True)
    after = first.split("after=")[1].split('"')[0]
    second = victor.get(f"/desk/referrals?after={after}").get_data(as_text=True)

    assert sum(f"{n:03d}/SXD" in first for n in range(60)) == 50
    assert {n for n in range(60) if f"{n:03d}/SXD" in first} | {n for n in range(60) if f"{n:03d}/SXD" in second} == (
        set(range(60))
    )
