"""The phone application as a person uses it: by the words on the screen, never by the inside of the page."""

import io
import re
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from tests.cast import PASSWORD, Player
from tests.rigs.chromium import Phone

PIN = "204681"
WORD = re.compile("^(trên máy|đã gửi|đã đối chiếu)$")
NEXT = re.compile(r"^Chưa trả lời \d+$")


def local_today() -> date:
    """The day in Thái Nguyên."""
    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()


def a_photo(path: Path, seed: int = 0) -> Path:
    """A real JPEG of 1600×1200; another seed, another picture."""
    picture = Image.linear_gradient("L").resize((1600, 1200)).rotate(seed).convert("RGB")
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=80)
    path.write_bytes(stream.getvalue())
    return path


class Item:
    """One item of the checklist, on whatever page the phone has open."""

    def __init__(self, phone: Phone, code: str) -> None:
        self._phone = phone
        self._code = code

    @property
    def page(self) -> Page:
        return self._phone.page

    @property
    def element(self) -> Locator:
        return self.page.locator(f'[data-item="{self._code}"]')

    def open(self) -> "Item":
        """Unfold it when it is one line."""
        expect(self.element).to_be_visible()
        fold = self.element.locator(".fold")
        if fold.is_visible():
            fold.click()
        return self

    def button(self, name: str) -> Locator:
        return self.element.get_by_role("button", name=name, exact=True)

    def answer(self, word: str) -> None:
        self.open().button(word).click()
        expect(self.button(word)).to_have_attribute("aria-pressed", "true")

    def decide(self, way: str, words: str) -> None:
        """Choose between differing answers, and confirm what is asked."""
        self.button(way).click()
        self.confirm(words)

    def confirm(self, words: str) -> None:
        self.page.get_by_role("dialog").get_by_role("button", name=f"Quyết định “{words}").click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def note(self, text: str) -> None:
        """A failing item opens the field by itself when the screen is next idle; the button is gone then."""
        field, button = self.element.get_by_label("Ghi chú"), self.button("Ghi chú")
        for _ in range(30):
            if field.is_visible():
                break
            with suppress(NotInTime):
                button.click(timeout=1_000)
        field.fill(text)
        field.blur()

    def add_photo(self, file: Path) -> None:
        before = self.element.locator(".thumb").count()
        with self.page.expect_file_chooser() as chooser:
            self.button("Thêm ảnh").click()
        chooser.value.set_files(file)
        expect(self.element.locator(".thumb")).to_have_count(before + 1)

    def number(self, text: str) -> None:
        field = self.element.get_by_label("Số đo")
        field.fill(text)
        field.blur()

    def word(self) -> Locator:
        """Where its data are: trên máy, đã gửi, đã đối chiếu."""
        return self.element.locator(".word:visible, .fold-word:visible")


class Field:
    """The screens of one person's phone."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone

    @property
    def page(self) -> Page:
        return self.phone.page

    def open(self) -> None:
        self.page.goto("/field/")

    def sign_in(self, player: Player, password: str = PASSWORD) -> None:
        self.page.get_by_label("Tên đăng nhập").fill(player.username)
        self.page.get_by_label("Mật khẩu").fill(password)
        self.page.get_by_role("button", name="Đăng nhập", exact=True).click()

    def set_pin(self) -> None:
        self.page.get_by_label("Mã PIN, 6 chữ số").fill(PIN)
        self.page.get_by_label("Nhập lại mã PIN").fill(PIN)
        self.page.get_by_role("button", name="Đặt mã PIN").click()
        self.at_home()

    def unlock(self) -> None:
        self.page.get_by_label("Mã PIN").fill(PIN)
        self.page.get_by_role("button", name="Mở khóa").click()

    def start(self, player: Player) -> None:
        """From nothing to "Việc của tôi", with everything the phone needs to work without network."""
        self.open()
        self.sign_in(player)
        self.set_pin()
        self.wait_for_server()
        self.wait_until_whole()

    def next_morning(self) -> None:
        """The browser was closed and is opened again. It writes the cookie of a sign-in down half a minute late, so
        that a phone whose battery dies at once after it has to sign in again; a day later it has not."""
        self.phone.close()
        self.phone.open()
        self.open()
        self.unlock()
        self.at_home()
        self.wait_for_server()

    def wait_until_whole(self) -> None:
        """The service worker keeps every file: from now on the phone needs no network."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        expect(self.page.get_by_text("Đang tải phần dùng khi mất mạng")).to_be_hidden(timeout=15_000)

    def wait_for_server(self) -> None:
        expect(self.page.get_by_text("Đã đối chiếu với máy chủ lúc")).to_be_visible()

    def wait_for_sending(self) -> None:
        expect(self.page.get_by_role("link", name="Dữ liệu: đã gửi")).to_be_visible(timeout=30_000)

    def at_rest(self) -> None:
        """What the last touch set off is done: its transaction, and what the screen repaints when it is idle."""
        self.page.evaluate("new Promise((done) => setTimeout(() => requestIdleCallback(() => setTimeout(done)), 250))")

    def at_home(self) -> None:
        expect(self.page.get_by_role("heading", name="Việc của tôi")).to_be_visible()

    def visit(self, site: str) -> None:
        self.page.get_by_role("link", name=re.compile(re.escape(site))).click()
        expect(self.page.get_by_role("heading", name=site, level=2)).to_be_visible()

    def begin(self) -> None:
        self.page.get_by_role("button", name="Bắt đầu kiểm tra").click()
        expect(self.page.locator(".item").first).to_be_visible()

    def go_on(self) -> None:
        self.page.get_by_role("button", name="Tiếp tục kiểm tra").click()
        expect(self.page.locator(".item").first).to_be_visible()

    def item(self, code: str) -> Item:
        return Item(self.phone, code)

    def find(self, code: str) -> Item:
        """Go to an item through the search of the drawer."""
        self.page.get_by_role("button", name="Mục lục, tìm").click()
        self.page.get_by_label("Tìm trong phiếu").fill(code)
        self.page.locator(".found button").first.click()
        item = self.item(code)
        expect(item.element).to_be_focused()
        return item

    def answer_all(self, most: int = 200) -> int:
        """Answer whatever is unanswered so that it passes; how many there were."""
        button = self.page.get_by_role("button", name=NEXT)
        for done in range(most):
            if button.is_disabled():
                return done
            button.click()
            focused = self.page.locator("article.item:focus")
            expect(focused).to_have_attribute("data-verdict", "unanswered")
            code = focused.get_attribute("data-item")
            assert code is not None
            self._answer_well(self.item(code))
            expect(self.item(code).element).not_to_have_attribute("data-verdict", "unanswered")
            # Written, and then what the answer changes elsewhere has been shown: the button counts what is left.
            expect(self.item(code).word()).to_have_text(WORD)
            self.page.evaluate("new Promise((done) => requestIdleCallback(() => setTimeout(done)))")
        raise AssertionError(f"still unanswered after {most} answers")

    def _answer_well(self, item: Item) -> None:
        """Whatever its type asks for."""
        kind = item.element.locator(".answers").get_attribute("data-type")
        if kind == "pass-fail":
            item.button("Đạt").click()
        elif kind == "choice":
            item.element.locator(".answer").first.click()
        elif kind == "number":
            item.number("20")
        elif kind == "count":
            for field in item.element.locator(".counts input").all():
                field.fill("0")
                field.blur()
        elif kind == "date":
            asked = item.element.get_by_label(re.compile("^Ngày (gần nhất|hết hạn)$"))
            asked.fill(local_today().isoformat())
            asked.blur()
        else:
            item.element.get_by_label("Trả lời").fill("Đã xem hồ sơ tại chỗ")
            item.element.get_by_label("Trả lời").blur()

    def wait_until_verified(self, code: str) -> None:
        expect(self.item(code).word()).to_have_text("đã đối chiếu", timeout=30_000)

    def review(self) -> None:
        self.page.get_by_role("link", name="Xem lại").click()
        expect(self.page.get_by_role("heading", name="Xem lại", exact=True)).to_be_visible()
        expect(self.page.get_by_role("heading", name="BIÊN BẢN KIỂM TRA")).to_be_visible()

    def sign(self, role: str, name: str | None = None) -> None:
        """From the list of signers, and back to it."""
        self.page.get_by_role("link", name=role).click()
        expect(self.page.get_by_role("heading", name=f"Ký: {role}")).to_be_visible()
        if name is not None:
            self.page.get_by_label("Họ và tên").fill(name)
        self.draw()
        self.page.get_by_role("button", name="Ký", exact=True).click()
        expect(self.page.get_by_role("img", name="Chữ ký của").first).to_be_visible()

    def draw(self) -> None:
        box = self.page.locator(".pad").bounding_box()
        assert box is not None
        mouse = self.page.mouse
        mouse.move(box["x"] + 50, box["y"] + 90)
        mouse.down()
        for step in range(12):
            mouse.move(box["x"] + 50 + step * 18, box["y"] + 90 + (45 if step % 2 else -25))
        mouse.up()

    def send(self) -> None:
        """From any screen that leads to it."""
        self.page.get_by_role("link", name="Gửi", exact=True).click()
        self.page.get_by_role("button", name="Gửi", exact=True).click()

    def go(self, hash_: str) -> None:
        self.page.evaluate("hash => { location.hash = hash }", hash_)
