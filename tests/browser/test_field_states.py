"""Empty, failing, revoked, full: each state of the field says what happened, what is safe and what to do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from inspect_app.store import changes
from inspect_app.store.tables import TeamMember
from tests.browser.conftest import SITE, Office
from tests.browser.phone import Field
from tests.cast import Player
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Phone

pytestmark = pytest.mark.browser
# A disk that is full: every write fails, also a small one, while reading goes on.
FULL_DISK = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function () { throw new DOMException("disk", "QuotaExceededError"); };
  IDBObjectStore.prototype.add = IDBObjectStore.prototype.put;
  window.freeDisk = () => { IDBObjectStore.prototype.put = put; };
}"""


def test_the_first_sign_in_without_network_says_what_is_needed(
    office: Office, open_phone: Callable[..., Phone]
) -> None:
    field = Field(open_phone(office.server.url))
    field.open()
    field.phone.offline()
    field.sign_in(office.cast.bob)
    expect(field.page.get_by_role("alert")).to_contain_text("mạng")
    assert stumbling_blocks(field.page) == []
    field.phone.offline(False)
    field.sign_in(office.cast.bob)
    expect(field.page.get_by_role("heading", name="Đặt mã PIN")).to_be_visible()


def test_nobody_has_assigned_anything(office: Office, open_field: Callable[[Player], Field]) -> None:
    carol = open_field(office.cast.carol)
    expect(carol.page.get_by_text("Chưa có cuộc kiểm tra nào được phân công.")).to_be_visible()
    assert stumbling_blocks(carol.page) == []


def test_a_wrong_pin_makes_wait_and_never_wipes(bob: Field) -> None:
    bob.page.reload()
    for _ in range(6):
        button = bob.page.get_by_role("button", name="Mở khóa")
        if button.is_disabled():
            break
        bob.page.get_by_label("Mã PIN").fill("000000")
        button.click()
        expect(bob.page.get_by_role("alert")).to_contain_text("Mã PIN chưa đúng")
    expect(bob.page.get_by_role("alert")).to_contain_text("Dữ liệu vẫn an toàn")
    expect(bob.page.get_by_role("button", name="Mở khóa")).to_be_enabled(timeout=60_000)
    bob.unlock()
    bob.at_home()
    expect(bob.page.get_by_text(SITE)).to_be_visible()


def test_a_revoked_assignment_can_be_read_and_not_written(bob: Field, office: Office) -> None:
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.wait_until_verified("XDK-G1")
    with office.cast.writing() as tx:
        seat = tx.get(TeamMember, (office.visit, office.cast.bob.id))
        assert seat is not None
        seat.removed_at = office.cast.now
        changes.tell(tx, office.cast.bob.id, "gone", office.visit)
        tx.commit()
    bob.go("#/")
    bob.page.get_by_role("button", name="Tải việc mới").click()
    expect(bob.page.get_by_text("Đã thu hồi phân công, chỉ xem")).to_be_visible()
    bob.visit(SITE)
    expect(bob.page.get_by_text("Phân công này đã được thu hồi.")).to_be_visible()
    assert stumbling_blocks(bob.page) == []
    bob.page.get_by_role("button", name="Xem phiếu").click()
    expect(bob.item("XDK-01").button("Đạt")).to_be_disabled()


def test_a_full_disk_is_said_at_once_and_nothing_written_is_lost(bob: Field) -> None:
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    expect(bob.item("XDK-G1").word()).to_have_text("trên máy")
    bob.page.evaluate(FULL_DISK)
    bob.item("XDK-01").button("Đạt").click()
    alert = bob.page.get_by_role("alert").filter(has_text="an toàn")
    expect(alert).to_be_visible()
    expect(alert.get_by_role("button", name="Máy và dữ liệu")).to_be_visible()
    assert stumbling_blocks(bob.page) == []
    bob.page.reload()
    bob.unlock()
    expect(bob.item("XDK-G1").element).to_have_attribute("data-verdict", "answered")


def test_the_back_button_closes_what_is_open_and_loses_nothing(bob: Field) -> None:
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.item("XDK-03").answer("Không đạt")
    bob.item("XDK-03").element.get_by_label("Ghi chú").press_sequentially("Thiếu tấm kê ở trụ", delay=10)
    bob.page.get_by_role("button", name="Mục lục, tìm").click()
    expect(bob.page.get_by_role("dialog")).to_be_visible()
    bob.page.go_back()
    expect(bob.page.get_by_role("dialog")).to_have_count(0)
    expect(bob.item("XDK-03").element.get_by_label("Ghi chú")).to_have_value("Thiếu tấm kê ở trụ")
    bob.page.go_back()
    expect(bob.page.get_by_role("button", name="Tiếp tục kiểm tra")).to_be_visible()
    bob.page.go_back()
    bob.at_home()
    bob.page.go_forward()
    bob.go_on()
    expect(bob.item("XDK-03").open().element.get_by_label("Ghi chú")).to_have_value("Thiếu tấm kê ở trụ")
