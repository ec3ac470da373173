"""Items that one checklist takes from another, and what a writer can get wrong about them."""

import json
import shutil
from pathlib import Path

import pytest

from inspect_app.store.checklist_files import Library, check, publish

SHARED = Path(__file__).parents[1] / "forms/shared"
FILE = "two/v1.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHARED, tmp_path / "forms"))


def change(folder: Path, old: str, new: str, file: str = FILE) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"the test is about {old!r}, which is no longer there"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_item_takes_what_it_does_not_write_itself() -> None:
    library = Library(SHARED)
    given, taken = library.get("ONE", 1).by_id["ONE-01"], library.get("TWO", 1).by_id["TWO-01"]

    assert (taken.id, taken.section, taken.severity) == ("TWO-01", "shared", 3)
    assert given.severity == 2
    for key in ("ask", "ask_en", "type", "evidence", "basis", "remedy_days", "phrases", "penalties", "fields", "fail"):
        assert getattr(taken, key) == getattr(given, key), key


def test_a_condition_is_never_taken_over() -> None:
    taken = Library(SHARED).get("TWO", 1).by_id["TWO-04"]

    assert taken.when is not None
    assert taken.when.item == "TWO-02"


def test_the_phone_gets_the_item_written_out() -> None:
    shape = json.loads(Library(SHARED).phone_json("TWO", 1))

    assert shape["items"][0]["ask"] == "Thiết bị"
    assert "use" not in shape["items"][0]
    assert [each.get("decimal", False) for each in shape["items"][1]["fields"]] == [True, True, False]
    assert shape["items"][2]["expires"] is True


@pytest.mark.parametrize(
    ("old", "new", "item", "key", "wrong"),
    [
        ('"ONE-01/v1"', '"ONE-09/v1"', "TWO-01", "use", "không có mục ONE-09 trong one/v1.toml"),
        ('"ONE-01/v1"', '"ONE-01/v2"', "TWO-01", "use", "không có mục ONE-01 trong one/v2.toml"),
        ('"ONE-01/v1"', '"ONE-01"', "TWO-01", "use", "không đúng dạng"),
        ('"ONE-01/v1"', "1", "TWO-01", "use", "dấu ngoặc kép"),
        ("expires = true", "expires = true\nolder_than_days = 3", "TWO-03", "expires", "không đi cùng"),
        ("expires = true", 'expires = "yes"', "TWO-03", "expires", "true hoặc false"),
        ("decimal = true", "decimal = 1", "TWO-02", "fields.0.decimal", "true hoặc false"),
    ],
)
def test_a_mistake_is_named(folder: Path, old: str, new: str, item: str, key: str, wrong: str) -> None:
    (folder / "published.sha256").write_text("", encoding="utf-8")

    change(folder, old, new)

    named = [each for each in check(folder) if (each.file, each.item, each.key) == (FILE, item, key)]
    assert any(wrong in each.wrong and each.mend for each in named), check(folder)


def test_what_was_taken_over_is_not_taken_over_again(folder: Path) -> None:
    (folder / "published.sha256").write_text("", encoding="utf-8")

    change(folder, 'use = "ONE-02/v1"', 'use = "TWO-01/v1"')

    assert ("TWO-04", "TWO-01 cũng lấy từ phiếu khác: dẫn thẳng tới ONE-01/v1") in [
        (each.item, each.wrong) for each in check(folder)
    ]


def test_the_list_it_takes_from_is_frozen_with_it(folder: Path) -> None:
    (folder / "published.sha256").write_text("", encoding="utf-8")
    publish(folder)

    change(folder, 'ask = "Thiết bị"', 'ask = "Máy"', "one/v1.toml")

    assert [(each.file, each.wrong) for each in check(folder)] == [("one/v1.toml", "phiên bản đã ban hành bị sửa")]
