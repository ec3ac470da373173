"""The establishment's page: what it shows and hides, what it takes, and that nothing is lost or entered twice."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from inspect_app.domain.remedy_links import MOST_PROOFS, token_hash
from inspect_app.services import remedy_proofs
from inspect_app.store.tables import RemedyLink, Violation
from inspect_app.web import remedy
from inspect_app.web.request import ground
from tests.builders import NOW
from tests.cast import PUSH, Cast
from tests.pages.browsing import counted, fields_of
from tests.remedy_cast import PDF, Establishment, a_jpeg, sha, stranger
from tests.sending import upload


def text(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined,no-any-return]


# --- what it shows ----------------------------------------------------------------------------------


def test_it_shows_its_own_findings_and_nothing_else(firm: Establishment, noise: UUID) -> None:
    page = text(firm.open(firm.link()))
    assert "Lan can chưa đủ cao" in page
    assert "Thiếu biển báo" in page
    assert "0,6 m" in page
    assert "30/11/2026" in page
    for hidden in ("Việc của thầu phụ", "NOISE", "Nguyễn Thị An", "Phạm Thị Vân", "person.", "/desk", "csrf-other"):
        assert hidden not in page


def test_every_answer_is_kept_by_nobody_and_names_no_referrer(firm: Establishment) -> None:
    token = firm.link()
    for answer in (
        firm.open(token),
        firm.open(stranger()),
        firm.send(token, note="Đã xong"),
        firm.guest.get("/remedy/x"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "script" not in answer.headers["Content-Security-Policy"]
    assert "<script" not in text(firm.open(token))


@pytest.mark.parametrize("status", ["awaiting-leader", "cancelled"])
def test_a_finding_that_no_longer_stands_is_not_shown(firm: Establishment, status: str) -> None:
    token = firm.link()
    with firm.cast.writing() as tx:
        tx.execute(update(Violation).where(Violation.id == firm.first).values(remedy_status=status))
        tx.commit()
    assert "Lan can chưa đủ cao" not in text(firm.open(token))
    assert "Thiếu biển báo" in text(firm.open(token))


def test_a_finding_that_went_to_another_organisation_is_not_shown(firm: Establishment) -> None:
    token = firm.link()
    with firm.cast.writing() as tx:
        tx.execute(update(Violation).where(Violation.id == firm.first).values(organisation_id=firm.other))
        tx.commit()
    assert "Lan can chưa đủ cao" not in text(firm.open(token))


def test_only_the_hash_of_the_token_is_stored(firm: Establishment) -> None:
    token = firm.link()
    (link,) = firm.links()
    assert len(token) == 43
    assert link.token_sha256 == token_hash(token)
    with firm.cast.reading() as tx:
        dump = str([*tx.connection().exec_driver_sql("SELECT * FROM remedy_link")])
    assert token not in dump
    assert all(token not in str(row.facts) for row in firm.audited("remedy.link-made"))


@pytest.mark.parametrize("given", ["x", "A" * 42, "A" * 44, "../../etc/passwd", "A" * 42 + "%20"])
def test_a_token_of_another_shape_is_not_found(firm: Establishment, given: str) -> None:
    assert firm.open(given).status_code in {404, 308}


def test_a_link_ends_with_its_last_day_and_when_it_is_revoked(firm: Establishment) -> None:
    token = firm.link(last_day="2026-11-22")
    firm.cast.set_clock(NOW.replace(hour=16, minute=59))  # 23:59 in Vietnam
    assert firm.open(token).status_code == 200
    firm.cast.set_clock(NOW.replace(hour=17, minute=0))
    assert firm.open(token).status_code == 410
    firm.cast.set_clock(NOW)
    (link,) = firm.links()
    form = {"csrf_token": _press(firm, link.id)}
    assert firm.vera.post(f"/desk/remedy/{link.id}/revoke", data=form).status_code == 302
    shut = firm.open(token)
    assert shut.status_code == 410
    assert "Lan can" not in text(shut)
    assert len(firm.audited("remedy.link-revoked")) == 1
    firm.vera.post(f"/desk/remedy/{link.id}/revoke", data=form)
    assert len(firm.audited("remedy.link-revoked")) == 1


def _press(firm: Establishment, link: UUID) -> str:
    return fields_of(firm.vera.get(f"/desk/remedy/{link}"), "/revoke")["csrf_token"]


def test_guessing_makes_wait_and_then_even_a_right_address_must(firm: Establishment) -> None:
    token = firm.link()
    for _ in range(remedy_proofs.FREE_UNKNOWN + 1):
        assert firm.open(stranger()).status_code == 404
    waiting = firm.open(token)
    assert waiting.status_code == 429
    assert int(waiting.headers["Retry-After"]) >= 1
    firm.cast.set_clock(NOW + timedelta(minutes=1))
    assert firm.open(token).status_code == 200


def test_sending_too_often_makes_wait(firm: Establishment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remedy_proofs, "FREE_SENDINGS", 2)
    token = firm.link()
    for n in range(3):
        assert firm.send(token, note=f"Lần {n}").status_code == 303
    refused = firm.send(token, note="Lần cuối")
    assert refused.status_code == 429
    assert "Lần cuối" in text(refused)  # what was typed stays
    assert len(firm.proofs()) == 3


# --- what it takes ----------------------------------------------------------------------------------


def test_proof_is_received_with_its_hash_and_told_so(firm: Establishment) -> None:
    token, photo = firm.link(), a_jpeg()
    assert firm.send(token, (photo, "ảnh 1.jpg"), (PDF, "bien ban.pdf"), note="Đã làm lan can").status_code == 303
    page = text(firm.open(token))
    assert "Cơ quan đã nhận 3 mục" in page
    for content in (photo, PDF, "Đã làm lan can".encode()):
        assert sha(content) in page
    assert "22/11/2026 10:00" in page
    kinds = [(each.n, each.kind, each.name) for each in firm.proofs()]
    assert kinds == [(1, "photo", "ảnh 1.jpg"), (2, "pdf", "bien ban.pdf"), (3, "note", "")]
    files = ground(firm.cast.app).evidence
    assert files.path("so-xay-dung", sha(photo)).read_bytes() == photo
    assert files.path("so-xay-dung", sha(PDF)).read_bytes() == PDF
    told = [row.facts["sha256"] for row in firm.audited("remedy.received")]
    assert told == [each.sha256 for each in firm.proofs()]
    assert {row.actor_id for row in firm.audited("remedy.received")} == {None}


def test_the_same_again_enters_nothing_twice_and_what_is_new_is_added(firm: Establishment) -> None:
    token = firm.link()
    firm.send(token, (a_jpeg(1), "a.jpg"), note="Xong")
    firm.send(token, (a_jpeg(1), "renamed.jpg"), (a_jpeg(2), "b.jpg"), note="Xong")
    assert [each.name for each in firm.proofs()] == ["a.jpg", "", "b.jpg"]
    assert "2 mục đã có từ trước" in text(firm.open(token))
    firm.send(token, (a_jpeg(1), "a.jpg"), (a_jpeg(1), "a.jpg"), violation=firm.second)
    assert [each.n for each in firm.proofs()] == [1, 2, 3, 4]  # about another finding it is another proof


def test_a_server_that_died_between_disk_and_database_takes_it_the_next_time(
    firm: Establishment, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, photo = firm.link(), a_jpeg(3)

    def dies(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(remedy_proofs, "receive", dies)
        assert firm.send(token, (photo, "a.jpg")).status_code == 500
    assert firm.proofs() == []
    assert firm.send(token, (photo, "a.jpg")).status_code == 303
    assert [each.sha256 for each in firm.proofs()] == [sha(photo)]


BAD_FILES = [
    (b"MZ\x90\x00 program", "virus.jpg", 422),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "a.svg", 422),
    (b"\xff\xd8\xff this is no picture", "a.jpg", 422),
    (b"", "empty.pdf", 422),
]


@pytest.mark.parametrize(("content", "name", "status"), BAD_FILES)
def test_what_is_neither_picture_nor_pdf_is_refused_whatever_its_name(
    firm: Establishment, content: bytes, name: str, status: int
) -> None:
    token = firm.link()
    refused = firm.send(token, (content, name), note="Giữ lại dòng này")
    assert refused.status_code == status
    assert "Giữ lại dòng này" in text(refused)
    assert firm.proofs() == []
    assert not ground(firm.cast.app).evidence.is_complete("so-xay-dung", sha(content))


def test_nothing_at_all_too_many_and_too_large_are_refused(
    firm: Establishment, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = firm.link()
    assert firm.send(token).status_code == 422
    assert firm.send(token, *[(a_jpeg(n), f"{n}.jpg") for n in range(7)]).status_code == 413
    assert firm.send(token, note="x" * 2001).status_code == 422
    monkeypatch.setattr(remedy, "LARGEST_FILE", 100)
    assert firm.send(token, (PDF + b" " * 100, "a.pdf")).status_code == 413
    monkeypatch.setattr(remedy, "LARGEST_SENDING", 200)
    assert firm.send(token, (PDF + b" " * 400, "a.pdf")).status_code == 413
    assert firm.proofs() == []


def test_a_long_note_counts_its_lines_as_the_browser_does(firm: Establishment) -> None:
    token = firm.link()
    assert firm.send(token, note="dòng\r\n" * 400).status_code == 303
    assert firm.proofs()[0].text == "\n".join(["dòng"] * 400)


def test_one_finding_takes_so_many_and_no_more(firm: Establishment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remedy_proofs, "FREE_SENDINGS", 1000)
    token = firm.link()
    monkeypatch.setattr(remedy_proofs, "MOST_PROOFS", 2)
    assert MOST_PROOFS > 2
    assert firm.send(token, note="1").status_code == 303
    assert firm.send(token, note="2").status_code == 303
    assert firm.send(token, note="3").status_code == 413
    assert len(firm.proofs()) == 2


def test_a_finding_of_others_takes_nothing_through_this_link(firm: Establishment) -> None:
    token = firm.link()
    fields = {"csrf_token": _token_of_form(firm, token), "note": "x"}
    answer = firm.guest.post(f"/remedy/{token}/{firm.others}", data=fields)
    assert answer.status_code == 404
    assert firm.proofs() == []


def _token_of_form(firm: Establishment, token: str) -> str:
    return fields_of(firm.open(token), f"/{firm.first}")["csrf_token"]


@pytest.mark.parametrize("status", ["closed", "remedied"])
def test_a_settled_finding_takes_no_more(firm: Establishment, status: str) -> None:
    token = firm.link()
    form = _token_of_form(firm, token)
    with firm.cast.writing() as tx:
        tx.execute(update(Violation).where(Violation.id == firm.first).values(remedy_status=status))
        tx.commit()
    answer = firm.guest.post(f"/remedy/{token}/{firm.first}", data={"csrf_token": form, "note": "x"})
    assert answer.status_code == 409
    assert firm.proofs() == []


def test_a_photo_of_the_office_is_shown_only_when_it_was_chosen(firm: Establishment) -> None:
    phone, client = firm.cast.phone(firm.cast.alice), firm.cast.client(firm.cast.alice)
    chosen, other = a_jpeg(8), a_jpeg(9)
    ops = [phone.photo(firm.inspection, "GEN-01", each) for each in (chosen, other)]
    assert client.post(PUSH, json=phone.batch((firm.inspection, ops))).status_code == 200
    for each in (chosen, other):
        assert upload(client, firm.inspection, each).status_code == 201
    without = firm.link()
    assert "<img" not in text(firm.open(without))
    assert firm.guest.get(f"/remedy/{without}/photo/{sha(chosen)}").status_code == 404
    token = firm.link(photo=[sha(chosen), "0" * 64])
    assert sha(chosen) in text(firm.open(token))
    shown = firm.guest.get(f"/remedy/{token}/photo/{sha(chosen)}")
    assert shown.status_code == 200
    assert b"SECRET-PHONE" not in shown.data
    assert firm.guest.get(f"/remedy/{token}/photo/{sha(other)}").status_code == 404


def test_its_page_costs_the_same_for_any_number_of_findings(firm: Establishment) -> None:
    token = firm.link()
    with counted(firm.cast.app) as few:
        firm.open(token)
    for n in range(6):
        firm.send(token, note=f"Lần {n}", violation=firm.second)
    with counted(firm.cast.app) as many:
        firm.open(token)
    assert len(many) == len(few) <= 16


def test_rows_of_proof_cannot_be_changed(cast: Cast, firm: Establishment) -> None:
    firm.send(firm.link(), note="Xong")
    for statement in (
        "UPDATE remedy_proof SET text = 'khác'",
        "DELETE FROM remedy_proof",
        "UPDATE remedy_link SET expires_at = '2030-01-01'",
        "DELETE FROM remedy_link",
    ):
        with cast.writing() as tx, pytest.raises(Exception, match="append-only"):
            tx.connection().exec_driver_sql(statement)
    with cast.writing() as tx:
        tx.execute(update(RemedyLink).values(revoked_at=NOW))
        tx.commit()
