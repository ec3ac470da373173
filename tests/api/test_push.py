"""POST /api/v1/sync/push."""

import gzip
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from inspect_app.store.tables import (
    AuditRow,
    Device,
    DeviceChain,
    HeldOperation,
    Inspection,
    Operation,
    Photo,
    TeamMember,
    Violation,
    ViolationStep,
)
from tests.builders import NOW, NOW_MS, TODAY, Op, Phone, new_id
from tests.cast import BUILDING, PUSH, ZONES, Cast, Client, Player


class Visit:
    """Alice's phone in Alice's inspection."""

    def __init__(self, cast: Cast, *team: Player, **columns: Any) -> None:
        self.cast = cast
        self.phone = cast.phone(cast.alice)
        self.client = cast.client(cast.alice)
        self.id = cast.inspection(cast.alice, *team, **columns)

    def push(self, *ops: Any, **fields: Any) -> dict[str, Any]:
        return self.scope(self.client.post(PUSH, json=self.phone.batch((self.id, ops), **fields)))

    def push_of(self, player: Player, phone: Phone, ops: Sequence[Any]) -> dict[str, Any]:
        return self.scope(self.cast.client(player).post(PUSH, json=phone.batch((self.id, ops))))

    @staticmethod
    def scope(answer: TestResponse) -> dict[str, Any]:
        assert answer.status_code == 200, answer.get_data(as_text=True)
        scope: dict[str, Any] = answer.get_json()["scopes"][0]
        return scope

    def row(self) -> Inspection:
        with self.cast.reading() as tx:
            return tx.get_one(Inspection, self.id)

    def held(self) -> list[HeldOperation]:
        with self.cast.reading() as tx:
            return list(tx.scalars(select(HeldOperation)))


@pytest.fixture
def visit(cast: Cast) -> Visit:
    return Visit(cast, cast.bob)


def codes(scope: dict[str, Any]) -> list[str]:
    return [each.get("code", each["s"]) for each in scope["ops"].values()]


def count_rows(cast: Cast, table: type) -> int:
    with cast.reading() as tx:
        return tx.execute(select(func.count()).select_from(table)).scalar_one()


# --- taking in ------------------------------------------------------------------------------------


def test_operations_are_stored_numbered_and_answered_for(visit: Visit) -> None:
    ops = [visit.phone.answer(visit.id, "GEN-01", "fail"), visit.phone.answer(visit.id, "GEN-02", "pass")]

    scope = visit.push(*ops)

    assert scope["ops"] == {ops[0]["id"]: {"s": "ok", "seq": 1}, ops[1]["id"]: {"s": "ok", "seq": 2}}
    assert (scope["through"], scope["missing"]) == (2, [])
    with visit.cast.reading() as tx:
        stored = list(tx.scalars(select(Operation).order_by(Operation.n)))
    assert [each.body for each in stored] == ops
    assert {(each.agency_id, each.person_id, each.device_id, each.received_at) for each in stored} == {
        (BUILDING, visit.cast.alice.id, visit.phone.device, NOW)
    }


def test_the_servers_chain_equals_the_phones(visit: Visit) -> None:
    ops = [visit.phone.comment(visit.id, "", f"Ghi chú {n}: “đường ống” \\ \t 🔒 {n / 7}") for n in range(5)]

    assert visit.push(*ops)["head"] == visit.phone.head(visit.id)


def test_every_kind_is_taken(visit: Visit) -> None:
    phone, insp = visit.phone, visit.id
    note = phone.comment(insp, "", "Nhầm")
    ops = [
        note,
        phone.write(insp, "open", checklists=[{"code": "GEN", "version": 1, "sha": "c" * 64}]),
        phone.answer(insp, "GEN-01", "fail"),
        phone.finding(insp, "GEN-01", deadline="2026-12-01"),
        phone.photo(insp, "GEN-01", b"picture"),
        phone.write(insp, "position", gps=[21.5942, 105.8482, 12.0, NOW_MS], distance=14),
        phone.write(insp, "withdraw", ref=note["id"], reason="Ghi nhầm"),
        phone.write(insp, "opinion", text="Công ty sẽ khắc phục.", sup=[]),
        phone.sign(insp, "leader"),
        phone.write(insp, "refuse", reason="Vắng mặt", witness={"name": "Lê Tám", "title": "Trưởng xóm"}, sup=[]),
        phone.submit(insp),
    ]

    assert codes(visit.push(*ops)) == ["ok"] * len(ops)


def test_gzip_is_taken(visit: Visit) -> None:
    batch = visit.phone.batch((visit.id, [visit.phone.answer(visit.id, "GEN-01", "pass")]))
    body = gzip.compress(json.dumps(batch).encode())

    answer = visit.client.post(PUSH, data=body, headers={"Content-Encoding": "gzip"})

    assert codes(visit.scope(answer)) == ["ok"]


def test_the_first_operation_begins_the_inspection(visit: Visit) -> None:
    two_days_ago = NOW_MS - 2 * 86_400_000
    visit.push(visit.phone.write(visit.id, "open", t=two_days_ago, checklists=[]))

    row = visit.row()
    assert row.state == "in-progress"
    assert row.visited_on == date(2026, 11, 20)
    assert row.started_at == datetime(2026, 11, 20, 3, tzinfo=UTC)


def test_counters_are_folded_from_the_operations(visit: Visit) -> None:
    phone, insp = visit.phone, visit.id
    visit.push(
        phone.answer(insp, "GEN-01", "fail"),
        phone.answer(insp, "GEN-02", "pass"),
        phone.photo(insp, "GEN-01", b"one"),
        phone.photo(insp, "GEN-02", b"one"),
    )

    row = visit.row()
    assert (row.answered, row.failing, row.conflicts, row.photos, row.photos_missing) == (2, 1, 0, 2, 1)


def test_one_audit_row_tells_of_the_push(visit: Visit) -> None:
    scope = visit.push(visit.phone.answer(visit.id, "GEN-01", "pass"), visit.phone.answer(visit.id, "GEN-01", "9"))

    with visit.cast.reading() as tx:
        rows = list(tx.scalars(select(AuditRow).where(AuditRow.action == "operations.received")))
    assert [row.subject for row in rows] == [f"inspection:{visit.id}"]
    assert rows[0].facts["n"] == [1, 2]
    assert rows[0].facts["held"] == {"bad-answer": 1}
    assert rows[0].facts["head"] == scope["head"]


def test_the_device_tells_how_much_waits_on_it(visit: Visit) -> None:
    oldest = NOW_MS - 3_600_000
    visit.push(unsent={"ops": 3, "photos": 2, "oldest": oldest}, health={"persisted": False, "bad": {"deep": 1}})

    with visit.cast.reading() as tx:
        device = tx.get_one(Device, (visit.phone.device, visit.cast.alice.id))
    assert device.unsent == 5
    assert device.oldest_unsent_at == NOW - timedelta(hours=1)
    assert device.health == {"persisted": False, "app": "2026.11.1"}


# --- twice, out of order, at once -----------------------------------------------------------------


def test_sending_it_twice_changes_nothing(visit: Visit) -> None:
    op, wrong = visit.phone.answer(visit.id, "GEN-01", "fail"), visit.phone.answer(visit.id, "GEN-99", "fail")
    first = visit.push(op, wrong)

    again = visit.push(op, wrong)

    assert again["ops"][op["id"]] == {"s": "dup", "seq": first["ops"][op["id"]]["seq"]}
    assert again["ops"][wrong["id"]] == first["ops"][wrong["id"]]
    assert (again["through"], again["head"]) == (first["through"], first["head"])
    assert count_rows(visit.cast, Operation) == 1
    assert visit.row().held == 1


def test_the_same_operation_twice_in_one_push_is_stored_once(visit: Visit) -> None:
    op = visit.phone.answer(visit.id, "GEN-01", "fail")

    assert visit.push(op, op)["through"] == 1
    assert count_rows(visit.cast, Operation) == 1


def test_missing_numbers_are_named_until_they_come(visit: Visit) -> None:
    ops = [visit.phone.comment(visit.id, "", f"{n}") for n in range(6)]

    late = visit.push(ops[5], ops[2])
    assert (late["through"], late["missing"]) == (0, [1, 2, 4, 5])
    more = visit.push(ops[0], ops[1])
    assert (more["through"], more["missing"]) == (3, [4, 5])
    assert more["head"] == visit.phone.head(visit.id, 3)
    rest = visit.push(ops[4], ops[3])
    assert (rest["through"], rest["missing"], rest["head"]) == (6, [], visit.phone.head(visit.id))


def test_an_empty_push_asks_how_far_the_server_is(visit: Visit) -> None:
    visit.push(visit.phone.answer(visit.id, "GEN-01", "pass"))

    scope = visit.push()

    assert (scope["through"], scope["head"], scope["ops"]) == (1, visit.phone.head(visit.id), {})


def test_two_identical_pushes_at_once_both_get_the_answer(visit: Visit) -> None:
    ops = [visit.phone.answer(visit.id, f"GEN-0{n}", "pass") for n in range(1, 7)]
    batch = visit.phone.batch((visit.id, ops))
    clients = [visit.cast.client(visit.cast.alice) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda client: client.post(PUSH, json=batch), clients))

    scopes = [visit.scope(answer) for answer in answers]
    assert {(scope["through"], scope["head"]) for scope in scopes} == {(6, visit.phone.head(visit.id))}
    assert [{key: each["seq"] for key, each in scope["ops"].items()} for scope in scopes] == [
        {op["id"]: seq for seq, op in enumerate(ops, start=1)}
    ] * 4
    assert count_rows(visit.cast, Operation) == 6


def test_two_phones_at_once_share_one_gapless_log(visit: Visit) -> None:
    bobs = visit.cast.phone(visit.cast.bob)
    mine = [visit.phone.comment(visit.id, "", f"An {n}") for n in range(20)]
    his = [bobs.comment(visit.id, "", f"Bình {n}") for n in range(20)]
    bob = visit.cast.client(visit.cast.bob)

    with ThreadPoolExecutor(2) as pool:
        for n in range(0, 20, 5):
            one = pool.submit(visit.client.post, PUSH, json=visit.phone.batch((visit.id, mine[n : n + 5])))
            other = pool.submit(bob.post, PUSH, json=bobs.batch((visit.id, his[n : n + 5])))
            assert (one.result().status_code, other.result().status_code) == (200, 200)

    with visit.cast.reading() as tx:
        assert sorted(tx.scalars(select(Operation.seq))) == list(range(1, 41))
        assert {chain.through for chain in tx.scalars(select(DeviceChain))} == {20}


def test_several_inspections_in_one_push(visit: Visit) -> None:
    other = visit.cast.inspection(visit.cast.alice)
    batch = visit.phone.batch(
        (visit.id, [visit.phone.answer(visit.id, "GEN-01", "pass")]),
        (other, [visit.phone.answer(other, "GEN-01", "fail")]),
        (visit.id, [visit.phone.answer(visit.id, "GEN-02", "pass")]),
    )

    scopes = visit.client.post(PUSH, json=batch).get_json()["scopes"]

    assert [(scope["insp"], scope["through"]) for scope in scopes] == [(str(visit.id), 2), (str(other), 1)]


def test_two_inspectors_who_differ_both_stay(visit: Visit) -> None:
    visit.push(visit.phone.answer(visit.id, "GEN-01", "pass"))
    bobs = visit.cast.phone(visit.cast.bob)
    visit.push_of(visit.cast.bob, bobs, [bobs.answer(visit.id, "GEN-01", "fail")])
    assert (visit.row().conflicts, visit.row().failing) == (1, 1)

    mine = visit.phone.written[visit.id][0]
    his = bobs.written[visit.id][0]
    visit.push(visit.phone.answer(visit.id, "GEN-01", "pass", [mine, his]))

    assert (visit.row().conflicts, visit.row().failing) == (0, 0)


# --- held, never refused --------------------------------------------------------------------------


def test_a_bad_operation_does_not_stop_the_good_ones(visit: Visit) -> None:
    phone, insp = visit.phone, visit.id
    ops = [
        phone.answer(insp, "GEN-01", "maybe"),
        phone.answer(insp, "GEN-01", 7),
        phone.answer(insp, "GEN-07", "22/11/2026"),
        phone.answer(insp, "GEN-11", {"total": "many"}),
        phone.answer(insp, "XDK-04", "fail"),
        phone.photo(insp, "NOWHERE-1", b"x"),
        phone.write(insp, "hologram", i="GEN-01", v="x"),
        phone.comment(insp, "GEN-01", "x" * 20_001),
        phone.write(insp, "comment", i="GEN-01", text=["not", "text"], sup=[]),
        phone.write(insp, "comment", i="GEN-01", text="gps", gps=["north"]),
        phone.finding(insp, "GEN-01", deadline="2026-02-30"),
        phone.write(insp, "comment", i="", text="NUL \0 trong ghi chú", sup=[]),
        phone.write(insp, "comment", i="", text="số quá lớn", sup=[], extra=2**60),
        phone.answer(insp, "GEN-02", "pass"),
    ]

    scope = visit.push(*ops)

    assert codes(scope) == [
        "bad-answer",
        "bad-answer",
        "bad-answer",
        "bad-answer",
        "unknown-item",
        "unknown-item",
        "unknown-kind",
        "too-long",
        "bad-body",
        "bad-body",
        "bad-body",
        "bad-body",
        "bad-body",
        "ok",
    ]
    assert (scope["through"], scope["missing"]) == (14, [])
    assert all(each["message"] for each in scope["ops"].values() if each["s"] == "held")
    kept = {str(each.id): each.body for each in visit.held()}
    assert all(kept[op["id"]] == op for op in ops[:11])
    assert json.loads(kept[ops[11]["id"]]["as_received"]) == ops[11]
    assert json.loads(kept[ops[12]["id"]]["as_received"]) == ops[12]
    assert visit.row().held == 13


@pytest.mark.parametrize(
    "op",
    [
        "not an object",
        None,
        17,
        [],
        {},
        {"id": "1", "n": 1, "k": "answer"},
        {"id": 5, "n": "x"},
        {"id": "../../etc/passwd", "n": -1, "t": 0, "m": 0, "k": "comment"},
        {"id": "0197C1A1-0000-7000-8000-000000000001", "n": 1, "t": 0, "m": 0, "k": "comment", "i": "", "text": "HOA"},
    ],
)
def test_what_is_no_operation_at_all_is_kept_too(visit: Visit, op: Any) -> None:
    first = visit.push(op)
    again = visit.push(op)

    assert codes(first) == codes(again) == ["bad-body"]
    assert [each.code for each in visit.held()] == ["bad-body"]


def test_the_chain_goes_on_over_held_operations(visit: Visit) -> None:
    ops = [visit.phone.answer(visit.id, "GEN-01", "maybe"), visit.phone.answer(visit.id, "GEN-01", "pass")]

    scope = visit.push(*ops)

    assert (scope["through"], scope["head"]) == (2, visit.phone.head(visit.id))


def test_an_id_used_again_for_something_else_is_held(visit: Visit) -> None:
    op = visit.phone.answer(visit.id, "GEN-01", "fail")
    visit.push(op)
    forged = {**op, "v": "pass"}

    assert codes(visit.push(forged)) == ["id-reuse"]
    assert codes(visit.push(forged)) == ["id-reuse"]
    assert codes(visit.push(op)) == ["dup"]
    assert visit.row().failing == 1
    assert [each.body for each in visit.held()] == [forged]


def test_an_id_from_another_inspection_is_held(visit: Visit) -> None:
    op = visit.phone.answer(visit.id, "GEN-01", "fail")
    visit.push(op)
    other = visit.cast.inspection(visit.cast.alice)

    answer = visit.client.post(PUSH, json=visit.phone.batch((other, [op])))

    assert codes(visit.scope(answer)) == ["id-reuse"]


def test_a_number_used_again_by_cloned_storage_is_held(visit: Visit) -> None:
    visit.push(visit.phone.answer(visit.id, "GEN-01", "fail"))
    clone = Phone(visit.cast.alice.id, visit.phone.device)

    scope = visit.push(clone.answer(visit.id, "GEN-02", "fail"))

    assert codes(scope) == ["fork"]
    assert (scope["through"], scope["head"]) == (1, visit.phone.head(visit.id))


def test_somebody_elses_inspection_is_not_written_to(visit: Visit, cast: Cast) -> None:
    carols = cast.phone(cast.carol)

    scope = visit.push_of(cast.carol, carols, [carols.answer(visit.id, "GEN-01", "fail")])

    assert codes(scope) == ["not-in-team"]
    assert count_rows(cast, Operation) == 0
    assert [each.agency_id for each in visit.held()] == [BUILDING]


def test_a_joint_team_writes_into_the_inspections_agency(visit: Visit, cast: Cast) -> None:
    joint = Visit(cast, cast.carol)
    carols = cast.phone(cast.carol)

    scope = joint.push_of(cast.carol, carols, [carols.answer(joint.id, "GEN-01", "fail"), carols.submit(joint.id)])

    assert codes(scope) == ["ok", "ok"]
    with cast.reading() as tx:
        assert set(tx.scalars(select(Operation.agency_id))) == {BUILDING}
        assert list(tx.scalars(select(Violation.agency_id))) == [BUILDING]
        assert ZONES not in set(tx.scalars(select(AuditRow.agency_id)))


def test_who_was_taken_off_the_team_keeps_sending(visit: Visit, cast: Cast) -> None:
    bobs = cast.phone(cast.bob)
    before = bobs.answer(visit.id, "GEN-01", "fail")
    visit.push_of(cast.bob, bobs, [before])
    with cast.writing() as tx:
        tx.execute(update(TeamMember).where(TeamMember.person_id == cast.bob.id).values(removed_at=NOW))
        tx.commit()

    scope = visit.push_of(cast.bob, bobs, [before, bobs.answer(visit.id, "GEN-02", "fail")])

    assert codes(scope) == ["dup", "assignment-revoked"]
    assert scope["through"] == 2
    assert visit.row().held == 1


@pytest.mark.parametrize("state", ["approved", "cancelled"])
def test_what_comes_after_the_end_is_held(visit: Visit, state: str) -> None:
    with visit.cast.writing() as tx:
        tx.execute(update(Inspection).values(state=state, approved_at=NOW))
        tx.commit()

    assert codes(visit.push(visit.phone.answer(visit.id, "GEN-01", "fail"))) == ["late"]
    assert visit.row().state == state


def test_an_inspection_that_is_not_here(visit: Visit) -> None:
    nowhere = uuid4()
    op = visit.phone.answer(nowhere, "GEN-01", "fail")

    for _ in range(2):
        answer = visit.client.post(PUSH, json=visit.phone.batch((nowhere, [op])))
        assert codes(visit.scope(answer)) == ["unknown-inspection"]
    assert [(each.claimed_inspection, each.inspection_id) for each in visit.held()] == [(str(nowhere), None)]


def test_a_revoked_phone_is_heard_and_held(visit: Visit) -> None:
    with visit.cast.writing() as tx:
        tx.execute(update(Device).values(revoked_at=NOW))
        tx.commit()

    assert codes(visit.push(visit.phone.answer(visit.id, "GEN-01", "fail"))) == ["device-revoked"]


def test_a_clock_ninety_days_off_decides_nothing(visit: Visit) -> None:
    wrong = NOW_MS + 90 * 86_400_000
    op = visit.phone.write(visit.id, "open", t=wrong, checklists=[])

    scope = visit.push(op, clock={"wall": wrong, "offset": None})

    assert codes(scope) == ["ok"]
    assert visit.row().visited_on == TODAY
    with visit.cast.reading() as tx:
        device = tx.get_one(Device, (visit.phone.device, visit.cast.alice.id))
        facts = tx.scalars(select(AuditRow.facts).where(AuditRow.action == "operations.received")).one()
    assert device.health["clock_skew_s"] == facts["clock_skew_s"] == -90 * 86_400


def test_a_time_no_calendar_knows_loses_nothing(visit: Visit) -> None:
    op = visit.phone.write(visit.id, "open", t=2**53 - 1, checklists=[])

    assert codes(visit.push(op, visit.phone.photo(visit.id, "", b"x", t=2**53 - 1))) == ["ok", "ok"]
    assert visit.row().visited_on == TODAY


# --- the whole request ----------------------------------------------------------------------------


def refused(answer: TestResponse) -> tuple[int, str]:
    assert answer.mimetype == "application/problem+json"
    return answer.status_code, answer.get_json()["code"]


def test_another_persons_queue_is_left_alone(visit: Visit) -> None:
    batch = visit.phone.batch((visit.id, [visit.phone.answer(visit.id, "GEN-01", "fail")]), user=str(visit.cast.bob.id))

    assert refused(visit.client.post(PUSH, json=batch)) == (409, "wrong-user")
    assert (count_rows(visit.cast, Operation), count_rows(visit.cast, HeldOperation)) == (0, 0)


def test_another_epoch_is_told_with_the_right_one(visit: Visit) -> None:
    answer = visit.client.post(PUSH, json=visit.phone.batch((visit.id, []), epoch="e_old"))

    assert refused(answer) == (409, "epoch-changed")
    assert answer.get_json()["epoch"].startswith("e_")


def test_without_a_session_nothing_is_taken(visit: Visit) -> None:
    batch = visit.phone.batch((visit.id, [visit.phone.answer(visit.id, "GEN-01", "fail")]))

    assert refused(Client(visit.cast.app).post(PUSH, json=batch)) == (401, "signed-out")


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (b"{", {}, (400, "bad-json")),
        (b'{"proto": NaN}', {}, (400, "bad-json")),
        (b"[" * 100_000, {}, (400, "bad-json")),
        (b"not gzip", {"Content-Encoding": "gzip"}, (400, "bad-json")),
        (gzip.compress(b"{}")[:-4], {"Content-Encoding": "gzip"}, (400, "bad-json")),
        (gzip.compress(b" " * 40_000_000), {"Content-Encoding": "gzip"}, (413, "too-large")),
        (b" " * (2 * 1024 * 1024 + 1), {}, (413, "too-large")),
        (b"{}", {}, (422, "bad-request")),
        (b"[]", {}, (422, "bad-request")),
        (b"3", {}, (422, "bad-request")),
    ],
    ids=["cut", "nan", "deep", "no-gzip", "cut-gzip", "bomb", "large", "empty", "list", "number"],
)
def test_what_is_no_push(visit: Visit, body: bytes, headers: dict[str, str], expected: tuple[int, str]) -> None:
    assert refused(visit.client.post(PUSH, data=body, headers=headers)) == expected


@pytest.mark.parametrize(
    "fields", [{"proto": 2}, {"device": "x"}, {"user": None}, {"scopes": {}}, {"scopes": [{"insp": "x", "ops": []}]}]
)
def test_an_envelope_that_is_wrong(visit: Visit, fields: dict[str, Any]) -> None:
    assert refused(visit.client.post(PUSH, json=visit.phone.batch(**fields))) == (422, "bad-request")


def test_more_than_two_hundred_operations_are_sent_in_parts(visit: Visit) -> None:
    ops = [visit.phone.comment(visit.id, "", "x") for _ in range(201)]

    assert refused(visit.client.post(PUSH, json=visit.phone.batch((visit.id, ops)))) == (413, "too-large")
    assert visit.push(*ops[:200])["through"] == 200


def test_a_twenty_megabyte_note_is_refused_whole_so_that_the_phone_halves(visit: Visit) -> None:
    batch = visit.phone.batch((visit.id, [visit.phone.comment(visit.id, "", "x" * 20_000_000)]))

    assert refused(visit.client.post(PUSH, json=batch)) == (413, "too-large")


# --- submitting -----------------------------------------------------------------------------------


def test_a_submitted_inspection_completes_itself(visit: Visit) -> None:
    visit.push(visit.phone.answer(visit.id, "GEN-01", "fail"), visit.phone.submit(visit.id))

    row = visit.row()
    assert (row.state, row.submitted_at, row.completed_at) == ("complete", NOW, NOW)


def test_submitting_waits_for_what_it_declares(visit: Visit) -> None:
    phone, insp = visit.phone, visit.id
    ops = [phone.comment(insp, "", "1"), phone.comment(insp, "", "2"), phone.submit(insp)]

    visit.push(ops[2])
    assert visit.row().state == "submitted"
    visit.push(ops[0])
    assert visit.row().state == "submitted"
    visit.push(ops[1])

    assert visit.row().state == "complete"


def test_submitting_waits_for_the_other_phone(visit: Visit, cast: Cast) -> None:
    bobs = cast.phone(cast.bob)
    his = [bobs.comment(visit.id, "", "1"), bobs.comment(visit.id, "", "2")]
    devices = [{"device": str(bobs.device), "n": 2, "head": bobs.head(visit.id)}]
    bobs.comment(visit.id, "", "sau đó")

    visit.push(visit.phone.submit(visit.id, devices=devices))
    assert visit.row().state == "submitted"
    visit.push_of(cast.bob, bobs, his)
    assert visit.row().state == "complete"
    visit.push_of(cast.bob, bobs, bobs.written[visit.id])

    assert visit.row().state == "complete"


def test_a_chain_that_differs_from_the_declared_one_is_not_complete(visit: Visit) -> None:
    devices = [{"device": str(visit.phone.device), "n": 1, "head": "f" * 64}]

    visit.push(visit.phone.comment(visit.id, "", "1"), visit.phone.submit(visit.id, devices=devices))

    assert visit.row().state == "submitted"


def test_a_held_operation_counts_as_arrived(visit: Visit) -> None:
    visit.push(visit.phone.answer(visit.id, "GEN-01", "maybe"), visit.phone.submit(visit.id))

    assert visit.row().state == "complete"


def test_a_returned_inspection_goes_on(visit: Visit) -> None:
    visit.push(visit.phone.answer(visit.id, "GEN-01", "fail"), visit.phone.submit(visit.id))
    with visit.cast.writing() as tx:
        tx.execute(update(Inspection).values(state="returned"))
        tx.commit()

    visit.push(visit.phone.answer(visit.id, "GEN-02", "fail"))
    assert visit.row().state == "in-progress"
    visit.push(visit.phone.submit(visit.id))

    assert visit.row().state == "complete"


# --- violations -----------------------------------------------------------------------------------


def violations(cast: Cast) -> dict[str, Violation]:
    with cast.reading() as tx:
        return {each.item: each for each in tx.scalars(select(Violation))}


def test_violations_exist_from_submission_on(visit: Visit) -> None:
    phone, insp = visit.phone, visit.id
    visit.push(
        phone.answer(insp, "GEN-01", "fail"),
        phone.comment(insp, "GEN-01", "Chưa có"),
        phone.answer(insp, "GEN-03", "fail"),
    )
    assert violations(visit.cast) == {}

    visit.push(phone.finding(insp, "GEN-01", deadline="2026-12-05", stop_demanded=True), phone.submit(insp))

    found = violations(visit.cast)
    assert set(found) == {"GEN-01", "GEN-03"}
    one, other = found["GEN-01"], found["GEN-03"]
    assert (one.kind, one.deadline, one.stop_status, one.observed) == (
        "violation",
        date(2026, 12, 5),
        "stop-demanded",
        "Chưa có",
    )
    assert (other.kind, other.deadline, other.stop_status) == ("shortcoming", TODAY + timedelta(days=30), "none")
    assert (one.remedy_status, one.sanction_status) == ("awaiting-leader", "none")
    assert one.code == f"{visit.row().number}/GEN-01"


def test_a_signature_records_them(visit: Visit) -> None:
    visit.push(
        visit.phone.answer(visit.id, "GEN-01", "fail"),
        visit.phone.sign(visit.id, "leader"),
        visit.phone.submit(visit.id),
    )

    assert violations(visit.cast)["GEN-01"].remedy_status == "recorded"


def test_a_conflict_is_a_violation_until_it_is_decided(visit: Visit, cast: Cast) -> None:
    bobs = cast.phone(cast.bob)
    visit.push(visit.phone.answer(visit.id, "GEN-01", "pass"))
    visit.push_of(cast.bob, bobs, [bobs.answer(visit.id, "GEN-01", "fail")])
    visit.push(visit.phone.submit(visit.id))
    there = violations(cast)["GEN-01"]
    assert there.in_conflict
    assert len(there.value["heads"]) == 2

    seen = [visit.phone.written[visit.id][0], bobs.written[visit.id][0]]
    visit.push(visit.phone.answer(visit.id, "GEN-01", "fail", seen))

    after = violations(cast)["GEN-01"]
    assert (after.id, after.in_conflict) == (there.id, False)
    assert after.version > there.version


def test_an_item_that_no_longer_fails_leaves_the_registry(visit: Visit) -> None:
    fail = visit.phone.answer(visit.id, "GEN-01", "fail")
    visit.push(fail, visit.phone.submit(visit.id))
    assert set(violations(visit.cast)) == {"GEN-01"}

    visit.push(visit.phone.answer(visit.id, "GEN-01", "pass", [fail]))

    assert violations(visit.cast) == {}
    with visit.cast.reading() as tx:
        facts = list(tx.scalars(select(AuditRow.facts).order_by(AuditRow.seq)))[-1]
    assert facts["removed"] == ["GEN-01"]


def test_what_people_moved_is_never_touched(visit: Visit) -> None:
    fail = visit.phone.answer(visit.id, "GEN-01", "fail")
    visit.push(fail, visit.phone.submit(visit.id))
    later = date(2027, 1, 15)
    with visit.cast.writing() as tx:
        row = tx.scalars(select(Violation)).one()
        row.remedy_status, row.deadline = "remedy-requested", later
        tx.add(
            ViolationStep(
                violation_id=row.id,
                agency_id=row.agency_id,
                number=1,
                track="remedy",
                step="request-remedy",
                before="recorded",
                after="remedy-requested",
                actor_id=visit.cast.vera.id,
                at=NOW,
                facts={},
            )
        )
        tx.commit()

    visit.push(
        visit.phone.comment(visit.id, "GEN-01", "Bổ sung"),
        visit.phone.finding(visit.id, "GEN-01", deadline="2026-12-01", kind="advice"),
        visit.phone.sign(visit.id, "leader"),
    )
    there = violations(visit.cast)["GEN-01"]
    assert (there.remedy_status, there.deadline, there.kind) == ("remedy-requested", later, "violation")
    assert there.observed == "Bổ sung"

    visit.push(visit.phone.answer(visit.id, "GEN-01", "pass", [fail]))

    assert set(violations(visit.cast)) == {"GEN-01"}


def test_a_responsible_party_may_be_another_organisation(visit: Visit) -> None:
    from tests.builders import an_organisation

    with visit.cast.writing() as tx:
        contractor = an_organisation(tx, "Nhà thầu phụ").id
        tx.commit()
    visit.push(
        visit.phone.answer(visit.id, "GEN-01", "fail"),
        visit.phone.finding(visit.id, "GEN-01", responsible=str(contractor)),
        visit.phone.answer(visit.id, "GEN-02", "fail"),
        visit.phone.finding(visit.id, "GEN-02", responsible=new_id()),
        visit.phone.submit(visit.id),
    )

    found = violations(visit.cast)
    assert found["GEN-01"].organisation_id == contractor
    assert found["GEN-02"].organisation_id == visit.row().organisation_id


def test_photos_are_rows_and_withdrawn_ones_say_why(visit: Visit) -> None:
    one, two = visit.phone.photo(visit.id, "GEN-01", b"1"), visit.phone.photo(visit.id, "GEN-01", b"2", gps=None)
    reason = "Ảnh mờ " * 100
    visit.push(one, visit.phone.write(visit.id, "withdraw", ref=two["id"], reason=reason))
    visit.push(two)
    visit.push(visit.phone.write(visit.id, "withdraw", ref=one["id"], reason="Nhầm mục"))

    with visit.cast.reading() as tx:
        rows = {str(each.id): each for each in tx.scalars(select(Photo))}
    assert (rows[one["id"]].withdrawn, rows[one["id"]].lat, rows[one["id"]].taken_at) == ("Nhầm mục", 21.5942, NOW)
    assert (rows[two["id"]].withdrawn, rows[two["id"]].lat) == (reason[:300], None)
    assert visit.row().photos == 0


def test_the_phone_is_told_which_pictures_are_needed(visit: Visit) -> None:
    one = visit.phone.photo(visit.id, "GEN-01", b"1")
    held = visit.phone.photo(visit.id, "NOWHERE", b"2")

    answer = visit.client.post(PUSH, json=visit.phone.batch((visit.id, [one, held])))

    assert answer.get_json()["need_blobs"] == sorted([one["sha"], held["sha"]])


def a_whole_visit(phone: Phone, insp: UUID) -> list[Op]:
    return [phone.answer(insp, "GEN-01", "fail"), phone.submit(insp)]


def test_foreign_rows_stay_as_they_are(noise: UUID, visit: Visit) -> None:
    before = violations(visit.cast)["GEN-99"]

    visit.push(*a_whole_visit(visit.phone, visit.id))

    after = violations(visit.cast)
    assert (after["GEN-99"].version, after["GEN-99"].title) == (before.version, "NOISE")
