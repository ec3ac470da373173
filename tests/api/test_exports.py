"""Whole lists as files: every form, one moment of the database, nobody else's rows."""

import csv
import io
import json
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook

from inspect_app.domain.people import Scope
from inspect_app.outside.table_files import Form
from inspect_app.services import answers
from inspect_app.services.answers import Filter
from inspect_app.web.exports import MIMES
from inspect_app.web.request import ground
from tests import builders
from tests.cast import BUILDING, PUSH, Cast, Client
from tests.registry_cast import LIST, Registry

ANSWERS = "/api/v1/answers"
COLLECTIONS = [LIST, ANSWERS, "/api/v1/inspections", "/api/v1/sites", "/api/v1/follow-up"]
HOSTILE = '=HYPERLINK("http://evil.invalid")'


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def visit(cast: Cast) -> UUID:
    """Three answers, one of them failing with a note that looks like a formula, and a photo."""
    visit = cast.inspection(cast.alice)
    phone = cast.phone(cast.alice)
    ops = [
        phone.answer(visit, "GEN-01", "pass"),
        phone.answer(visit, "GEN-02", "fail"),
        phone.comment(visit, "GEN-02", HOSTILE),
        phone.photo(visit, "GEN-02", b"anh"),
        phone.answer(visit, "GEN-03", "na"),
    ]
    assert cast.client(cast.alice).post(PUSH, json=phone.batch((visit, ops))).status_code == 200
    return visit


def table(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"), newline="")))


@pytest.mark.parametrize("address", COLLECTIONS)
@pytest.mark.parametrize("form", list(MIMES))
def test_every_collection_is_sent_in_every_form(
    vera: Client, registry: Registry, visit: UUID, address: str, form: Form
) -> None:
    registry.add(title=HOSTILE)
    by_accept = vera.get(address, headers={"Accept": MIMES[form]})
    by_name = vera.get(address, query_string={"format": form})
    for answer in (by_accept, by_name):
        assert (answer.status_code, answer.mimetype) == (200, MIMES[form])
        assert answer.headers["Content-Disposition"].endswith(f'.{form}"')
        assert int(answer.headers["Content-Length"]) == len(answer.data)
    if form is not Form.XLSX:
        assert by_accept.data == by_name.data


@pytest.mark.parametrize("address", COLLECTIONS)
def test_an_unknown_form_is_refused(vera: Client, address: str) -> None:
    answer = vera.get(address, query_string={"format": "exe"})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad-request")


def test_the_answers_that_stand_are_told_with_their_question(vera: Client, visit: UUID) -> None:
    rows = table(vera.get(ANSWERS, headers={"Accept": "text/csv"}))
    assert [(row["item"], row["answer"], row["verdict"], row["photos"]) for row in rows] == [
        ("GEN-01", "Đạt", "pass", "0"),
        ("GEN-02", "Không đạt", "fail", "1"),
        ("GEN-03", "Không áp dụng", "na", "0"),
    ]
    assert rows[1]["note"] == f"'{HOSTILE}"
    assert rows[0]["question"]
    assert rows[0]["agency"] == BUILDING


def test_excel_shows_the_note_as_text(vera: Client, visit: UUID) -> None:
    sheet = load_workbook(io.BytesIO(vera.get(ANSWERS, query_string={"format": "xlsx"}).data))["data"]
    header = [cell.value for cell in sheet[1]]
    cell = sheet.cell(3, header.index("note") + 1)
    assert (cell.value, cell.data_type) == (HOSTILE, "s")


def test_a_contradiction_is_a_row_for_each_of_both(cast: Cast, vera: Client) -> None:
    visit = cast.inspection(cast.alice, cast.bob)
    for player, value in ((cast.alice, "pass"), (cast.bob, "fail")):
        phone = cast.phone(player)
        cast.client(player).post(PUSH, json=phone.batch((visit, [phone.answer(visit, "GEN-01", value)])))
    rows = table(vera.get(ANSWERS, headers={"Accept": "text/csv"}))
    assert sorted((row["verdict"], row["in_conflict"], row["by"]) for row in rows) == [
        ("fail", "1", cast.bob.name),
        ("pass", "1", cast.alice.name),
    ]


def test_an_answer_taken_back_or_replaced_is_no_row(cast: Cast, vera: Client) -> None:
    visit, phone = cast.inspection(cast.alice), cast.phone(cast.alice)
    first = phone.answer(visit, "GEN-01", "pass")
    again = phone.answer(visit, "GEN-01", "fail", [first])
    gone = phone.answer(visit, "GEN-02", "pass")
    ops = [first, again, gone, phone.answer(visit, "GEN-02", None, [gone])]
    assert cast.client(cast.alice).post(PUSH, json=phone.batch((visit, ops))).status_code == 200
    rows = table(vera.get(ANSWERS, headers={"Accept": "text/csv"}))
    assert [(row["item"], row["verdict"]) for row in rows] == [("GEN-01", "fail")]


@pytest.mark.parametrize(
    ("asked", "items"),
    [
        ({"failing": "1"}, ["GEN-02"]),
        ({"item": "GEN-03"}, ["GEN-03"]),
        ({"checklist": "XDK"}, []),
        ({"agency": "bql-kcn"}, []),
        ({"since": "2026-11-22", "until": "2026-11-22"}, ["GEN-01", "GEN-02", "GEN-03"]),
        ({"since": "2026-11-23"}, []),
        ({"until": "2026-11-21"}, []),
    ],
)
def test_a_filter_leaves_what_it_names(vera: Client, visit: UUID, asked: dict[str, str], items: list[str]) -> None:
    assert [each["item"] for each in vera.get(ANSWERS, query_string=asked).get_json()["items"]] == items


def test_pages_show_every_answer_once(cast: Cast, vera: Client) -> None:
    for _ in range(3):
        visit, phone = cast.inspection(cast.alice), cast.phone(cast.alice)
        ops = [phone.answer(visit, f"GEN-0{n}", "pass") for n in range(1, 6)]
        assert cast.client(cast.alice).post(PUSH, json=phone.batch((visit, ops))).status_code == 200
    found: list[str] = []
    cursor = ""
    for _ in range(20):
        body = vera.get(ANSWERS, query_string={"limit": 2, "cursor": cursor}).get_json()
        found += [each["id"] for each in body["items"]]
        cursor = body["next"]
        if cursor is None:
            break
    assert len(found) == len(set(found)) == 15
    assert found == [each["id"] for each in vera.get(ANSWERS).get_json()["items"]]


@pytest.mark.parametrize("cursor", ["x", "!!!!", "e30", "WzEsMl0", "ä"])
def test_a_cursor_of_somebody_s_own_making_is_refused(vera: Client, cursor: str) -> None:
    answer = vera.get(ANSWERS, query_string={"cursor": cursor})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad-cursor")


def test_answers_are_for_the_office(cast: Cast) -> None:
    assert cast.client(cast.bob).get(ANSWERS).status_code == 403


@pytest.mark.parametrize("form", ["csv", "geojson", "ndjson"])
def test_nobody_s_file_has_another_agency_s_answers(vera: Client, visit: UUID, noise: UUID, form: str) -> None:
    said = vera.get(ANSWERS, query_string={"format": form}).get_data(as_text=True)
    assert "GEN-02" in said
    assert "NOISE" not in said


def test_the_coordinator_s_file_has_everybody_s(cast: Cast, visit: UUID, noise: UUID) -> None:
    rows = table(cast.client(cast.cora).get(ANSWERS, headers={"Accept": "text/csv"}))
    assert {row["agency"] for row in rows} == {"so-xay-dung", "bql-kcn"}


def test_a_map_of_answers_shows_where_they_were_given(cast: Cast, vera: Client) -> None:
    visit, phone = cast.inspection(cast.alice), cast.phone(cast.alice)
    here = phone.write(visit, "answer", i="GEN-01", v="pass", sup=[], gps=[21.9, 105.7, 5.0, builders.NOW_MS])
    ops = [here, phone.answer(visit, "GEN-02", "pass")]
    assert cast.client(cast.alice).post(PUSH, json=phone.batch((visit, ops))).status_code == 200
    features = json.loads(vera.get(ANSWERS, query_string={"format": "geojson"}).data)["features"]
    assert [each["geometry"]["coordinates"] for each in features] == [[105.7, 21.9], [105.8482, 21.5942]]


def test_a_file_shows_one_moment(cast: Cast, visit: UUID) -> None:
    """What arrives while a file is being written is not in it."""
    here = ground(cast.app)
    with here.snapshots() as tx:
        tx.info["scope"] = Scope.of(BUILDING)
        rows = answers.every(tx, Filter(), library=here.library)
        first = next(rows)
        later, phone = cast.inspection(cast.alice), cast.phone(cast.alice)
        ops = [phone.answer(later, "GEN-01", "fail"), phone.answer(visit, "GEN-09", "fail")]
        cast.client(cast.alice).post(PUSH, json=phone.batch((later, ops[:1])))
        seen = [first, *rows, *answers.every(tx, Filter(), library=here.library)]
    assert {each.visit.id for each in seen} == {visit}
    assert len(seen) == 6


def test_a_map_may_still_come_in_pages(vera: Client, registry: Registry) -> None:
    for _ in range(3):
        registry.add()
    first = json.loads(vera.get(LIST, query_string={"limit": 2}, headers={"Accept": MIMES[Form.GEOJSON]}).data)
    assert len(first["features"]) == 2
    assert first["next"]
    whole = json.loads(vera.get(LIST, headers={"Accept": MIMES[Form.GEOJSON]}).data)
    assert len(whole["features"]) == 3
