"""A walk past every screen of the phone application: the same one for the pictures and for the checks of access."""

from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.phone import Field, a_photo

FAILING, DIFFERING, COUNTED, DATED, MEASURED = "XDK-03", "XDK-02", "XDK-05", "XDK-07", "XDK-26"


def tour(me: Field, sign_in: Callable[[Field], None], differ: Callable[[str], None], folder: Path) -> Iterator[str]:
    """Stops at each screen and names it. `differ(item)` lets a colleague, who has seen none of it, say "Đạt" to an
    item, and waits until the server has it."""
    me.open()
    expect(me.page.get_by_role("button", name="Đăng nhập", exact=True)).to_be_visible()
    yield "sign-in"
    sign_in(me)
    expect(me.page.get_by_role("heading", name="Đặt mã PIN")).to_be_visible()
    yield "set-pin"
    me.set_pin()
    me.wait_for_server()
    yield "work"
    card = me.page.locator(".card").filter(has_text="Chưa bắt đầu").first
    site = card.get_by_role("heading").inner_text()
    me.visit(site)
    yield "visit"
    me.page.get_by_role("button", name="Lấy vị trí").click()
    expect(me.page.locator(".place")).to_be_visible()
    yield "position"
    me.begin()
    yield from _answers(me, folder)
    differ(DIFFERING)
    yield from _decision(me)
    yield from _ending(me)
    yield from _phone(me)


def _answers(me: Field, folder: Path) -> Iterator[str]:
    me.item("XDK-G1").answer("Có")
    me.item(DIFFERING).answer("Không đạt")
    me.item(DIFFERING).note("Không có biển tải trọng ở sàn công tác tầng 5")
    yield "checklist"
    me.item(DIFFERING).element.locator(".law-button").click()
    me.item(DIFFERING).element.scroll_into_view_if_needed()
    yield "law"
    failing = me.find(FAILING)
    failing.answer("Không đạt")
    yield "finding"
    failing.add_photo(a_photo(folder / "scaffold.jpg", 20))
    failing.button("Thiếu giằng chéo").click()
    failing.element.get_by_label("Đề xuất tạm dừng, đình chỉ").check()
    failing.element.get_by_label("Thời hạn đề nghị").scroll_into_view_if_needed()
    yield "finding-details"
    failing.element.locator(".thumb").click()
    expect(me.page.locator(".photo-viewer img")).to_be_visible()
    yield "photo"
    me.page.get_by_role("button", name="Rút ảnh").click()
    expect(me.page.get_by_label("Lý do rút ảnh")).to_be_visible()
    yield "withdraw"
    me.page.go_back()
    expect(me.page.locator("dialog")).to_have_count(0)
    failing.button("Kính ngắm").click()
    expect(me.page.get_by_role("button", name="Chụp")).to_be_enabled()
    yield "viewfinder"
    me.page.go_back()
    expect(me.page.locator("dialog")).to_have_count(0)
    me.page.get_by_role("button", name="Mục lục, tìm").click()
    expect(me.page.get_by_label("Tìm trong phiếu")).to_be_visible()
    yield "contents"
    me.page.get_by_label("Tìm trong phiếu").fill("lan can")
    expect(me.page.locator(".found button").first).to_be_visible()
    yield "search"
    me.page.go_back()
    expect(me.page.locator("dialog")).to_have_count(0)
    me.find(COUNTED)
    yield "count"
    me.find(DATED)
    yield "date"
    me.find("XDK-G4").answer("Có")
    measured = me.find(MEASURED)
    measured.number("17,5")
    expect(measured.element.get_by_text("thấp hơn giới hạn")).to_be_visible()
    yield "number"
    yield from _review(me)


def _review(me: Field) -> Iterator[str]:
    me.review()
    yield "review"
    me.page.get_by_role("link", name="Gửi", exact=True).click()
    expect(me.page.get_by_text("việc phải làm trước khi gửi")).to_be_visible()
    yield "send-blocked"
    me.page.go_back()


def _decision(me: Field) -> Iterator[str]:
    me.go("#/")
    me.page.get_by_role("button", name="Tải việc mới").click()
    me.page.go_back()
    expect(me.page.get_by_text(f"{DIFFERING}: hai kết quả khác nhau, cần quyết định.")).to_be_visible()
    me.page.get_by_text(f"{DIFFERING}: hai kết quả khác nhau, cần quyết định.").click()
    item = me.item(DIFFERING)
    expect(item.element.get_by_text("Hai kết quả khác nhau.")).to_be_visible()
    yield "conflict"
    item.button("Ghi kết quả thứ ba").click()
    yield "third-answer"
    item.button("Không áp dụng").click()
    expect(me.page.get_by_role("dialog")).to_contain_text("Thay cho")
    yield "decide"
    item.confirm("Không áp dụng")
    expect(item.element.get_by_text("Hai kết quả khác nhau.")).to_be_hidden()


def _ending(me: Field) -> Iterator[str]:
    measured = me.find(MEASURED)
    measured.number("20")
    measured.page.wait_for_timeout(200)
    me.review()
    me.page.get_by_role("link", name="Ký", exact=True).click()
    expect(me.page.get_by_role("link", name="Đối tượng từ chối ký")).to_be_visible()
    yield "signers"
    me.page.get_by_role("link", name="Đối tượng từ chối ký").click()
    yield "refusal"
    me.page.get_by_label("Lý do từ chối ký").fill("Đại diện vắng mặt, người quản lý không ký thay")
    me.page.get_by_label("Người chứng kiến").fill("Lý Văn Tú")
    me.page.get_by_role("button", name="Ghi việc từ chối ký").click()
    me.page.get_by_role("link", name="Kiểm tra viên").click()
    me.page.get_by_role("link", name="Đọc biên bản").click()
    expect(me.page.get_by_text("Mã SHA-256 của bản này")).to_be_visible()
    yield "paper"
    me.page.get_by_role("button", name="Quay lại").click()
    me.draw()
    yield "pad"
    me.page.get_by_role("button", name="Ký", exact=True).click()
    expect(me.page.get_by_role("img", name="Chữ ký của").first).to_be_visible()
    yield "signed"
    me.phone.offline()
    me.page.get_by_role("link", name="Gửi", exact=True).click()
    expect(me.page.get_by_text("Sẽ gửi")).to_be_visible()
    yield "send-offline"
    me.page.get_by_role("button", name="Gửi", exact=True).click()
    expect(me.page.get_by_text("Đã chốt trên máy, đang chờ gửi.")).to_be_visible()
    yield "sent-offline"
    me.go("#/device")
    expect(me.page.get_by_text("Mất máy lúc này sẽ mất:")).to_be_visible()
    yield "at-risk"
    me.page.get_by_role("button", name="Đăng xuất").click()
    expect(me.page.get_by_role("button", name="Khóa và giữ trên máy")).to_be_visible()
    yield "sign-out-unsent"
    me.page.go_back()
    me.page.go_back()
    me.phone.offline(False)
    expect(me.page.get_by_text("Đã gửi xong, đã đối chiếu.")).to_be_visible(timeout=60_000)
    yield "sent"


def _phone(me: Field) -> Iterator[str]:
    me.go("#/device")
    expect(me.page.get_by_role("heading", name="Kiểm tra máy")).to_be_visible()
    yield "device"
    me.page.get_by_role("button", name="Đăng xuất").click()
    expect(me.page.get_by_role("dialog")).to_be_visible()
    yield "sign-out"
    me.page.go_back()
    me.page.reload()
    expect(me.page.get_by_role("button", name="Mở khóa")).to_be_visible()
    yield "unlock"
