"""The case files among the vectors get the verdicts that stand beside them."""

import json
from pathlib import Path
from typing import Any

import pytest

from inspect_app import case_verify

FOLDER = Path(__file__).parents[1] / "vectors" / "case"
TOLD: dict[str, Any] = json.loads((FOLDER / "cases.json").read_text("utf-8"))


@pytest.mark.parametrize("case", TOLD["cases"], ids=lambda case: case["file"])
def test_a_case_gets_its_verdict(case: dict[str, Any]) -> None:
    report = case_verify.verify(FOLDER / case["file"], key=TOLD["key"])
    assert (report.status, report.english) == (case["status"], case["english"])


def test_every_case_differs_under_another_key() -> None:
    found = {case_verify.verify(FOLDER / case["file"], key=TOLD["other_key"]).status for case in TOLD["cases"]}
    assert found == {case_verify.DIFFERS}


def test_there_is_a_verdict_for_every_file() -> None:
    assert {each.name for each in FOLDER.glob("*.zip")} == {case["file"] for case in TOLD["cases"]}
