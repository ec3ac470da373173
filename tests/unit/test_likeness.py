"""Likeness of organisations and places: the labelled pairs, single reasons, and keys under which likely pairs meet."""

import csv
from collections.abc import Iterable
from pathlib import Path

import pytest

from inspect_app.domain.company_names import parse
from inspect_app.domain.likeness import LIKELY, Entry, Place, compare, compare_places
from inspect_app.domain.match_keys import MOST_SHARED, of_organisation, of_site

PAIRS = Path(__file__).parents[1] / "pairs" / "organisations.csv"
FIELDS = ("name", "tax_code", "address", "phone", "representative")


def pairs(part: str) -> list[tuple[bool, Entry, Entry]]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if part in {row["part"], "all"}]
    sides = [[entry(row, n) for n in "12"] for row in rows]
    return [(row["same"] == "1", one, other) for row, (one, other) in zip(rows, sides, strict=True)]


def entry(row: dict[str, str], side: str) -> Entry:
    name, code, address, phone, person = (row[f"{field}_{side}"] for field in FIELDS)
    return Entry(name, code, address, phone, person)


def found(one: Entry, other: Entry) -> bool:
    """As the program finds it: they must meet under a key and be likely."""
    meet = not set(of_organisation(one)).isdisjoint(of_organisation(other))
    return meet and compare(one, other).score >= LIKELY


def measured(labelled: Iterable[tuple[bool, Entry, Entry]]) -> tuple[float, float]:
    """Precision and recall."""
    said = [(same, found(one, other)) for same, one, other in labelled]
    right = sum(same and told for same, told in said)
    return right / sum(told for _, told in said), right / sum(same for same, _ in said)


@pytest.mark.parametrize("part", ["tune", "test", "all"])
def test_the_labelled_pairs_are_told_apart(part: str) -> None:
    labelled = pairs(part)
    precision, recall = measured(labelled)

    assert len(labelled) >= (1_000 if part == "all" else 500)
    assert precision >= 0.98
    assert recall >= 0.95


def test_likeness_is_the_same_from_both_sides() -> None:
    assert [each for each in pairs("all") if compare(each[1], each[2]) != compare(each[2], each[1])] == []


@pytest.mark.parametrize(
    ("name", "own", "form", "trades"),
    [
        ("CTY TNHH MTV XD & TM Hồng Lam", ("hong", "lam"), "limited", {"xay dung", "thuong mai"}),
        ("Công ty CP Hoà Phát", ("hoa", "phat"), "joint-stock", set()),
        ("DNTN Kỹ Nghệ", ("ki", "nghe"), "private", set()),
        ("HTX chè Tân Cương Thái Nguyên", ("che", "tan", "cuong"), "cooperative", set()),
        ("Samho Vina Co., Ltd", ("samho", "vina"), "limited", set()),
        ("", (), "", set()),
        ("!!!", (), "", set()),
    ],
)
def test_a_name_falls_into_form_trades_and_its_own_words(
    name: str, own: tuple[str, ...], form: str, trades: set[str]
) -> None:
    parsed = parse(name)

    assert (parsed.own, parsed.form, set(parsed.trades)) == (own, form, trades)


def test_the_tone_may_stand_where_it_likes() -> None:
    assert parse("Hoà Bình").marked == parse("Hòa Bình").marked
    assert parse("Hưng Thịnh").marked != parse("Hùng Thịnh").marked


@pytest.mark.parametrize(
    ("one", "other", "likely"),
    [
        (Place("Chung cư Túc Duyên", "Bến Oánh"), Place("CHUNG CƯ TÚC DUYÊN", "đường Bến Oánh"), True),
        (Place("Chung cư khối A1", "Bến Oánh"), Place("Chung cư khối A2", "Bến Oánh"), False),
        (Place("Xưởng đúc", "Tổ 5", 21.59, 105.84), Place("Xưởng đúc", "Tổ 5", 21.69, 105.84), False),
        (Place("Xưởng đúc", "Tổ 5"), Place("Kho hàng", "Tổ 5"), False),
    ],
)
def test_places_of_one_owner(one: Place, other: Place, likely: bool) -> None:
    assert (compare_places(one, other).score >= LIKELY) is likely


def test_keys_fit_their_column_and_are_few() -> None:
    long = Entry("Công ty " + "Rất Dài " * 60, "4600000016", "Số 1, " + "đường Dài " * 40, "0912345678", "Nguyễn " * 30)

    for keys in (of_organisation(long), of_site("0" * 32, "05443", "Chung cư " * 60)):
        assert 0 < len(keys) <= 14
        assert all(len(key) <= 64 for key in keys)
    assert MOST_SHARED <= 500
