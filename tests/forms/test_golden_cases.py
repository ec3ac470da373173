"""Every golden case of every checklist, in Python; tests/js/checklist.test.js runs the same ones."""

from pathlib import Path

import pytest

from inspect_app.domain.checklists import Checklist, check_value, missing_evidence, progress, verdict, visible_items
from inspect_app.domain.errors import RuleBroken
from inspect_app.store.checklist_cases import Case, read_cases
from inspect_app.store.checklist_files import Library

HERE = Path(__file__).parent
# The checklists of the trade, one that uses every key of the language, and two that share items.
FOLDERS = [HERE.parents[1] / "forms", HERE / "language", HERE / "shared"]
CASES = [
    pytest.param(checklist, case, id=f"{checklist.code}-v{checklist.version}: {case.name}")
    for folder in FOLDERS
    for checklist in Library(folder).all()
    for case in read_cases(folder / checklist.code.lower() / f"v{checklist.version}.cases.json")
]


@pytest.mark.parametrize(("checklist", "case"), CASES)
def test_golden_case(checklist: Checklist, case: Case) -> None:
    expect = case.expect
    for item, said in expect.get("verdicts", {}).items():
        assert verdict(checklist.by_id[item], case.values.get(item), case.on) == said, item
    visible = [item.id for item in visible_items(checklist, case.values, case.on)]
    if "hidden" in expect:
        assert [item.id for item in checklist.items if item.id not in visible] == expect["hidden"]
    if "progress" in expect:
        _compare_progress(checklist, case)
    for item, codes in expect.get("missing", {}).items():
        note, photos = case.notes.get(item), case.photos.get(item, 0)
        found = missing_evidence(checklist.by_id[item], case.values.get(item), case.on, note=note, photos=photos)
        assert found == codes, item
    refused = expect.get("refused", {})
    for item, value in case.values.items():
        assert _reason(checklist, item, value) == refused.get(item), item


def _compare_progress(checklist: Checklist, case: Case) -> None:
    found = progress(checklist, case.values, case.on)
    expected = dict(case.expect["progress"])
    sections = expected.pop("sections", {})
    assert {"answered": found.answered, "visible": found.visible, "failing": found.failing} == expected
    for section, tally in sections.items():
        one = found.sections[section]
        assert {"answered": one.answered, "visible": one.visible, "failing": one.failing} == tally, section


def _reason(checklist: Checklist, item: str, value: object) -> object:
    try:
        check_value(checklist.by_id[item], value)
    except RuleBroken as broken:
        assert broken.code == "bad-answer"
        assert broken.facts["item"] == item
        return broken.facts["reason"]
    return None
