"""/api/v1/violations: the registry for programs."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from inspect_app.store.tables import ChangeRow, Site
from tests import builders
from tests.builders import NOW, TODAY
from tests.cast import BUILDING, ZONES, Cast, Client
from tests.registry_cast import LIST, Registry, codes, everything


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.client(cast.vera)


def code_of(answer: Any) -> str:
    return str(answer.get_json()["code"])


# --- reading ----------------------------------------------------------------------------------


def test_the_newest_comes_first_with_all_it_stands_for(vera: Client, registry: Registry) -> None:
    first, second = registry.add(), registry.add(item="XDK-05")
    body = vera.get(LIST).get_json()
    assert [each["id"] for each in body["items"]] == [str(first), str(second)]
    shown = body["items"][0]
    assert (shown["item"], shown["remedy_status"], shown["overdue_days"]) == ("XDK-04", "recorded", 0)
    assert shown["commune"] == {"code": "01840", "name": "Phường Đức Xuân"}
    assert body["next"] is None


def test_everybody_but_the_coordinator_sees_the_own_agency_only(cast: Cast, registry: Registry) -> None:
    ours, theirs = registry.add(), registry.add(ZONES)
    for player in (cast.alice, cast.bob, cast.vera, cast.auth, cast.adam):
        assert codes(cast.client(player)) == [str(ours)]
    assert codes(cast.client(cast.victor)) == [str(theirs)]
    cora = cast.client(cast.cora)
    assert codes(cora) == [str(ours), str(theirs)]
    assert codes(cora, agency=ZONES) == [str(theirs)]
    assert codes(cast.client(cast.vera), agency=ZONES) == []


def test_another_agency_s_violation_is_not_there(cast: Cast, registry: Registry) -> None:
    theirs = registry.add(ZONES)
    answer = cast.client(cast.vera).get(f"{LIST}/{theirs}")
    assert (answer.status_code, code_of(answer)) == (404, "unknown-violation")
    assert cast.client(cast.cora).get(f"{LIST}/{theirs}").status_code == 200


def test_nobody_reads_without_signing_in(cast: Cast, registry: Registry) -> None:
    answer = Client(cast.app).get(LIST)
    assert (answer.status_code, code_of(answer)) == (401, "signed-out")
    assert answer.mimetype == "application/problem+json"


FILTERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"commune": "05443"}, {"commune_code": "05443"}),
    ({"zone": "yen-binh"}, {"zone_id": "yen-binh"}),
    ({"sector": "KCN"}, {"sector": "KCN"}),
    ({"severity": 4}, {"severity": 4}),
    ({"kind": "advice"}, {"kind": "advice"}),
    ({"remedy": "reported"}, {"remedy_status": "reported"}),
    ({"remedy": "closed"}, {"remedy_status": "closed"}),
    ({"sanction": "referred"}, {"sanction_status": "referred"}),
    ({"stop": "suspension-decided"}, {"stop_status": "suspension-decided"}),
    ({"overdue": 1}, {"deadline": TODAY - timedelta(days=1)}),
    ({"due_in": 7}, {"deadline": TODAY + timedelta(days=7)}),
    ({"due_in": 15}, {"deadline": TODAY + timedelta(days=15)}),
    ({"q": "dinh chi"}, {"search_key": "tam dinh chi hoat dong"}),
]


@pytest.mark.parametrize(("asked", "columns"), FILTERS)
def test_a_filter_leaves_what_it_names(
    vera: Client, registry: Registry, asked: dict[str, Any], columns: dict[str, Any]
) -> None:
    plain = registry.add()
    found = registry.add(**columns)
    assert codes(vera, **asked) == [str(found)]
    assert set(codes(vera)) == {str(plain), str(found)}


def test_closed_ones_are_neither_overdue_nor_due_nor_open(vera: Client, registry: Registry) -> None:
    for status in ("closed", "cancelled"):
        registry.add(remedy_status=status, deadline=TODAY - timedelta(days=5))
        registry.add(remedy_status=status, deadline=TODAY + timedelta(days=5))
    late = registry.add(remedy_status="remedied", deadline=TODAY - timedelta(days=5))
    assert codes(vera, overdue=1) == [str(late)]
    assert codes(vera, due_in=30) == []
    assert codes(vera, open=1) == [str(late)]
    assert vera.get(LIST, query_string={"overdue": 1}).get_json()["items"][0]["overdue_days"] == 5


def test_what_is_due_today_is_due_and_not_overdue(vera: Client, registry: Registry) -> None:
    today = registry.add(deadline=TODAY)
    assert codes(vera, due_in=7) == [str(today)]
    assert codes(vera, overdue=1) == []


@pytest.mark.parametrize(
    "typed", ["đình CHỈ", "dinh chi", "ĐÌNH CHỈ", "chi dinh", "4600999888", "0999888", "SXD-2026/XDK-04", "cho", "ty"]
)
def test_search_finds_without_diacritics_and_by_code(vera: Client, registry: Registry, typed: str) -> None:
    registry.add(search_key="lan can cau thang")
    found = registry.add(search_key="sxd-2026/xdk-04 de xuat dinh chi thi cong cong ty cho lon 4600999888")
    assert codes(vera, q=typed) == [str(found)]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "100%", "x' OR '1'='1"])
def test_signs_of_the_database_are_only_signs(vera: Client, registry: Registry, typed: str) -> None:
    registry.add(search_key="lan can")
    assert codes(vera, q=typed) == []


@pytest.mark.parametrize(
    "asked",
    [
        {"remedy": "open"},
        {"severity": "hai"},
        {"severity": 5},
        {"due_in": 8},
        {"commune": "1"},
        {"overdue": "vâng"},
        {"site": "1"},
        {"q": "x" * 121},
        {"stauts": "closed"},
        {"limit": 501},
        {"limit": 0},
    ],
)
def test_a_wrong_filter_is_named(vera: Client, asked: dict[str, Any]) -> None:
    answer = vera.get(LIST, query_string=asked)
    assert (answer.status_code, code_of(answer)) == (422, "bad-request")
    assert set(answer.get_json()["errors"]) == set(asked)


# --- pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [{}, {"due_in": 30}])
def test_pages_show_every_row_once(vera: Client, registry: Registry, asked: dict[str, Any]) -> None:
    same_moment: dict[str, Any] = {"recorded_at": NOW, "deadline": TODAY + timedelta(days=1)}
    made = {str(registry.add(**(same_moment if number % 2 else {}))) for number in range(9)}
    found = everything(vera, limit=2, **asked)
    assert len(found) == len(made)
    assert set(found) == made
    assert found == codes(vera, **asked)


def test_a_row_that_comes_meanwhile_moves_nothing(vera: Client, registry: Registry) -> None:
    made = [str(registry.add()) for _ in range(4)]
    first = vera.get(LIST, query_string={"limit": 2}).get_json()
    registry.add(recorded_at=NOW + timedelta(minutes=1))
    second = vera.get(LIST, query_string={"limit": 2, "cursor": first["next"]}).get_json()
    assert [each["id"] for each in first["items"] + second["items"]] == made


@pytest.mark.parametrize("cursor", ["x", "!!!!", "e30", "WyJuZXdlc3QiLG51bGwsMV0", "W1tbW1tbW1tbW1tb", "A" * 500, "ä"])
def test_a_cursor_of_somebody_s_own_making_is_refused(vera: Client, registry: Registry, cursor: str) -> None:
    registry.add()
    answer = vera.get(LIST, query_string={"cursor": cursor})
    assert (answer.status_code, code_of(answer)) == (422, "bad-cursor")


def test_a_cursor_of_another_order_is_refused(vera: Client, registry: Registry) -> None:
    for _ in range(3):
        registry.add()
    cursor = vera.get(LIST, query_string={"limit": 1}).get_json()["next"]
    answer = vera.get(LIST, query_string={"cursor": cursor, "due_in": 30})
    assert (answer.status_code, code_of(answer)) == (422, "bad-cursor")


def test_a_cursor_of_another_agency_opens_nothing(cast: Cast, registry: Registry) -> None:
    for _ in range(3):
        registry.add(ZONES)
    cursor = cast.client(cast.victor).get(LIST, query_string={"limit": 1}).get_json()["next"]
    assert codes(cast.client(cast.vera), cursor=cursor) == []


def test_more_rows_take_no_more_queries(
    vera: Client, registry: Registry, queries: Callable[[Callable[[], object]], int]
) -> None:
    registry.add()
    one = queries(lambda: vera.get(LIST))
    for _ in range(12):
        registry.add()
    assert queries(lambda: vera.get(LIST)) == one


# --- repeats ----------------------------------------------------------------------------------


def test_a_repeat_is_computed_across_agencies(cast: Cast, registry: Registry) -> None:
    site = registry.site()
    before = registry.add(ZONES, site=site, found_on=TODAY - timedelta(days=90))
    again = registry.add(site=site)
    other_item = registry.add(site=site, item="XDK-05")
    vera = cast.client(cast.vera)
    shown = {each["id"]: each["repeated"] for each in vera.get(LIST).get_json()["items"]}
    assert shown == {str(again): True, str(other_item): False}
    assert codes(vera, repeated=1) == [str(again)]
    told = vera.get(f"{LIST}/{again}").get_json()["repeats"]
    assert told == [
        {
            "code": registry.row(before).code,
            "agency": ZONES,
            "found_on": (TODAY - timedelta(days=90)).isoformat(),
            "site": "Công trình số 9",
            "decision": None,
        }
    ]


def test_a_cancelled_finding_is_repeated_by_none(vera: Client, registry: Registry) -> None:
    site = registry.site()
    registry.add(site=site, found_on=TODAY - timedelta(days=90), remedy_status="cancelled")
    again = registry.add(site=site)
    assert codes(vera, repeated=1) == []
    assert not vera.get(f"{LIST}/{again}").get_json()["repeated"]


# --- steps ------------------------------------------------------------------------------------

REQUEST = {"document": "15/SXD-TTr", "date": TODAY.isoformat(), "deadline": (TODAY + timedelta(days=30)).isoformat()}


def test_a_step_moves_the_track_and_is_written_down(cast: Cast, vera: Client, registry: Registry) -> None:
    violation = registry.add()
    answer = registry.take(vera, violation, "request-remedy", **REQUEST, reason="Theo biên bản")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    body = answer.get_json()
    assert (body["remedy_status"], body["deadline"], body["version"]) == ("remedy-requested", REQUEST["deadline"], 2)
    (step,) = registry.steps(violation)
    assert (step.number, step.track, step.before, step.after) == (1, "remedy", "recorded", "remedy-requested")
    assert (step.actor_id, step.note, step.facts) == (cast.vera.id, "Theo biên bản", REQUEST)
    (audited,) = registry.audited(violation)
    assert (audited.action, audited.actor_id, audited.facts["after"]) == (
        "violation.step",
        cast.vera.id,
        "remedy-requested",
    )


def test_the_three_tracks_move_independently(cast: Cast, registry: Registry) -> None:
    violation = registry.add()
    vera, auth, alice = (cast.client(player) for player in (cast.vera, cast.auth, cast.alice))
    paper = {"document": "1/QĐ", "date": TODAY.isoformat()}
    for client, step, facts in (
        (alice, "demand-stop", {"date": TODAY.isoformat(), "extent": "Giàn giáo trục 3"}),
        (alice, "propose-suspension", {"extent": "Giàn giáo trục 3", "reason": "Nguy cơ sập"}),
        (auth, "decide-suspension", {**paper, "signatory": "Giám đốc", "extent": "10 ngày"}),
        (alice, "propose-sanction", {"rule": "16-15.2c"}),
        (alice, "draw-record", {"document": "2/BB-VPHC", "date": TODAY.isoformat()}),
        (auth, "decide", {**paper, "amount": 50_000_000, "signatory": "Giám đốc"}),
        (vera, "request-remedy", REQUEST),
    ):
        answer = registry.take(client, violation, step, **facts)
        assert answer.status_code == 200, answer.get_data(as_text=True)
    row = registry.row(violation)
    assert (row.remedy_status, row.sanction_status, row.stop_status, row.fine_vnd) == (
        "remedy-requested",
        "decided",
        "suspension-decided",
        50_000_000,
    )
    assert [step.number for step in registry.steps(violation)] == [1, 2, 3, 4, 5, 6, 7]


def test_the_same_step_again_changes_nothing(vera: Client, registry: Registry) -> None:
    violation = registry.add()
    first = registry.take(vera, violation, "request-remedy", version=1, **REQUEST)
    again = registry.take(vera, violation, "request-remedy", version=1, **REQUEST)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.get_json() == first.get_json()
    assert len(registry.steps(violation)) == len(registry.audited(violation)) == 1


def test_a_step_on_an_old_version_is_refused(cast: Cast, vera: Client, registry: Registry) -> None:
    violation = registry.add()
    assert registry.take(vera, violation, "request-remedy", **REQUEST).status_code == 200
    other = {**REQUEST, "document": "16/SXD-TTr"}
    answer = registry.take(cast.client(cast.auth), violation, "request-remedy", version=1, **other)
    assert (answer.status_code, code_of(answer)) == (409, "changed-meanwhile")
    assert len(registry.steps(violation)) == 1


@pytest.mark.parametrize("player", ["alice", "bob", "adam"])
def test_the_wrong_role_may_not(cast: Cast, registry: Registry, player: str) -> None:
    violation = registry.add()
    answer = registry.take(cast.client(getattr(cast, player)), violation, "request-remedy", **REQUEST)
    assert (answer.status_code, code_of(answer)) == (403, "step-not-allowed")
    assert registry.row(violation).remedy_status == "recorded"
    assert registry.audited(violation) == []


def test_another_agency_may_not(cast: Cast, registry: Registry) -> None:
    violation = registry.add()
    stranger = registry.take(cast.client(cast.victor), violation, "request-remedy", **REQUEST)
    assert (stranger.status_code, code_of(stranger)) == (404, "unknown-violation")
    reader = registry.take(cast.client(cast.cora), violation, "request-remedy", **REQUEST)
    assert (reader.status_code, code_of(reader)) == (403, "other-agency")


def test_the_author_may_not_close(cast: Cast, vera: Client, registry: Registry) -> None:
    violation = registry.add(remedy_status="remedied", author_id=cast.vera.id)
    answer = registry.take(vera, violation, "close", reason="Đã phúc tra")
    assert (answer.status_code, code_of(answer)) == (403, "author-may-not-close")
    assert registry.take(cast.client(cast.auth), violation, "close", reason="Đã phúc tra").status_code == 200
    assert registry.row(violation).remedy_status == "closed"


def test_a_record_we_may_not_draw_is_referred(cast: Cast, registry: Registry) -> None:
    violation = registry.add()
    alice, vera = cast.client(cast.alice), cast.client(cast.vera)
    assert registry.take(alice, violation, "propose-sanction", rule="283-32.3a").status_code == 200
    paper = {"document": "3/SXD", "date": TODAY.isoformat()}
    refused = registry.take(alice, violation, "draw-record", **paper)
    assert (refused.status_code, code_of(refused)) == (409, "not-competent")
    assert refused.get_json()["refer_to"] == "Sở Nội vụ tỉnh Thái Nguyên"
    may = [each["step"] for each in alice.get(f"{LIST}/{violation}").get_json()["may"]]
    assert "draw-record" not in may
    referred = registry.take(vera, violation, "refer", **paper, addressee="Sở Nội vụ tỉnh Thái Nguyên")
    assert referred.get_json()["sanction_status"] == "referred"
    assert registry.take(vera, violation, "draw-record", document="9/BB", date=TODAY.isoformat()).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"step": "request-remedy", "version": 1, "document": " "}, 422, "facts-missing"),
        ({"step": "reopen", "version": 1}, 422, "bad-request"),
        ({"step": "close", "version": 1, "reason": "xong"}, 409, "wrong-step"),
        ({"step": "request-remedy"}, 422, "bad-request"),
        ({"step": "request-remedy", "version": "1", **REQUEST}, 422, "bad-request"),
        ({"step": "request-remedy", "version": 1, **REQUEST, "date": "22/11/2026"}, 422, "bad-request"),
        ({"step": "request-remedy", "version": 1, **REQUEST, "date": "2026-11-23"}, 422, "date-in-future"),
        ({"step": "request-remedy", "version": 1, **REQUEST, "document": "x" * 61}, 422, "bad-request"),
        (["request-remedy"], 422, "bad-request"),
    ],
)
def test_bad_steps_are_told_apart(vera: Client, registry: Registry, body: Any, status: int, code: str) -> None:
    violation = registry.add()
    answer = vera.post(f"{LIST}/{violation}/steps", json=body)
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert registry.steps(violation) == []


def test_no_json_is_no_step(vera: Client, registry: Registry) -> None:
    answer = vera.post(f"{LIST}/{registry.add()}/steps", data="{", content_type="application/json")
    assert (answer.status_code, code_of(answer)) == (400, "bad-json")


def test_a_step_on_nothing_is_told(vera: Client) -> None:
    answer = vera.post(f"{LIST}/{uuid4()}/steps", json={"step": "close", "version": 1, "reason": "x"})
    assert (answer.status_code, code_of(answer)) == (404, "unknown-violation")


def test_phones_on_the_way_to_the_site_are_told(cast: Cast, vera: Client, registry: Registry) -> None:
    site = registry.site()
    violation = registry.add(site=site)
    with cast.writing() as tx:
        place = tx.get_one(Site, site)
        running = builders.an_inspection(tx, ZONES, [cast.carol.id], site=place, state="in-progress").id
        tx.commit()
    assert registry.take(vera, violation, "request-remedy", **REQUEST).status_code == 200
    with cast.reading() as tx:
        told = [(row.scope, row.kind, UUID(row.ref)) for row in tx.query(ChangeRow) if row.kind == "visit"]
    assert (f"u:{cast.carol.id}", "visit", running) in told
    assert not [scope for scope, _, _ in told if scope == f"u:{cast.alice.id}"]


# --- other shapes -----------------------------------------------------------------------------


def test_csv_has_every_row_and_runs_no_formula(vera: Client, registry: Registry) -> None:
    for number in range(3):
        registry.add(title='=HYPERLINK("x")' if number == 0 else "Lan can", fine_vnd=-5 if number else None)
    answer = vera.get(LIST, headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert len(rows) == 3
    assert sorted(row["title"] for row in rows) == ['\'=HYPERLINK("x")', "Lan can", "Lan can"]
    assert {row["fine_vnd"] for row in rows} == {"", "-5"}


def test_csv_is_as_narrow_as_the_reader(cast: Cast, registry: Registry) -> None:
    registry.add(ZONES, title="NOISE")
    registry.add()
    assert "NOISE" not in cast.client(cast.vera).get(LIST, headers={"Accept": "text/csv"}).get_data(as_text=True)


def test_geojson_puts_violations_on_the_map(vera: Client, registry: Registry) -> None:
    registry.add()
    answer = vera.get(LIST, headers={"Accept": "application/geo+json"})
    assert answer.mimetype == "application/geo+json"
    (feature,) = json.loads(answer.data)["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [105.8482, 21.5942]}
    assert feature["properties"]["agency"] == BUILDING


def test_one_violation_tells_what_the_law_may_say(vera: Client, registry: Registry) -> None:
    violation = registry.add(
        penalties=["16-15.2c", "gone-1"], basis=[{"label": "x", "at": "y", "confidence": "memory"}]
    )
    body = vera.get(f"{LIST}/{violation}").get_json()
    assert [each["code"] for each in body["penalties"]] == ["16-15.2c"]
    assert body["basis"][0]["confidence"] == "memory"
    assert [each["step"] for each in body["may"]][:2] == ["request-remedy", "cancel"]
