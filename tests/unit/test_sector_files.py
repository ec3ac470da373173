"""Which checklists a sector is inspected with, and what a writer can get wrong about it."""

import shutil
from pathlib import Path

import pytest

from inspect_app.store.checklist_files import Library, check
from inspect_app.store.sector_files import SectorLists
from inspect_app.web.words import WORDS

ROOT = Path(__file__).parents[2]
FORMS = ROOT / "forms"
LIBRARY = Library(FORMS)
# Small trades that have a list of their own and none of the general duties of an enterprise in the first place.
WITHOUT_GENERAL = {"LPG", "VLN", "PC", "DV", "XA", "XDC", "XDK", "XDT", "GT"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two checklists, ONE and TWO; TWO says it is for the sector "general"."""
    copy = Path(shutil.copytree(ROOT / "tests/forms/shared", tmp_path / "forms"))
    write(copy, '[[sector]]\ncode = "KCN"\nuse = ["TWO"]\nalso = ["ONE"]\n')
    return copy


def write(folder: Path, text: str) -> None:
    (folder / "sectors.toml").write_text(text, encoding="utf-8")


def test_a_high_rise_is_inspected_with_three_lists() -> None:
    assert LIBRARY.for_sector("XDK").use == ("XDC", "XDK", "XDT")


@pytest.mark.parametrize("sector", sorted(WORDS["sector"]))
def test_every_sector_of_a_site_has_its_lists(sector: str) -> None:
    lists = LIBRARY.for_sector(sector)

    assert sector in lists.use
    assert ("GEN" in lists.use) is (sector not in WITHOUT_GENERAL)
    assert not {"GEN"} & set(lists.use[1:])


def test_a_folder_says_what_each_sector_uses(folder: Path) -> None:
    assert check(folder) == []
    assert Library(folder).for_sector("KCN") == SectorLists(("TWO",), ("ONE",))


def test_without_a_block_the_checklists_that_name_the_sector_are_used(folder: Path) -> None:
    (folder / "sectors.toml").unlink()

    assert check(folder) == []
    assert Library(folder).for_sector("general") == SectorLists(("ONE", "TWO"))
    assert Library(folder).for_sector("KCN") == SectorLists()


@pytest.mark.parametrize(
    ("text", "item", "key", "wrong"),
    [
        ('[[sector]]\ncode = "KCN"\nuse = ["XXX"]\n', "KCN", "use", "không có phiếu XXX"),
        ('[[sector]]\ncode = "KCN"\nuse = ["ONE"]\nalso = ["XXX"]\n', "KCN", "use", "không có phiếu XXX"),
        ('[[sector]]\ncode = "KCN"\nuse = ["ONE"]\nalso = ["ONE"]\n', "KCN", "use", "phiếu ONE bị ghi hai lần"),
        ('[[sector]]\ncode = "KCN"\nuse = ["ONE"]\n' * 2, "KCN", "code", "ngành bị ghi hai lần"),
        ('[[sector]]\ncode = "KCN"\nuse = []\n', "", "sector.0.use", "từ 1 đến"),
        ('[[sector]]\ncode = "kcn"\nuse = ["ONE"]\n', "", "sector.0.code", "không đúng dạng"),
        ('[[sector]]\ncode = "KCN"\nuses = ["ONE"]\n', "", "sector.0.use", "thiếu khóa"),
        ("[[sector\n", "", "", "line 1"),
    ],
)
def test_a_mistake_is_named(folder: Path, text: str, item: str, key: str, wrong: str) -> None:
    write(folder, text)

    problems = [each for each in check(folder) if each.file == "sectors.toml"]
    assert any((each.item, each.key) == (item, key) and wrong in each.wrong for each in problems), problems
    assert all(each.mend for each in problems)
