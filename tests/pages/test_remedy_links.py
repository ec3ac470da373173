"""The office's side of an establishment's link: making, printing, shutting, and answering what came through it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from inspect_app.domain.people import Role
from inspect_app.store.tables import Notice, Violation
from inspect_app.web.request import ground
from tests.pages.browsing import counted
from tests.remedy_cast import PDF, Establishment, a_jpeg


def test_a_link_is_made_once_for_what_was_chosen(firm: Establishment) -> None:
    firm.link(v=[str(firm.first)])
    (link,) = firm.links()
    assert link.violations == [str(firm.first)]
    assert link.photos == []
    same = {"link": str(link.id)}
    assert firm.make(**same).headers["Location"].endswith(str(link.id))
    assert len(firm.links()) == 1
    assert len(firm.audited("remedy.link-made")) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("v", []), ("v", ["other"]), ("last_day", "2026-11-21"), ("last_day", "2027-11-23"), ("last_day", "hôm nào")],
)
def test_a_link_without_findings_or_with_an_odd_term_is_refused(firm: Establishment, field: str, value: object) -> None:
    changed = {field: [str(firm.others)] if value == ["other"] else value}
    assert firm.make(**changed).status_code == 422
    assert firm.links() == []


def test_the_slip_and_the_code_are_printed_again_until_the_link_is_shut(firm: Establishment) -> None:
    token = firm.link()
    (link,) = firm.links()
    slip = firm.vera.get(f"/desk/remedy/{link.id}/slip").get_data(as_text=True)
    assert f"/remedy/{token}" in slip
    assert "Công ty Đất Việt" in slip
    assert firm.vera.get(f"/desk/remedy/{link.id}/code.svg").mimetype == "image/svg+xml"
    firm.cast.set_clock(link.expires_at)
    later = firm.cast.client(firm.cast.vera)
    assert later.get(f"/desk/remedy/{link.id}/slip").status_code == 410
    assert token not in later.get(f"/desk/remedy/{link.id}").get_data(as_text=True)


def test_proof_reaches_the_supervisor_who_accepts_and_another_person_closes(firm: Establishment) -> None:
    token = firm.link()
    assert "Bằng chứng khắc phục" in firm.vera.get("/desk/").get_data(as_text=True)
    firm.send(token, (a_jpeg(), "a.jpg"), (PDF, "b.pdf"), note="Đã làm")
    waiting = firm.vera.get("/desk/remedy?waiting=1").get_data(as_text=True)
    assert "Công ty Đất Việt" in waiting
    assert "Chờ xem" in waiting
    assert firm.answer("accepted").status_code == 302
    assert firm.status() == "remedied"
    assert "Công ty Đất Việt" not in firm.vera.get("/desk/remedy?waiting=1").get_data(as_text=True)
    assert "Đã được chấp nhận" in firm.open(token).get_data(as_text=True)
    with firm.cast.reading() as tx:
        told = [(each.kind, each.person_id) for each in tx.scalars(select(Notice))]
    assert set(told) == {("remedy-proof", firm.cast.vera.id), ("remedy-proof", firm.cast.alice.id)}


def test_asking_again_shows_the_comment_and_takes_more(firm: Establishment) -> None:
    token = firm.link()
    firm.send(token, (a_jpeg(), "a.jpg"))
    assert firm.answer("asked-again", "Chụp cả phía sau\nvà bên trái").status_code == 302
    assert firm.status() == "remedy-requested"
    page = firm.open(token).get_data(as_text=True)
    assert "Chụp cả phía sau\nvà bên trái" in page
    assert "Phạm Thị Vân" not in page  # the agency answers, not a name
    firm.send(token, (a_jpeg(5), "b.jpg"))
    assert "Chờ xem" in firm.vera.get("/desk/remedy?waiting=1").get_data(as_text=True)
    firm.answer("accepted")
    assert [(each.result, each.through) for each in firm.answers()] == [("asked-again", 1), ("accepted", 2)]
    assert [row.facts["result"] for row in firm.audited("remedy.answered")] == ["asked-again", "accepted"]


def test_a_recorded_report_that_is_asked_again_goes_back_to_remedying(firm: Establishment) -> None:
    token = firm.link()
    firm.send(token, note="Xong")
    with firm.cast.writing() as tx:
        tx.execute(update(Violation).where(Violation.id == firm.first).values(remedy_status="reported"))
        tx.commit()
    assert firm.answer("asked-again").status_code == 302
    assert firm.status() == "remedying"


def test_the_same_answer_twice_answers_once_and_a_stale_one_is_told(firm: Establishment) -> None:
    token = firm.link()
    firm.send(token, note="Xong")
    once = str(uuid4())
    firm.answer("asked-again", answer=once)
    firm.answer("asked-again", answer=once)
    assert len(firm.answers()) == 1
    stale = firm.answer("accepted", "Nhận xét dài đã gõ", version="99")
    assert stale.status_code == 409
    assert "Nhận xét dài đã gõ" in stale.get_data(as_text=True)
    assert firm.answer("accepted", "  ").status_code == 422
    assert len(firm.answers()) == 1


def test_files_of_strangers_are_handed_out_but_never_run(firm: Establishment) -> None:
    token = firm.link()
    firm.send(token, (a_jpeg(), "a.jpg"), (PDF, "b.pdf"), note="Xong")
    (link,), (photo, pdf, note) = firm.links(), firm.proofs()
    at = f"/desk/remedy/{link.id}/proofs"
    shown = firm.vera.get(f"{at}/{photo.id}/view")
    assert shown.mimetype == "image/jpeg"
    assert b"SECRET-PHONE" not in shown.data
    for each, content in ((photo, a_jpeg()), (pdf, PDF)):
        answer = firm.vera.get(f"{at}/{each.id}/original")
        assert answer.data == content
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert len(firm.audited("remedy.original-read")) == 2
    assert firm.vera.get(f"{at}/{pdf.id}/view").status_code == 404
    assert firm.vera.get(f"{at}/{note.id}/original").status_code == 404


def test_another_agency_finds_nothing(firm: Establishment) -> None:
    token = firm.link()
    firm.send(token, (a_jpeg(), "a.jpg"))
    (link,), (proof,) = firm.links(), firm.proofs()
    victor = firm.cast.client(firm.cast.victor)
    for address in (
        f"/desk/inspections/{firm.inspection}/remedy",
        f"/desk/remedy/{link.id}",
        f"/desk/remedy/{link.id}/slip",
        f"/desk/remedy/{link.id}/code.svg",
        f"/desk/remedy/{link.id}/proofs/{proof.id}/view",
        f"/desk/remedy/{link.id}/proofs/{proof.id}/original",
    ):
        assert victor.get(address).status_code == 404, address
    assert "Công ty Đất Việt" not in victor.get("/desk/remedy").get_data(as_text=True)
    cora = firm.cast.client(firm.cast.cora)
    assert cora.get(f"/desk/remedy/{link.id}").status_code == 200
    assert token not in cora.get(f"/desk/remedy/{link.id}").get_data(as_text=True)


def test_only_the_office_makes_and_answers(firm: Establishment) -> None:
    alice = firm.cast.client(firm.cast.alice)
    page = alice.get(f"/desk/inspections/{firm.inspection}/remedy").get_data(as_text=True)
    assert "Lập liên kết" not in page
    assert firm.cast.alice.role is Role.LEADER


def test_the_list_costs_the_same_for_any_number_of_links(firm: Establishment) -> None:
    firm.link()
    with counted(firm.cast.app) as few:
        firm.vera.get("/desk/remedy")
    for _ in range(3):
        firm.send(firm.link(), note="Xong")
    with counted(firm.cast.app) as many:
        firm.vera.get("/desk/remedy")
    assert len(many) == len(few)


def test_a_new_secret_keeps_printed_codes_and_prints_no_old_ones(firm: Establishment) -> None:
    token = firm.link()
    here = ground(firm.cast.app)
    changed = replace(here, settings=replace(here.settings, secret_key="x" * 40))
    firm.cast.app.extensions["inspect"] = changed
    assert firm.open(token).status_code == 200
    (link,) = firm.links()
    assert "mã đã in vẫn dùng được" in firm.vera.get(f"/desk/remedy/{link.id}").get_data(as_text=True)
