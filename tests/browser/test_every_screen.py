"""Every screen of the office, with the demo's data: nothing to stumble over, nothing wider than the screen."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.desk_tour import CAST, DeskTour
from tests.browser.screens import enter, installation
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Desk

KINDS = 75  # found from the demo's data; fewer would mean that links were lost


def test_nothing_is_in_the_way(open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    tour = DeskTour()
    with installation(tmp_path) as (server, password):
        for username in CAST:
            desk = open_desk(server.url, color_scheme="dark")
            desk.page.goto("/desk/sign-in")
            enter(desk.page, username, password)
            for name in tour.walk(desk.page):
                found[name] = [*_too_wide(desk.page), *stumbling_blocks(desk.page)]
            assert desk.complaints == []
            desk.close()
    assert {name: blocks for name, blocks in found.items() if blocks} == {}
    assert len(found) >= KINDS


def _too_wide(page: Page) -> list[str]:
    """What does not fit, everything unfolded; the page is left as wide as the office's screen."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    found = []
    for width in (360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            found.append(f"{wider} px wider than a screen of {width}")
    return found
