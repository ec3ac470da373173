"""The record that is signed: the same words and the same hash as the phone makes (tests/js/record.test.js)."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from inspect_app.domain import record_words as words
from inspect_app.domain.operations import Entry, fold
from inspect_app.domain.papers import printable
from inspect_app.domain.record import EDITION, Record, Told, day_of, photos_of, record_of
from inspect_app.store.checklist_files import Library

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/record.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in VECTORS["cases"]}
TST = Library(ROOT / "tests/forms/language").get("TST", 1)


def told(case: dict[str, Any]) -> Told:
    state = fold(Entry(each["op"], each["by"], each["device"]) for each in case["ops"])
    return Told(case["document"], [TST], state, day_of(state, date.fromisoformat(case["on"])))


def without(case: dict[str, Any], *kinds: str) -> Record:
    return record_of(told({**case, "ops": [each for each in case["ops"] if each["op"]["k"] not in kinds]}))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_record_of_a_visit(case: dict[str, Any]) -> None:
    made = record_of(told(case))

    assert made.text.split("\n") == case["text"]
    assert made.sha256 == case["sha256"] == hashlib.sha256("\n".join(case["text"]).encode()).hexdigest()
    assert [part.mark for part in made.parts] == case["parts"]
    assert VECTORS["edition"] == EDITION


def test_signing_changes_nothing_of_what_is_signed() -> None:
    assert without(CASES["whole"], "sign", "refuse", "submit").sha256 == CASES["whole"]["sha256"]


@pytest.mark.parametrize("kind", ["answer", "comment", "photo", "finding", "opinion", "position"])
def test_whatever_was_found_is_part_of_it(kind: str) -> None:
    assert without(CASES["whole"], kind).sha256 != CASES["whole"]["sha256"]


def test_an_answer_that_passes_cannot_be_exchanged_for_another() -> None:
    case = json.loads(json.dumps(CASES["half-way"]))
    for each in case["ops"]:
        if each["op"].get("i") == "TST-02":
            each["op"]["i"] = "TST-01"
    assert record_of(told(case)).sha256 != CASES["half-way"]["sha256"]


def test_a_photo_is_numbered_once() -> None:
    assert [head["sha"][0] for head in photos_of(told(CASES["whole"]))] == ["c", "a", "b"]


@pytest.mark.parametrize(("value", "written"), VECTORS["figures"])
def test_a_figure(value: float, written: str) -> None:
    assert words.figure(value) == written


@pytest.mark.parametrize(("at", "minute", "second"), VECTORS["moments"])
def test_a_moment(at: int, minute: str, second: str) -> None:
    assert (words.moment_words(at), words.clock_words(at)) == (minute, second)


@pytest.mark.parametrize(("gps", "written"), VECTORS["places"])
def test_a_place(gps: list[float], written: str) -> None:
    assert words.place_words(gps) == written


@pytest.mark.parametrize(("typed", "stands"), VECTORS["texts"])
def test_what_was_typed(typed: str, stands: str) -> None:
    assert printable(typed) == stands
