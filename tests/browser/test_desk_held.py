"""The office's inbox of what phones sent that waits for a person, and the phones, with a person at the keys."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import expect

from inspect_app.store import changes
from inspect_app.store.tables import TeamMember
from tests.browser.conftest import SITE, Office
from tests.builders import NOW
from tests.cast import Player
from tests.held_cast import push
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Desk

pytestmark = pytest.mark.browser
FIRST, SECOND = "Lan can hở 3 m ở phía thang máy", "Giàn giáo không có tấm kê"
REASON = "Ghi sau khi đã rời đoàn, không có người thứ hai xác nhận"


@pytest.fixture
def vera(office: Office, open_office: Callable[[Player], Desk]) -> Desk:
    """The supervisor's computer; two notes of somebody who had left the team wait for her."""
    phone = office.cast.phone(office.cast.bob)
    with office.cast.writing() as tx:
        tx.get_one(TeamMember, (office.visit, office.cast.bob.id)).removed_at = NOW
        changes.tell(tx, office.cast.bob.id, "gone", office.visit)
        tx.commit()
    notes = [phone.comment(office.visit, "XDK-08", text) for text in (FIRST, SECOND)]
    told = push(office.cast, office.cast.bob, phone, office.visit, *notes)
    assert {state for state, _ in told.values()} == {"held"}
    return open_office(office.cast.vera)


def test_several_are_decided_at_once_and_leave_the_inbox(vera: Desk) -> None:
    page = vera.page
    page.goto("/desk/held")
    group = page.get_by_role("region", name=re.compile(re.escape(SITE)))
    expect(group.get_by_text(FIRST)).to_be_visible()
    expect(group.get_by_text(SECOND)).to_be_visible()
    page.get_by_text("Quyết định cho các mục của cuộc này").click()
    assert stumbling_blocks(page) == []
    group.get_by_role("radio", name="Không nhận").check()
    group.get_by_role("button", name="Ghi quyết định").click()
    expect(page.get_by_text("Chưa chọn mục nào.")).to_be_visible()

    page.get_by_text("Quyết định cho các mục của cuộc này").click()
    group.get_by_label("tất cả 2 mục của cuộc này trên trang này").check()
    group.get_by_role("radio", name="Không nhận").check()
    group.get_by_role("textbox", name="Lý do").fill(REASON)
    group.get_by_role("button", name="Ghi quyết định").click()
    expect(page.get_by_text("2 mục.")).to_be_visible()
    expect(page.get_by_text("Không có mục nào bị giữ lại.")).to_be_visible()
    page.goto("/desk/held?decided=1")
    expect(page.get_by_text(REASON)).to_have_count(2)
    assert stumbling_blocks(page) == []
    assert vera.complaints == []


def test_a_refused_decision_says_what_is_missing_and_back_finds_the_page_again(vera: Desk, office: Office) -> None:
    page = vera.page
    page.goto("/desk/held")
    page.get_by_role("row").filter(has_text=FIRST).get_by_role("link").first.click()
    expect(page.get_by_text("Vì sao giữ lại")).to_be_visible()
    assert stumbling_blocks(page) == []
    page.get_by_role("radio", name="Không nhận").check()
    page.get_by_role("button", name="Ghi quyết định").click()
    error = page.locator(".errors")
    expect(error).to_be_visible()
    expect(page.get_by_role("radio", name="Không nhận")).to_be_checked()
    assert stumbling_blocks(page) == []

    page.get_by_role("link", name=re.compile("^[A-Z]+-")).first.click()
    expect(page).to_have_url(re.compile(f"/desk/inspections/{office.visit}"))
    page.go_back()
    expect(page.get_by_text("Vì sao giữ lại")).to_be_visible()
    expect(error).to_have_count(0)
    page.get_by_role("radio", name="Không nhận").check()
    page.get_by_role("textbox", name="Lý do").fill(REASON)
    page.get_by_role("button", name="Ghi quyết định").click()
    expect(page).to_have_url(re.compile("/desk/held$"))
    expect(page.get_by_text(FIRST)).to_have_count(0)
    expect(page.get_by_text(SECOND)).to_be_visible()
    assert vera.complaints == []


def _contact(office: Office, player: Player) -> UUID:
    """A phone that pushed something and keeps five operations still."""
    phone = office.cast.phone(player)
    note = phone.comment(office.visit, "XDK-08", FIRST)
    assert push(office.cast, player, phone, office.visit, note)[note["id"]][0] == "ok"
    return phone.device


def test_a_lost_phone_is_found_and_revoked(office: Office, open_office: Callable[[Player], Desk]) -> None:
    device = _contact(office, office.cast.bob)
    desk = open_office(office.cast.vera)
    page = desk.page
    page.goto("/desk/devices")
    row = page.get_by_role("row").filter(has_text=str(device)[:8])
    expect(row).to_contain_text(office.cast.bob.name)
    row.get_by_text("Thu hồi", exact=True).click()
    row.get_by_role("textbox").fill("Mất máy trên đường về")
    assert stumbling_blocks(page) == []
    row.get_by_role("button", name="Thu hồi máy này").click()
    expect(page.get_by_text("Đã thu hồi máy và kết thúc mọi phiên trên máy.")).to_be_visible()
    expect(row).to_contain_text("Đã thu hồi")
    expect(row).to_contain_text("Mất máy trên đường về")
    expect(row.get_by_text("Thu hồi", exact=True)).to_have_count(0)
    page.get_by_label("Đã thu hồi").check()
    expect(page.get_by_role("row").filter(has_text=str(device)[:8])).to_be_visible()
    assert stumbling_blocks(page) == []
    assert desk.complaints == []
