"""The record read and signed on the phone without network, and the paper that the office prints from it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SITE, Office
from tests.browser.phone import Field, a_photo
from tests.rigs.axe import stumbling_blocks

pytestmark = pytest.mark.browser
FAILING, PASSING = "XDK-01", "XDK-02"
NOTE = "Lỗ thông tầng trục 3-B, sàn tầng 7 không có lan can"
OPINION = "Đơn vị đồng ý và sẽ khắc phục trong ngày."


def _shown(field: Field) -> list[str]:
    """The words of the reading view, one paragraph a line, without the numbers of a list."""
    paper = field.page.locator(".reading .paper")
    expect(paper.get_by_role("heading", name="VII. Ý KIẾN")).to_be_visible()
    return [line.strip() for line in paper.inner_text().split("\n") if line.strip()]


def _paper(office: Office) -> str:
    client = office.cast.client(office.cast.vera)
    return client.get(f"/desk/inspections/{office.visit}/papers/new?kind=inspection-record").get_data(as_text=True)


def test_signed_without_network_and_printed_word_for_word(bob: Field, office: Office, tmp_path: Path) -> None:
    bob.visit(SITE)
    bob.phone.offline()
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.item(FAILING).answer("Không đạt")
    bob.item(FAILING).note(NOTE)
    bob.item(FAILING).add_photo(a_photo(tmp_path / "photo.jpg", 20))
    bob.item(PASSING).answer("Đạt")
    bob.go(f"{office.visit_hash}/review")
    opinion = bob.page.get_by_label("Ý kiến của đối tượng kiểm tra")
    opinion.fill(OPINION)
    opinion.blur()

    bob.page.get_by_role("link", name="Cho đối tượng đọc biên bản").click()
    reading = bob.page.locator(".reading")
    expect(reading).to_contain_text(f"“{OPINION}”")
    expect(reading).to_contain_text(f"Đã thấy: {NOTE}")
    expect(reading).to_contain_text("Căn cứ Quyết định số 245/QĐ-SXD ngày")
    expect(reading).to_contain_text(f"Ảnh 1 ({FAILING}):")
    expect(bob.page.get_by_role("button")).to_have_text(["Quay lại", "Ký"])
    expect(bob.page.get_by_role("link")).to_have_count(0)
    assert stumbling_blocks(bob.page) == []
    words = _shown(bob)
    hash_ = reading.locator(".hash").inner_text()

    bob.page.get_by_role("button", name="Ký", exact=True).click()
    bob.sign("Đại diện đối tượng kiểm tra", "Lê Văn Cường")
    bob.phone.offline(False)
    bob.wait_for_sending()

    told = _paper(office)
    assert "Nội dung trùng với bản Đại diện đối tượng kiểm tra Lê Văn Cường đã ký trên máy lúc" in told
    assert hash_ in told
    missing = [line for line in words[1:] if line.removeprefix("Căn cứ: ") not in told]
    assert missing == []

    bob.go(f"{office.visit_hash}/check/XDK/scaffold/{PASSING}")
    bob.item(PASSING).answer("Không áp dụng")
    bob.wait_until_verified(PASSING)
    told = _paper(office)
    assert "Nội dung KHÁC với bản Đại diện đối tượng kiểm tra Lê Văn Cường đã ký trên máy lúc" in told
    assert "Khác ở: IV. NỘI DUNG KIỂM TRA." in told
    assert f"1 kết quả ({PASSING})" in told
    assert bob.phone.complaints == []


def test_a_pad_that_is_left_for_the_record_is_as_it_was(bob: Field, office: Office) -> None:
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.go(f"{office.visit_hash}/sign")
    bob.page.get_by_role("link", name="Đại diện đối tượng kiểm tra").click()
    name, pad = bob.page.get_by_label("Họ và tên"), bob.page.locator(".pad")
    expect(pad).to_be_visible()
    name.fill("Lê Văn Cường")
    bob.draw()
    expect(pad).to_have_attribute("data-drawn", "true")

    bob.page.get_by_role("link", name="Đọc biên bản").click()
    expect(bob.page.locator(".reading .paper")).to_be_visible()
    bob.page.get_by_role("button", name="Quay lại").click()
    expect(name).to_have_value("Lê Văn Cường")
    expect(pad.locator("polyline")).to_have_count(1)

    bob.page.get_by_role("link", name="Đọc biên bản").click()
    bob.page.get_by_role("button", name="Ký", exact=True).click()
    expect(name).to_have_value("Lê Văn Cường")
    bob.page.get_by_role("button", name="Ký", exact=True).click()
    expect(bob.page.get_by_role("img", name="Chữ ký của Lê Văn Cường")).to_be_visible()

    bob.page.get_by_role("link", name="Đại diện đối tượng kiểm tra").click()  # who signs once more: an empty pad
    expect(pad).to_be_visible()
    expect(pad.locator("polyline")).to_have_count(0)
    assert bob.phone.complaints == []


def test_what_changes_while_it_is_read_changes_on_the_screen(bob: Field, office: Office) -> None:
    """Nobody may sign other words than those in front of them."""
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.item(PASSING).answer("Đạt")
    bob.wait_until_verified(PASSING)
    bob.go(f"{office.visit_hash}/read/subject")
    expect(bob.page.locator(".reading")).to_contain_text("đạt 1, không đạt 0")
    seat = office.cast.alice
    other = office.cast.phone(seat)
    batch = other.batch((office.visit, [other.answer(office.visit, FAILING, "fail")]))
    assert office.cast.client(seat).post("/api/v1/sync/push", json=batch).status_code == 200
    bob.phone.offline()
    bob.phone.offline(False)
    expect(bob.page.locator(".reading")).to_contain_text("đạt 1, không đạt 1", timeout=30_000)
    bob.page.get_by_role("button", name="Quay lại").click()
