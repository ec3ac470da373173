"""The phone itself: what its loss would cost, what the server confirmed, leaving it, and several people on one."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import SITE, Office
from tests.browser.phone import PIN, Field, a_photo
from tests.cast import Player
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Phone

pytestmark = pytest.mark.browser


def _write_something(bob: Field, folder: Path) -> None:
    bob.phone.offline()
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.item("XDK-03").answer("Không đạt")
    bob.item("XDK-03").add_photo(a_photo(folder / "photo.jpg"))


def test_the_phone_says_what_its_loss_would_cost_and_then_that_the_server_has_it(bob: Field, tmp_path: Path) -> None:
    _write_something(bob, tmp_path)
    bob.go("#/device")
    risk = bob.page.locator(".risk")
    expect(risk).to_contain_text("Mất máy lúc này sẽ mất:")
    expect(risk).to_contain_text("2 câu trả lời")
    expect(risk).to_contain_text("1 ảnh")
    expect(risk).to_contain_text("Cũ nhất từ")
    expect(risk).to_contain_text(SITE)
    expect(bob.page.get_by_text("Chưa có xác nhận nào của máy chủ.")).to_be_visible()
    assert stumbling_blocks(bob.page) == []
    bob.phone.offline(False)
    expect(risk).to_contain_text("Mất máy lúc này không mất gì.", timeout=30_000)
    receipt = bob.page.locator(".checks li").filter(has_text=SITE)
    expect(receipt).to_contain_text(re.compile(r"đã nhận đến mục thứ \d+ của máy này lúc .*, chữ ký đúng"))
    expect(bob.page.get_by_text("Máy ký được")).to_be_visible()
    bob.page.get_by_role("button", name="Đối chiếu lại").click()
    expect(bob.page.get_by_text("Máy chủ giữ đủ mọi mục, mọi ảnh máy này đã gửi")).to_be_visible(timeout=30_000)
    assert stumbling_blocks(bob.page) == []
    assert bob.phone.complaints == []


def test_the_file_says_who_can_open_it(bob: Field, tmp_path: Path) -> None:
    _write_something(bob, tmp_path)
    bob.go("#/device")
    expect(bob.page.get_by_text("Tệp được khóa: chỉ Sở Xây dựng tỉnh Thái Nguyên mở được")).to_be_visible()
    with bob.page.expect_download() as download:
        bob.page.get_by_role("button", name="Xuất dữ liệu chưa gửi").click()
    assert download.value.suggested_filename.endswith(".ktz")
    expect(bob.page.get_by_text("1 ảnh; chỉ cơ quan mở được")).to_be_visible()


def test_a_file_that_anybody_can_read_is_asked_for_twice(
    office: Office, open_phone: Callable[..., Phone], tmp_path: Path
) -> None:
    phone = open_phone(office.server.url)
    phone.context.route("**/api/v1/session", _without_the_key)
    bob = Field(phone)
    bob.start(office.cast.bob)
    _write_something(bob, tmp_path)
    bob.go("#/device")
    expect(bob.page.get_by_text("nên ai cầm tệp cũng đọc được")).to_be_visible()
    bob.page.get_by_role("button", name="Xuất dữ liệu chưa gửi").click()
    expect(bob.page.get_by_role("dialog")).to_contain_text("Tệp không được khóa")
    assert stumbling_blocks(bob.page) == []
    with bob.page.expect_download() as download:
        bob.page.get_by_role("button", name="Vẫn xuất tệp không khóa").click()
    assert download.value.suggested_filename.endswith("-khong-ma-hoa.zip")


def _without_the_key(route: Route) -> None:
    """A server that has no key for the agency yet."""
    if route.request.method == "DELETE":
        route.continue_()
        return
    answer = route.fetch()
    told = {**answer.json(), "agency_key": None} if answer.ok else answer.json()
    route.fulfill(response=answer, json=told)


def test_leaving_with_unsent_data_offers_three_ways_and_locking_keeps_everything(bob: Field, tmp_path: Path) -> None:
    _write_something(bob, tmp_path)
    bob.go("#/device")
    bob.page.get_by_role("button", name="Đăng xuất").click()
    ways = bob.page.get_by_role("dialog")
    expect(ways).to_contain_text("chưa gửi. Đăng xuất không xóa mục nào.")
    for name in ("Gửi ngay rồi đăng xuất", "Khóa và giữ trên máy", "Xuất tệp rồi đăng xuất"):
        expect(ways.get_by_role("button", name=name)).to_be_visible()
    assert stumbling_blocks(bob.page) == []
    ways.get_by_role("button", name="Khóa và giữ trên máy").click()
    bob.page.get_by_role("button", name="Mở bằng mã PIN").click()
    bob.unlock()
    bob.go("#/")
    bob.visit(SITE)
    bob.go_on()
    expect(bob.item("XDK-03").element).to_have_attribute("data-verdict", "fail")
    expect(bob.item("XDK-03").open().element.locator(".thumb")).to_have_count(1)


def test_the_pin_screen_names_whose_phone_it_is_and_lets_a_colleague_in(bob: Field, office: Office) -> None:
    alice: Player = office.cast.alice
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.wait_until_verified("XDK-G1")
    bob.go("#/device")
    bob.page.get_by_role("button", name="Khóa ứng dụng").click()
    expect(bob.page.get_by_text("Máy đang giữ dữ liệu của")).to_be_visible()
    expect(bob.page.locator("main")).to_contain_text(office.cast.bob.name)
    bob.page.get_by_role("button", name="Đăng nhập bằng mật khẩu").click()
    bob.sign_in(alice)
    bob.page.get_by_label("Mã PIN, 6 chữ số").fill(PIN[::-1])
    bob.page.get_by_label("Nhập lại mã PIN").fill(PIN[::-1])
    bob.page.get_by_role("button", name="Đặt mã PIN").click()
    bob.at_home()
    bob.wait_for_server()
    expect(bob.page.locator(".who")).to_contain_text(alice.name)
    bob.visit(SITE)
    expect(bob.page.get_by_role("button", name="Bắt đầu kiểm tra")).to_be_visible()

    bob.page.reload()
    expect(bob.page.locator("main")).to_contain_text(alice.name)
    assert stumbling_blocks(bob.page) == []
    bob.page.get_by_role("button", name=f"Mở bằng mã PIN: {office.cast.bob.name}").click()
    expect(bob.page.get_by_role("button", name=f"Mở bằng mã PIN: {alice.name}")).to_be_visible()
    bob.unlock()
    bob.at_home()
    bob.visit(SITE)
    expect(bob.page.get_by_role("button", name="Tiếp tục kiểm tra")).to_be_visible()
    assert bob.phone.complaints == []
