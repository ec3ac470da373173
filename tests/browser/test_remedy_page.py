"""The establishment's page on a phone in its browser: proof is sent, twice is once, without network nothing is lost."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from inspect_app.app import create_app
from inspect_app.settings import Settings
from inspect_app.web.request import ground
from tests.cast import Cast
from tests.remedy_cast import Establishment
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Phone
from tests.rigs.server import Server

pytestmark = pytest.mark.browser

SMALLEST = 48  # of what a thumb presses
TARGETS = """() => [...document.querySelectorAll('button, input[type=file], textarea')]
    .map(each => [each.outerHTML.slice(0, 60), each.getBoundingClientRect()])
    .filter(([, box]) => box.height < %d).map(([words, box]) => `${words}: ${box.height}`)"""


@pytest.fixture
def firm(sqlite_url: str, server: Server) -> Iterator[Establishment]:
    variables = {"INSPECT_DATABASE_URL": sqlite_url, "INSPECT_DATA_DIR": str(server.data_dir)}
    app = create_app(Settings.from_environment(variables))
    yield Establishment(Cast(app))
    ground(app).engine.dispose()


@pytest.fixture
def token(firm: Establishment) -> str:
    return firm.link()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photo as a phone takes it."""
    path, out = tmp_path / "lan-can.jpg", io.BytesIO()
    Image.new("RGB", (1600, 1200), (90, 120, 80)).save(out, "JPEG")
    path.write_bytes(out.getvalue())
    return path


@pytest.fixture
def page(open_phone: Callable[..., Phone], server: Server, token: str) -> Page:
    """The link, opened from a message."""
    page = open_phone(server.url).page
    page.goto(f"/remedy/{token}")
    expect(page.get_by_role("heading", name="Nội dung cần khắc phục")).to_be_visible()
    return page


def fill(page: Page, picture: Path, note: str = "Đã lắp lan can cao 1,1 m") -> None:
    form = page.get_by_role("form", name="Gửi bằng chứng về nội dung 1")
    form.get_by_label("Ảnh hoặc tệp PDF").set_input_files(picture)
    form.get_by_label("Đơn vị đã làm gì").fill(note)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_is_nothing_to_stumble_over(
    open_phone: Callable[..., Phone], server: Server, firm: Establishment, token: str, picture: Path, scheme: str
) -> None:
    phone = open_phone(server.url, color_scheme=scheme)
    page, found = phone.page, list[str]()

    def look() -> None:
        found.extend(stumbling_blocks(page))
        found.extend(page.evaluate(TARGETS % SMALLEST))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{page.url} scrolls sideways")

    page.goto(f"/remedy/{token}")
    expect(page.get_by_role("heading", name="Nội dung cần khắc phục")).to_be_visible()
    look()
    fill(page, picture)
    page.get_by_role("button", name="Gửi cho cơ quan").first.click()
    expect(page.get_by_role("status").filter(has_text="Cơ quan đã nhận 2 mục")).to_be_visible()
    look()
    page.goto(f"/remedy/{'A' * 43}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look()
    assert found == []
    assert phone.complaints == []
    assert [each.kind for each in firm.proofs()] == ["photo", "note"]


def test_a_thumb_that_comes_down_twice_sends_once(firm: Establishment, page: Page, picture: Path) -> None:
    fill(page, picture)
    page.get_by_role("button", name="Gửi cho cơ quan").first.dblclick(no_wait_after=True)

    expect(page.get_by_role("heading", name="Biên nhận: cơ quan đã nhận 2 mục")).to_be_visible()
    assert [each.kind for each in firm.proofs()] == ["photo", "note"]


def test_the_same_photo_again_is_told_and_not_kept_twice(firm: Establishment, page: Page, picture: Path) -> None:
    for told in ("Cơ quan đã nhận 2 mục", "2 mục đã có từ trước"):
        fill(page, picture)
        page.get_by_role("button", name="Gửi cho cơ quan").first.click()
        expect(page.get_by_role("status").filter(has_text=told)).to_be_visible()
    assert len(firm.proofs()) == 2


def test_without_network_nothing_is_said_to_have_arrived(
    firm: Establishment, page: Page, token: str, picture: Path
) -> None:
    fill(page, picture)
    page.context.set_offline(True)
    page.get_by_role("button", name="Gửi cho cơ quan").first.click(no_wait_after=True)
    expect(page.get_by_role("heading", name="Nội dung cần khắc phục")).to_have_count(0)  # the browser's own page
    assert firm.proofs() == []

    page.context.set_offline(False)
    page.goto(f"/remedy/{token}")
    expect(page.get_by_role("heading", name="Nội dung cần khắc phục")).to_be_visible()
    expect(page.get_by_role("heading", name="Biên nhận")).to_have_count(0)
    fill(page, picture)
    page.get_by_role("button", name="Gửi cho cơ quan").first.click()
    expect(page.get_by_role("heading", name="Biên nhận: cơ quan đã nhận 2 mục")).to_be_visible()
    assert len(firm.proofs()) == 2
