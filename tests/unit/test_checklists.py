"""The rules of checklists: what holds for every item and every value, whatever the inspector types."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspect_app.domain.checklists import (
    Checklist,
    Item,
    ItemType,
    Verdict,
    check_value,
    missing_evidence,
    progress,
    verdict,
    visible_items,
)
from inspect_app.domain.errors import RuleBroken
from inspect_app.store.checklist_files import Library

ROOT = Path(__file__).parents[2]
CHECKLISTS = [*Library(ROOT / "forms").all(), *Library(ROOT / "tests/forms/language").all()]
EVERY_KEY = CHECKLISTS[-1]
ITEMS = [item for checklist in CHECKLISTS for item in checklist.items]
TODAY = date(2026, 11, 22)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner)
)
days = st.dates(date(1950, 1, 1), date(2100, 12, 31))


def answers_to(item: Item) -> st.SearchStrategy[Any]:
    """Whole answers to an item, without "na" and null."""
    match item.type:
        case ItemType.PASS_FAIL:
            return st.sampled_from(["pass", "fail"])
        case ItemType.CHOICE:
            return st.sampled_from([option.id for option in item.options])
        case ItemType.NUMBER:
            assert item.range is not None
            return st.floats(item.range[0], item.range[1])
        case ItemType.DATE:
            return st.just("none") | days.map(date.isoformat)
        case ItemType.TEXT:
            return st.text("aă bc", min_size=1, max_size=30).filter(str.strip)
        case ItemType.COUNT:
            return st.lists(st.integers(0, 1_000_000), min_size=len(item.fields), max_size=len(item.fields)).map(
                lambda counts: counts_of(item, counts)
            )


def counts_of(item: Item, counts: list[int]) -> dict[str, int]:
    """A part is never more than its whole; wholes stand before their parts."""
    found: dict[str, int] = {}
    for each, count in zip(item.fields, counts, strict=True):
        found[each.id] = min(count, found[each.within]) if each.within else count
    return found


@st.composite
def answered(draw: st.DrawFn) -> tuple[Item, Any]:
    item = draw(st.sampled_from(ITEMS))
    return item, draw(answers_to(item))


@st.composite
def filled(draw: st.DrawFn) -> tuple[Checklist, dict[str, Any]]:
    checklist = draw(st.sampled_from(CHECKLISTS))
    some = draw(st.lists(st.sampled_from(checklist.items), max_size=30, unique_by=lambda item: item.id))
    return checklist, {item.id: draw(answers_to(item) | st.just("na") | st.none()) for item in some}


@given(st.sampled_from(ITEMS), json_values, days)
def test_whatever_is_sent_there_is_a_verdict_or_a_refusal(item: Item, value: object, on: date) -> None:
    said = verdict(item, value, on)

    assert isinstance(said, Verdict)
    try:
        check_value(item, value)
    except RuleBroken as broken:
        assert broken.code == "bad-answer"
        assert broken.facts.keys() == {"item", "type", "reason"}


@given(answered(), days)
def test_a_whole_answer_is_accepted_and_says_something(one: tuple[Item, Any], on: date) -> None:
    item, value = one

    check_value(item, value)

    assert verdict(item, value, on) is not Verdict.UNANSWERED


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_item_may_be_not_applicable_or_withdrawn(item: Item) -> None:
    check_value(item, "na")
    check_value(item, None)

    assert verdict(item, "na", TODAY) is Verdict.NA
    assert verdict(item, None, TODAY) is Verdict.UNANSWERED


@given(answered(), days, st.text(max_size=5) | st.none(), st.integers(0, 3))
def test_evidence_is_asked_of_failures_only_and_is_enough_once_given(
    one: tuple[Item, Any], on: date, note: str | None, photos: int
) -> None:
    item, value = one
    missing = missing_evidence(item, value, on, note=note, photos=photos)

    assert not missing or verdict(item, value, on) is Verdict.FAIL
    assert missing_evidence(item, value, on, note="Máy đo số 12", photos=1) == []


@given(filled(), days)
def test_progress_adds_up(one: tuple[Checklist, dict[str, Any]], on: date) -> None:
    checklist, values = one
    whole = progress(checklist, values, on)
    parts = whole.sections.values()

    assert whole.failing <= whole.answered <= whole.visible == len(visible_items(checklist, values, on))
    assert [whole.answered, whole.visible, whole.failing] == [
        sum(each.answered for each in parts),
        sum(each.visible for each in parts),
        sum(each.failing for each in parts),
    ]


@given(filled(), days)
def test_visible_items_keep_their_order_and_do_not_read_hidden_answers(
    one: tuple[Checklist, dict[str, Any]], on: date
) -> None:
    checklist, values = one
    visible = visible_items(checklist, values, on)
    ids = [item.id for item in visible]

    assert ids == [item.id for item in checklist.items if item.id in ids]
    assert visible_items(checklist, {key: values[key] for key in values if key in ids}, on) == visible


@given(st.sampled_from([item for item in ITEMS if item.limit]), st.data())
def test_a_value_fails_exactly_outside_its_limit(item: Item, data: st.DataObject) -> None:
    value = data.draw(answers_to(item))
    assert item.limit is not None
    low = item.limit.min is not None and value < item.limit.min
    high = item.limit.max is not None and value > item.limit.max

    assert verdict(item, value, TODAY) is (Verdict.FAIL if low or high else Verdict.PASS)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), "1", True, {"m": 1}, [1]])
def test_what_is_no_number_is_refused(value: object) -> None:
    depth = EVERY_KEY.by_id["TST-02"]

    with pytest.raises(RuleBroken) as refused:
        check_value(depth, value)

    assert refused.value.code == "bad-answer"
    assert refused.value.facts == {"item": "TST-02", "type": "number", "reason": "not-a-number"}
    assert verdict(depth, value, TODAY) is Verdict.UNANSWERED


def test_a_number_of_four_hundred_digits_is_out_of_range() -> None:
    with pytest.raises(RuleBroken, match="out-of-range"):
        check_value(EVERY_KEY.by_id["TST-02"], 10**400)


def test_a_text_of_twenty_thousand_characters_is_the_longest() -> None:
    text = EVERY_KEY.by_id["TST-06"]
    check_value(text, "ữ" * 20_000)

    with pytest.raises(RuleBroken, match="too-long"):
        check_value(text, "ữ" * 20_001)


def test_a_half_filled_count_is_kept_but_says_nothing_yet() -> None:
    equipment = EVERY_KEY.by_id["TST-03"]
    check_value(equipment, {"valid": 3})

    assert verdict(equipment, {"valid": 3}, TODAY) is Verdict.UNANSWERED


def test_a_serious_failure_needs_a_picture_and_a_minor_one_does_not() -> None:
    serious = EVERY_KEY.by_id["TST-01"]
    minor = EVERY_KEY.by_id["TST-09"]

    assert missing_evidence(serious, "fail", TODAY, note="Lan can thấp", photos=0) == ["photo"]
    assert missing_evidence(minor, "fail", TODAY, note="Không kế hoạch", photos=0) == []


def test_a_note_of_blanks_is_no_note() -> None:
    assert missing_evidence(EVERY_KEY.by_id["TST-09"], "fail", TODAY, note=" \n", photos=0) == ["note"]
