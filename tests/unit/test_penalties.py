"""Penalty rules: what they cost whom, which of them held on a day, and what counts as the same conduct."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from inspect_app.domain.penalties import Offender, PenaltyRule, PrintedBasis, Rules, Tier
from inspect_app.store.law_files import read_laws

ROOT = Path(__file__).parents[2]
LAWS, PROBLEMS = read_laws(ROOT / "forms/laws")
AMOUNTS = list(csv.DictReader((ROOT / "tests/vectors/penalty_amounts.csv").read_text(encoding="utf-8").splitlines()))
BEFORE, FROM = date(2026, 9, 9), date(2026, 9, 10)


def pair(row: dict[str, str], who: str) -> tuple[int, int] | None:
    return (int(row[f"{who}_min"]), int(row[f"{who}_max"])) if row[f"{who}_min"] else None


def test_the_law_files_are_sound() -> None:
    assert PROBLEMS == []


def test_the_table_of_amounts_is_whole() -> None:
    assert len(AMOUNTS) == 160
    assert {row["rule"] for row in AMOUNTS} == {code for code in LAWS.penalties if not code.startswith("12-")}


@pytest.mark.parametrize("row", AMOUNTS, ids=lambda row: row["rule"])
def test_the_amounts_of_every_rule(row: dict[str, str]) -> None:
    rule = LAWS.penalties[row["rule"]]
    assert rule.fine(Offender.INDIVIDUAL) == pair(row, "individual")
    assert rule.fine(Offender.ORGANISATION) == pair(row, "organisation")
    assert rule.fine(Offender.HOUSEHOLD) == pair(row, "individual")


@pytest.mark.parametrize(
    ("code", "count", "individual", "organisation"),
    [
        ("283-35.4", 1, (20, 30), (40, 60)),
        ("283-35.4", 3, (20, 30), (40, 60)),
        ("283-35.4", 4, (30, 50), (60, 100)),
        ("283-35.4", 20, (50, 75), (100, 150)),
        ("283-35.4", 21, (75, 75), (150, 150)),
        ("283-36.1", 10, (5, 10), (10, 20)),
        ("283-36.1", 11, (10, 20), (20, 40)),
        ("283-36.1", 5000, (40, 50), (80, 100)),
        ("283-33.8", 50, (6, 10), (12, 20)),
        ("283-32.4", 301, (60, 75), (120, 150)),
        ("275-34.2", 9, (3, 5), (6, 10)),
        ("275-34.2", 10, (5, 10), (10, 20)),
        ("275-34.3", 100, (25, 30), (50, 60)),
    ],
)
def test_a_scale_by_people_or_machines(
    code: str, count: int, individual: tuple[int, int], organisation: tuple[int, int]
) -> None:
    rule = LAWS.penalties[code]
    tier = rule.tier(count)
    assert tier is not None
    millions = {who: rule.tier_amounts(tier, who) for who in Offender}
    assert millions[Offender.INDIVIDUAL] == tuple(each * 1_000_000 for each in individual)
    assert millions[Offender.HOUSEHOLD] == millions[Offender.INDIVIDUAL]
    assert millions[Offender.ORGANISATION] == tuple(each * 1_000_000 for each in organisation)


def test_a_scale_has_no_step_for_nobody() -> None:
    assert LAWS.penalties["283-35.4"].tier(0) is None


def test_a_fine_for_each_worker_ends_at_its_cap() -> None:
    rule = LAWS.penalties["283-33.2"]
    assert rule.per == "mỗi người lao động"
    assert rule.cap_for(Offender.INDIVIDUAL) == 75_000_000
    assert rule.cap_for(Offender.ORGANISATION) == 150_000_000


@pytest.mark.parametrize(
    ("asked", "ended", "held"),
    [
        ("283-35.4", BEFORE, ["12-24"]),
        ("283-35.4", FROM, ["283-35.4"]),
        ("283-31.2", BEFORE, ["12-20"]),
        ("283-38.3", BEFORE, ["12-27"]),
        ("106-11.2b", BEFORE, ["106-11.2b"]),  # the fire decree did not change that day
        ("106-11.2b", date(2025, 6, 30), []),  # an earlier decree held, whose rules we do not have
        ("275-31.1", date(2026, 8, 24), []),
        ("275-31.1", date(2026, 8, 25), ["275-31.1"]),
        ("16-32.2c", date(2026, 12, 31), ["16-32.2c"]),
        ("unknown", FROM, []),
    ],
)
def test_the_rule_of_the_day_the_conduct_ended(asked: str, ended: date, held: list[str]) -> None:
    assert [rule.code for rule in LAWS.rules.applicable(asked, ended)] == held


def test_an_old_rule_leads_to_all_that_took_its_place() -> None:
    found = [rule.code for rule in LAWS.rules.applicable("12-24", FROM)]
    assert found == sorted(code for code in LAWS.penalties if code.startswith("283-35."))


@pytest.mark.parametrize("code", sorted(code for code in LAWS.penalties if code.startswith("283-")))
def test_every_rule_of_the_new_labour_decree_has_its_forerunner(code: str) -> None:
    (old,) = LAWS.rules.applicable(code, BEFORE)
    assert (old.decree, old.confidence) == ("ND12-2022", "memory")
    assert old.fine(Offender.ORGANISATION) is None  # nobody has read the amounts


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("283-35.4", "283-35.5", True),  # two clauses of one article
        ("283-35.4", "12-24", True),  # the same article, before and after
        ("283-35.4", "283-36.1", False),
        ("283-35.4", "16-32.2c", False),
        ("16-32.2c", "16-32.3a", True),
    ],
)
def test_what_counts_as_the_same_conduct(one: str, other: str, is_same: bool) -> None:
    assert (LAWS.rules.conduct(one) == LAWS.rules.conduct(other)) is is_same
    assert LAWS.rules.conduct("in words of somebody") is None


@pytest.mark.parametrize(
    ("code", "field", "months"),
    [
        ("283-31.2", "labour", 12),
        ("12-20", "labour-2022", 12),
        ("16-15.2c", "construction", 24),
        ("106-6.4", "fire", 12),
        ("275-31.1", "chemicals", 12),
        ("275-60.1", "explosives", 12),
    ],
)
def test_the_field_of_a_rule_and_its_limitation(code: str, field: str, months: int) -> None:
    found = LAWS.rules.field(code)
    assert found is not None
    assert (found.id, LAWS.rules.limitation_months([code])) == (field, months)


def test_every_rule_has_a_field() -> None:
    assert [code for code in LAWS.penalties if LAWS.rules.field(code) is None] == []


def test_the_longest_limitation_of_several_rules_counts() -> None:
    assert LAWS.rules.limitation_months(["283-35.4", "16-34.1a"]) == 24
    assert LAWS.rules.limitation_months(["in words of somebody"]) is None


RULE = PenaltyRule("A-1", "A", "khoản 1 Điều 7", "", PrintedBasis.INDIVIDUAL, 3, 5)


def test_decrees_may_follow_one_another_more_than_once() -> None:
    first = replace(RULE, valid_to=date(2010, 1, 1))
    second = replace(
        RULE, code="B-1", decree="B", replaces=("A-1",), valid_from=date(2010, 1, 1), valid_to=date(2020, 1, 1)
    )
    third = replace(RULE, code="C-1", decree="C", replaces=("B-1",), valid_from=date(2020, 1, 1))
    rules = Rules([first, second, third])
    assert [rule.code for rule in rules.applicable("C-1", date(2009, 6, 1))] == ["A-1"]
    assert [rule.code for rule in rules.applicable("A-1", date(2026, 6, 1))] == ["C-1"]
    assert {rules.conduct(code) for code in ("A-1", "B-1", "C-1")} == {"C:7"}


def test_rules_that_replace_one_another_in_a_circle_end() -> None:
    one = replace(RULE, replaces=("B-1",), valid_from=date(2020, 1, 1))
    other = replace(RULE, code="B-1", replaces=("A-1",), valid_from=date(2020, 1, 1))
    rules = Rules([one, other])
    assert rules.applicable("A-1", date(2010, 1, 1)) == []
    assert rules.conduct("A-1") == "A:7"


def test_a_tier_knows_whom_it_holds() -> None:
    assert [Tier(1, 3, 0, 0).holds(count) for count in (0, 1, 3, 4)] == [False, True, True, False]
    assert Tier(21, None, 0, 0).holds(10_000)
