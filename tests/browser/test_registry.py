"""The registry and the follow-up list in a real Chromium: nothing to stumble over, and whole without script."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from inspect_app.app import create_app
from inspect_app.domain.deadlines import local_day
from inspect_app.settings import Settings
from inspect_app.web.request import ground
from tests.cast import PASSWORD, Cast, Player
from tests.registry_cast import Registry
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Desk
from tests.rigs.server import Server

pytestmark = pytest.mark.browser

LONG = "Chung cư cao tầng Gia Sàng – khối đế thương mại và hai tầng hầm, hạng mục phần thân và hoàn thiện mặt ngoài"


@dataclass(frozen=True, slots=True)
class Office:
    """A running server, its people, and sixty violations, one of them with everything."""

    server: Server
    cast: Cast
    registry: Registry
    full: UUID
    today: date


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path, serve: Callable[..., Server]) -> Iterator[Office]:
    server = serve(sqlite_url)
    variables = {"INSPECT_DATABASE_URL": sqlite_url, "INSPECT_DATA_DIR": str(server.data_dir)}
    app = create_app(Settings.from_environment(variables))
    registry = Registry(Cast(app))
    today = local_day(ground(app).clock())
    site = registry.site(LONG)
    states = ("recorded", "remedying", "reported", "remedied", "closed")
    for number in range(60):
        registry.add(
            deadline=today + timedelta(days=number - 20),
            severity=1 + number % 4,
            remedy_status=states[number % 5],
            sanction_status=("none", "proposed", "decided", "time-barred")[number % 4],
            stop_status=("none", "suspension-proposed", "suspension-decided")[number % 3],
        )
    registry.add(site=site, found_on=today - timedelta(days=200), remedy_status="closed")
    full = registry.add(
        site=site,
        found_on=today - timedelta(days=30),
        deadline=today - timedelta(days=2),
        title="Mép sàn tầng 5, lỗ thang máy và giếng trời không có lan can, không có lưới đỡ",
        observed="Hở khoảng 3 m ở phía thang máy.",
        severity=4,
        penalties=["283-32.3a", "16-15.2c"],
        basis=[{"label": "QCVN 18:2021/BXD", "at": "mục 2.7", "title": "", "confidence": "title-only"}],
        search_key="mep san tang 5",
    )
    yield Office(server, registry.cast, registry, full, today)
    ground(app).engine.dispose()


def sign_in(page: Page, who: Player) -> None:
    page.goto("/desk/sign-in")
    page.get_by_label("Tên đăng nhập").fill(who.username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page).not_to_have_url(re.compile("sign-in"))


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (768, "dark")])
def test_there_is_nothing_to_stumble_over(
    office: Office, open_desk: Callable[..., Desk], width: int, scheme: str
) -> None:
    page = open_desk(office.server.url, viewport={"width": width, "height": 900}, color_scheme=scheme).page
    found: dict[str, list[str]] = {}
    for who in (office.cast.vera, office.cast.auth, office.cast.cora):
        page.context.clear_cookies()
        sign_in(page, who)
        for address in (
            "/desk/violations",
            "/desk/violations?q=khong-co",
            "/desk/violations?severity=9",
            f"/desk/violations/{office.full}",
            "/desk/follow-up?overdue=1",
            "/desk/follow-up/paper",
        ):
            page.goto(address)
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
            blocks = stumbling_blocks(page)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                blocks.append("scrolls sideways")
            if blocks:
                found[f"{who.role} {address}"] = blocks
    assert found == {}


def test_from_the_registry_to_a_closed_file_without_script(office: Office, open_desk: Callable[..., Desk]) -> None:
    page = open_desk(office.server.url, java_script_enabled=False).page
    sign_in(page, office.cast.vera)
    page.get_by_role("link", name="Sổ vi phạm").click()
    page.get_by_label("Tìm vi phạm").fill("mép sàn")
    page.get_by_role("button", name="Lọc").click()
    page.get_by_role("link", name=re.compile("Mép sàn tầng 5")).click()
    expect(page.get_by_text("Quá hạn 2 ngày").first).to_be_visible()

    step = page.get_by_role("form", name="Yêu cầu khắc phục")
    step.get_by_label("Số, ký hiệu văn bản").fill("15/SXD-TTr")
    step.get_by_label("Ngày").fill(office.today.isoformat())
    step.get_by_label("Hạn khắc phục").fill((office.today + timedelta(days=10)).isoformat())
    step.get_by_role("button", name="Yêu cầu khắc phục").click()
    expect(page.get_by_role("status")).to_have_text("Đã ghi: Yêu cầu khắc phục.")

    step = page.get_by_role("form", name="Ghi nhận báo cáo khắc phục")
    step.get_by_label("Ngày").fill(office.today.isoformat())
    step.get_by_role("button").click()
    step = page.get_by_role("form", name="Chấp nhận báo cáo")
    step.get_by_role("button").click()
    expect(page.get_by_role("alert").first).to_contain_text("Còn thiếu: Căn cứ, lý do")
    step.get_by_label("Căn cứ, lý do").fill("Ảnh chụp lan can đã lắp")
    step.get_by_role("button").click()
    step = page.get_by_role("form", name="Đóng", exact=True)
    step.get_by_label("Căn cứ, lý do").fill("Đã xem hồ sơ")
    step.get_by_role("button", name="Đóng").click()
    expect(page.get_by_role("status")).to_have_text("Đã ghi: Đóng.")
    assert office.registry.row(office.full).remedy_status == "closed"


def test_the_file_of_the_follow_up_list_opens_in_excel(office: Office, open_desk: Callable[..., Desk]) -> None:
    page = open_desk(office.server.url).page
    sign_in(page, office.cast.vera)
    page.get_by_role("link", name="Theo dõi khắc phục").click()
    expect(page.get_by_role("heading", name="Danh sách theo dõi khắc phục")).to_be_visible()
    page.get_by_label("Quá hạn").check()
    expect(page).to_have_url(re.compile("overdue=1"))
    shown = page.get_by_role("table").locator("tbody tr").count()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Xuất Excel").click()
    download = waiting.value
    assert re.fullmatch(r"theo-doi-khac-phuc-\d{4}-\d\d-\d\d\.xlsx", download.suggested_filename)
    sheet = load_workbook(io.BytesIO(Path(download.path()).read_bytes())).active
    assert sheet is not None
    numbers = [row[0] for row in sheet.iter_rows(min_row=9, values_only=True) if isinstance(row[0], int)]
    assert numbers == list(range(1, shown + 1))


def test_the_keyboard_walks_the_list(office: Office, open_desk: Callable[..., Desk]) -> None:
    page = open_desk(office.server.url).page
    sign_in(page, office.cast.vera)
    page.goto("/desk/violations")
    page.keyboard.press("/")
    expect(page.get_by_label("Tìm vi phạm")).to_be_focused()
    page.get_by_role("heading", name="Sổ vi phạm").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/desk/violations/[0-9a-f-]{36}$"))
