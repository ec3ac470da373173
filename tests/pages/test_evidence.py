"""Evidence at the desk: the panel, the case file, codes and their public page, keys of phones, daily roots."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from inspect_app import case_verify
from inspect_app.services import verification
from inspect_app.store.tables import AuditRow, DeviceKey, Inspection, VerifyCode
from tests.builders import NOW
from tests.casebook import Casebook, members
from tests.cast import Cast
from tests.pages.browsing import send
from tests.sealing import KEY, PhoneKey, introduced


@pytest.fixture
def book(cast: Cast) -> Casebook:
    return Casebook(cast).fill()


def page(book: Casebook) -> str:
    return f"/desk/inspections/{book.id}"


def a_code(book: Casebook) -> str:
    with book.cast.writing() as tx:
        made = verification.code_for(tx, book.id, actor=None, now=NOW)
        tx.commit()
        return made.code


# --- the panel and the case file --------------------------------------------------------------------


def test_the_panel_says_how_provable_the_inspection_is(cast: Cast, book: Casebook) -> None:
    text = cast.client(cast.vera).get(page(book)).get_data(as_text=True)
    assert "Chuỗi khớp đến số 4" in text
    assert "Máy ký đến số 4" in text
    assert "chữ ký sai" not in text


def test_the_panel_shows_wrong_seals_and_unsigned_phones(cast: Cast) -> None:
    book = Casebook(cast)
    assert book.alice.key is not None
    book.alice.key.key = PhoneKey().key
    book.push(book.alice, book.alice.phone.answer(book.id, "TST-01", "pass"))
    text = cast.client(cast.vera).get(page(book)).get_data(as_text=True)
    assert "1 chữ ký bằng khóa lạ" in text
    assert "Máy không ký" in text


@pytest.mark.parametrize("who", ["vera", "alice", "cora"])
def test_the_case_file_goes_out_and_that_stands_in_it(cast: Cast, book: Casebook, who: str) -> None:
    player = getattr(cast, who)
    answer = send(cast.client(player), page(book), f"{page(book)}/case")
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    content = answer.get_data()
    report = case_verify.check(io.BytesIO(content), pinned=book.signer.key)
    assert report.status == case_verify.AGREES, list(report.lines())
    assert b'"case.exported"' in members(content)["audit.ndjson"]
    assert str(player.id).encode() in members(content)["audit.ndjson"]


@pytest.mark.parametrize("who", ["auth", "adam", "victor"])
def test_others_take_no_case_out(cast: Cast, book: Casebook, who: str) -> None:
    client = cast.client(getattr(cast, who))
    book.cast.app.config["WTF_CSRF_ENABLED"] = False
    assert client.post(f"{page(book)}/case").status_code == (404 if who == "victor" else 403)
    with cast.reading() as tx:
        assert tx.scalars(select(AuditRow).where(AuditRow.action == "case.exported")).all() == []


# --- codes ------------------------------------------------------------------------------------------


def test_a_code_is_made_once_for_one_content(cast: Cast, book: Casebook) -> None:
    vera = cast.client(cast.vera)
    assert send(vera, page(book), f"{page(book)}/code").status_code == 302
    cast.app.config["WTF_CSRF_ENABLED"] = False
    assert vera.post(f"{page(book)}/code").status_code == 302
    with cast.reading() as tx:
        (made,) = tx.scalars(select(VerifyCode)).all()
        rows = tx.scalars(select(AuditRow).where(AuditRow.action == "verification.code-made")).all()
    assert len(made.code) == 16
    assert len(rows) == 1
    text = vera.get(page(book)).get_data(as_text=True)
    assert verification.shown(made.code) in text
    picture = vera.get(f"{page(book)}/code.svg")
    assert picture.mimetype == "image/svg+xml"
    assert b"<svg" in picture.get_data()


def test_nothing_recorded_has_no_code(cast: Cast) -> None:
    book = Casebook(cast)
    cast.app.config["WTF_CSRF_ENABLED"] = False
    assert cast.client(cast.vera).post(f"{page(book)}/code").status_code == 409
    assert cast.client(cast.vera).get(f"{page(book)}/code.svg").status_code == 404


def test_the_public_page_says_genuine_and_nothing_of_the_content(cast: Cast, book: Casebook) -> None:
    code = a_code(book)
    stranger = cast.app.test_client()
    for written in (verification.shown(code), verification.shown(code).lower(), f" {code} "):
        assert stranger.get(f"/verify/{written}").status_code == 200
    answer = stranger.get(f"/verify/{code}")
    text = answer.get_data(as_text=True)
    with cast.reading() as tx:
        row = tx.get_one(Inspection, book.id)
    assert "Genuine" in text
    assert "Đúng, còn hiệu lực" in text
    assert row.number in text
    for secret in (row.site.name, row.organisation.name, row.site.address, "Lối thoát", cast.alice.name):
        assert secret not in text


def test_new_facts_supersede_the_paper(cast: Cast, book: Casebook) -> None:
    code = a_code(book)
    book.push(book.bob, book.bob.phone.comment(book.id, "TST-01", "thêm"))
    text = cast.app.test_client().get(f"/verify/{code}").get_data(as_text=True)
    assert "Superseded" in text
    assert a_code(book) != code


def test_a_cancelled_inspection_has_no_standing_paper(cast: Cast, book: Casebook) -> None:
    code = a_code(book)
    with cast.writing() as tx:
        tx.execute(update(Inspection).values(state="cancelled"))
        tx.commit()
    assert "Superseded" in cast.app.test_client().get(f"/verify/{code}").get_data(as_text=True)


@pytest.mark.parametrize("code", ["AAAAAAAAAAAAAAAA", "AAAA-BBBB-CCCC", "x" * 200, "<script>", "%00", "../desk"])
def test_what_was_never_issued_is_unknown(cast: Cast, code: str) -> None:
    answer = cast.app.test_client().get(f"/verify/{code}")
    assert answer.status_code in {302, 404, 422}
    assert "<script>" not in answer.get_data(as_text=True)


def test_whoever_guesses_must_wait(cast: Cast, book: Casebook) -> None:
    code = a_code(book)
    stranger = cast.app.test_client()
    for turn in range(21):
        assert stranger.get(f"/verify/{'A' * 14}{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[turn]}A").status_code == 404
    refused = stranger.get(f"/verify/{code}")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert stranger.get(f"/verify/{code}", environ_base=elsewhere).status_code == 200
    cast.set_clock(NOW + timedelta(minutes=1))
    assert stranger.get(f"/verify/{code}").status_code == 200


def test_the_form_leads_to_the_code_and_the_program_is_the_one_we_use(cast: Cast) -> None:
    stranger = cast.app.test_client()
    assert stranger.get("/verify?code=AAAA-BBBB-CCCC-DDDD").headers["Location"].endswith("/verify/AAAA-BBBB-CCCC-DDDD")
    assert "SHA-256" in stranger.get("/verify").get_data(as_text=True)
    assert stranger.get("/verify/case_verify.py").get_data() == Path(case_verify.__file__).read_bytes()


# --- keys of phones ---------------------------------------------------------------------------------


def test_a_supervisor_decides_about_a_second_key(cast: Cast) -> None:
    phone = cast.phone(cast.alice)
    introduced(cast, cast.alice, phone)
    trusted, refused = introduced(cast, cast.alice, phone), introduced(cast, cast.alice, phone)
    vera, address = cast.client(cast.vera), f"/desk/devices/{phone.device}/keys"
    assert "Khóa ký chờ duyệt (2)" in vera.get("/desk/devices").get_data(as_text=True)
    for key, decision in ((trusted, "trust"), (refused, "refuse")):
        assert send(vera, "/desk/devices", f"{address}/{key.key}/{decision}").status_code == 302
    cast.app.config["WTF_CSRF_ENABLED"] = False
    said = {"person": str(cast.alice.id)}
    assert vera.post(f"{address}/{trusted.key}/trust", data=said).status_code == 302  # the same again: nothing
    assert vera.post(f"{address}/{refused.key}/trust", data=said).status_code == 409
    with cast.reading() as tx:
        states = {row.key: row.state for row in tx.scalars(select(DeviceKey))}
        actions = tx.scalars(select(AuditRow.action).where(AuditRow.action.like("device.key-%"))).all()
    assert (states[trusted.key], states[refused.key]) == ("trusted", "refused")
    assert sorted(actions) == ["device.key-added"] * 3 + ["device.key-refused", "device.key-trusted"]


def test_nobody_vouches_for_a_key_of_ones_own(cast: Cast) -> None:
    phone = cast.phone(cast.vera)
    introduced(cast, cast.vera, phone)
    second, third = introduced(cast, cast.vera, phone), introduced(cast, cast.vera, phone)
    vera, address = cast.client(cast.vera), f"/desk/devices/{phone.device}/keys"
    page = vera.get("/desk/devices").get_data(as_text=True)
    assert f"{address}/{second.key}/trust" not in page
    assert send(vera, "/desk/devices", f"{address}/{third.key}/refuse").status_code == 302
    cast.app.config["WTF_CSRF_ENABLED"] = False
    answer = vera.post(f"{address}/{second.key}/trust", data={"person": str(cast.vera.id)})
    assert answer.status_code == 403
    assert "Cần người giám sát khác" in answer.get_data(as_text=True)
    with cast.reading() as tx:
        states = {row.key: row.state for row in tx.scalars(select(DeviceKey))}
    assert (states[second.key], states[third.key]) == ("waiting", "refused")


def test_another_agencys_keys_are_not_there(cast: Cast) -> None:
    phone = cast.phone(cast.alice)
    introduced(cast, cast.alice, phone)
    second = PhoneKey()
    cast.client(cast.alice).post(KEY, json=second.introduction(phone))
    cast.app.config["WTF_CSRF_ENABLED"] = False
    victor = cast.client(cast.victor)
    assert "chờ duyệt" not in victor.get("/desk/devices").get_data(as_text=True)
    address = f"/desk/devices/{phone.device}/keys/{second.key}/trust"
    assert victor.post(address, data={"person": str(cast.alice.id)}).status_code == 404
    assert victor.post(address, data={"person": "nobody"}).status_code == 422


# --- daily roots ------------------------------------------------------------------------------------


def test_the_roots_are_shown_to_be_printed(cast: Cast, book: Casebook) -> None:
    vera = cast.client(cast.vera)
    assert "Chưa có gốc nào" in vera.get("/desk/audit/roots").get_data(as_text=True)
    book.end_the_day()
    text = vera.get("/desk/audit/roots").get_data(as_text=True)
    assert "22/11/2026" in text
    assert book.signer.key in text
    assert "22/11/2026" not in cast.client(cast.victor).get("/desk/audit/roots").get_data(as_text=True)
    assert vera.get("/desk/audit/roots?before=x").status_code == 422
    assert "22/11/2026" not in vera.get("/desk/audit/roots?before=2026-11-22").get_data(as_text=True)
