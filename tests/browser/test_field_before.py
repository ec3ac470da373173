"""What an open violation looked like, beside the photo of today: taken along, and there without network."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from inspect_app.store import changes
from inspect_app.store.tables import Inspection
from tests import builders
from tests.browser.conftest import SITE, Office
from tests.browser.phone import Field, a_photo, local_today
from tests.cast import Player
from tests.rigs.axe import stumbling_blocks
from tests.sending import upload

pytestmark = pytest.mark.browser
ITEM = "XDK-01"
KEPT = re.compile("^blob:")


def _photographed_before(office: Office, photo: Path) -> None:
    """Alice was there forty days ago, found it failing and took a photo; it is still open."""
    alice = office.cast.alice
    with office.cast.writing() as tx:
        visit = tx.get_one(Inspection, office.visit)
        day = local_today() - timedelta(days=40)
        lists = [("XDK", 1)]
        earlier = builders.an_inspection(
            tx, visit.agency_id, [alice.id], site=visit.site, checklists=lists, window_start=day, window_end=day
        ).id
        tx.commit()
    client, phone = office.cast.client(alice), office.cast.phone(alice)
    batch = phone.batch((earlier, [phone.photo(earlier, ITEM, photo.read_bytes())]))
    assert client.post("/api/v1/sync/push", json=batch).status_code == 200
    assert upload(client, earlier, photo.read_bytes()).status_code < 300
    with office.cast.writing() as tx:
        row = tx.get_one(Inspection, earlier)
        builders.a_violation(tx, row, item=ITEM, checklist="XDK", found_on=day, remedy_status="remedying")
        changes.tell(tx, office.cast.bob.id, "visit", office.visit)
        tx.commit()


def test_the_last_photo_stands_beside_the_new_one_without_network(
    office: Office, open_field: Callable[[Player], Field], tmp_path: Path
) -> None:
    _photographed_before(office, a_photo(tmp_path / "before.jpg", 20))
    bob = open_field(office.cast.bob)
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    item = bob.item(ITEM)
    figures = item.element.locator(".before figure")
    earlier = figures.nth(0).locator("img")
    expect(earlier).to_have_attribute("src", KEPT)  # comes when the first run with the server is over
    bob.phone.offline()
    bob.page.reload()
    bob.unlock()
    expect(earlier).to_have_attribute("src", KEPT)
    earlier.evaluate("image => image.decode()")
    expect(item.element.locator(".before")).to_contain_text("Đang khắc phục")
    expect(figures.nth(1)).to_contain_text("Chưa có ảnh lần này.")
    assert stumbling_blocks(bob.page) == []

    item.answer("Không đạt")
    item.add_photo(a_photo(tmp_path / "today.jpg", 70))
    expect(figures.nth(1).locator("img")).to_have_attribute("src", KEPT)
    expect(figures.nth(1)).to_contain_text("Lần này,")
    figures.nth(0).get_by_role("button").click()
    large = bob.page.get_by_role("dialog").locator("img")
    expect(large).to_be_visible()
    bob.page.get_by_role("button", name="Đóng").click()
    expect(bob.page.get_by_role("dialog")).to_have_count(0)
    assert bob.phone.complaints == []
