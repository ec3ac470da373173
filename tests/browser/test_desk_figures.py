"""The desk's figures, maps and small forms in a real Chromium: nothing to stumble over in either theme and width."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from inspect_app.app import create_app
from inspect_app.domain.deadlines import local_day
from inspect_app.services import duplicates
from inspect_app.settings import Settings
from inspect_app.store.tables import DuplicatePair, Plan, PlanLine, Violation
from inspect_app.web.request import ground
from tests import builders
from tests.browser.test_desk import fill, sign_in
from tests.builders import COMMUNE
from tests.cast import BUILDING, Cast
from tests.registry_cast import Registry
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Desk
from tests.rigs.server import Server

pytestmark = pytest.mark.browser

FIRM, ADDRESS = "Công ty TNHH Cơ khí Hồng Lam Thái Nguyên", "Số 12 đường Bến Tượng"


@dataclass(frozen=True, slots=True)
class Office:
    """A running server, its people, and something of everything that is looked at."""

    server: Server
    cast: Cast
    visit: UUID  # two people answered differently
    plan: UUID
    pair: UUID
    findings: list[UUID]


@pytest.fixture
def office(sqlite_url: str, serve: Callable[..., Server]) -> Iterator[Office]:
    server = serve(sqlite_url)
    variables = {"INSPECT_DATABASE_URL": sqlite_url, "INSPECT_DATA_DIR": str(server.data_dir)}
    app = create_app(Settings.from_environment(variables))
    cast = Cast(app)
    visit, _ = fill(cast)
    registry, today = Registry(cast), local_day(ground(app).clock())
    findings = [registry.add(deadline=today + timedelta(days=n - 4), severity=1 + n % 4) for n in range(9)]
    with cast.writing() as tx:
        for n, row in enumerate(tx.scalars(select(Violation)).all()):
            row.site.lat, row.site.lon = 21.58 + n / 500, 105.82 + n / 500
        alike = [builders.an_organisation(tx, each) for each in (FIRM, "Cty TNHH cơ khí Hồng Lam Thái Nguyên")]
        for unit in alike:
            unit.address = ADDRESS
        tx.flush()
        while duplicates.search(tx, now=cast.now):
            tx.flush()
        ids = [unit.id for unit in alike]
        both = (DuplicatePair.first_id.in_(ids), DuplicatePair.second_id.in_(ids))
        pair = tx.scalars(select(DuplicatePair).where(*both)).one().id
        plan = _a_plan(cast)
        tx.add(plan)
        tx.flush()
        site = builders.a_site(tx, name="Nhà máy Gia Sàng")
        line = PlanLine(
            id=uuid4(),
            plan_id=plan.id,
            agency_id=BUILDING,
            site_id=site.id,
            kind="kiem-tra",
            state="planned",
            created_at=cast.now,
        )
        tx.add(line)
        tx.commit()
        made = plan.id
    yield Office(server, cast, visit, made, pair, findings)
    ground(app).engine.dispose()


def _a_plan(cast: Cast) -> Plan:
    today = local_day(cast.now)
    return Plan(
        id=uuid4(),
        agency_id=BUILDING,
        kind="yearly",
        title="Kế hoạch kiểm tra an toàn, vệ sinh lao động của Sở Xây dựng trong năm",
        first_day=today,
        last_day=today + timedelta(days=300),
        created_by=cast.vera.id,
        created_at=cast.now,
    )


def addresses(office: Office) -> dict[str, list[str]]:
    chosen = "&".join(f"id={each}" for each in office.findings)
    return {
        "vera": [
            "/desk/overview",
            "/desk/map",
            "/desk/map?show=overdue",
            f"/desk/map/{COMMUNE}",
            f"/desk/follow-up/steps?{chosen}",
            f"/desk/follow-up/steps?{chosen}&do=extend",
            "/desk/follow-up/proofs",
            "/desk/risk",
            f"/desk/plans/{office.plan}",
            f"/desk/plans/{office.plan}/state",
            f"/desk/sites/duplicates/{office.pair}",
            f"/desk/inspections/{office.visit}/review",
            "/desk/reports/statistics",
        ],
        "auth": [f"/desk/plans/{office.plan}/state"],
        "alice": [f"/desk/inspections/{office.visit}"],
        "cora": ["/desk/overview", "/desk/reports?kind=consolidated"],
    }


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (768, "dark")])
def test_there_is_nothing_to_stumble_over(
    office: Office, open_desk: Callable[..., Desk], width: int, scheme: str
) -> None:
    found: dict[str, list[str]] = {}
    for name, wheres in addresses(office).items():
        desk = open_desk(office.server.url, viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = desk.page
        sign_in(page, getattr(office.cast, name))
        for where in wheres:
            answer = page.goto(where)
            assert answer is not None
            assert answer.ok, f"{where}: {answer.status}"
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
            found[f"{name} {where}"] = _blocks(page)
        assert desk.complaints == []
    assert {where: blocks for where, blocks in found.items() if blocks} == {}


def _blocks(page: Page) -> list[str]:
    blocks = stumbling_blocks(page)
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*blocks, f"{wider} px wider than the screen"] if wider > 0 else blocks


def test_a_likely_twin_and_a_pin_on_the_map(office: Office, open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(office.server.url)
    page = desk.page
    sign_in(page, office.cast.vera)
    page.goto("/desk/sites/new")
    page.get_by_label("Tên cơ sở, công trình").fill("Xưởng số 2")
    page.get_by_label("Tên doanh nghiệp, chủ đầu tư").fill(FIRM)
    page.get_by_label("Địa chỉ").fill(ADDRESS)
    page.get_by_label("Xã, phường").select_option(COMMUNE)
    pin = page.get_by_role("img", name="Bản đồ").or_(page.locator("figure.map img, figure.map svg")).first
    expect(pin).to_be_visible()
    assert _blocks(page) == []

    page.get_by_role("button", name="Thêm cơ sở").click()
    told = page.get_by_role("alert").filter(has_text="Có thể doanh nghiệp này đã được ghi")
    expect(told).to_be_visible()
    expect(told.get_by_role("link").first).to_contain_text("Hồng Lam")
    expect(page.get_by_label("Tên cơ sở, công trình")).to_have_value("Xưởng số 2")
    assert _blocks(page) == []

    page.get_by_role("button", name="Vẫn thêm").click()
    expect(page.get_by_role("heading", name="Xưởng số 2", level=1)).to_be_visible()
    assert desk.complaints == []


def test_a_plan_is_approved_by_another_and_closed(office: Office, open_desk: Callable[..., Desk]) -> None:
    page = open_desk(office.server.url).page
    sign_in(page, office.cast.auth)
    page.goto(f"/desk/plans/{office.plan}")
    page.get_by_role("link", name="Phê duyệt").click()
    page.get_by_label("Số quyết định phê duyệt").fill("12/QĐ-SXD")
    page.get_by_label("Ngày quyết định").fill(local_day(office.cast.now).isoformat())
    page.get_by_role("button", name="Ghi phê duyệt").click()
    expect(page.get_by_role("status").filter(has_text="Đã ghi phê duyệt kế hoạch.")).to_be_visible()
    page.get_by_role("link", name="Kết thúc").click()
    expect(page.get_by_text("Còn 1 cơ sở chưa phân công")).to_be_visible()
    page.get_by_role("button", name="Kết thúc kế hoạch").click()
    expect(page.get_by_role("status").filter(has_text="Đã kết thúc kế hoạch")).to_be_visible()
    expect(page.get_by_role("link", name="Mở lại")).to_be_visible()
