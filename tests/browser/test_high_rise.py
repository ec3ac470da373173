"""One high-rise site, three checklists in one visit: assigned with the lists of its sector, filled, sent, listed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from inspect_app.store.tables import Site
from tests import builders
from tests.browser.conftest import Office
from tests.browser.phone import Field, Item, a_photo, local_today
from tests.cast import Player
from tests.rigs.chromium import Desk

pytestmark = pytest.mark.browser
TOWER = "Tháp đôi Quan Triều, 25 tầng"
METER = "Máy đo điện trở đất số 4105, hiệu chuẩn 5/2026"


@pytest.fixture
def tower(office: Office) -> Site:
    """A high-rise that nobody has been assigned to yet."""
    with office.cast.writing() as tx:
        contractor = builders.an_organisation(tx, "Công ty CP Xây dựng Quan Triều (giả định)")
        row = builders.a_site(tx, name=TOWER, sector="XDK", parties=[(contractor, "main-contractor")])
        tx.commit()
        return row


def test_one_visit_with_three_checklists(
    office: Office,
    tower: Site,
    open_office: Callable[[Player], Desk],
    open_field: Callable[[Player], Field],
    tmp_path: Path,
) -> None:
    desk = open_office(office.cast.vera)
    _assign(desk, tower)
    alice = open_field(office.cast.alice)
    alice.visit(TOWER)
    for code in ("XDC", "XDK", "XDT"):
        expect(alice.page.get_by_text(code, exact=True).first).to_be_visible()
    alice.begin()

    _management(alice, tmp_path)
    _work_at_height(alice, tmp_path)
    _cranes(alice, tmp_path)
    assert alice.answer_all() > 70

    alice.review()
    alice.page.get_by_role("link", name="Ký", exact=True).click()
    alice.sign("Trưởng đoàn")
    alice.page.get_by_role("link", name="Đối tượng từ chối ký").click()
    alice.page.get_by_label("Lý do từ chối ký").fill("Chờ giám đốc công ty")
    alice.page.get_by_label("Người chứng kiến").fill("Lý Văn Tú")
    alice.page.get_by_role("button", name="Ghi việc từ chối ký").click()
    alice.send()
    expect(alice.page.get_by_text("Đã gửi xong, đã đối chiếu.")).to_be_visible(timeout=60_000)
    assert alice.phone.complaints == []

    desk.page.get_by_role("link", name="Sổ vi phạm").first.click()
    rows = desk.page.locator("tbody tr")
    expect(rows).to_have_count(5)
    for item in ("XDC-19", "XDK-08", "XDT-01", "XDT-01E", "XDT-20"):
        expect(rows.filter(has_text=item).first).to_be_visible()
    assert desk.complaints == []


def _assign(desk: Desk, site: Site) -> None:
    """The lists of the sector are ticked; nothing but the button is needed."""
    page = desk.page
    page.goto(f"/desk/plan/new?site={site.id}")
    ticked = page.locator('input[name="checklists"]:checked')
    expect(ticked).to_have_count(3)
    assert [each.get_attribute("value") for each in ticked.all()] == ["XDC", "XDK", "XDT"]
    page.get_by_role("button", name="Phân công", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Đã phân công")).to_be_visible()


def _management(me: Field, folder: Path) -> None:
    """XDC: who is responsible, and a question that opens another one."""
    _count(me.find("XDC-06N"), "11")
    outside = me.find("XDC-G1")
    outside.element.get_by_role("button", name="Hướng dẫn").click()
    expect(outside.element.get_by_text("cần trục quay ra đường")).to_be_visible()
    expect(me.item("XDC-09").element).to_have_count(0)
    outside.answer("Có")
    expect(me.item("XDC-09").element).to_be_visible()
    expired = me.find("XDC-19")
    _count(expired, "9", "10")
    expect(expired.element.get_by_text("không thể lớn hơn 9")).to_be_visible()
    _count(expired, "9", "1")
    expired.add_photo(a_photo(folder / "list.jpg", 5))
    expired.button("Có thiết bị nghiêm ngặt hết hạn kiểm định").click()
    expect(expired.element.get_by_text("Còn thiếu")).to_be_hidden()


def _work_at_height(me: Field, folder: Path) -> None:
    """XDK: an open edge."""
    edges = me.find("XDK-08")
    edges.answer("Không đạt")
    edges.button("Giếng thang máy không có cửa chắn").click()
    edges.add_photo(a_photo(folder / "shaft.jpg", 20))


def _cranes(me: Field, folder: Path) -> None:
    """XDT: without a crane nothing about cranes is asked; numbers with a fraction; a day that has passed."""
    gate = me.find("XDT-G1")
    expect(gate.element.locator(".severity")).to_have_count(0)
    gate.answer("Không có")
    expect(me.item("XDT-01").element).to_have_count(0)
    other = me.find("XDT-G4")
    way_on = me.page.get_by_role("link", name="Phần tiếp theo")
    expect(way_on).to_contain_text("Xe máy, dụng cụ, bình khí")
    other.answer("Chỉ có palăng, tời")
    expect(way_on).to_contain_text("Người và việc cẩu")
    gate = me.find("XDT-G1")
    gate.answer("Có")
    machines = me.item("XDT-01")
    machines.open().element.get_by_role("button", name="Căn cứ, hướng dẫn").click()
    expect(machines.element.get_by_text("Đối chiếu số chế tạo trên biển máy")).to_be_visible()
    _count(machines, "2", "1")
    machines.note("Cần trục số 2 lắp lại tháng 10, chưa kiểm định")
    machines.add_photo(a_photo(folder / "crane.jpg", 35))
    end = me.item("XDT-01E")
    end.open()
    day = end.element.get_by_label("Ngày hết hạn")
    expect(end.button("Không có")).to_be_visible()
    day.fill((local_today() - timedelta(days=1)).isoformat())
    day.blur()
    expect(end.element).to_have_attribute("data-verdict", "fail")
    end.note("Tem cần trục số 2")
    end.add_photo(a_photo(folder / "sticker.jpg", 50))
    earth = me.find("XDT-20")
    _count(earth, "4,5", "4")
    expect(earth.element).to_have_attribute("data-verdict", "fail")
    expect(earth.element.get_by_text("Còn thiếu")).to_contain_text("thiết bị đo")
    earth.note(METER)
    earth.add_photo(a_photo(folder / "earth.jpg", 65))


def _count(item: Item, *numbers: str) -> None:
    """Type the numbers of a count, in their order."""
    fields = item.open().element.locator(".counts input")
    expect(fields).to_have_count(len(numbers))
    for field, text in zip(fields.all(), numbers, strict=True):
        field.fill(text)
        field.blur()
