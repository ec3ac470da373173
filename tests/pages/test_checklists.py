"""Biểu mẫu: the library, one checklist, two versions; an import that a second person publishes; a visit that moves."""

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from inspect_app.domain.people import Role
from inspect_app.services import checklist_import
from inspect_app.store.tables import AuditRow, ChecklistDraft, ChecklistVersion, Inspection
from inspect_app.web.request import ground
from tests import builders
from tests.builders import NOW, TODAY
from tests.cast import PUSH, Cast, Client
from tests.pages.browsing import fields_of
from tests.unit.test_xlsform import CHOICES, HEADERS, PLAIN, SETTINGS, book

GOOD = ("select_one pf", "XY-01", "Có lan can", "Guard rails", *PLAIN)


def excel(*rows: tuple[str, ...], code: str = "XY", valid_from: str = "2026-11-01") -> bytes:
    told = {"XY": code, "2026-11-01": valid_from}
    head = [tuple(told.get(cell, cell) for cell in row) for row in SETTINGS]
    return book({"survey": (HEADERS, *rows), "choices": CHOICES, "settings": head})


def upload(client: Client, data: bytes, name: str = "phieu.xlsx") -> TestResponse:
    form = dict(fields_of(client.get("/desk/checklists/import"), ""))
    return client.post(
        "/desk/checklists/import", data={**form, "file": (io.BytesIO(data), name)}, content_type="multipart/form-data"
    )


def drafts(cast: Cast) -> list[ChecklistDraft]:
    with cast.reading() as tx:
        return list(tx.scalars(select(ChecklistDraft).order_by(ChecklistDraft.imported_at)))


def press(client: Client, address: str, action: str, **more: str) -> TestResponse:
    """Also when the page offers no such button: who knows the address is refused by the server."""
    token = dict(fields_of(client.get("/desk/checklists/import"), ""))["csrf_token"]
    return client.post(f"{address}/{action}", data={"csrf_token": token, **more})


@pytest.fixture
def publish(cast: Cast) -> Callable[[bytes], ChecklistDraft]:
    """Vera imports, Adam publishes."""

    def done(data: bytes) -> ChecklistDraft:
        vera, adam = cast.client(cast.vera), cast.client(cast.adam)
        assert upload(vera, data).status_code == 302
        address = f"/desk/checklists/drafts/{drafts(cast)[-1].id}"
        assert press(vera, address, "ask").status_code == 302
        assert press(adam, address, "decide", decision="approve", reason="").status_code == 302
        return drafts(cast)[-1]

    return done


def actions(cast: Cast) -> list[str]:
    with cast.reading() as tx:
        asked = select(AuditRow.action).where(AuditRow.action.like("checklist.%")).order_by(AuditRow.seq)
        return list(tx.scalars(asked))


# --- reading --------------------------------------------------------------------------------------


def test_the_library_lists_every_checklist_with_the_version_of_the_day(cast: Cast) -> None:
    page = cast.client(cast.alice).get("/desk/checklists").get_data(as_text=True)

    codes = {each.code for each in ground(cast.app).library.all()}
    assert all(f"/desk/checklists/{code}/1" in page for code in codes)
    early = cast.client(cast.alice).get("/desk/checklists?on=2020-01-01").get_data(as_text=True)
    assert "Chưa dùng" in early


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("q=gian+giao", "XDK", "YT"),
        ("q=XDK-08", "XDK", "GEN"),
        ("sector=LPG", "LPG", "XDK"),
        ("q=zzz", "Không có phiếu", "XDK"),
    ],
)
def test_search_and_sector_narrow_the_library(cast: Cast, query: str, there: str, absent: str) -> None:
    page = cast.client(cast.alice).get(f"/desk/checklists?{query}").get_data(as_text=True)

    assert there in page
    assert f"/desk/checklists/{absent}/1" not in page


def test_a_reader_sees_questions_law_and_the_penalties_of_the_day(cast: Cast) -> None:
    client = cast.client(cast.alice)

    page = client.get("/desk/checklists/XDK/1?on=2026-11-22").get_data(as_text=True)
    before = client.get("/desk/checklists/XDK/1?on=2026-09-01").get_data(as_text=True)

    for told in (
        "XDK-08",
        "Mép sàn",
        "Edges, openings",
        "cần kiểm tra",
        "/desk/laws/QCVN18-2021",
        "283-33.9",
        "Bằng chứng",
    ):
        assert told in page  # fmt: skip
    assert "(283-33.9)" not in before


def test_the_phone_preview_names_what_the_phone_would_store(cast: Cast) -> None:
    page = cast.client(cast.alice).get("/desk/checklists/XDK/1/phone").get_data(as_text=True)

    assert 'data-checklist="/api/v1/checklists/XDK/1"' in page


def test_a_checklist_goes_out_as_excel(cast: Cast) -> None:
    answer = cast.client(cast.alice).get("/desk/checklists/XDK/1.xlsx")

    found = checklist_import.read(answer.data, ground(cast.app).library)
    assert found.checklist is not None
    assert found.checklist.code == "XDK"


@pytest.mark.parametrize("address", ["/desk/checklists/ZZ/1", "/desk/checklists/XDK/99", "/desk/checklists/ZZ/compare"])
def test_what_is_not_there_is_404(cast: Cast, address: str) -> None:
    assert cast.client(cast.alice).get(address).status_code == 404


# --- importing ------------------------------------------------------------------------------------


def test_a_faulty_file_is_told_row_by_row_and_nothing_is_kept(cast: Cast) -> None:
    answer = upload(cast.client(cast.vera), excel(GOOD, ("select_one gone", "XY-02", "B", "B", *PLAIN)))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "dòng 3" in page
    assert "không có danh sách “gone”" in page
    assert drafts(cast) == []


def test_a_file_that_is_no_workbook_is_told(cast: Cast) -> None:
    answer = upload(cast.client(cast.vera), b"%PDF-1.7 not a workbook")

    assert answer.status_code == 422
    assert "tệp PDF" in answer.get_data(as_text=True)


def test_the_preview_shows_what_could_not_be_kept(cast: Cast) -> None:
    client = cast.client(cast.vera)
    answer = upload(client, excel(GOOD, ("note", "n", "Nhớ đeo kính", "N")))

    page = client.get(answer.location).get_data(as_text=True)

    assert "Nhớ đeo kính" in page
    assert "Có lan can" in page
    assert "Gửi người thứ hai duyệt" in page


def test_two_people_publish_and_new_visits_get_it(cast: Cast, publish: Callable[[bytes], ChecklistDraft]) -> None:
    row = publish(excel(GOOD))

    library = ground(cast.app).library
    assert row.state == "approved"
    assert library.latest("XY", TODAY).items[0].ask == "Có lan can"
    assert library.sha256("XY", 1) == row.sha256
    assert cast.client(cast.alice).get("/api/v1/checklists/XY/1").json["items"][0]["id"] == "XY-01"  # type: ignore[index]
    assert actions(cast) == ["checklist.imported", "checklist.asked", "checklist.published"]


def test_another_process_learns_of_it(cast: Cast, publish: Callable[[bytes], ChecklistDraft]) -> None:
    from inspect_app.app import create_app

    other = create_app(ground(cast.app).settings)
    publish(excel(GOOD))

    assert ground(other).library.get("XY", 1).title == "Phiếu thử"
    ground(other).engine.dispose()


def test_the_importer_may_not_approve(cast: Cast) -> None:
    adam = cast.client(cast.adam)
    upload(adam, excel(GOOD))
    address = f"/desk/checklists/drafts/{drafts(cast)[0].id}"
    press(adam, address, "ask")

    answer = press(adam, address, "decide", decision="approve", reason="")

    assert answer.status_code == 422
    assert "cần người thứ hai" in answer.get_data(as_text=True)
    assert drafts(cast)[0].state == "waiting"


def test_a_refusal_says_why(cast: Cast) -> None:
    vera, cora = cast.client(cast.vera), cast.client(cast.cora)
    upload(vera, excel(GOOD))
    address = f"/desk/checklists/drafts/{drafts(cast)[0].id}"
    press(vera, address, "ask")

    assert press(cora, address, "decide", decision="refuse", reason=" ").status_code == 422
    assert press(cora, address, "decide", decision="refuse", reason="Thiếu căn cứ").status_code == 302

    assert drafts(cast)[0].state == "refused"
    assert "Thiếu căn cứ" in vera.get(address).get_data(as_text=True)
    assert actions(cast)[-1] == "checklist.refused"


def test_a_draft_that_came_too_late_for_its_number_is_told(
    cast: Cast, publish: Callable[[bytes], ChecklistDraft]
) -> None:
    vera, adam = cast.client(cast.vera), cast.client(cast.adam)
    upload(vera, excel(GOOD))
    late = f"/desk/checklists/drafts/{drafts(cast)[0].id}"
    press(vera, late, "ask")
    cast.set_clock(NOW.replace(hour=4))
    publish(excel(GOOD))

    answer = press(adam, late, "decide", decision="approve", reason="")

    assert answer.status_code == 422
    assert "Số phiên bản đã được dùng" in answer.get_data(as_text=True)


def test_sending_a_decision_twice_changes_nothing(cast: Cast, publish: Callable[[bytes], ChecklistDraft]) -> None:
    row = publish(excel(GOOD))

    again = press(cast.client(cast.adam), f"/desk/checklists/drafts/{row.id}", "decide", decision="approve", reason="")

    assert again.status_code == 302
    with cast.reading() as tx:
        assert len(list(tx.scalars(select(ChecklistVersion)))) == 1
    assert actions(cast).count("checklist.published") == 1


@pytest.mark.parametrize("who", ["alice", "auth"])
def test_who_may_not_import(cast: Cast, who: str) -> None:
    client = cast.client(getattr(cast, who))

    assert client.get("/desk/checklists/import").status_code == 403
    assert "Nhập từ Excel" not in client.get("/desk/checklists").get_data(as_text=True)


def test_a_supervisor_may_not_decide(cast: Cast) -> None:
    vera = cast.client(cast.vera)
    upload(vera, excel(GOOD))
    address = f"/desk/checklists/drafts/{drafts(cast)[0].id}"
    press(vera, address, "ask")
    with cast.writing() as tx:
        other = builders.a_person(tx, cast.vera.agency, Role.SUPERVISOR, "Người khác")
        tx.commit()
        username = other.username
    colleague = cast.client(type(cast.vera)(other.id, cast.vera.agency, Role.SUPERVISOR, "Người khác", username))

    assert press(colleague, address, "decide", decision="approve").status_code == 403


def test_another_agencys_draft_is_404(cast: Cast) -> None:
    upload(cast.client(cast.vera), excel(GOOD))
    address = f"/desk/checklists/drafts/{drafts(cast)[0].id}"
    victor = cast.client(cast.victor)

    for path in ("", "/phone", ".json"):
        assert victor.get(address + path).status_code == 404
    assert "phieu.xlsx" not in victor.get("/desk/checklists").get_data(as_text=True)
    assert cast.client(cast.cora).get(address).status_code == 200


# --- two versions, and a visit that moves on ------------------------------------------------------


def two_versions(publish: Callable[[bytes], ChecklistDraft], cast: Cast) -> None:
    publish(
        excel(GOOD, ("select_one kind", "XY-02", "Loại", "Kind", "1", "0"), ("text", "XY-03", "Ghi", "Note", "1", "0"))
    )
    cast.set_clock(NOW.replace(hour=4))
    publish(
        excel(
            ("select_one pf", "XY-01", "Có lan can chắc chắn", "Guard rails", *PLAIN),
            ("select_one pf", "XY-02", "Loại", "Kind", *PLAIN),
            ("select_one pf", "XY-04", "Có rào", "Fence", *PLAIN),
        )
    )  # fmt: skip


def test_two_versions_stand_side_by_side(cast: Cast, publish: Callable[[bytes], ChecklistDraft]) -> None:
    two_versions(publish, cast)

    page = cast.client(cast.alice).get("/desk/checklists/XY/compare").get_data(as_text=True)

    for told in ("Có lan can</td><td>Có lan can chắc chắn", "Thêm", "Bỏ", "Câu trả lời cũ không còn cùng nghĩa"):
        assert told in page
    assert "1 mục thêm, 1 bỏ, 2 sửa" in page


@pytest.fixture
def visit(cast: Cast, publish: Callable[[bytes], ChecklistDraft]) -> UUID:
    """Alice and Bob have begun on the first version."""
    two_versions(publish, cast)
    return cast.inspection(cast.alice, cast.bob, checklists=(("XY", 1),))


def answer(cast: Cast, visit: UUID, phone: builders.Phone, item: str, value: object) -> str:
    """What the server says of Bob's answer: ok or held."""
    op = phone.answer(visit, item, value)
    told = cast.client(cast.bob).post(PUSH, json=phone.batch((visit, [op])))
    assert told.status_code == 200, told.get_data(as_text=True)
    return str(told.get_json()["scopes"][0]["ops"][op["id"]]["s"])


def test_a_visit_moves_on_only_by_a_persons_decision_and_loses_nothing(cast: Cast, visit: UUID) -> None:
    phone = cast.phone(cast.bob)
    for item, value in (("XY-01", "pass"), ("XY-02", "big"), ("XY-03", "chữ đã ghi")):
        assert answer(cast, visit, phone, item, value) == "ok"
    vera = cast.client(cast.vera)
    address = f"/desk/inspections/{visit}/checklists/XY/2"

    assert "Có XY bản 2" in vera.get(f"/desk/inspections/{visit}").get_data(as_text=True)
    offer = vera.get(address).get_data(as_text=True)
    assert "1 mục đã trả lời, cùng nghĩa ở cả hai bản" in offer
    assert "bản mới không còn mục này" in offer
    assert "bản mới hỏi khác" in offer
    form = dict(fields_of(vera.get(address), ""))
    assert vera.post(address, data=form).status_code == 422
    assert vera.post(address, data={**form, "reason": "Luật đổi"}).status_code == 302
    assert vera.post(address, data={**form, "reason": "Luật đổi"}).status_code == 302

    page = vera.get(f"/desk/inspections/{visit}").get_data(as_text=True)
    assert "XY bản 2</a> (trước là bản 1)" in page
    assert "chữ đã ghi" in page
    assert page.count("Chuyển phiên bản phiếu") == 1
    with cast.reading() as tx:
        row = tx.get_one(Inspection, visit)
        assert [(each.version, each.earlier) for each in row.checklists] == [(2, "1")]
        assert row.answered == 1


def test_a_phone_that_still_has_the_old_version_is_taken_in(cast: Cast, visit: UUID) -> None:
    vera, phone = cast.client(cast.vera), cast.phone(cast.bob)
    address = f"/desk/inspections/{visit}/checklists/XY/2"
    vera.post(address, data={**dict(fields_of(vera.get(address), "")), "reason": "Luật đổi"})

    assert answer(cast, visit, phone, "XY-03", "viết ngoại tuyến") == "ok"
    assert answer(cast, visit, phone, "XY-02", "small") == "ok"
    assert answer(cast, visit, phone, "XY-04", "pass") == "ok"
    assert answer(cast, visit, phone, "XY-02", "nonsense") == "held"

    page = vera.get(f"/desk/inspections/{visit}").get_data(as_text=True)
    assert "viết ngoại tuyến" in page


@pytest.mark.parametrize("target", ["XY/1", "XY/9", "XDK/2"])
def test_only_to_a_newer_version_of_its_own_checklist(cast: Cast, visit: UUID, target: str) -> None:
    assert cast.client(cast.vera).get(f"/desk/inspections/{visit}/checklists/{target}").status_code == 422


def test_who_may_not_move_a_visit(cast: Cast, visit: UUID) -> None:
    address = f"/desk/inspections/{visit}/checklists/XY/2"

    assert cast.client(cast.alice).get(address).status_code == 403
    assert cast.client(cast.victor).get(address).status_code == 404
