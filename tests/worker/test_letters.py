"""From a notice to a letter in a real postbox: once, in Vietnamese, and nobody's name breaks anything."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select

from inspect_app.outside.smtp import Away, Letter, Post, open_line
from inspect_app.services import letters, notices
from inspect_app.services.chore import Tools
from inspect_app.store.tables import Mail, Notice, Person
from tests.builders import NOW
from tests.cast import Cast, Player
from tests.rigs import children, smtp
from tests.rigs.smtp import PASSWORD, USER, Postbox, text_of
from tests.worker.tools import BASE_URL, tools_of

AGENCY_MAIL = "van.pham@so-xay-dung.example"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Postbox]:
    with smtp.running(tmp_path / "tls") as running:
        yield running


def address_of(box: Postbox, scheme: str = "smtp", login: str = "") -> str:
    authority = f"&ca={box.authority}" if box.authority else ""
    return f"{scheme}://{login}127.0.0.1:{box.port}?from=kiem-tra%40thai-nguyen.example{authority}"


@pytest.fixture
def tools(app: Flask, box: Postbox) -> Tools:
    return tools_of(app, address_of(box))


def give_address(cast: Cast, player: Player, email: str = AGENCY_MAIL, **columns: str) -> None:
    with cast.writing() as tx:
        person = tx.get_one(Person, player.id)
        person.email = email
        for name, value in columns.items():
            setattr(person, name, value)
        tx.commit()


def tell(cast: Cast, *people: Player, subject: str = "3 vi phạm sắp đến hạn", now: datetime = NOW, **more: str) -> None:
    with cast.writing() as tx:
        notices.tell(
            tx,
            [each.id for each in people],
            "reminder",
            subject=subject,
            href="/desk/follow-up?mine=1",
            facts={"count": 3, "when": "đến hạn ngày mai", "lines": ["KT-2026-1/GEN-01 – Lối thoát <nạn> & cửa"]},
            now=now,
            once=more.get("once"),
        )
        tx.commit()


def outbox(tools: Tools) -> list[Mail]:
    with tools.reading() as tx:
        return list(tx.scalars(select(Mail).order_by(Mail.made_at, Mail.id)))


def test_a_notice_becomes_one_letter_in_two_forms(cast: Cast, tools: Tools, box: Postbox) -> None:
    give_address(cast, cast.vera)
    tell(cast, cast.vera, cast.alice)  # alice has no address
    assert letters.post(tools, NOW) == "1 thư đã soạn; 1 thư đã gửi"
    (arrived,) = box.received
    assert arrived["Subject"] == "3 vi phạm sắp đến hạn"
    assert arrived["To"].addresses[0].display_name == "Phạm Thị Vân"
    assert arrived["To"].addresses[0].addr_spec == AGENCY_MAIL
    assert arrived["From"].addresses[0].addr_spec == "kiem-tra@thai-nguyen.example"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert "3 vi phạm đến hạn ngày mai." in text_of(arrived)
    assert f"{BASE_URL}/desk/follow-up?mine=1" in text_of(arrived)
    assert "Lối thoát <nạn> & cửa" in text_of(arrived)
    assert "Lối thoát &lt;nạn&gt; &amp; cửa" in text_of(arrived, "html")
    raw = arrived.as_bytes().split(b"\n\n")[0]
    assert raw.isascii(), "headers travel encoded"


def test_it_goes_out_once_however_often_the_chore_runs(cast: Cast, tools: Tools, box: Postbox) -> None:
    give_address(cast, cast.vera)
    tell(cast, cast.vera)
    said = [letters.post(tools, NOW + timedelta(minutes=minute)) for minute in range(3)]
    assert said == ["1 thư đã soạn; 1 thư đã gửi", "", ""]
    assert len(box.received) == 1
    assert [mail.state for mail in outbox(tools)] == ["sent"]


def test_a_worker_that_died_after_sending_sends_a_copy_with_the_same_id(cast: Cast, tools: Tools, box: Postbox) -> None:
    give_address(cast, cast.vera)
    tell(cast, cast.vera)
    letters.post(tools, NOW)
    with cast.writing() as tx:  # as if the mark had never been written
        tx.scalars(select(Mail)).one().state = "waiting"
        tx.commit()
    assert letters.post(tools, NOW + timedelta(minutes=1)) == "", "somebody still holds it"
    assert letters.post(tools, NOW + letters.LEASE) == "1 thư đã gửi"
    first, second = box.received
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


def test_several_notices_to_one_person_are_one_letter(cast: Cast, tools: Tools, box: Postbox) -> None:
    give_address(cast, cast.vera)
    for number in range(3):
        tell(cast, cast.vera, subject=f"Việc thứ {number}", now=NOW + timedelta(seconds=number))
    letters.post(tools, NOW)
    (arrived,) = box.received
    assert arrived["Subject"] == "3 việc cần biết: Việc thứ 0"
    assert all(f"Việc thứ {number}" in text_of(arrived) for number in range(3))


def test_what_a_person_does_not_want_by_mail_is_not_mailed(cast: Cast, tools: Tools, box: Postbox) -> None:
    give_address(cast, cast.vera, muted="escalation reminder")
    tell(cast, cast.vera)
    assert letters.post(tools, NOW) == ""
    assert box.received == []
    with tools.reading() as tx:
        assert [each.mail for each in tx.scalars(select(Notice))] == ["none"]


def test_the_same_thing_is_told_once(cast: Cast, tools: Tools, box: Postbox) -> None:
    give_address(cast, cast.vera)
    for _ in range(2):
        tell(cast, cast.vera, once="v1:2026-11-25")
    letters.post(tools, NOW)
    assert [each["Subject"] for each in box.received] == ["3 vi phạm sắp đến hạn"]


def test_mail_that_is_switched_on_late_does_not_begin_with_old_news(cast: Cast, app: Flask, box: Postbox) -> None:
    give_address(cast, cast.vera)
    tell(cast, cast.vera, subject="Tin tháng trước")
    assert letters.post(tools_of(app), NOW) == ""
    later = NOW + letters.STALE + timedelta(hours=1)
    tell(cast, cast.vera, subject="Tin hôm nay", now=later)
    letters.post(tools_of(app, address_of(box)), later)
    assert [each["Subject"] for each in box.received] == ["Tin hôm nay"]


def test_a_closed_account_gets_no_mail(cast: Cast, tools: Tools, box: Postbox) -> None:
    give_address(cast, cast.vera)
    tell(cast, cast.vera)
    with cast.writing() as tx:
        tx.get_one(Person, cast.vera.id).disabled_at = NOW
        tx.commit()
    letters.post(tools, NOW)
    assert box.received == []


def test_an_inspector_is_sent_to_the_phone_not_to_a_closed_desk(cast: Cast, tools: Tools, box: Postbox) -> None:
    give_address(cast, cast.bob)
    tell(cast, cast.bob)
    letters.post(tools, NOW)
    assert "/desk" not in text_of(box.received[0]) + text_of(box.received[0], "html")
    assert f"{BASE_URL}/field/" in text_of(box.received[0])


# --- when it does not go well -----------------------------------------------------------------


def test_a_server_that_is_away_fails_the_chore_and_costs_no_letter(cast: Cast, app: Flask) -> None:
    nobody = tools_of(app, f"smtp://127.0.0.1:{children.free_port()}")
    give_address(cast, cast.vera)
    tell(cast, cast.vera)
    for minute in range(letters.MOST_ATTEMPTS + 2):
        with pytest.raises(Away, match="Connection refused"):
            letters.post(nobody, NOW + timedelta(minutes=minute))
    (waiting,) = outbox(nobody)
    assert (waiting.state, waiting.attempts) == ("waiting", 0)
    assert "Connection refused" in waiting.said


def test_a_busy_postbox_is_tried_again_ever_later(cast: Cast, tools: Tools, box: Postbox) -> None:
    box.refusing[AGENCY_MAIL] = "450 4.2.1 try later"
    give_address(cast, cast.vera)
    tell(cast, cast.vera)
    moment, waits = NOW, []
    for _ in range(4):
        letters.post(tools, moment)
        (waiting,) = outbox(tools)
        waits.append((waiting.next_at - moment) // timedelta(minutes=1))
        moment = waiting.next_at
    assert waits == [2, 4, 8, 16]
    del box.refusing[AGENCY_MAIL]
    assert letters.post(tools, moment) == "1 thư đã gửi"


def test_an_address_that_does_not_exist_is_given_up_at_once_and_others_still_get_theirs(
    cast: Cast, tools: Tools, box: Postbox
) -> None:
    box.refusing["nobody@co-quan.example"] = "550 5.1.1 no such user"
    give_address(cast, cast.alice, "nobody@co-quan.example")
    give_address(cast, cast.vera)
    tell(cast, cast.alice, cast.vera)
    assert letters.post(tools, NOW) == "2 thư đã soạn; 1 thư đã gửi, 1 thư bị từ chối"
    states = {mail.address: (mail.state, mail.said) for mail in outbox(tools)}
    assert states["nobody@co-quan.example"] == ("given-up", "550 5.1.1 no such user")
    assert states[AGENCY_MAIL][0] == "sent"


@pytest.mark.parametrize(
    "name",
    [
        "Vân\r\nBcc: everyone@example.org",
        "Vân\nX-Evil: 1\n\nbody",
        '"Vân" <evil@example.org>, Khác',
        "Vân\u2028Bcc: x@example.org",
        "=?utf-8?q?Evil?= <a@example.org>",
        "x" * 120,
    ],
)
def test_a_name_stays_a_name(cast: Cast, tools: Tools, box: Postbox, name: str) -> None:
    give_address(cast, cast.vera, name=name)
    tell(cast, cast.vera, subject=f"Việc của {name}")
    letters.post(tools, NOW)
    (arrived,) = box.received
    assert [each.addr_spec for each in arrived["To"].addresses] == [AGENCY_MAIL]
    assert arrived["Bcc"] is None
    assert arrived["X-Evil"] is None
    assert "\n" not in str(arrived["Subject"])


@pytest.mark.parametrize("address", ["a@b.example\r\nRCPT TO:<x@y.example>", "two@x.example, three@y.example", "none"])
def test_an_address_that_is_none_is_given_up_and_nothing_is_sent(
    cast: Cast, tools: Tools, box: Postbox, address: str
) -> None:
    give_address(cast, cast.vera, address)
    tell(cast, cast.vera)
    letters.post(tools, NOW)
    assert [mail.state for mail in outbox(tools)] == ["given-up"]
    assert box.received == []


# --- the ways in ------------------------------------------------------------------------------


def a_letter() -> Letter:
    return Letter("1", "Vân", AGENCY_MAIL, "Thử", "Nội dung", "<p>Nội dung</p>", NOW, "danh-sách.xlsx", b"PK" * 400_000)


def send_over(url: str) -> None:
    post = Post.of(url, BASE_URL)
    with open_line(post) as line:
        line.send(a_letter())


def test_name_and_password_travel_encrypted(tmp_path: Path) -> None:
    with smtp.running(tmp_path, scheme="smtp+starttls", needs_password=True) as box:
        name = quote(USER, safe="")
        send_over(address_of(box, "smtp+starttls", f"{name}:{quote(PASSWORD, safe='')}@"))
        assert box.encrypted == [True]
        assert len(box.signed_in) == 1
        with pytest.raises(Away, match="SMTPAuthenticationError"):
            send_over(address_of(box, "smtp+starttls", f"{name}:wrong@"))


def test_a_line_may_be_encrypted_from_the_start(tmp_path: Path) -> None:
    with smtp.running(tmp_path, scheme="smtps") as box:
        send_over(address_of(box, "smtps"))
        assert box.encrypted == [True]


def test_plain_smtp_encrypts_when_the_server_offers_it(tmp_path: Path) -> None:
    with smtp.running(tmp_path, scheme="smtp+starttls") as box:
        send_over(address_of(box, "smtp"))
        assert box.encrypted == [True]


def test_a_certificate_nobody_vouches_for_is_not_believed(tmp_path: Path) -> None:
    with smtp.running(tmp_path, scheme="smtps") as box, pytest.raises(Away, match="CERTIFICATE_VERIFY_FAILED"):
        send_over(f"smtps://127.0.0.1:{box.port}")


def test_who_insists_on_encryption_gets_no_plain_line(tmp_path: Path) -> None:
    with smtp.running(tmp_path) as box:
        with pytest.raises(Away, match="STARTTLS"):
            send_over(f"smtp+starttls://127.0.0.1:{box.port}")
        assert box.received == []


def test_an_attachment_arrives_as_it_was(tmp_path: Path) -> None:
    with smtp.running(tmp_path) as box:
        send_over(address_of(box))
        (arrived,) = box.received
    (attached,) = arrived.iter_attachments()
    assert attached.get_filename() == "danh-sách.xlsx"
    assert attached.get_content() == b"PK" * 400_000
