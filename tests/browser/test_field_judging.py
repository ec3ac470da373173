"""Differing and equal answers, what was found before, and the paper that is signed, as people see them on the phone."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from inspect_app.domain.people import TeamRole
from inspect_app.store import changes
from inspect_app.store.tables import Inspection, Operation, Person, TeamMember
from tests import builders
from tests.browser.conftest import SITE, Office
from tests.browser.phone import Field, a_photo, local_today
from tests.cast import Player
from tests.rigs.axe import stumbling_blocks

pytestmark = pytest.mark.browser
SAME, DIFFERS, MEASURED = "XDK-01", "XDK-02", "XDK-26"
LONG_NAME = "Nguyễn Phạm Hoàng Phương Quỳnh Anh"
OpenField = Callable[[Player], Field]


def _begin(field: Field) -> None:
    field.phone.offline()
    field.visit(SITE)
    field.begin()
    field.item("XDK-G1").answer("Có")


def _come_back(field: Field, office: Office, item: str) -> None:
    field.phone.offline(False)
    field.wait_for_sending()
    field.go("#/")
    field.page.get_by_role("button", name="Tải việc mới").click()
    expect(field.page.get_by_role("button", name="Tải việc mới")).to_be_enabled()
    field.go(f"{office.visit_hash}/check/XDK/scaffold/{item}")


def _in_the_team(office: Office, player: Player) -> None:
    with office.cast.writing() as tx:
        tx.add(TeamMember(inspection_id=office.visit, person_id=player.id, role=TeamRole.MEMBER, is_secretary=False))
        tx.flush()
        changes.tell(tx, player.id, "visit", office.visit)
        tx.commit()


def test_both_answers_stand_side_by_side_with_all_that_belongs_to_them(
    office: Office, open_field: OpenField, tmp_path: Path
) -> None:
    with office.cast.writing() as tx:
        tx.get_one(Person, office.cast.alice.id).name = LONG_NAME
        tx.commit()
    alice, bob = open_field(office.cast.alice), open_field(office.cast.bob)
    for field, differing in ((alice, "Đạt"), (bob, "Không đạt")):
        _begin(field)
        field.item(SAME).answer("Đạt")
        field.item(DIFFERS).answer(differing)
    bob.item(DIFFERS).note("Tầng 5 không có biển tải trọng")
    bob.item(DIFFERS).add_photo(a_photo(tmp_path / "photo.jpg", 20))
    for field in (alice, bob):
        field.phone.offline(False)
        expect(field.item(SAME).word()).to_have_text("đã đối chiếu", timeout=30_000)
    _come_back(alice, office, DIFFERS)

    item = alice.item(DIFFERS)
    sides = item.element.locator(".conflict-side")
    expect(sides).to_have_count(2)
    mine, his = sides.all()
    expect(mine).to_contain_text("Đạt")
    expect(mine).to_contain_text(LONG_NAME)
    expect(mine).to_contain_text("21.5942, 105.8482")
    for words in ("Không đạt", office.cast.bob.name, "21.5942, 105.8482", "Tầng 5 không có biển tải trọng"):
        expect(his).to_contain_text(words)
    expect(mine.locator("img")).to_have_count(0)
    assert stumbling_blocks(alice.page) == []
    his.get_by_role("button", name="Ảnh của").click()
    expect(alice.page.get_by_role("dialog").locator("img")).to_be_visible()
    alice.page.go_back()

    item.button(f"Giữ kết quả của {office.cast.bob.name}").click()
    asked = alice.page.get_by_role("dialog")
    expect(asked).to_contain_text(f"{DIFFERS}: quyết định “Không đạt”?")
    expect(asked).to_contain_text(f"Thay cho “Đạt” của {LONG_NAME}")
    assert stumbling_blocks(alice.page) == []
    asked.get_by_role("button", name="Để sau").click()
    expect(item.element.get_by_text("Hai kết quả khác nhau.")).to_be_visible()
    item.decide(f"Giữ kết quả của {office.cast.bob.name}", "Không đạt")
    expect(item.element.get_by_text("Hai kết quả khác nhau.")).to_be_hidden()

    expect(alice.item(SAME).element).to_contain_text("Đạt, 2 người")
    alice.item(SAME).open()
    expect(alice.item(SAME).element).to_contain_text(f"2 người xác nhận: {LONG_NAME}, {office.cast.bob.name}")
    expect(item.word()).to_have_text("đã đối chiếu", timeout=30_000)
    with office.cast.reading() as tx:
        bodies = tx.scalars(select(Operation).order_by(Operation.seq)).all()
        here = [row.body for row in bodies if row.body["k"] == "answer" and row.body["i"] == DIFFERS]
    assert sorted(here[-1]["sup"]) == sorted(body["id"] for body in here[:2])
    assert [*alice.phone.complaints, *bob.phone.complaints] == []


def test_a_colleague_who_found_nothing_there_reads_both_and_does_not_decide(
    office: Office, open_field: OpenField
) -> None:
    with office.cast.writing() as tx:
        third = builders.a_person(tx, office.cast.bob.agency, office.cast.bob.role, "Vi Thị Dung")
        third.password_hash = tx.get_one(Person, office.cast.bob.id).password_hash
        player = Player(third.id, third.agency_id, office.cast.bob.role, third.name, third.username)
        tx.commit()
    _in_the_team(office, player)
    alice, bob, dung = open_field(office.cast.alice), open_field(office.cast.bob), open_field(player)
    for field, word in ((alice, "Đạt"), (bob, "Không đạt")):
        _begin(field)
        field.item(DIFFERS).answer(word)
        field.phone.offline(False)
        field.wait_until_verified(DIFFERS)
    _begin(dung)
    _come_back(dung, office, DIFFERS)
    item = dung.item(DIFFERS)
    expect(item.element).to_contain_text(
        f"Người quyết định: {office.cast.alice.name} (Trưởng đoàn), {office.cast.bob.name}."
    )
    expect(item.element.get_by_role("button", name="Giữ kết quả")).to_have_count(0)
    expect(item.button("Bỏ kết quả")).to_be_hidden()


def test_a_measure_is_measured_again_and_the_new_value_is_asked_for(office: Office, open_field: OpenField) -> None:
    alice, bob = open_field(office.cast.alice), open_field(office.cast.bob)
    for field, value in ((alice, "20"), (bob, "17,5")):
        _begin(field)
        field.find("XDK-G4").answer("Có")
        field.find(MEASURED).number(value)
        field.phone.offline(False)
        field.wait_until_verified(MEASURED)
    alice.go("#/")
    alice.page.get_by_role("button", name="Tải việc mới").click()
    expect(alice.page.get_by_role("button", name="Tải việc mới")).to_be_enabled()
    alice.visit(SITE)
    alice.go_on()
    item = alice.find(MEASURED)
    expect(item.element.get_by_text("Hai kết quả khác nhau.")).to_be_visible()
    item.button("Đo lại, ghi kết quả mới").click()
    item.number("18,2")
    asked = alice.page.get_by_role("dialog")
    expect(asked).to_contain_text("quyết định “18,2")
    expect(asked).to_contain_text("“17,5")
    item.confirm("18,2")
    expect(item.element.get_by_text("Hai kết quả khác nhau.")).to_be_hidden()
    expect(item.element.get_by_label("Số đo")).to_have_value("18,2")


# --- what was found before ------------------------------------------------------------------------


def _found_before(office: Office, days: int, *, here: bool = True) -> None:
    """The same item failed at the last visit, here or at another site of the organisation."""
    with office.cast.writing() as tx:
        visit = tx.get_one(Inspection, office.visit)
        day = local_today() - timedelta(days=days)
        site = visit.site if here else builders.a_site(tx, visit.organisation, name="Kho vật tư Phú Xá")
        before = builders.an_inspection(
            tx, visit.agency_id, [office.cast.alice.id], site=site, state="approved", visited_on=day
        )
        builders.a_violation(tx, before, item=DIFFERS, checklist="XDK", found_on=day, remedy_status="not-remedied")
        changes.tell(tx, office.cast.bob.id, "visit", office.visit)
        tx.commit()


def test_earlier_findings_stand_before_the_finding_and_the_search_is_written_into_it(
    office: Office, open_field: OpenField
) -> None:
    _found_before(office, 40)
    _found_before(office, 90, here=False)
    bob = open_field(office.cast.bob)
    _begin(bob)
    item = bob.item(DIFFERS)
    item.answer("Không đạt")
    earlier = item.element.locator(".earlier")
    expect(earlier.get_by_role("heading", name="Tồn tại lặp lại (2)")).to_be_visible()
    day = (local_today() - timedelta(days=40)).strftime("%d/%m/%Y")
    expect(earlier).to_contain_text(f"{day}, Sở Xây dựng, tại đây")
    expect(earlier).to_contain_text("Kho vật tư Phú Xá")
    expect(earlier).to_contain_text("Không khắc phục")
    expect(earlier).to_contain_text("Đây không phải “tái phạm”")
    assert stumbling_blocks(bob.page) == []
    earlier.get_by_role("button", name="Đã xem").click()
    expect(earlier).to_contain_text("Đã ghi việc tra cứu lúc")
    expect(earlier.get_by_role("button", name="Đã xem")).to_be_hidden()
    bob.phone.offline(False)
    bob.wait_until_verified(DIFFERS)
    with office.cast.reading() as tx:
        rows = tx.scalars(select(Operation)).all()
        found = next(row.body for row in rows if row.body["k"] == "finding")
    assert found["searched"]["matches"] == 2
    assert found["searched"]["source_seq"] <= found["searched"]["at"]


def test_an_item_that_never_failed_before_says_so_where_it_was_searched(bob: Field) -> None:
    _begin(bob)
    bob.item(SAME).answer("Không đạt")
    expect(bob.item(SAME).element.locator(".earlier")).to_contain_text("Không thấy lần trước nào trong 0")


# --- the paper and its code -----------------------------------------------------------------------


def test_what_is_signed_can_be_read_first_and_a_later_change_shows(bob: Field, office: Office) -> None:
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.item(SAME).answer("Đạt")
    bob.go(f"{office.visit_hash}/sign")
    bob.page.get_by_role("link", name="Kiểm tra viên").click()
    expect(bob.page.locator(".paper-code")).to_be_visible()
    code = bob.page.locator(".paper-code").inner_text()
    bob.page.get_by_role("link", name="Đọc biên bản").click()
    expect(bob.page.get_by_role("heading", name="BIÊN BẢN KIỂM TRA")).to_be_visible()
    hash_ = bob.page.locator(".hash").inner_text()
    assert hash_.startswith(code.replace(" ", ""))
    assert stumbling_blocks(bob.page) == []
    bob.page.get_by_role("button", name="Ký", exact=True).click()
    expect(bob.page.locator(".pad")).to_be_visible()
    bob.draw()
    bob.page.get_by_role("button", name="Ký", exact=True).click()
    signed = bob.page.get_by_role("link", name="Kiểm tra viên")
    expect(signed).to_contain_text(f"mã {code}")
    expect(signed).not_to_contain_text("Nội dung đã thay đổi")
    bob.go(f"{office.visit_hash}/check/XDK/scaffold/{SAME}")
    bob.item(SAME).answer("Không áp dụng")
    bob.go(f"{office.visit_hash}/sign")
    expect(signed).to_contain_text("Nội dung đã thay đổi sau khi ký")
    bob.wait_for_sending()
    with office.cast.reading() as tx:
        rows = tx.scalars(select(Operation)).all()
        assert next(row.body["shown"] for row in rows if row.body["k"] == "sign") == hash_
