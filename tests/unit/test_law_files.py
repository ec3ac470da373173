"""Reading the law files: what holds when, and every mistake named with its place."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from inspect_app.domain.laws import Laws
from inspect_app.domain.limits import noise
from inspect_app.store.law_files import read_laws

REAL, _ = read_laws(Path(__file__).parents[2] / "forms/laws")
TODAY = date(2026, 11, 22)

GOOD = """
[[law]]
id = "OLD"
number = "1"
title = "Cũ"
label = "Cũ"
confidence = "verified"
in_force = 2010-01-01
replaced_on = 2020-01-01
replaced_by = "NEW"

[[law]]
id = "NEW"
number = "2"
title = "Mới"
label = "Mới"
confidence = "verified"
in_force = 2020-01-01
amended = [{ by = "OLD", on = 2021-01-01, what = "thử" }]

[[penalty]]
code = "A"
decree = "NEW"
clause = "Điều 1"
conduct = "Thử"
printed_basis = "individual"
min = 1
max = 9
scale = "người"
tiers = [{ least = 1, most = 3, min = 1, max = 4 }, { least = 4, min = 4, max = 9 }]

[[agency]]
id = "us"
label = "Chúng tôi"

[[addressee]]
decree = "NEW"
agency = "us"

[[authority]]
decree = "NEW"
agency = "us"
action = "record"
answer = "yes"
ground = "Điều 2"
confidence = "verified"
codes = ["A"]

[[limit]]
group = "noise"
label = "Ồn"
unit = "dBA"
max = 85
minutes = 480
law = "NEW"
confidence = "verified"
"""


@pytest.fixture
def reading(tmp_path: Path) -> Callable[[str], tuple[Laws, list[str]]]:
    def read(text: str) -> tuple[Laws, list[str]]:
        (tmp_path / "laws.toml").write_text(text, encoding="utf-8")
        laws, problems = read_laws(tmp_path)
        return laws, [f"{each.item} {each.key}" for each in problems]

    return read


def test_a_sound_file_has_no_problems(reading: Callable[[str], tuple[Laws, list[str]]]) -> None:
    laws, problems = reading(GOOD)
    assert problems == []
    assert laws.penalties["A"].valid_from == date(2020, 1, 1)  # as its decree


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('replaced_by = "NEW"', 'replaced_by = "NONE"', "OLD replaced_by"),
        ('replaced_by = "NEW"', 'replaced_by = "OLD"', "OLD replaced_by"),
        ("replaced_on = 2020-01-01", "replaced_on = 2009-01-01", "OLD replaced_on"),
        ('by = "OLD"', 'by = "NONE"', "NEW amended"),
        ('decree = "NEW"\nclause', 'decree = "NONE"\nclause', "A decree"),
        ("min = 1\nmax = 9", "min = 10\nmax = 9", "A min"),
        ("min = 1\nmax = 9", "max = 9", "A min"),
        ("least = 4", "least = 5", "A tiers"),
        ("min = 4, max = 9 }", "min = 4, max = 8 }", "A tiers"),
        ('scale = "người"', 'organisation_only = true\nscale = "người"', "A organisation_only"),
        ('scale = "người"', 'replaces = ["B"]\nscale = "người"', "A replaces"),
        ('agency = "us"\naction', 'agency = "them"\naction', "them agency"),
        ('codes = ["A"]', 'codes = ["B"]', "us codes"),
        ('decree = "NEW"\nagency = "us"\n\n', 'decree = "NEW"\nagency = "them"\n\n', "NEW addressee"),
        ('decree = "NEW"\nagency = "us"\naction', 'decree = "NONE"\nagency = "us"\naction', "authority decree"),
        ('law = "NEW"\nconfidence', 'law = "NONE"\nconfidence', "limit law"),
        ('group = "noise"', 'group = "smell"', " limit.0.group"),
        ('answer = "yes"', 'answer = "unknown"', " authority.0.answer"),
        ('id = "NEW"', 'id = "OLD"', "OLD law"),
        ("max = 85", 'max = "85"', " limit.0.max"),
    ],
)
def test_each_mistake_is_named(
    reading: Callable[[str], tuple[Laws, list[str]]], old: str, new: str, problem: str
) -> None:
    assert old in GOOD
    _, problems = reading(GOOD.replace(old, new, 1))
    assert problem in problems


@pytest.mark.parametrize(
    ("law", "day", "held"),
    [
        ("ND283-2026", date(2026, 9, 9), "ND12-2022"),
        ("ND283-2026", date(2026, 9, 10), "ND283-2026"),
        ("ND12-2022", date(2026, 9, 9), "ND12-2022"),
        ("ND12-2022", date(2026, 9, 10), "ND283-2026"),
        ("ND275-2026", date(2026, 8, 24), "ND71-2019"),
        ("ND106-2025", date(2025, 6, 30), "ND144-2021"),
        ("L84-2015", date(2026, 1, 1), "L84-2015"),
    ],
)
def test_which_instrument_held_on_a_day(law: str, day: date, held: str) -> None:
    assert REAL.on(law, day).id == held


@pytest.mark.parametrize(
    ("minutes", "most"),
    [
        (480, 85),
        (479, 85),
        (240, 88),
        (241, 85),
        (120, 91),
        (60, 94),
        (30, 97),
        (15, 100),
        (7, 103),
        (1, 112),
        (0.5, 115),
    ],
)
def test_noise_by_duration(minutes: float, most: float) -> None:
    found = noise(REAL.limits, minutes, TODAY)
    assert found is not None
    assert found.max == most
    assert found.keeps(most)
    assert not found.keeps(most + 0.1)


def test_no_limit_for_longer_than_a_shift() -> None:
    assert noise(REAL.limits, 481, TODAY) is None


@pytest.mark.parametrize(
    ("group", "when", "least", "most"),
    [
        ("temperature", "Lao động nhẹ", 20, 34),
        ("temperature", "Lao động nặng", 16, 30),
        ("humidity", "", 40, 80),
        ("light", "Phòng y tế", 500, None),
        ("radiant", "Dưới 25 %", None, 100),
    ],
)
def test_limits_of_the_workplace(group: str, when: str, least: float | None, most: float | None) -> None:
    (row,) = [row for row in REAL.limits if (row.group, row.when) == (group, when)]
    assert (row.min, row.max) == (least, most)


def test_what_is_remembered_only_says_so() -> None:
    told = {row.group for row in REAL.limits if row.confidence == "memory"}
    assert told == {"confined", "retraining"}
