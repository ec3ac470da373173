"""Planning in a real Chromium: how many actions an assignment takes, and a card that is dragged."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from inspect_app.app import create_app
from inspect_app.settings import Settings
from inspect_app.store.tables import Plan, PlanLine
from inspect_app.web.request import ground
from tests import builders
from tests.browser.test_desk import sign_in
from tests.cast import Cast
from tests.rigs.chromium import Desk
from tests.rigs.server import Server

pytestmark = pytest.mark.browser


@dataclass
class Hand:
    """Counts what a person does: a press, a field filled, a key."""

    page: Page
    actions: list[str] = field(default_factory=list)

    def press(self, place: Locator) -> None:
        place.click()
        self.actions.append(f"press {place}")

    def type(self, place: Locator, words: str) -> None:
        place.fill(words)
        self.actions.append(f"type {words}")

    def key(self, name: str) -> None:
        self.page.keyboard.press(name)
        self.actions.append(f"key {name}")


@pytest.fixture
def cast(sqlite_url: str, server: Server) -> Iterator[Cast]:
    variables = {"INSPECT_DATABASE_URL": sqlite_url, "INSPECT_DATA_DIR": str(server.data_dir)}
    app = create_app(Settings.from_environment(variables))
    yield Cast(app)
    ground(app).engine.dispose()


@pytest.fixture
def plan(cast: Cast) -> str:
    with cast.writing() as tx:
        site = builders.a_site(tx, name="Nhà máy Gia Sàng")
        made = Plan(
            id=uuid4(),
            agency_id="so-xay-dung",
            kind="yearly",
            title="Kế hoạch năm 2027",
            first_day=date(2027, 1, 1),
            last_day=date(2027, 12, 31),
            created_by=cast.vera.id,
            created_at=cast.now,
        )
        tx.add(made)
        tx.flush()
        tx.add(
            PlanLine(
                id=uuid4(),
                plan_id=made.id,
                agency_id="so-xay-dung",
                site_id=site.id,
                kind="kiem-tra",
                span="month",
                starts_on=date(2027, 3, 1),
                checklists=[],
                state="suggested",
                created_at=cast.now,
            )
        )
        tx.commit()
        return f"/desk/plans/{made.id}"


def test_a_prepared_visit_is_assigned_in_six_actions_or_fewer(
    open_desk: Callable[..., Desk], server: Server, cast: Cast, plan: str
) -> None:
    page = open_desk(server.url).page
    sign_in(page, cast.vera)
    page.goto("/desk/")
    hand = Hand(page)

    hand.press(page.get_by_role("link", name="Phân công"))
    hand.type(page.get_by_label("Tìm cơ sở"), "nha may gia sang")
    hand.key("Enter")
    hand.press(page.get_by_role("link", name="Nhà máy Gia Sàng"))
    hand.press(page.get_by_role("button", name="Phân công"))

    expect(page.get_by_text(re.compile("Đã phân công SXD-"))).to_be_visible()
    assert len(hand.actions) <= 6, hand.actions


def test_a_line_of_a_plan_is_assigned_in_two_actions(
    open_desk: Callable[..., Desk], server: Server, cast: Cast, plan: str
) -> None:
    page = open_desk(server.url).page
    sign_in(page, cast.vera)
    page.goto(plan)
    hand = Hand(page)
    page.get_by_role("button", name="Đưa vào kế hoạch").click()

    hand.press(page.get_by_role("link", name="Phân công"))
    hand.press(page.get_by_role("button", name="Phân công"))

    expect(page.get_by_text(re.compile("Đã phân công SXD-"))).to_be_visible()
    assert len(hand.actions) == 2


def test_a_card_is_dragged_to_another_column(
    open_desk: Callable[..., Desk], server: Server, cast: Cast, plan: str
) -> None:
    page = open_desk(server.url).page
    sign_in(page, cast.vera)
    page.goto(plan)

    page.locator("[data-line]").drag_to(page.locator('[data-column="planned"]'))

    expect(page.locator('[data-column="planned"] [data-line]')).to_have_count(1)
