"""States of an inspection, what is complete, what the answers amount to, and what is decided about arrivals."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from inspect_app.domain.evidence import START, body_hash, chain
from inspect_app.domain.inspections import Arrived, Membership, State, after, asked, is_complete, refusal, standing
from inspect_app.domain.intake import Chain, Facts, extend, read_in, sort_out
from inspect_app.domain.operation_bodies import wrong
from inspect_app.domain.operations import Entry, fold
from inspect_app.store.checklist_files import Library
from tests.builders import Phone

LIBRARY = Library(Path(__file__).parents[2] / "forms")
GEN = LIBRARY.get("GEN", 1)
TODAY = date(2026, 11, 22)
MEMBER = Membership(is_member=True)


@pytest.mark.parametrize(
    ("state", "member", "expected"),
    [
        *[(state, MEMBER, None) for state in State if state not in {State.APPROVED, State.CANCELLED}],
        (State.APPROVED, MEMBER, "late"),
        (State.CANCELLED, MEMBER, "late"),
        (State.ASSIGNED, Membership(is_member=False), "not-in-team"),
        (State.IN_PROGRESS, Membership(is_member=True, is_removed=True), "assignment-revoked"),
        (State.APPROVED, Membership(is_member=True, is_removed=True), "assignment-revoked"),
    ],
)
def test_who_may_add_when(state: State, member: Membership, expected: str | None) -> None:
    assert refusal(state, member) == expected


@pytest.mark.parametrize(
    ("before", "kinds", "expected"),
    [
        (State.ASSIGNED, [], State.ASSIGNED),
        (State.ASSIGNED, ["answer"], State.IN_PROGRESS),
        (State.ASSIGNED, ["open", "submit"], State.SUBMITTED),
        (State.RETURNED, ["comment"], State.IN_PROGRESS),
        (State.SUBMITTED, ["answer"], State.SUBMITTED),
        (State.COMPLETE, ["answer"], State.COMPLETE),
        (State.APPROVED, ["submit"], State.APPROVED),
        (State.CANCELLED, ["answer"], State.CANCELLED),
    ],
)
def test_what_operations_do_to_the_state(before: State, kinds: list[str], expected: State) -> None:
    assert after(before, kinds) is expected


def manifest(device: str = "a", n: int = 2, head: str = "h2", photos: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"devices": [{"device": device, "n": n, "head": head}], "photos": list(photos), "answers": 0}


@pytest.mark.parametrize(
    ("declared", "pictures", "expected"),
    [
        (manifest(), [], True),
        (manifest(n=1, head="h1"), [], True),
        (manifest(n=0, head=START), [], True),
        (manifest(n=3), [], False),
        (manifest(head="other"), [], False),
        (manifest(device="b"), [], False),
        (manifest(photos=("p",)), [], False),
        (manifest(photos=("p",)), ["p", "q"], True),
    ],
)
def test_complete_is_what_was_declared(declared: dict[str, Any], pictures: list[str], expected: bool) -> None:
    here = {"a": Arrived(2, lambda n, head: head == f"h{n}")}

    assert is_complete(declared, here, frozenset(pictures)) is expected


def folded(*answers: tuple[str, str, object]) -> Any:
    """Answers as (who, item, value), none of which has seen another."""
    return fold(
        Entry({"id": f"{n:036d}", "t": 0, "k": "answer", "i": item, "v": value}, who, who)
        for n, (who, item, value) in enumerate(answers)
    )


def test_answers_are_counted() -> None:
    stands = standing(folded(("a", "GEN-01", "fail"), ("a", "GEN-02", "pass"), ("a", "GEN-03", None)), [GEN], TODAY)

    assert (stands.answered, stands.conflicts) == (2, 0)
    assert [each.item.id for each in stands.failing] == ["GEN-01"]


def test_a_conflict_fails_whatever_its_values_say() -> None:
    stands = standing(folded(("a", "GEN-01", "pass"), ("b", "GEN-01", "na")), [GEN], TODAY)

    assert (stands.answered, stands.conflicts) == (1, 1)
    assert [(each.item.id, each.in_conflict) for each in stands.failing] == [("GEN-01", True)]


def test_two_who_agree_are_no_conflict() -> None:
    stands = standing(folded(("a", "GEN-01", "pass"), ("b", "GEN-01", "pass")), [GEN], TODAY)

    assert (stands.answered, stands.conflicts, stands.failing) == (1, 0, ())


def test_an_answer_to_what_is_not_asked_does_not_count() -> None:
    """GEN-08 is asked only when its gate is open."""
    closed = folded(("a", "GEN-08", "fail"))
    item = GEN.by_id["GEN-08"]
    assert item.when is not None

    assert standing(closed, [GEN], TODAY).failing == ()


def test_where_inspectors_disagree_about_a_gate_both_ways_are_asked() -> None:
    gate = GEN.by_id["GEN-G1"]
    shown = {}
    for option in gate.options:
        answers = folded(("a", gate.id, option.id))["answers"]
        shown[option.id] = {item.id for item in asked(GEN, answers, TODAY)}
    assert len({frozenset(each) for each in shown.values()}) > 1

    both = folded(*[(f"p{n}", gate.id, option.id) for n, option in enumerate(gate.options)])["answers"]

    assert {item.id for item in asked(GEN, both, TODAY)} == set().union(*shown.values())


# --- arrivals -------------------------------------------------------------------------------------


def facts(known: tuple[Any, ...] = ()) -> Facts:
    return Facts("i", "d", None, GEN.by_id, known)


def test_the_chain_grows_over_what_arrived_and_names_the_gaps() -> None:
    hashes = {n: body_hash({"n": n}) for n in (1, 2, 3, 6, 9)}

    reached, missing = extend(Chain(), hashes)

    assert (reached.through, missing) == (3, [4, 5, 7, 8])
    assert reached.head == chain(hashes[n] for n in (1, 2, 3))


def test_a_phone_that_counts_to_a_million_gets_a_short_answer() -> None:
    _, missing = extend(Chain(), {1_000_000: "a" * 64})

    assert missing == list(range(1, 201))


def test_the_same_garbage_is_the_same_garbage() -> None:
    first, again = read_in(["x", {"id": 1}], "i"), read_in(["x", {"id": 1}], "i")

    assert [each.id for each in first] == [each.id for each in again]
    assert len({each.id for each in first}) == 2
    assert read_in(["x"], "j")[0].id != first[0].id


@pytest.mark.parametrize(
    ("deadline", "code"),
    [
        ("2000-01-01", None),
        ("2100-12-31", None),
        ("1999-12-31", "bad-body"),
        ("2101-01-01", "bad-body"),
        ("9999-12-31", "bad-body"),
        ("0001-01-01", "bad-body"),
        ("2026-02-30", "bad-body"),
    ],
)
def test_a_deadline_that_can_only_be_a_slip_is_held(deadline: str, code: str | None) -> None:
    assert wrong(Phone(uuid4()).finding(uuid4(), "GEN-01", deadline=deadline)) == code


def test_whatever_is_sent_is_either_stored_or_known() -> None:
    insp = uuid4()
    phone = Phone(uuid4())
    good = phone.answer(insp, "GEN-01", "pass")
    sent = [good, good, {**good, "v": "fail"}, None, {}, "x", phone.answer(insp, "GEN-01", 3), {"n": 10**30}, [1]]

    done = sort_out(read_in(sent, "i"), facts())

    assert [each.id for each in done.accepted] == [good["id"]]
    assert [each.code for each in done.held] == [
        "id-reuse", "bad-body", "bad-body", "bad-body", "bad-answer", "bad-body", "bad-body",
    ]  # fmt: skip
