"""The main job, end to end: an inspection filled without network becomes violations and a follow-up list."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SITE, Office
from tests.browser.phone import Field, a_photo
from tests.cast import Player
from tests.rigs.chromium import Desk

pytestmark = pytest.mark.browser
BRACING, EDGES = "XDK-03", "XDK-08"


def test_an_inspection_without_network_becomes_violations_and_a_follow_up_list(
    bob: Field, office: Office, open_office: Callable[[Player], Desk], tmp_path: Path
) -> None:
    bob.next_morning()
    bob.phone.offline()
    bob.visit(SITE)
    bob.page.get_by_role("button", name="Lấy vị trí").click()
    expect(bob.page.get_by_text("Cách địa điểm")).to_be_visible()
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bracing = bob.item(BRACING)
    bracing.answer("Không đạt")
    expect(bracing.element.get_by_text("Còn thiếu: ghi chú, ảnh.")).to_be_visible()
    bracing.add_photo(a_photo(tmp_path / "bracing.jpg", 10))
    bracing.button("Thiếu giằng chéo").click()
    bracing.element.get_by_label("Đã yêu cầu chấm dứt ngay").check()
    bracing.element.get_by_label("Đề xuất tạm dừng, đình chỉ").check()
    bracing.element.get_by_label("Bên chịu trách nhiệm").select_option(
        label="Công ty TNHH Xây lắp Sông Công (giả định) (Nhà thầu chính)"
    )
    expect(bracing.element.get_by_text("Còn thiếu")).to_be_hidden()
    bob.at_rest()  # the word stands there since the answer: it does not tell when the finding is on disk
    expect(bracing.word()).to_have_text("trên máy")

    bob.phone.kill()
    bob.phone.open(offline=True)
    bob.open()
    bob.unlock()
    bob.at_home()

    bob.visit(SITE)
    bob.go_on()
    bracing.open()
    expect(bracing.button("Không đạt")).to_have_attribute("aria-pressed", "true")
    expect(bracing.element.get_by_label("Ghi chú")).to_have_value("Thiếu giằng chéo")
    expect(bracing.element.locator(".thumb")).to_have_count(1)
    expect(bracing.element.get_by_label("Đã yêu cầu chấm dứt ngay")).to_be_checked()
    edges = bob.find(EDGES)
    edges.answer("Không đạt")
    edges.note("Lỗ mở thang máy tầng 5 không có lan can")
    edges.add_photo(a_photo(tmp_path / "edges.jpg", 40))
    assert bob.answer_all() > 20

    bob.review()
    bob.page.get_by_label("Ý kiến của đối tượng kiểm tra").fill("Chúng tôi sẽ lắp lại lan can trong tuần.")
    bob.page.get_by_label("Ý kiến của đối tượng kiểm tra").blur()
    expect(bob.page.get_by_text("“Chúng tôi sẽ lắp lại lan can trong tuần.”")).to_be_visible()
    bob.page.get_by_role("link", name="Ký", exact=True).click()
    bob.sign("Kiểm tra viên")
    bob.page.get_by_role("link", name="Đối tượng từ chối ký").click()
    bob.page.get_by_label("Lý do từ chối ký").fill("Không đồng ý với mục hai")
    bob.page.get_by_label("Người chứng kiến").fill("Lý Văn Tú")
    bob.page.get_by_role("button", name="Ghi việc từ chối ký").click()
    expect(bob.page.get_by_text("người chứng kiến Lý Văn Tú")).to_be_visible()
    bob.send()
    expect(bob.page.get_by_text("Đã chốt trên máy, đang chờ gửi.")).to_be_visible()

    bob.phone.offline(False)
    expect(bob.page.get_by_text("Đã gửi xong, đã đối chiếu.")).to_be_visible(timeout=60_000)
    bob.go(f"{office.visit_hash}/check/XDK/scaffold/{BRACING}")
    expect(bracing.word()).to_have_text("đã đối chiếu")
    expect(bracing.element.locator(".thumb")).to_contain_text("đã đối chiếu")
    assert bob.phone.complaints == []

    desk = open_office(office.cast.vera)
    desk.page.get_by_role("link", name="Sổ vi phạm").first.click()
    rows = desk.page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text=re.compile("giằng", re.IGNORECASE))).to_have_count(1)
    desk.page.get_by_role("link", name="Theo dõi khắc phục").first.click()
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="Xuất Excel").click()
    sheet = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active
    assert sheet is not None
    text = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
    assert "DANH SÁCH THEO DÕI KHẮC PHỤC" in text.upper()
    assert SITE in text
    assert "Công ty TNHH Xây lắp Sông Công (giả định)" in text
    assert desk.complaints == []
