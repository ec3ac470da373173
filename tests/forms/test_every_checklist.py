"""What must hold for each checklist and each item that is in use, whoever wrote it."""

import json
import re
import unicodedata
from pathlib import Path

import pytest

from inspect_app.domain.checklists import Checklist, Confidence, Item, ItemType, Verdict
from inspect_app.store.checklist_cases import read_cases
from inspect_app.store.checklist_checks import KEYS_OF_TYPE
from inspect_app.store.checklist_files import Library, check
from inspect_app.store.checklist_schema import FileShape, ItemShape

ROOT = Path(__file__).parents[2]
FORMS = ROOT / "forms"
LIBRARY = Library(FORMS)
CHECKLISTS = [pytest.param(each, id=f"{each.code}-v{each.version}") for each in LIBRARY.all()]
ITEMS = [pytest.param(item, id=item.id) for checklist in LIBRARY.all() for item in checklist.items]


def can_fail(item: Item) -> bool:
    match item.type:
        case ItemType.PASS_FAIL | ItemType.DATE:
            return True
        case ItemType.NUMBER:
            return item.limit is not None
        case ItemType.COUNT:
            return bool(item.fail)
        case ItemType.CHOICE:
            return any(option.verdict is Verdict.FAIL for option in item.options)
        case ItemType.TEXT:
            return False


def test_nothing_is_wrong_with_the_folder() -> None:
    assert check(FORMS) == []


def test_every_version_is_published_and_frozen() -> None:
    published = (FORMS / "published.sha256").read_text(encoding="utf-8")

    for checklist in LIBRARY.all():
        name = f"{checklist.code.lower()}/v{checklist.version}.toml"
        assert f"{LIBRARY.sha256(checklist.code, checklist.version)}  {name}\n" in published


def test_all_penalty_rules_are_there() -> None:
    told = [rule.decree for rule in LIBRARY.penalties()]
    assert (len(told), told.count("ND12-2022")) == (168, 8)


@pytest.mark.parametrize("checklist", CHECKLISTS)
def test_each_kind_of_answer_has_a_golden_case(checklist: Checklist) -> None:
    cases = read_cases(FORMS / checklist.code.lower() / f"v{checklist.version}.cases.json")
    answered = {item for case in cases for item in case.values}
    wanted = {item.id for item in checklist.items if item.type is not ItemType.PASS_FAIL or item.when is not None}

    assert wanted <= answered


@pytest.mark.parametrize("checklist", CHECKLISTS)
def test_the_phone_gets_only_what_its_types_name(checklist: Checklist) -> None:
    types = (ROOT / "static/js/types.d.ts").read_text(encoding="utf-8")
    shape = json.loads(LIBRARY.phone_json(checklist.code, checklist.version))

    assert shape.keys() == keys_of(types, "Checklist")
    for item in shape["items"]:
        assert item.keys() <= keys_of(types, "ChecklistItem"), item["id"]
        for basis in item.get("basis", []):
            assert basis.keys() <= keys_of(types, "Basis"), item["id"]


def keys_of(types: str, interface: str) -> set[str]:
    found = re.search(rf"export interface {interface} {{\n(.*?)\n}}", types, re.DOTALL)
    assert found is not None
    return set(re.findall(r"^  ([a-z_0-9]+)\??:", found.group(1), re.MULTILINE))


@pytest.mark.parametrize("item", ITEMS)
def test_a_failure_has_a_legal_ground(item: Item) -> None:
    assert item.basis or not can_fail(item)


@pytest.mark.parametrize("item", ITEMS)
def test_people_read_vietnamese_and_english(item: Item) -> None:
    for text in (item.ask, item.advice, *item.phrases, *(option.label for option in item.options)):
        assert text == unicodedata.normalize("NFC", text).strip()
    assert re.search("[À-ỹ]", item.ask)
    assert item.ask != item.ask_en


@pytest.mark.parametrize("item", ITEMS)
def test_phrases_are_short_and_differ(item: Item) -> None:
    assert len(set(item.phrases)) == len(item.phrases)
    assert all(len(phrase) <= 80 for phrase in item.phrases)


LIMITED = [pytest.param(item, id=item.id) for each in LIBRARY.all() for item in each.items if item.limit]


@pytest.mark.parametrize("item", LIMITED)
def test_a_limit_says_where_it_comes_from(item: Item) -> None:
    shapes = {each["id"]: each for each in json.loads(LIBRARY.phone_json(item.id.split("-")[0], 1))["items"]}
    assert item.limit is not None
    unchecked = item.limit.basis.confidence in (Confidence.TITLE_ONLY, Confidence.MEMORY)

    assert ("cần kiểm tra" in shapes[item.id]["limit_note"]) is unchecked


def test_the_readme_explains_every_key() -> None:
    readme = (FORMS / "README.md").read_text(encoding="utf-8")
    keys = {field.data_key or name for shape in (FileShape, ItemShape) for name, field in shape().fields.items()}

    assert {key for key in keys if f"`{key}`" not in readme} == set()
    assert {kind for kind in KEYS_OF_TYPE if f"`{kind}`" not in readme} == set()
