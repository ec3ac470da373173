"""Photographs every screen into docs/screens/: the phone at 360×780, the office at 1440×900. Run by `make screens`."""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.browser.desk_tour import CAST, DeskTour
from tests.browser.field_tour import DIFFERING, tour
from tests.browser.phone import Field
from tests.rigs import chromium
from tests.rigs.chromium import Desk, Phone
from tests.rigs.server import TOP, Server

FOLDER = TOP / "docs" / "screens"
INSPECTOR, COLLEAGUES = "so-xay-dung.inspector1", ("so-xay-dung.inspector2", "so-xay-dung.leader")
# The other themes of the screens that are looked at longest.
MAIN = ("work", "visit", "checklist", "finding", "conflict", "review")
THEMES = ("dark", "sun")
MAIN_AT_THE_OFFICE = {
    "today-page",
    "inspections-page",
    "review-page",
    "violations-listing",
    "violations-one",
    "follow-up-listing",
    "figures-page",
    "maps-commune",
    "plans-page",
}


@contextmanager
def installation(folder: Path) -> Iterator[tuple[Server, str]]:
    """A server with the demo data in a folder of its own, and the demo password."""
    data = folder / "instance"
    outside = {name: value for name, value in os.environ.items() if not name.startswith("INSPECT_")}
    for command in ("migrate", "demo", "worker --once"):
        subprocess.run(
            [sys.executable, "run.py", *command.split()],
            cwd=TOP,
            env={**outside, "INSPECT_DATA_DIR": str(data)},
            check=True,
            stdout=subprocess.DEVNULL,
        )
    server = Server(f"sqlite:///{data / 'inspect.sqlite3'}", data)
    server.start()
    try:
        yield server, (data / "demo-password").read_text("ascii")
    finally:
        server.stop()


class Photographer:
    """Writes one PNG per screen and theme."""

    def __init__(self, place: str) -> None:
        self._folder = FOLDER / place
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._number = 0

    def shoot(self, page: Page, name: str, themes: tuple[str, ...] = ()) -> None:
        self._number += 1
        page.wait_for_timeout(300)  # pictures are still being decoded
        self._keep(page, name)
        for theme in themes:
            page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            self._keep(page, f"{name}-{theme}")
            page.evaluate("delete document.documentElement.dataset.theme")

    def _keep(self, page: Page, name: str) -> None:
        """Few colours are enough for a screen, and keep the repository small."""
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(64)
        picture.save(self._folder / f"{self._number:02}-{name}.png", optimize=True)


def _signed_in(phone: Phone, username: str, password: str) -> Field:
    field = Field(phone)
    field.open()
    _sign_in(field, username, password)
    field.set_pin()
    field.wait_for_server()
    field.wait_until_whole()
    return field


def _sign_in(field: Field, username: str, password: str) -> None:
    field.page.get_by_label("Tên đăng nhập").fill(username)
    field.page.get_by_label("Mật khẩu").fill(password)
    field.page.get_by_role("button", name="Đăng nhập", exact=True).click()


def field(playwright: Playwright, server: Server, password: str, folder: Path) -> None:
    """The phone, on a visit nobody has begun, together with a colleague who is offline at first."""
    with ExitStack() as end:

        def phone(name: str) -> Phone:
            made = Phone(playwright, folder / name, server.url)
            end.callback(made.close)
            return made

        mine = _signed_in(phone("scout"), INSPECTOR, password)
        todo = mine.page.locator(".card").filter(has_text="Chưa bắt đầu")
        site = todo.first.get_by_role("heading").inner_text()
        colleague = next(
            found
            for found in (_signed_in(phone(name), name, password) for name in COLLEAGUES)
            if found.page.get_by_role("link", name=site).count()
        )
        # Offline before beginning, or the visit would no longer be a new one on the phone that is photographed.
        colleague.phone.offline()
        colleague.visit(site)
        colleague.begin()

        def differ(item: str) -> None:
            colleague.item("XDK-G1").answer("Có")
            colleague.item(item).answer("Đạt")
            colleague.phone.offline(False)
            colleague.wait_until_verified(item)

        me = Field(phone("mine"))
        camera = Photographer("field")
        for screen in tour(me, lambda it: _sign_in(it, INSPECTOR, password), differ, folder):
            camera.shoot(me.page, screen, THEMES if screen in MAIN else ())
    assert DIFFERING


def desk(playwright: Playwright, server: Server, password: str) -> None:
    """The office: every kind of page its links lead to."""
    with chromium.launch(playwright) as browser:
        camera, walk = Photographer("desk"), DeskTour()
        for username in CAST:
            office = Desk(browser, server.url)
            office.page.goto("/desk/sign-in")
            if username == CAST[0]:
                camera.shoot(office.page, "sign-in")
            enter(office.page, username, password)
            for name in walk.walk(office.page):
                camera.shoot(office.page, name, ("dark",) if name in MAIN_AT_THE_OFFICE else ())
            office.close()


def enter(page: Page, username: str, password: str) -> None:
    """Sign in at the office."""
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def overview() -> None:
    """The picture of the README: the phone beside the office."""
    phone = Image.open(next((FOLDER / "field").glob("*-number.png"))).convert("RGB")
    office = Image.open(next((FOLDER / "desk").glob("*-violations-listing.png"))).convert("RGB")
    height, gap = 640, 24
    both = [each.resize((each.width * height // each.height, height)) for each in (phone, office)]
    picture = Image.new("RGB", (sum(each.width for each in both) + 3 * gap, height + 2 * gap), "#9aa7a8")
    picture.paste(both[0], (gap, gap))
    picture.paste(both[1], (both[0].width + 2 * gap, gap))
    picture.save(FOLDER / "overview.png", optimize=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        with installation(folder) as (server, password):
            field(playwright, server, password, folder)
            desk(playwright, server, password)
    overview()


if __name__ == "__main__":
    main()
