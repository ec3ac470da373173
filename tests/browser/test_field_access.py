"""Everybody can use the field screens: axe-core, thumbs in gloves, the sun, and a person who wants no motion."""

import re
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SITE, Office
from tests.browser.field_tour import tour
from tests.browser.phone import Field
from tests.cast import Player
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Phone

TOKENS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
THEME = re.compile(r"^\s*:root(?P<which>[^{]*)\{(?P<body>[^}]*--ground:[^}]*)\}", re.MULTILINE)
GROUNDS = ("ground", "surface", "sunken")
TONES = ("action", "bad", "wait", "good")

# --- colours, without a browser -------------------------------------------------------------------


def _themes() -> dict[str, dict[str, str]]:
    css = TOKENS.read_text("utf-8")
    return {
        theme["which"].strip() or "light": dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", theme["body"]))
        for theme in THEME.finditer(css)
    }


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_two_dark_themes_are_the_same() -> None:
    themes = _themes()
    assert set(themes) == {"light", ":not([data-theme])", '[data-theme="dark"]', '[data-theme="sun"]'}
    assert themes[":not([data-theme])"] == themes['[data-theme="dark"]']


@pytest.mark.parametrize("which", ["light", '[data-theme="dark"]', '[data-theme="sun"]'])
def test_text_reaches_seven_to_one_and_meaningful_borders_four_and_a_half(which: str) -> None:
    theme = _themes()[which]
    text = [(tone, ground) for tone in ("ink", "ink-soft", *TONES) for ground in GROUNDS]
    text += [(tone, f"{tone}-soft") for tone in TONES] + [(f"on-{tone}", tone) for tone in TONES]
    text += [(ink, f"{tone}-soft") for ink in ("ink", "ink-soft") for tone in TONES] + [("ground", "ink-soft")]
    pale = {pair: round(_contrast(theme[pair[0]], theme[pair[1]]), 2) for pair in text}
    assert {pair: ratio for pair, ratio in pale.items() if ratio < 7} == {}
    borders = {
        (edge, ground): _contrast(theme[edge], theme[ground]) for edge in ("edge", "focus") for ground in GROUNDS
    }
    assert {pair: ratio for pair, ratio in borders.items() if ratio < 4.5} == {}


# --- every screen ---------------------------------------------------------------------------------

CONTROLS = "a[href], button, input, select, textarea, [role=button]"
MEASURE = """(controls) => {
  const top = document.querySelector("dialog[open]") ?? document;
  return [...top.querySelectorAll(controls)]
    .filter((each) => {
      // Only what a thumb can reach now: below the edge sizes are estimates, under the bars nothing is touched.
      const { x, y, width, height } = each.getBoundingClientRect();
      const hit = document.elementFromPoint(x + width / 2, y + height / 2);
      return hit !== null && (each.contains(hit) || each.closest("label")?.contains(hit));
    })
    .map((each) => {
      const { x, y, width, height } = (each.closest("label") ?? each).getBoundingClientRect();
      const fixed = !!each.closest("header, footer, .sheet-head, .trouble");
      const name = each.getAttribute("aria-label") ?? each.textContent.trim().slice(0, 30);
      return { name, x, y, width, height, fixed };
    });
}"""


def _small(page: Page) -> list[str]:
    """Controls below 48×48 px, and neighbours closer than 8 px that do not share an edge on purpose."""
    boxes = page.evaluate(MEASURE, CONTROLS)
    found = [
        f"{box['name']}: {box['width']:.0f}×{box['height']:.0f}"
        for box in boxes
        if box["width"] < 47.5 or box["height"] < 47.5
    ]
    for one, other in combinations(boxes, 2):
        if one["fixed"] != other["fixed"]:
            continue
        across = max(one["x"], other["x"]) - min(one["x"] + one["width"], other["x"] + other["width"])
        down = max(one["y"], other["y"]) - min(one["y"] + one["height"], other["y"] + other["height"])
        overlaps = across < -0.5 and down < -0.5
        if overlaps:
            found.append(f"{one['name']} and {other['name']} overlap")
    return found


@pytest.mark.browser
def test_no_screen_has_a_stumbling_block(
    office: Office, open_phone: Callable[..., Phone], open_field: Callable[[Player], Field], tmp_path: Path
) -> None:
    colleague = open_field(office.cast.alice)
    colleague.phone.offline()
    colleague.visit(SITE)
    colleague.begin()
    me = Field(open_phone(office.server.url))

    def differ(item: str) -> None:
        colleague.item("XDK-G1").answer("Có")
        colleague.item(item).answer("Đạt")
        colleague.phone.offline(False)
        colleague.wait_until_verified(item)

    found = {}
    for screen in tour(me, lambda field: field.sign_in(office.cast.bob), differ, tmp_path):
        problems = [*stumbling_blocks(me.page), *_small(me.page)]
        if me.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            problems.append("the page is wider than the phone")
        if problems:
            found[screen] = problems
    assert found == {}
    assert [*me.phone.complaints, *colleague.phone.complaints] == []


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["dark", "sun"])
def test_the_other_themes_have_none_either(bob: Field, office: Office, theme: str) -> None:
    bob.page.evaluate("theme => localStorage.setItem('theme', theme)", theme)
    bob.page.reload()
    bob.unlock()
    bob.at_home()
    assert bob.page.evaluate("document.documentElement.dataset.theme") == theme
    assert stumbling_blocks(bob.page) == []
    bob.visit(SITE)
    assert stumbling_blocks(bob.page) == []
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.item("XDK-03").answer("Không đạt")
    assert stumbling_blocks(bob.page) == []
    bob.review()
    assert stumbling_blocks(bob.page) == []
