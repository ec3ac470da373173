"""The checklists ask what the trade's founding table asks, no less and no lighter; founding.csv is that table."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from inspect_app.domain.checklists import Confidence, Item
from inspect_app.store.checklist_files import Library
from inspect_app.store.law_files import read_laws

HERE = Path(__file__).parent
FORMS = HERE.parents[1] / "forms"
LIBRARY = Library(FORMS)
LAWS, _ = read_laws(FORMS / "laws")

# How many items each list has; gates and measured variants come on top.
COUNTS = {
    "GEN": 41,
    "XDC": 30,
    "XDK": 32,
    "XDT": 28,
    "GT": 18,
    "KCN": 26,
    "DT": 20,
    "CK": 24,
    "MO": 26,
    "HC": 20,
    "LPG": 22,
    "VLN": 14,
    "DL": 12,
    "NN": 18,
    "YT": 26,
    "PC": 26,
    "DV": 22,
    "XA": 12,
}
SUREST_FIRST = [*Confidence, None]
# What a question may record instead: two numbers where no limit is certain, a day instead of a yes.
RICHER = {
    "pass-fail": {"choice", "count", "date"},
    "number": {"count"},
    "date": {"count"},
}
# The table rates a whole row; here one of its citations was read elsewhere and is rated by itself.
READ_ELSEWHERE = {
    "GEN-31": "ND283-2026",
    "XDK-09": "L84-2015",
    "XDK-25": "TT06-2020",
    "XDK-28": "TT42-2026-BXD",
    "XDT-16": "L84-2015",
    "GT-05": "TT06-2020",
    "KCN-13": "QCVN24-2016",
    "KCN-22": "TT06-2020",
}


@dataclass(frozen=True, slots=True)
class Row:
    item: str
    type: str
    severity: int
    evidence: frozenset[str]
    remedy_days: int
    penalties: frozenset[str]
    surest_basis: Confidence | None


def _rows() -> list[Row]:
    with (HERE / "founding.csv").open(encoding="utf-8", newline="") as file:
        return [
            Row(
                row["item"],
                row["type"],
                int(row["severity"]),
                frozenset(row["evidence"].split()),
                int(row["remedy_days"]),
                frozenset(row["penalties"].split()),
                Confidence(row["surest_basis"]) if row["surest_basis"] else None,
            )
            for row in csv.DictReader(file)
        ]


ROWS = _rows()
FOUNDING = {row.item: row for row in ROWS}
EACH_ROW = [pytest.param(row, id=row.item) for row in ROWS]
ITEMS = [item for checklist in LIBRARY.all() for item in checklist.items]
EACH_ITEM = [pytest.param(item, id=item.id) for item in ITEMS]
# YT-13NH3S belongs to YT-13; a gate (YT-G1) to nothing.
NUMBERED = re.compile(r"[A-Z]+-[0-9]{2}")
VARIANTS = [
    pytest.param(item, id=item.id) for item in ITEMS if item.id not in FOUNDING and NUMBERED.match(item.id) is not None
]


def _item(row: Row) -> Item:
    return LIBRARY.get(row.item.partition("-")[0], 1).by_id[row.item]


def test_the_table_is_whole() -> None:
    counted = {code: sum(row.item.startswith(f"{code}-") for row in ROWS) for code in COUNTS}

    assert counted == COUNTS
    assert len(ROWS) == sum(COUNTS.values()) == 417


def test_there_is_one_checklist_for_every_sector() -> None:
    assert {checklist.code for checklist in LIBRARY.all()} == set(COUNTS)


@pytest.mark.parametrize(("code", "count"), COUNTS.items())
def test_a_list_has_exactly_the_items_of_its_sector(code: str, count: int) -> None:
    wanted = {f"{code}-{number:02}" for number in range(1, count + 1)}
    numbered = {item for item in LIBRARY.get(code, 1).by_id if re.fullmatch(rf"{code}-[0-9]+", item)}

    assert numbered == wanted == {row.item for row in ROWS if row.item.startswith(f"{code}-")}


@pytest.mark.parametrize("row", EACH_ROW)
def test_an_item_weighs_what_the_table_says(row: Row) -> None:
    item = _item(row)

    assert item.severity == row.severity
    assert item.remedy_days == row.remedy_days
    assert {each.code for each in item.penalties} == row.penalties
    assert {str(each) for each in item.evidence} == row.evidence


@pytest.mark.parametrize("row", EACH_ROW)
def test_an_item_records_at_least_what_the_table_asks(row: Row) -> None:
    assert str(_item(row).type) in {row.type} | RICHER.get(row.type, set())


@pytest.mark.parametrize("row", EACH_ROW)
def test_no_citation_is_surer_than_it_was_read(row: Row) -> None:
    item = _item(row)
    rated = [each.confidence for each in item.basis if each.law != READ_ELSEWHERE.get(row.item)]

    assert all(SUREST_FIRST.index(each) >= SUREST_FIRST.index(row.surest_basis) for each in rated)


@pytest.mark.parametrize("item", VARIANTS)
def test_a_variant_weighs_no_more_than_its_item(item: Item) -> None:
    found = NUMBERED.match(item.id)
    assert found is not None

    assert item.severity <= FOUNDING[found[0]].severity


@pytest.mark.parametrize("item", EACH_ITEM)
def test_imminent_danger_is_mended_before_work_goes_on(item: Item) -> None:
    """Unless mending is building: the table gives days for missing exits and for fire walls."""
    row = FOUNDING.get(item.id)
    given = row.remedy_days if row else 0

    assert item.severity < 4 or item.remedy_days == given


@pytest.mark.parametrize("item", EACH_ITEM)
def test_every_citation_resolves(item: Item) -> None:
    """The instrument is known; a cited place has its gist, and nobody cites it as surer than the gist was read."""
    for basis in [*item.basis, *([item.limit.basis] if item.limit else [])]:
        assert basis.law in LAWS.laws
        if basis.at:
            provision = LAWS.provisions[basis.law, basis.at]
            assert SUREST_FIRST.index(basis.confidence) >= SUREST_FIRST.index(provision.confidence)
    for penalty in item.penalties:
        assert penalty.code in LAWS.penalties
