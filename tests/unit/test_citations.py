"""The door through which papers get citations, and that nothing goes around it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from inspect_app.domain.checklists import Confidence
from inspect_app.domain.citations import confidence_of, doubt, printed
from inspect_app.store.checklist_files import Library

ROOT = Path(__file__).parents[2]
CASES = json.loads((ROOT / "tests/vectors/citations.json").read_text(encoding="utf-8"))
# What goes to a printer, into a file, or is signed on the phone.
PAPERS = [
    *sorted((ROOT / "templates").rglob("paper*.html")),
    *sorted((ROOT / "templates/documents").rglob("*")),
    *sorted((ROOT / "inspect_app/outside").glob("*.py")),
    ROOT / "inspect_app/services/follow_up.py",
    ROOT / "inspect_app/web/api/follow_up.py",
    *sorted((ROOT / "inspect_app/services").glob("paper*.py")),
    ROOT / "inspect_app/domain/record.py",
    ROOT / "static/js/core/record_findings.js",
]
TEXTS = frozenset({".html", ".toml", ".txt", ".py", ".js"})
# A citation put together by hand: a provision or a label of a basis, outside the door.
BY_HAND = re.compile(r"\b(b|basis|each|cite)\.(at|label)\b|\[.(at|label).\]|\{ *label, *at *\}|\.get\(.(at|label).\)")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_printed(case: dict[str, Any]) -> None:
    assert printed(case["bases"]) == case["printed"]


@pytest.mark.parametrize("path", [path for path in PAPERS if path.suffix in TEXTS], ids=lambda path: path.name)
def test_no_paper_puts_a_citation_together_by_itself(path: Path) -> None:
    assert BY_HAND.search(path.read_text(encoding="utf-8")) is None


def test_there_are_papers_to_look_at() -> None:
    assert len([path for path in PAPERS if path.suffix in TEXTS]) >= 5


@pytest.mark.parametrize("checklist", Library(ROOT / "forms").all(), ids=lambda each: f"{each.code}-v{each.version}")
def test_no_remembered_provision_of_any_item_is_printed(checklist: Any) -> None:
    for item in checklist.items:
        for basis in item.basis:
            told = printed([{"at": basis.at, "label": basis.label, "confidence": str(basis.confidence)}])
            if basis.confidence is Confidence.MEMORY:
                assert basis.label not in told
            if basis.confidence in (Confidence.MEMORY, Confidence.TITLE_ONLY) and basis.at:
                assert basis.at not in told


def test_the_word_of_a_screen() -> None:
    assert [doubt(each) for each in Confidence] == ["", "nguồn thứ cấp", "cần kiểm tra", "cần kiểm tra"]
    assert confidence_of("nobody knows") is Confidence.MEMORY
