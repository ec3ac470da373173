"""Papers look as they did when somebody last looked at them: each page beside its stored picture."""

import dataclasses
import shutil
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from inspect_app.cli.documents import DOCUMENTS
from tests import looks
from tests.looks import DOTS, PAPERS, RENEW

KIND = "inspection-record"
MOST_BYTES = 600_000


@cache
def drawn(kind: str) -> list[Image.Image]:
    return looks.pages(looks.pdf(looks.paper(kind)))


@pytest.mark.parametrize("kind", looks.kinds())
def test_every_page_looks_as_it_did(kind: str, tmp_path: Path) -> None:
    found = drawn(kind)
    other = looks.differing(found, looks.kept(kind))
    for number in other:
        if number <= len(found):
            found[number - 1].save(tmp_path / f"{kind}-{number}.png")
    assert other == [], f"{kind} looks otherwise (see {tmp_path}); when that is right: {RENEW}"


def test_no_picture_is_of_a_paper_that_is_gone_and_all_are_small() -> None:
    files = list(PAPERS.iterdir())
    assert {each.stem.rpartition("-")[0] for each in files} == set(looks.kinds())
    assert {each.suffix for each in files} == {".png"}
    assert sum(each.stat().st_size for each in files) < MOST_BYTES


# --- what the comparison notices ----------------------------------------------------------------


@pytest.mark.parametrize("kind", looks.kinds())
def test_one_line_moved_by_a_millimetre_is_noticed(kind: str) -> None:
    for page in (drawn(kind)[0], looks.kept(kind)[0]):
        top = _first_line(page)
        line = page.crop((0, top - 2, page.width, top + 10))
        moved = page.copy()
        moved.paste(line, (0, top - 2 + round(DOTS / 25.4)))
        assert looks.differing([moved], [drawn(kind)[0]]) == [1]


@pytest.mark.parametrize("left", [0, 1])
def test_a_margin_that_is_off_by_a_millimetre_is_noticed(left: int) -> None:
    page = drawn(KIND)[0]
    off = (round(DOTS / 25.4), 0) if left else (0, round(DOTS / 25.4))
    assert looks.differing([ImageChops.offset(page, *off)], [page]) == [1]


def test_a_missing_word_is_noticed() -> None:
    page = drawn(KIND)[0]
    top = _first_line(page)
    inked = page.crop((0, top, page.width, top + 8)).point(lambda shade: 255 - shade).getbbox()
    assert inked
    without = page.copy()
    ImageDraw.Draw(without).rectangle((inked[0], top - 2, inked[0] + round(DOTS * 0.4), top + 10), fill=255)
    assert looks.differing([without], [page]) == [1]


def test_a_paper_without_one_of_its_blocks_is_noticed() -> None:
    whole = looks.paper(KIND)
    # What has nothing to say draws nothing; all else must be missed.
    noticed = 0
    for at, block in enumerate(whole.blocks):
        short = dataclasses.replace(whole, blocks=tuple(each for n, each in enumerate(whole.blocks) if n != at))
        if looks.pdf(short) != looks.pdf(whole):
            assert looks.differing(looks.pages(looks.pdf(short)), looks.kept(KIND)), f"block {at}: {block}"
            noticed += 1
    assert noticed > len(whole.blocks) // 2


def test_two_blocks_that_changed_places_are_noticed() -> None:
    whole = looks.paper(KIND)
    turned = dataclasses.replace(whole, blocks=(whole.blocks[1], whole.blocks[0], *whole.blocks[2:]))
    assert looks.differing(looks.pages(looks.pdf(turned)), looks.kept(KIND))


def test_a_layout_with_another_margin_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    shutil.copytree(DOCUMENTS, folder)
    layout = folder / "layout.typ"
    text = layout.read_text(encoding="utf-8")
    changed = text.replace("left: 30mm", "left: 31mm")
    assert changed != text
    layout.write_text(changed, encoding="utf-8")
    assert looks.differing(looks.pages(looks.pdf(looks.paper(KIND), folder)), looks.kept(KIND))


def test_a_page_more_or_less_is_noticed() -> None:
    found = drawn(KIND)
    assert looks.differing(found[:-1], found) == [len(found)]
    assert looks.differing([*found, found[0]], found) == [len(found) + 1]
    assert looks.differing([found[0].resize((100, 100))], [found[0]]) == [1]


def test_how_letters_are_smoothed_is_not_noticed() -> None:
    """Half a shade lighter everywhere, and a few specks: another version of the same program."""
    page = drawn(KIND)[0]
    lighter = page.point(lambda shade: min(255, shade + 6))
    for n in range(0, page.width, 40):
        lighter.putpixel((n, (n * 7) % page.height), 200)
    assert looks.differing([lighter], [page]) == []


def _first_line(page: Image.Image) -> int:
    """Where the first ink is."""
    inked = page.point(lambda shade: 255 if shade < 128 else 0).getbbox()
    assert inked
    return inked[1]
