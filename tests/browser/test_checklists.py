"""A checklist comes in from Excel, a second person publishes it, and the next visit is given it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import builders
from tests.browser.conftest import Office
from tests.cast import Player
from tests.pages.test_checklists import GOOD, excel
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Desk

pytestmark = pytest.mark.browser


def upload(page: Page, data: bytes) -> None:
    page.get_by_label("Tệp Excel").set_input_files(
        {"name": "phieu.xlsx", "mimeType": "application/octet-stream", "buffer": data}
    )
    page.get_by_role("button", name="Đọc thử").click()


def test_from_excel_to_the_next_visit(office: Office, open_office: Callable[[Player], Desk]) -> None:
    cast = office.cast
    with cast.writing() as tx:
        site = builders.a_site(tx, name="Xưởng thử", sector="KCN").id
        tx.commit()
    desk = open_office(cast.vera)
    vera = desk.page
    vera.goto("/desk/checklists")
    vera.get_by_role("link", name="Nhập từ Excel").click()

    upload(vera, excel(GOOD, ("select_one gone", "XY-02", "B", "B")))
    expect(vera.get_by_role("alert")).to_contain_text("phải sửa")
    expect(vera.get_by_text("không có danh sách “gone”")).to_be_visible()
    assert stumbling_blocks(vera) == []

    upload(vera, excel(GOOD, ("note", "n", "Nhớ đeo kính", "N")))
    expect(vera).to_have_url(re.compile("/drafts/"))
    expect(vera.get_by_text("“Nhớ đeo kính” không được nhập")).to_be_visible()
    assert stumbling_blocks(vera) == []
    draft = vera.url
    vera.get_by_role("button", name="Gửi người thứ hai duyệt").click()
    expect(vera.get_by_text("nên không tự duyệt")).to_be_visible()

    vera.goto(f"{draft}/phone")
    vera.get_by_role("radio", name="Không đạt").or_(vera.get_by_role("button", name="Không đạt")).first.click()
    expect(vera.locator("article[data-verdict=fail]")).to_have_count(1)

    cora = open_office(cast.cora).page
    cora.goto(draft)
    cora.get_by_role("button", name="Ban hành bản 1").click()
    expect(cora.get_by_role("status").first).to_contain_text("đã ban hành")

    vera.goto(f"/desk/plan/new?site={site}")
    vera.locator('input[name="checklists"][value="XY"]').check()
    vera.get_by_label("Trưởng đoàn", exact=False).first.select_option(label=cast.alice.name)
    vera.get_by_role("button", name="Phân công", exact=True).click()
    expect(vera.get_by_role("status").filter(has_text="Đã phân công")).to_be_visible()
    assert desk.complaints == []
