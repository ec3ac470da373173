"""The desk in a real Chromium: nothing to stumble over in any theme or width, the keyboard, and work without script."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page, expect

from inspect_app.app import create_app
from inspect_app.settings import Settings
from inspect_app.store.tables import HeldOperation, Inspection
from inspect_app.web.request import ground
from tests import builders
from tests.cast import PASSWORD, PUSH, Cast, Player
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Desk
from tests.rigs.server import Server

pytestmark = pytest.mark.browser

LONG = "Chung cư cao tầng Gia Sàng – khối đế thương mại và hai tầng hầm, hạng mục phần thân và hoàn thiện mặt ngoài"


@dataclass(frozen=True, slots=True)
class Office:
    """A running server, its people, and one inspection with everything in it."""

    server: Server
    cast: Cast
    visit: UUID
    site: UUID
    held: UUID
    running: UUID


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path, serve: Callable[..., Server]) -> Iterator[Office]:
    server = serve(sqlite_url)
    variables = {"INSPECT_DATABASE_URL": sqlite_url, "INSPECT_DATA_DIR": str(server.data_dir)}
    app = create_app(Settings.from_environment(variables))
    cast = Cast(app)
    visit, site = fill(cast)
    held = hold(cast, visit)
    yield Office(server, cast, visit, site, held, cast.inspection(cast.alice, cast.bob))
    ground(app).engine.dispose()


def fill(cast: Cast) -> tuple[UUID, UUID]:
    today = datetime.now(UTC).date()
    with cast.writing() as tx:
        site = builders.a_site(
            tx, name=LONG, parties=[(builders.an_organisation(tx, "Nhà thầu Hợp Lực"), "subcontractor")]
        )
        foreign = builders.an_inspection(tx, cast.carol.agency, [cast.carol.id], site=site, state="approved")
        foreign.window_start = foreign.window_end = today
        row = builders.an_inspection(
            tx, cast.alice.agency, [cast.alice.id, cast.bob.id], site=site, checklists=(("XDK", 1),), window_start=today
        )
        row.window_end = today
        for n in range(60):
            builders.an_inspection(
                tx,
                cast.alice.agency,
                [cast.alice.id],
                site=site,
                window_start=today - timedelta(days=n),
                window_end=today,
                state=("assigned", "complete", "returned", "approved", "cancelled")[n % 5],
                conflicts=n % 3,
                held=n % 2,
                failing=n % 4,
            )
        builders.a_violation(
            tx, row, item="XDK-10", severity=4, title="Mép sàn tầng 5 không có lan can", deadline=today
        )
        tx.commit()
        visit, place = row.id, site.id
    for player, value in ((cast.alice, "fail"), (cast.bob, "pass")):
        phone = cast.phone(player)
        ops = [
            phone.write(visit, "open", checklists=[], gps=[21.594, 105.848, 9.0, builders.NOW_MS]),
            phone.answer(visit, "XDK-08", value),
            phone.answer(visit, "XDK-09", "fail"),
            phone.comment(visit, "XDK-08", "Lan can hở 3 m ở phía thang máy"),
            phone.photo(visit, "XDK-08", b"not arrived"),
            phone.sign(visit, "leader"),
        ]
        assert cast.client(player).post(PUSH, json=phone.batch((visit, ops))).status_code == 200
    with cast.writing() as tx:
        tx.get_one(Inspection, visit).state = "complete"
        tx.commit()
    return visit, place


def hold(cast: Cast, visit: UUID) -> UUID:
    with cast.writing() as tx:
        row = HeldOperation(
            id=uuid4(),
            body_sha256="ab" * 32,
            agency_id=cast.bob.agency,
            inspection_id=visit,
            claimed_inspection=str(visit),
            device_id=uuid4(),
            n=1,
            person_id=cast.bob.id,
            body={"k": "comment", "i": "XDK-08", "text": "Ghi sau khi đã duyệt " * 20},
            code="late",
            received_at=builders.NOW,
        )
        tx.add(row)
        tx.commit()
        return row.id


def sign_in(page: Page, who: Player) -> None:
    page.goto("/desk/sign-in")
    page.get_by_label("Tên đăng nhập").fill(who.username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page).not_to_have_url(re.compile("sign-in"))


def addresses(office: Office) -> dict[str, list[str]]:
    """Every page of the desk, by who sees it."""
    return {
        "vera": [
            "/desk/",
            "/desk/plan",
            "/desk/plan/new",
            f"/desk/plan/new?site={office.site}",
            "/desk/inspections",
            "/desk/inspections?q=khong-co",
            f"/desk/inspections/{office.visit}",
            "/desk/sites",
            "/desk/laws",
            "/desk/laws?q=khong-co",
            "/desk/laws/ND283-2026?on=2026-09-09",
            "/desk/laws/ND12-2022/changed-by/ND283-2026",
            "/desk/laws/limits?minutes=100",
            f"/desk/sites/{office.site}",
            "/desk/sites/new",
            f"/desk/sites/{office.site}/edit",
            "/desk/devices",
            "/desk/held",
            f"/desk/held/{office.held}/{'ab' * 32}",
            f"/desk/inspections/{office.running}/team",
            "/desk/nowhere",
        ],
        "adam": [
            "/desk/people",
            "/desk/people/new",
            f"/desk/people/{office.cast.bob.username}",
            "/desk/devices",
        ],
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 768])
def test_nothing_to_stumble_over(office: Office, open_desk: Callable[..., Desk], theme: str, width: int) -> None:
    found: dict[str, list[str]] = {}
    for name, wheres in addresses(office).items():
        desk = open_desk(office.server.url, viewport={"width": width, "height": 900}, color_scheme=theme)
        page = desk.page
        page.goto("/desk/sign-in")
        found["/desk/sign-in"] = stumbling_blocks(page)
        sign_in(page, getattr(office.cast, name))
        for where in wheres:
            page.goto(where)
            found[where] = stumbling_blocks(page)
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wider > 0:
                found[where].append(f"{wider} px wider than the screen")
        assert desk.complaints == []

    assert {where: blocks for where, blocks in found.items() if blocks} == {}


def test_rows_answer_to_the_keyboard(office: Office, open_desk: Callable[..., Desk]) -> None:
    page = open_desk(office.server.url).page
    sign_in(page, office.cast.vera)
    page.goto("/desk/inspections")
    rows = page.locator("tbody tr[data-href]")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    expect(rows.nth(1).locator("a").first).to_be_focused()

    wanted = rows.nth(1).get_attribute("data-href")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{office.server.url}{wanted}")


def test_a_slash_leads_to_the_search_and_letters_typed_there_stay_letters(
    office: Office, open_desk: Callable[..., Desk]
) -> None:
    page = open_desk(office.server.url).page
    sign_in(page, office.cast.vera)
    page.goto("/desk/sites")

    page.keyboard.press("/")
    page.keyboard.type("jk chung cu")
    expect(page.get_by_label("Tìm cơ sở")).to_have_value("jk chung cu")
    page.get_by_label("Tìm cơ sở").fill("chung cu gia sang")
    page.keyboard.press("Enter")

    expect(page.get_by_role("link", name=LONG)).to_be_visible()


def test_a_chip_sends_itself_and_stands_in_the_address(office: Office, open_desk: Callable[..., Desk]) -> None:
    page = open_desk(office.server.url).page
    sign_in(page, office.cast.vera)
    page.goto("/desk/inspections")

    page.get_by_label("Tình trạng").select_option("returned")

    expect(page).to_have_url(f"{office.server.url}/desk/inspections?state=returned")
    assert set(page.locator("tbody .status.wait:has-text('Trả lại')").all_inner_texts()) == {"Trả lại để bổ sung"}


def test_the_skip_link_jumps_over_the_column(office: Office, open_desk: Callable[..., Desk]) -> None:
    page = open_desk(office.server.url).page
    sign_in(page, office.cast.vera)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_prepared_visit_takes_at_most_six_actions(office: Office, open_desk: Callable[..., Desk]) -> None:
    page = open_desk(office.server.url).page
    sign_in(page, office.cast.vera)
    page.goto("/desk/")

    page.get_by_role("link", name="Phân công").click()  # 1
    page.get_by_label("Tìm cơ sở").fill("chung cu gia")  # 2
    page.keyboard.press("Enter")
    page.get_by_role("link", name=LONG).click()  # 3
    expect(page.get_by_text("Trùng trong năm")).to_be_visible()
    page.get_by_label("Căn cứ vẫn kiểm tra dù trùng").fill("Có phản ánh của người lao động")  # 4
    page.get_by_label(office.cast.bob.name).check()  # 5
    page.get_by_role("button", name="Phân công").click()  # 6

    expect(page.get_by_role("status")).to_contain_text("Đã phân công SXD-")


def test_everything_works_without_javascript(office: Office, open_desk: Callable[..., Desk]) -> None:
    page = open_desk(office.server.url, java_script_enabled=False).page
    sign_in(page, office.cast.vera)

    page.goto("/desk/inspections")
    page.get_by_label("Tình trạng").select_option("returned")
    page.get_by_role("button", name="Lọc").click()
    expect(page).to_have_url(re.compile("state=returned"))

    page.goto(f"/desk/inspections/{office.visit}")
    page.get_by_label("Nội dung").first.fill("Bổ sung ảnh cho XDK-08")
    page.get_by_role("button", name="Trả lại").click()
    expect(page.get_by_role("status")).to_contain_text("Đã trả lại")

    page.get_by_role("button", name="Tối").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def test_long_names_of_many_people_can_be_searched(office: Office, open_desk: Callable[..., Desk]) -> None:
    with office.cast.writing() as tx:
        for n in range(12):
            builders.a_person(tx, office.cast.alice.agency, office.cast.bob.role, f"Nguyễn Thị Số {n}")
        builders.a_person(tx, office.cast.alice.agency, office.cast.bob.role, "Đặng Quốc Khánh")
        tx.commit()
    page = open_desk(office.server.url).page
    sign_in(page, office.cast.vera)
    page.goto(f"/desk/plan/new?site={office.site}")

    page.get_by_label(office.cast.bob.name).check()
    page.get_by_label("Lọc: Thành viên").fill("dang quoc")

    expect(page.get_by_label("Đặng Quốc Khánh")).to_be_visible()
    expect(page.get_by_label(office.cast.bob.name)).to_be_visible()  # what is chosen stays in sight
    expect(page.get_by_label("Nguyễn Thị Số 3")).to_be_hidden()


def test_on_paper_only_the_rows_remain(office: Office, open_desk: Callable[..., Desk]) -> None:
    page = open_desk(office.server.url).page
    sign_in(page, office.cast.vera)
    page.goto("/desk/inspections")
    page.emulate_media(media="print")

    for hidden in (".column", ".chips", ".pager"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("tbody tr").first).to_be_visible()
