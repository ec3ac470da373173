"""/api/v1/changes: other systems miss nothing, whoever writes at the same time, and learn no more than they may."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from inspect_app.domain.feed import Event, Touch, in_short, parse, touched
from inspect_app.domain.violations import violation_id
from inspect_app.services.markers import bump_epoch
from inspect_app.store import audit
from inspect_app.store.tables import Violation
from tests.builders import NOW
from tests.cast import BUILDING, PUSH, ZONES, Cast, Client
from tests.registry_cast import Registry

CHANGES = "/api/v1/changes"


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.client(cast.vera)


def read(client: Client, after: str | None = None, **more: object) -> dict[str, Any]:
    answer = client.get(CHANGES, query_string={**({"after": after} if after else {}), **more})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def note(cast: Cast, agency: str, action: str, subject: str, **facts: object) -> None:
    with cast.writing() as tx:
        audit.note(tx, audit.Entry(agency, None, action, subject, NOW, dict(facts)))
        tx.commit()


def test_a_step_is_told_once_with_the_violation_as_it_stands(vera: Client, registry: Registry) -> None:
    found = registry.add()
    start = read(vera, "now")
    assert (start["items"], start["more"]) == ([], False)
    asked = {"document": "12/YC", "date": "2026-11-22", "deadline": "2026-12-20"}
    assert registry.take(vera, found, "request-remedy", **asked).status_code == 200

    page = read(vera, start["next"])

    (told,) = page["items"]
    assert (told["type"], told["id"], told["agency"]) == ("violation.changed", str(found), BUILDING)
    assert told["data"]["deadline"] == "2026-12-20"
    assert told["data"]["commune"] == {"code": "01840", "name": "Phường Đức Xuân"}
    assert read(vera, page["next"]) == {"items": [], "next": page["next"], "more": False}
    assert read(vera, start["next"])["items"] == [told]  # asked again, the same is told


def test_what_a_phone_sends_is_told_as_an_inspection_and_its_new_violations(cast: Cast, vera: Client) -> None:
    visit, phone = cast.inspection(cast.alice), cast.phone(cast.alice)
    ops = [
        phone.answer(visit, "GEN-01", "fail"),
        phone.comment(visit, "GEN-01", "Ông Hùng bị gãy tay"),
        phone.photo(visit, "GEN-01", b"picture"),
    ]
    ops += [phone.sign(visit, "leader"), phone.submit(visit)]
    assert cast.client(cast.alice).post(PUSH, json=phone.batch((visit, ops))).status_code == 200

    items = {each["type"]: each for each in read(vera)["items"]}

    assert items["inspection.changed"]["id"] == str(visit)
    assert items["inspection.changed"]["data"]["failing"] == 1
    assert items["violation.recorded"]["id"] == str(violation_id(visit, "GEN-01"))
    whole = json.dumps(list(items.values()), ensure_ascii=False)
    for private in ("Hùng", "Nguyễn Thị An", "photo", "sha256", "0912000000"):
        assert private not in whole


def test_what_is_gone_is_told_without_content(cast: Cast, vera: Client, registry: Registry) -> None:
    found = registry.add()
    with cast.writing() as tx:
        row = tx.get_one(Violation, found)
        visit, item = row.inspection_id, row.item
        tx.delete(row)
        tx.commit()
    note(cast, BUILDING, "operations.received", f"inspection:{visit}", removed=[item])

    (told,) = [each for each in read(vera)["items"] if each["id"] == str(found)]

    assert (told["type"], told["data"]) == ("violation.removed", None)


def test_others_agencies_are_not_told_and_the_coordinator_hears_all(cast: Cast, registry: Registry) -> None:
    ours, theirs = registry.add(), registry.add(ZONES)
    note(cast, BUILDING, "violation.owner", f"violation:{ours}")
    note(cast, ZONES, "violation.owner", f"violation:{theirs}")

    def ids(client: Client, after: str | None = None) -> set[str]:
        return {each["id"] for each in read(client, after)["items"]}

    assert ids(cast.client(cast.vera)) == {str(ours)}
    assert ids(cast.client(cast.victor)) == {str(theirs)}
    everybody = read(cast.client(cast.cora))
    assert {each["id"] for each in everybody["items"]} == {str(ours), str(theirs)}
    # A cursor is no key: with the coordinator's, carol's colleague still sees the own agency only.
    start = everybody["next"].replace(f"{BUILDING}:1", f"{BUILDING}:0").replace(f"{ZONES}:1", f"{ZONES}:0")
    assert ids(cast.client(cast.victor), start) == {str(theirs)}


def test_small_pages_bring_the_same_as_one(cast: Cast, registry: Registry) -> None:
    for agency in (BUILDING, ZONES, BUILDING, ZONES, BUILDING):
        note(cast, agency, "violation.owner", f"violation:{registry.add(agency)}")
    cora = cast.client(cast.cora)
    whole = read(cora)
    found, after, more = [], None, True
    while more:
        page = read(cora, after, limit=1)
        found += page["items"]
        after, more = page["next"], page["more"]
    assert found == whole["items"]
    assert len(found) == 5
    assert after == whole["next"]


def test_nothing_is_missed_while_many_write(cast: Cast, registry: Registry) -> None:
    """Two writers hold their transactions open for different times; a reader in between follows by cursor."""
    made = [registry.add() for _ in range(24)]
    client, done = cast.client(cast.vera), threading.Event()

    def write(ids: list[UUID]) -> None:
        for each in ids:
            note(cast, BUILDING, "violation.owner", f"violation:{each}")

    def follow() -> list[str]:
        found: list[str] = []
        after: str | None = None
        while True:
            last = done.is_set()
            page = read(client, after, limit=3)
            found += [each["id"] for each in page["items"]]
            after = page["next"]
            if last and not page["more"]:
                return found

    with ThreadPoolExecutor(3) as pool:
        reader = pool.submit(follow)
        writers = [pool.submit(write, made[:12]), pool.submit(write, made[12:])]
        for each in writers:
            each.result(timeout=60)
        done.set()
        assert sorted(reader.result(timeout=60)) == sorted(map(str, made))


@pytest.mark.parametrize(("after", "code"), [("~", "bad-cursor"), ("e~x", "bad-cursor"), ("e~a:-1", "bad-cursor")])
def test_a_cursor_that_was_never_given_out_is_refused(vera: Client, after: str, code: str) -> None:
    answer = vera.get(CHANGES, query_string={"after": after})
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "since=2026-01-01", f"after={'x' * 601}"])
def test_a_bad_question_is_refused(vera: Client, query: str) -> None:
    assert vera.get(f"{CHANGES}?{query}").status_code == 422


def test_after_a_restore_a_reader_begins_anew(cast: Cast, vera: Client) -> None:
    start = read(vera, "now")["next"]
    with cast.writing() as tx:
        bump_epoch(tx)
        tx.commit()

    answer = vera.get(CHANGES, query_string={"after": start})

    assert (answer.status_code, answer.get_json()["code"]) == (409, "epoch-changed")


# --- the rule itself --------------------------------------------------------------------------

VISIT = UUID("01890000-0000-7000-8000-000000000001")
OTHER = UUID("01890000-0000-7000-8000-000000000002")
SUBJECT = f"inspection:{VISIT}"


@pytest.mark.parametrize(
    ("action", "subject", "facts", "expected"),
    [
        ("violation.step", f"violation:{VISIT}", {}, [Touch(Event.CHANGED, VISIT)]),
        ("inspection.moved", SUBJECT, {}, [Touch(Event.INSPECTION, VISIT)]),
        (
            "operations.received",
            SUBJECT,
            {"added": ["A-1"], "rewritten": ["A-2"], "removed": ["A-3"], "accepted": 3},
            [
                Touch(Event.INSPECTION, VISIT),
                Touch(Event.RECORDED, violation_id(VISIT, "A-1")),
                Touch(Event.REMOVED, violation_id(VISIT, "A-3")),
                Touch(Event.CHANGED, violation_id(VISIT, "A-2")),
            ],
        ),
        ("photo.received", "photo:abc", {"inspections": [str(OTHER)]}, [Touch(Event.INSPECTION, OTHER)]),
        ("photo.received", "photo:abc", {}, []),
        ("case.exported", SUBJECT, {}, []),
        ("site-import.applied", f"site-import:{VISIT}", {"added": 3}, []),
        ("health.viewed", "health:accidents", {}, []),
    ],
)
def test_what_a_row_of_the_audit_is_about(
    action: str, subject: str, facts: dict[str, object], expected: list[Touch]
) -> None:
    assert touched(action, subject, facts) == expected


def test_an_object_is_told_once_at_its_newest_place() -> None:
    told = in_short(
        [(1, Touch(Event.RECORDED, VISIT)), (2, Touch(Event.INSPECTION, OTHER)), (3, Touch(Event.CHANGED, VISIT))]
    )
    assert told == [(2, Touch(Event.INSPECTION, OTHER)), (3, Touch(Event.RECORDED, VISIT))]


def test_a_cursor_reads_as_it_was_written() -> None:
    cursor = parse("e_1~bql-kcn:7~so-xay-dung:12")
    assert cursor is not None
    assert (cursor.epoch, dict(cursor.read)) == ("e_1", {"bql-kcn": 7, "so-xay-dung": 12})
    assert str(cursor) == "e_1~bql-kcn:7~so-xay-dung:12"
