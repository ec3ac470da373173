"""Answers, limits and drawings as people see them."""

from pathlib import Path
from typing import Any

import pytest

from inspect_app.domain.checklists import Checklist, Item, ItemType
from inspect_app.store.checklist_files import Library
from inspect_app.web.answers import answer_text, limit_text
from inspect_app.web.drawings import Spot, positions, signature

FORMS = Path(__file__).parents[2] / "forms"


@pytest.fixture(scope="module")
def checklists() -> list[Checklist]:
    return Library(FORMS).all()


def of_type(checklists: list[Checklist], wanted: ItemType) -> Item:
    return next(item for each in checklists for item in each.items if item.type is wanted)


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (ItemType.PASS_FAIL, "fail", "Không đạt"),
        (ItemType.PASS_FAIL, None, "Chưa trả lời"),
        (ItemType.DATE, "2026-03-09", "09/03/2026"),
        (ItemType.DATE, "none", "Chưa từng làm"),
        (ItemType.DATE, "na", "Không áp dụng"),
        (ItemType.DATE, "2026-13-45", "2026-13-45"),
    ],
)
def test_an_answer_reads_as_words(checklists: list[Checklist], kind: ItemType, value: Any, told: str) -> None:
    assert answer_text(of_type(checklists, kind), value) == told


def test_numbers_follow_vietnamese_habit_and_carry_their_unit(checklists: list[Checklist]) -> None:
    item = of_type(checklists, ItemType.NUMBER)

    assert answer_text(item, 1234.5) == f"1.234,5 {item.unit}".strip()


def test_counts_carry_their_units_and_an_end_that_is_not_there_is_said() -> None:
    cranes = Library(FORMS).get("XDT", 1).by_id

    assert answer_text(cranes["XDT-20"], {"measured": 4.5, "required": 4}) == (
        "Điện trở nối đất đo được: 4,5 Ω · Trị số lớn nhất theo thiết kế, tiêu chuẩn áp dụng: 4 Ω"
    )
    assert answer_text(cranes["XDT-01"], {"total": 2}) == "Số cần trục tháp trên công trường: 2"
    assert answer_text(cranes["XDT-01E"], "none") == "Không có"
    assert answer_text(cranes["XDT-01E"], "2026-12-01") == "01/12/2026"


@pytest.mark.parametrize("value", [[], {"no": "such"}, True, 7.5, "?"])
def test_what_does_not_fit_is_shown_and_never_breaks_the_page(checklists: list[Checklist], value: Any) -> None:
    for kind in ItemType:
        assert isinstance(answer_text(of_type(checklists, kind), value), str)


def test_every_limit_is_said_with_its_direction(checklists: list[Checklist]) -> None:
    limited = [item for each in checklists for item in each.items if item.limit is not None]

    assert limited
    for item in limited:
        assert limit_text(item).startswith(("tối đa ", "tối thiểu ", "từ "))


def test_a_signature_keeps_its_points_and_nothing_else() -> None:
    drawn = signature([[0, 0, 500, 400], [10, 10], ["<script>", 1], [3]])  # type: ignore[list-item]

    assert 'd="M0 0L500 400"' in drawn
    assert 'd="M10 10h1"' in drawn  # a dot is a dot
    assert "script" not in drawn


def test_positions_lie_as_on_the_ground() -> None:
    """North is up, east is right, and a word of a person never becomes markup."""
    drawn = positions([Spot(21.60, 105.80, "fail", "<b>"), Spot(21.59, 105.81, "site", "Cơ sở")])

    north_west, south_east = drawn.index("&lt;b&gt;"), drawn.index("Cơ sở")
    assert "<b>" not in drawn
    assert _place(drawn, north_west)[0] < _place(drawn, south_east)[0]
    assert _place(drawn, north_west)[1] < _place(drawn, south_east)[1]


def test_one_spot_and_none_are_drawn_too() -> None:
    for spots in ([], [Spot(21.6, 105.8, "visit", accuracy=12.0)]):
        assert positions(spots).endswith("</svg>")


def _place(drawn: str, label: int) -> tuple[float, float]:
    before = drawn[:label].rsplit("<text ", 1)[1]
    return float(before.split('x="')[1].split('"')[0]), float(before.split('y="')[1].split('"')[0])
