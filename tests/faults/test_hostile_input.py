"""What a phone never writes and a hostile hand does: each gets its answer, none stops the queue, none is lost."""

import gzip
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from inspect_app.store.tables import Device, Inspection, Person, SignIn, TeamMember
from tests.builders import NOW, NOW_MS, new_id
from tests.cast import PASSWORD
from tests.faults.world import Answer, Visit, World, results, scope_of

pytestmark = pytest.mark.process

NUL, HALF = "\0", "\ud800"
DAY_MS = 86_400_000


def kept(world: World, inspection: UUID) -> int:
    """Rows that hold something of this inspection, accepted or waiting for a person."""
    return len(world.operations(inspection)) + len(world.held(inspection))


def written(batch: object, mark: str, raw: str) -> bytes:
    """A batch whose marked text stands as raw JSON: what no JSON library would write."""
    return json.dumps(batch).replace(json.dumps(mark), raw).encode()


def odd_ops(visit: Visit) -> list[tuple[Any, str]]:
    """Operations nobody foresaw, and the code each is held with."""
    phone, insp = visit.phone, visit.id
    wrong_ids = ["", 7, None, "../../etc/passwd", "0197C1A1-0000-7000-8000-00000000000A", "{" + new_id() + "}"]
    wrong_numbers: list[Any] = [0, -1, 2**63, 2**31, 10**30, 1.5, "1", None, True]
    texts = [f"trước{NUL}sau", f"trước{HALF}sau"]
    return [
        *(({**phone.comment(insp, "", "x"), "id": wrong}, "bad-body") for wrong in wrong_ids),
        *(({**phone.comment(insp, "", "x"), "n": wrong}, "bad-body") for wrong in wrong_numbers),
        *((phone.comment(insp, "", text), "bad-body") for text in texts),
        *((phone.comment(insp, text, "x"), "bad-body") for text in texts),
        *((phone.write(insp, "opinion", text=text, sup=[]), "bad-body") for text in texts),
        *((phone.write(insp, "refuse", reason=text, witness=None, sup=[]), "bad-body") for text in texts),
        *((phone.write(insp, text), "bad-body") for text in texts),
        *(({**phone.sign(insp, "leader"), "name": text}, "bad-body") for text in texts),
        *((phone.finding(insp, "GEN-01", responsible_text=text), "bad-body") for text in texts),
        *((phone.answer(insp, "GEN-01", text), "bad-body") for text in texts),
        (phone.write(insp, "opinion", text="x", sup=[], i={"a": 1}), "bad-body"),
        (phone.write(insp, "opinion", text="x", sup=[], i=["GEN-01"]), "bad-body"),
        (phone.write(insp, "opinion", text="x", sup=[], i="GEN-01\t{}\t\\N\nanother row"), "unknown-item"),
        (phone.write(insp, "comment", i="", text={"deep": [1]}, sup=[]), "bad-body"),
        (phone.write(insp, "comment", i="", text="x", sup={"a": 1}), "bad-body"),
        (phone.answer(insp, "XDK-999", "fail"), "unknown-item"),
        (phone.answer(insp, "GEN-01", 1e308), "bad-answer"),
        (phone.write(insp, "teleport", where="mars"), "unknown-kind"),
        (phone.comment(insp, "", "a" * 20_001), "too-long"),
        (["a", "list"], "bad-body"),
        ("a text", "bad-body"),
        (None, "bad-body"),
    ]


def test_every_odd_operation_is_held_with_its_reason_and_stops_nothing(world: World, visit: Visit) -> None:
    odd = odd_ops(visit)
    sound = visit.phone.comment(visit.id, "", "Câu này đúng")
    with world.no_surprise():
        for each, code in odd:
            scope = visit.push(each)
            assert results(scope) == [code], each
            assert all(told["message"] for told in scope["ops"].values())
        assert results(visit.push(sound)) == ["ok"]

    assert len(world.held(visit.id)) == len(odd)
    assert [each.body for each in world.operations(visit.id)] == [sound]


@pytest.mark.parametrize("raw", ["1e999", "-1e999", "9" * 400, '{"a":1,"a":2}', "[" * 200 + "]" * 200, "1.0E+2"])
def test_json_at_its_edges(world: World, visit: Visit, raw: str) -> None:
    op = visit.phone.write(visit.id, "comment", i="", text="x", sup=[], odd="@@")

    with world.no_surprise():
        scope = scope_of(visit.caller.push(written(visit.batch(op), "@@", raw)))

    assert results(scope) in (["ok"], ["bad-body"])
    assert kept(world, visit.id) == 1


@pytest.mark.parametrize("raw", ["NaN", "Infinity", "-Infinity", "9" * 5000, "[" * 5000 + "]" * 5000, "'x'"])
def test_what_is_no_json_is_refused_whole_so_that_the_phone_halves(world: World, visit: Visit, raw: str) -> None:
    op = visit.phone.write(visit.id, "comment", i="", text="x", sup=[], odd="@@")

    with world.no_surprise():
        answer = visit.caller.push(written(visit.batch(op), "@@", raw))

    assert (answer.status, answer.code) == (400, "bad-json")
    assert kept(world, visit.id) == 0
    assert results(visit.push({**op, "odd": ""})) == ["ok"]


def test_no_depth_of_nesting_blocks_a_visit(world: World, visit: Visit) -> None:
    """Between what can be read and what can be written again lie a few depths; none of them may end in an error."""
    with world.no_surprise():
        for depth in (*range(45, 60, 3), *range(940, 1000, 4)):
            op = visit.phone.write(visit.id, "comment", i="", text="x", sup=[], odd="@@")
            answer = visit.caller.push(written(visit.batch(op), "@@", "[" * depth + "]" * depth))
            assert answer.status in (200, 400), depth
            assert answer.code in ("", "bad-json"), depth
        assert visit.caller.pull().status == 200
        assert world.caller(world.cast.vera).get(f"/desk/inspections/{visit.id}").status == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"health": {"a": NUL, f"b{HALF}": 1, "c": HALF, "d": [[]]}},
        {"health": {"a": "@@"}},
        {"app": HALF},
        {"app": NUL},
    ],
    ids=["health", "infinite", "app-half", "app-nul"],
)
def test_what_a_phone_tells_about_itself_never_keeps_its_facts_outside(
    world: World, visit: Visit, fields: dict[str, Any]
) -> None:
    op = visit.phone.comment(visit.id, "", "x")

    with world.no_surprise():
        scope = scope_of(visit.caller.push(written(visit.batch(op, **fields), "@@", "1e999")))

    assert results(scope) == ["ok"]


@pytest.mark.parametrize("head", [NUL, HALF, "x" * 64, "Z"])
def test_a_head_that_is_no_hash_never_keeps_its_facts_outside(world: World, visit: Visit, head: str) -> None:
    batch = visit.batch(visit.phone.comment(visit.id, "", "x"))
    batch["scopes"][0]["head"] = head

    with world.no_surprise():
        assert results(scope_of(visit.caller.push(batch))) == ["ok"]


@pytest.mark.parametrize(
    "t", [0, 2**53 - 1, 253_402_271_999_000, 253_402_300_799_000, NOW_MS + 90 * DAY_MS, NOW_MS - 90 * DAY_MS]
)
@pytest.mark.parametrize("is_clock_told", [True, False], ids=["clock", "silent"])
def test_no_clock_decides_or_breaks_anything(world: World, visit: Visit, t: int, is_clock_told: bool) -> None:
    phone, insp = visit.phone, visit.id
    photo = phone.photo(insp, "GEN-01", f"{t}".encode(), t=t, gps=[21.59, 105.84, 5, t])
    ops = [phone.write(insp, "open", t=t, checklists=[]), {**phone.answer(insp, "GEN-01", "fail"), "t": t}, photo]
    clock = {"wall": t if is_clock_told else None, "offset": None}

    with world.no_surprise():
        scope = visit.push(*ops, {**phone.submit(insp), "t": t}, clock=clock, unsent={"ops": 1, "oldest": t})
        vera = world.caller(world.cast.vera)
        pages = [vera.get(path).status for path in (f"/desk/inspections/{insp}", "/desk/", "/desk/violations")]
        pages += [vera.get(f"/desk/inspections/{insp}/positions.svg").status]

    assert results(scope) == ["ok"] * 4
    assert pages == [200] * 4


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (gzip.compress(b" " * (64 << 20)), {"Content_Encoding": "gzip"}, (413, "too-large")),
        (b'{"proto":1}', {"Content_Encoding": "gzip"}, (400, "bad-json")),
        (gzip.compress(b'{"proto":1}'), {}, (400, "bad-json")),
        (gzip.compress(b'{"proto":1}'), {"Content_Encoding": "br"}, (400, "bad-json")),
        (gzip.compress(gzip.compress(b"{}")), {"Content_Encoding": "gzip"}, (400, "bad-json")),
        (b"\xff\xfe{\x00}\x00", {}, (422, "bad-request")),
        (b"", {}, (400, "bad-json")),
    ],
    ids=["bomb", "not-packed", "packed-unsaid", "another-packing", "packed-twice", "utf-16", "nothing"],
)
def test_bodies_that_are_not_what_they_say(
    world: World, visit: Visit, body: bytes, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    with world.no_surprise():
        answer = visit.caller.push(body, **headers)

    assert (answer.status, answer.code) == expected
    assert answer.json["detail"]


def test_a_note_of_twenty_megabytes_is_refused_and_the_rest_goes_on(world: World, visit: Visit) -> None:
    note = visit.phone.comment(visit.id, "", "x" * 20_000_000)
    answer = refusal_of_too_much(visit, note)
    assert answer is None or (answer.status, answer.code) == (413, "too-large")

    packed = visit.caller.push_packed(visit.batch(note))
    assert (packed.status, packed.code) == (413, "too-large")
    assert kept(world, visit.id) == 0
    assert results(visit.push(visit.phone.comment(visit.id, "", "ngắn"))) == ["ok"]


def refusal_of_too_much(visit: Visit, note: Any) -> Answer | None:
    """None: the server hung up while the twenty megabytes were still on their way, as it may."""
    try:
        return visit.caller.push(visit.batch(note))
    except (BrokenPipeError, ConnectionResetError):
        return None


# --- who may not, or no longer --------------------------------------------------------------------


def test_held_by_who_writes_and_when(world: World) -> None:
    cast = world.cast
    visit, nowhere = world.visit(), uuid4()
    carol, bob = cast.phone(cast.carol), cast.phone(cast.bob)
    strange = carol.answer(visit.id, "GEN-01", "fail")
    assert results(scope_of(world.caller(cast.carol).push(carol.batch((visit.id, [strange]))))) == ["not-in-team"]
    unknown = bob.answer(nowhere, "GEN-01", "fail")
    bobs = world.caller(cast.bob)
    assert results(scope_of(bobs.push(bob.batch((nowhere, [unknown]))))) == ["unknown-inspection"]
    with cast.writing() as tx:
        mine = (TeamMember.person_id == cast.bob.id) & (TeamMember.inspection_id == visit.id)
        tx.execute(update(TeamMember).where(mine).values(removed_at=NOW))
        tx.commit()
    revoked = bob.answer(visit.id, "GEN-01", "fail")
    assert results(scope_of(bobs.push(bob.batch((visit.id, [revoked]))))) == ["assignment-revoked"]
    with cast.writing() as tx:
        tx.execute(update(Inspection).where(Inspection.id == visit.id).values(state="approved", approved_at=NOW))
        tx.commit()
    late = visit.phone.answer(visit.id, "GEN-01", "fail")
    assert results(visit.push(late)) == ["late"]
    with cast.writing() as tx:
        tx.execute(update(Device).where(Device.id == visit.phone.device).values(revoked_at=NOW))
        tx.commit()
    lost = visit.phone.answer(visit.id, "GEN-02", "fail")
    assert results(visit.push(lost)) == ["device-revoked"]

    assert {str(each.id) for each in world.held(visit.id)} == {op["id"] for op in (strange, revoked, late, lost)}
    assert [str(each.id) for each in world.held(nowhere)] == [unknown["id"]]
    assert world.operations(visit.id) == []
    assert world.broken_links() == []


def test_a_session_that_ends_between_two_batches_costs_nothing(world: World, visit: Visit) -> None:
    first, second = visit.phone.comment(visit.id, "", "1"), visit.phone.comment(visit.id, "", "2")
    visit.push(first)
    with world.cast.writing() as tx:
        ended = tx.query(SignIn).filter(SignIn.person_id == visit.leader.id).delete()
        tx.commit()
    assert ended

    refused = visit.caller.push(visit.batch(second))
    assert (refused.status, refused.code) == (401, "signed-out")
    assert "vẫn còn nguyên" in refused.json["detail"]

    visit.caller = world.caller(visit.leader)
    scope = visit.push(first, second)
    assert results(scope) == ["dup", "ok"]
    assert (scope["through"], scope["head"]) == (2, visit.phone.head(visit.id))


def test_a_closed_account_is_signed_out_and_its_queue_untouched(world: World, visit: Visit) -> None:
    op = visit.phone.comment(visit.id, "", "x")
    with world.cast.writing() as tx:
        tx.execute(update(Person).where(Person.id == visit.leader.id).values(disabled_at=NOW))
        tx.commit()
    try:
        refused = visit.caller.push(visit.batch(op))
    finally:
        with world.cast.writing() as tx:
            tx.execute(update(Person).where(Person.id == visit.leader.id).values(disabled_at=None))
            tx.commit()

    assert (refused.status, refused.code) == (401, "signed-out")
    assert kept(world, visit.id) == 0


# --- other doors ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/desk/violations?q=%00",
        "/desk/inspections?agency=%00",
        "/desk/sites?commune=%00",
        "/desk/follow-up?zone=%00",
        "/desk/follow-up.xlsx?q=%00",
        "/api/v1/violations?q=%00",
        "/api/v1/inspections?q=%00",
        "/api/v1/sites?zone=%00",
        "/api/v1/follow-up?q=%00",
    ],
)
def test_an_address_with_a_nul_is_refused_not_broken(world: World, address: str) -> None:
    with world.no_surprise():
        answer = world.caller(world.cast.vera).get(address)

    assert answer.status == 422


@pytest.mark.parametrize("odd", [NUL, HALF])
@pytest.mark.parametrize("where", ["username", "password", "name"])
def test_a_sign_in_with_letters_nobody_can_store(world: World, odd: str, where: str) -> None:
    told: dict[str, Any] = {
        "username": world.cast.bob.username,
        "password": PASSWORD,
        "device": {"id": new_id(), "name": "Máy thử"},
    }
    part = told["device"] if where == "name" else told
    part[where] += odd

    with world.no_surprise():
        answer = world.stranger().call("POST", "/api/v1/session", json.dumps(told).encode())

    assert (answer.status, answer.code) == (400, "bad-json")
