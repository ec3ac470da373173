"""Reading forms/: the library, the phone's JSON, and a clear word for everything a writer can get wrong."""

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from inspect_app.domain.checklists import Confidence, Verdict
from inspect_app.store.checklist_files import ChecklistProblem, ChecklistsBroken, Library, check, publish
from inspect_app.store.law_files import PrintedBasis

LANGUAGE = Path(__file__).parents[1] / "forms/language"
FILE = "tst/v1.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the checklist that uses every key; nothing in it is published yet."""
    copy = Path(shutil.copytree(LANGUAGE, tmp_path / "forms"))
    (copy / "published.sha256").write_text("# nothing yet\n", encoding="utf-8")
    return copy


def change(folder: Path, old: str, new: str, file: str = FILE) -> list[ChecklistProblem]:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"the test is about {old!r}, which is no longer there"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return check(folder)


NUMBER = 'unit = "m"\nrange = [-5, 50.5]\nmin = 0.5\nmax = 3\n'
LIMIT = 'limit_basis = { law = "NEW", at = "Điều 2", confidence = "memory", note = "Từ 0,5 đến 3 m" }\n'
# what is written, what it becomes, and the place and words of the problem
MISTAKES = [
    ("unknown key", "severity = 3", "severity = 3\nseverty = 4", "TST-01", "severty", "không có trong ngôn ngữ"),
    ("unknown key on top", 'code = "TST"', 'code = "TST"\ncolour = "red"', "", "colour", "không có trong ngôn ngữ"),
    ("missing key", "severity = 3\n", "", "TST-01", "severity", "thiếu khóa"),
    ("missing key on top", 'title = "Phiếu thử"\n', "", "", "title", "thiếu khóa"),
    ("severity five", "severity = 3", "severity = 5", "TST-01", "severity", "từ 1 đến 4"),
    ("severity as text", "severity = 3", 'severity = "3"', "TST-01", "severity", "số nguyên"),
    ("severity as boolean", "severity = 3", "severity = true", "TST-01", "severity", "số nguyên"),
    ("empty question", 'ask = "Có lan can"', 'ask = ""', "TST-01", "ask", "từ 1 đến 400"),
    ("question as number", 'ask = "Có lan can"', "ask = 4", "TST-01", "ask", "dấu ngoặc kép"),
    ("unknown type", 'type = "text"', 'type = "essay"', "TST-06", "type", "danh sách cho phép"),
    ("unknown evidence", '"photo", "document"', '"selfie", "document"', "TST-01", "evidence.0", "danh sách cho phép"),
    ("evidence no list", 'evidence = ["measurement"]', 'evidence = "measurement"', "TST-02", "evidence", "ngoặc vuông"),
    ("date in quotes", "valid_from = 2026-01-01", 'valid_from = "2026-01-01"', "", "valid_from", "phải là ngày"),
    (
        "date with a time",
        "valid_from = 2026-01-01",
        "valid_from = 2026-01-01T00:00:00",
        "",
        "valid_from",
        "phải là ngày",
    ),
    ("item twice", 'id = "TST-02"', 'id = "TST-01"', "TST-01", "id", "hai lần"),
    ("item of another list", 'id = "TST-06"', 'id = "ABC-06"', "ABC-06", "id", "không bắt đầu bằng mã phiếu"),
    ("item id in small letters", 'id = "TST-06"', 'id = "tst-06"', "tst-06", "id", "không đúng dạng"),
    ("section twice", 'id = "two"', 'id = "one"', "", "section", "hai lần"),
    (
        "section without items",
        "[[section]]",
        '[[section]]\nid = "nil"\ntitle = "A"\ntitle_en = "A"\n\n[[section]]',
        "",
        "section",
        "không có mục nào",
    ),
    ("unknown section", 'section = "two"', 'section = "three"', "TST-07", "section", "không có phần three"),
    ("wrong code", 'code = "TST"', 'code = "TSX"', "", "code", "không khớp tên tệp"),
    ("wrong version", "version = 1", "version = 2", "", "code", "không khớp tên tệp"),
    ("unknown law", 'law = "NEW", at = "Điều 1"', 'law = "NOWHERE"', "TST-01", "basis", "không có văn bản NOWHERE"),
    ("replaced law", 'law = "NEW", at = "Điều 1"', 'law = "OLD"', "TST-01", "basis", "không có hiệu lực"),
    ("law of the limit", '{ law = "NEW", at = "Điều 2"', '{ law = "GONE"', "TST-02", "basis", "không có văn bản GONE"),
    ("confidence missing", ', confidence = "title-only" }', " }", "TST-01", "basis.1.confidence", "thiếu khóa"),
    ("unknown confidence", '"title-only"', '"sure"', "TST-01", "basis.1.confidence", "danh sách cho phép"),
    ("unknown penalty", '"P-1", "P-3"', '"P-9"', "TST-01", "penalties", "không có quy tắc xử phạt P-9"),
    ("one phrase", '["Quá nông", "Quá sâu"]', '["Quá nông"]', "TST-02", "phrases", "2–5 câu"),
    (
        "phrase where nothing fails",
        'ask_en = "Description"',
        'ask_en = "D"\nphrases = ["a", "b"]',
        "TST-06",
        "phrases",
        "không bao giờ",
    ),
    ("remedy in the past", "remedy_days = 7", "remedy_days = -1", "TST-03", "remedy_days", "từ 0 đến 365"),
    ("limit without ground", LIMIT, "", "TST-02", "limit_basis", "không có căn cứ"),
    ("ground without limit", NUMBER, 'unit = "m"\nrange = [-5, 50.5]\n', "TST-02", "limit_basis", "không có ngưỡng"),
    ("limits crossed", "min = 0.5\nmax = 3", "min = 3\nmax = 0.5", "TST-02", "min", "min lớn hơn max"),
    ("limit outside the range", "range = [-5, 50.5]", "range = [1, 50]", "TST-02", "range", "không chứa"),
    ("range upside down", "range = [-5, 50.5]", "range = [50, -5]", "TST-02", "range", "không chứa"),
    ("range of three", "range = [-5, 50.5]", "range = [-5, 0, 50]", "TST-02", "range", "từ 2 đến 2"),
    ("limit not a number", "max = 3", "max = nan", "TST-02", "max", "phải là số"),
    ("limit as text", "max = 3", 'max = "3"', "TST-02", "max", "phải là số"),
    ("no unit", 'unit = "m"\n', "", "TST-02", "unit", "phải có khóa này"),
    (
        "key of another type",
        "severity = 3",
        "severity = 3\nolder_than_days = 3",
        "TST-01",
        "older_than_days",
        "không dùng cho kiểu pass-fail",
    ),
    (
        "field of another type",
        "older_than_days = 30",
        'fields = [{ id = "a", label = "A", label_en = "A" }]',
        "TST-04",
        "fields",
        "không dùng cho kiểu date",
    ),
    ("unknown whole", 'within = "total"', 'within = "all"', "TST-03", "fail", "không có trường all"),
    ("field twice", 'id = "valid", label', 'id = "total", label', "TST-03", "fields", "hai lần"),
    (
        "rule on an unknown field",
        '{ field = "total", above = 100 }',
        '{ field = "people", above = 1 }',
        "TST-03",
        "fail",
        "không có trường people",
    ),
    (
        "rule with two comparisons",
        "above = 100 }",
        "above = 100, below = 3 }",
        "TST-03",
        "fail",
        "đúng một phép so sánh",
    ),
    (
        "rule without comparison",
        '{ field = "total", above = 100 }',
        '{ field = "total" }',
        "TST-03",
        "fail",
        "đúng một phép so sánh",
    ),
    ("option twice", '{ id = "absent"', '{ id = "bad"', "TST-05", "options", "hai lần"),
    ("option called na", '{ id = "absent"', '{ id = "na"', "TST-05", "options", "không áp dụng"),
    ("option without verdict", ', verdict = "none" }', " }", "TST-05", "options.3.verdict", "thiếu khóa"),
    (
        "condition on an item below",
        'when = { item = "TST-02"',
        'when = { item = "TST-09"',
        "TST-07",
        "when",
        "không đứng trước",
    ),
    (
        "condition on itself",
        'when = { item = "TST-02"',
        'when = { item = "TST-07"',
        "TST-07",
        "when",
        "không đứng trước",
    ),
    (
        "condition on nothing",
        'when = { item = "TST-04", verdict = "fail" }',
        'when = { verdict = "fail" }',
        "TST-09",
        "when",
        "không nói về mục nào",
    ),
    ("condition compares nothing", '"TST-04", verdict = "fail" }', '"TST-04" }', "TST-09", "when", "không so sánh gì"),
    ("condition on no answer", 'is = ["bad"]', 'is = ["ugly"]', "TST-10", "when", "không có câu trả lời ugly"),
    (
        "unknown verdict",
        '"TST-04", verdict = "fail" }',
        '"TST-04", verdict = "late" }',
        "TST-09",
        "when.verdict.0",
        "danh sách cho phép",
    ),
    (
        "number of a choice",
        'item = "TST-02", above = 1',
        'item = "TST-05", above = 1',
        "TST-07",
        "when",
        "không so sánh số được",
    ),
    ("count without field", 'field = "total", above = 5', "above = 5", "TST-08", "when", "không so sánh số được"),
    (
        "unknown key in a condition",
        "above = 1, below = 2",
        "over = 1",
        "TST-07",
        "when.over",
        "không có trong ngôn ngữ",
    ),
    (
        "empty any",
        '[{ item = "TST-05", is = ["bad"] }, { item = "TST-05", verdict = ["answered"] }]',
        "[]",
        "TST-10",
        "when.all.1.any",
        "từ 1 đến",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "item", "key", "wrong"), [pytest.param(*row[1:], id=row[0]) for row in MISTAKES]
)
def test_a_mistake_is_named_with_its_place_and_its_mending(
    folder: Path, old: str, new: str, item: str, key: str, wrong: str
) -> None:
    problems = change(folder, old, new)

    named = [problem for problem in problems if (problem.file, problem.item, problem.key) == (FILE, item, key)]
    assert any(wrong in problem.wrong for problem in named), "\n".join(map(str, problems))
    assert all(problem.mend for problem in problems)


def test_the_folder_the_mistakes_are_made_in_is_sound(folder: Path) -> None:
    assert check(folder) == []


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    change(folder, "severity = 3", "severity = 9")
    change(folder, 'type = "text"', 'type = "essay"')
    problems = change(folder, 'title_en = "Test checklist"\n', "")

    assert {(problem.item, problem.key) for problem in problems} == {
        ("TST-01", "severity"),
        ("TST-06", "type"),
        ("", "title_en"),
    }
    with pytest.raises(ChecklistsBroken) as broken:
        Library(folder)
    assert broken.value.problems == problems
    assert "tst/v1.toml TST-01 [severity]: phải từ 1 đến 4" in str(broken.value)


def test_a_file_that_is_no_toml_is_named_with_its_line(folder: Path) -> None:
    [problem] = change(folder, 'code = "TST"', "code = TST")

    assert problem.file == FILE
    assert "line 2" in problem.wrong


def test_a_file_that_is_no_utf8_is_named(folder: Path) -> None:
    (folder / FILE).write_bytes(b'code = "\xff"')

    [problem] = check(folder)

    assert problem.file == FILE


def test_an_item_that_is_no_table_is_named(folder: Path) -> None:
    (folder / FILE).write_text('item = ["x"]\n', encoding="utf-8")

    assert ("item 1", "phải là bảng trong ngoặc nhọn") in [(each.item, each.wrong) for each in check(folder)]


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    assert "không có phiếu nào" in check(tmp_path)[0].wrong


# --- published versions ----------------------------------------------------------------------------------------


def test_a_published_version_may_not_change(folder: Path) -> None:
    shutil.copy(LANGUAGE / "published.sha256", folder)
    assert check(folder) == []

    [problem] = change(folder, "# Every key", "# Every  key")

    assert (problem.file, problem.wrong) == (FILE, "phiên bản đã ban hành bị sửa")


def test_a_published_version_may_not_vanish(folder: Path) -> None:
    (folder / "published.sha256").write_text(f"{'0' * 64}  tst/v0.toml\n", encoding="utf-8")

    [problem] = check(folder)

    assert (problem.file, problem.wrong) == ("tst/v0.toml", "phiên bản đã ban hành không còn tệp")


def test_the_list_of_published_versions_may_not_vanish(folder: Path) -> None:
    (folder / "published.sha256").unlink()

    assert [problem.file for problem in check(folder)] == ["published.sha256"]


def test_publishing_freezes_what_is_new_once(folder: Path) -> None:
    sha256 = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()

    assert publish(folder) == [f"{sha256}  {FILE}"]
    assert publish(folder) == []
    assert (folder / "published.sha256").read_text(encoding="utf-8") == f"# nothing yet\n{sha256}  {FILE}\n"
    [problem] = change(folder, "severity = 3", "severity = 2")
    assert problem.wrong == "phiên bản đã ban hành bị sửa"


def test_a_list_without_a_last_newline_is_not_spoilt_by_publishing(folder: Path) -> None:
    (folder / "published.sha256").write_text("# nothing yet", encoding="utf-8")
    publish(folder)

    assert check(folder) == []


def test_nothing_is_published_while_anything_is_wrong(folder: Path) -> None:
    change(folder, "severity = 3", "severity = 9")

    with pytest.raises(ChecklistsBroken):
        publish(folder)
    assert (folder / "published.sha256").read_text(encoding="utf-8") == "# nothing yet\n"


# --- golden cases ----------------------------------------------------------------------------------------------

CASES = "tst/v1.cases.json"


def test_a_checklist_without_golden_cases_is_a_problem(folder: Path) -> None:
    (folder / CASES).unlink()

    assert [(each.file, each.wrong) for each in check(folder)] == [(CASES, "phiếu không có tệp ca kiểm thử")]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("{", "không đọc được JSON"),
        ('{"cases": []}', "Shorter than minimum length 1"),
        (
            '{"cases": [{"name": "a", "on": "2026-01-01", "values": {"TST-99": 1}, "expect": {}}]}',
            "mục không có trong phiếu",
        ),
        (
            '{"cases": [{"name": "a", "on": "2026-01-01", "values": {}, "expect": {"wish": 1}}]}',
            "không có trong ngôn ngữ",
        ),
    ],
)
def test_broken_golden_cases_are_named(folder: Path, content: str, wrong: str) -> None:
    (folder / CASES).write_text(content, encoding="utf-8")

    [problem] = check(folder)

    assert problem.file == CASES
    assert wrong in problem.wrong


# --- laws ------------------------------------------------------------------------------------------------------

LAWS = "laws/laws.toml"


@pytest.mark.parametrize(
    ("old", "new", "item", "key"),
    [
        pytest.param('id = "OLD"', 'id = "NEW"', "NEW", "law", id="law twice"),
        pytest.param('code = "P-2"', 'code = "P-1"', "P-1", "penalty", id="penalty twice"),
        pytest.param('decree = "NEW"', 'decree = "XX"', "P-1", "decree", id="penalty of an unknown decree"),
        pytest.param('replaced_by = "NEW"', 'replaced_by = "XX"', "OLD", "replaced_by", id="replaced by nothing"),
        pytest.param(
            '[[provision]]\nlaw = "NEW"', '[[provision]]\nlaw = "XX"', "XX Điều 1", "law", id="unknown provision"
        ),
        pytest.param("min = 500_000", "min = 5_000_000", "P-1", "min", id="amounts crossed"),
        pytest.param("min = 500_000", "min = 0.5", "", "penalty.0.min", id="amount in millions"),
        pytest.param(
            "organisation_only = true", 'organisation_only = "yes"', "", "penalty.2.organisation_only", id="flag"
        ),
        pytest.param('id = "OLD"', "id = OLD", "", "", id="no TOML"),
    ],
)
def test_a_mistake_in_the_laws_is_named(folder: Path, old: str, new: str, item: str, key: str) -> None:
    problems = change(folder, old, new, LAWS)

    assert (LAWS, item, key) in [(each.file, each.item, each.key) for each in problems], "\n".join(map(str, problems))


def test_fines_are_doubled_or_halved_from_the_printed_level() -> None:
    library = Library(LANGUAGE)
    individual, organisation = PrintedBasis.INDIVIDUAL, PrintedBasis.ORGANISATION

    assert library.penalty("P-1").amounts(individual) == (500_000, 1_000_000)
    assert library.penalty("P-1").amounts(organisation) == (1_000_000, 2_000_000)
    assert library.penalty("P-2").amounts(individual) == (750_000, 1_500_000)
    assert library.penalty("P-2").amounts(organisation) == (1_500_000, 3_000_000)


def test_a_fine_for_organisations_only_is_not_halved() -> None:
    assert Library(LANGUAGE).penalty("P-3").amounts(PrintedBasis.INDIVIDUAL) is None


@pytest.mark.parametrize(("on", "holds"), [("2019-12-31", True), ("2020-01-01", False), ("1999-12-31", False)])
def test_a_law_holds_until_the_day_it_is_replaced(on: str, holds: bool) -> None:
    assert Library(LANGUAGE).law("OLD").in_force_on(date.fromisoformat(on)) is holds


# --- the library -----------------------------------------------------------------------------------------------


def test_the_library_hands_out_what_the_file_says() -> None:
    checklist = Library(LANGUAGE).get("TST", 1)
    guardrail, depth, state = (checklist.by_id[key] for key in ("TST-01", "TST-02", "TST-05"))

    assert [section.id for section in checklist.sections] == ["one", "two"]
    assert (guardrail.basis[0].label, guardrail.basis[0].at) == ("Luật mới", "Điều 1")
    assert (guardrail.penalties[1].code, guardrail.penalties[1].clause) == ("P-3", "khoản 3 Điều 9")
    assert depth.limit is not None
    assert (depth.limit.min, depth.limit.max, depth.limit.basis.confidence) == (0.5, 3, Confidence.MEMORY)
    assert [option.verdict for option in state.options] == [Verdict.PASS, Verdict.FAIL, Verdict.NA, Verdict.ANSWERED]


def test_the_version_of_the_day_is_the_latest_that_is_valid(folder: Path) -> None:
    second = (folder / FILE).read_text(encoding="utf-8").replace("version = 1", "version = 2")
    (folder / "tst/v2.toml").write_text(second.replace("2026-01-01", "2026-07-01"), encoding="utf-8")
    shutil.copy(folder / CASES, folder / "tst/v2.cases.json")
    library = Library(folder)

    assert [each.version for each in library.all()] == [1, 2]
    assert library.latest("TST", date(2026, 6, 30)).version == 1
    assert library.latest("TST", date(2026, 7, 1)).version == 2
    with pytest.raises(KeyError):
        library.latest("TST", date(2025, 12, 31))
    with pytest.raises(KeyError):
        library.get("TST", 3)


def test_the_hash_is_that_of_the_file() -> None:
    assert Library(LANGUAGE).sha256("TST", 1) == hashlib.sha256((LANGUAGE / FILE).read_bytes()).hexdigest()


def test_the_phone_gets_the_same_bytes_each_time() -> None:
    assert Library(LANGUAGE).phone_json("TST", 1) == Library(LANGUAGE).phone_json("TST", 1)


def test_the_phone_gets_no_empty_keys_and_no_blanks() -> None:
    raw = Library(LANGUAGE).phone_json("TST", 1)
    items = {each["id"]: each for each in json.loads(raw)["items"]}

    assert b'": ' not in raw
    assert items["TST-06"].keys() == {"id", "section", "ask", "ask_en", "type", "severity", "remedy_days"}


def test_the_phone_gets_laws_limits_and_conditions_ready_to_use() -> None:
    shape = json.loads(Library(LANGUAGE).phone_json("TST", 1))
    items = {each["id"]: each for each in shape["items"]}

    assert items["TST-01"]["basis"][0] == {
        "label": "Luật mới",
        "at": "Điều 1",
        "title": "Luật mới",
        "confidence": "verified",
        "note": "Ghi chú",
        "gist": "Tóm tắt Điều 1",
        "from": "2020-01-01",
    }
    note = "Ngưỡng theo Luật mới, Điều 2; Từ 0,5 đến 3 m; cần kiểm tra văn bản gốc"
    assert (items["TST-02"]["min"], items["TST-02"]["max"], items["TST-02"]["limit_note"]) == (0.5, 3, note)
    assert items["TST-03"]["fail"][2] == {"field": "total", "below": 1}
    assert items["TST-05"]["options"][3]["verdict"] == "none"
    assert items["TST-09"]["when"] == {"item": "TST-04", "verdict": ["fail"]}
    assert items["TST-10"]["when"]["all"][1]["any"][0] == {"item": "TST-05", "is": ["bad"]}
