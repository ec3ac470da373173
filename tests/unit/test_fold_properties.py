"""Whatever the phones wrote and in whatever order it comes: one state, and nothing that stands is lost."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspect_app.domain.operations import Entry, fold

PEOPLE = [("An", "phone-a"), ("Bình", "phone-b"), ("Châu", "phone-c")]
ITEMS = ["GEN-01", "GEN-02"]

# How long an example takes says something about the machine, nothing about the rule.
patiently = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])


def name(number: int) -> str:
    return f"0197c1a1-0000-7000-8000-{number:012d}"


@st.composite
def operations(draw: st.DrawFn) -> list[Entry]:
    """Up to 14 operations that replace and withdraw one another in any way, also in circles and of what never comes."""
    count = draw(st.integers(0, 14))
    ids = st.integers(0, count + 2).map(name)
    made = []
    for number in range(count):
        by, device = draw(st.sampled_from(PEOPLE))
        kind = draw(st.sampled_from(["answer", "answer", "comment", "finding", "photo", "withdraw", "sign", "opinion"]))
        op: dict[str, Any] = {"id": name(number), "n": number + 1, "t": draw(st.integers(0, 10)), "m": 0, "k": kind}
        if kind in {"answer", "comment", "finding", "photo"}:
            op["i"] = draw(st.sampled_from(ITEMS))
        if kind == "answer":
            op["v"] = draw(st.sampled_from(["pass", "fail", None, 1, 1.0, {"a": 1, "b": 2}]))
        if kind in {"comment", "opinion"}:
            op["text"] = draw(st.sampled_from(["", " ", "Cửa khóa"]))
        if kind == "withdraw":
            op |= {"ref": draw(ids), "reason": "Nhầm"}
        if kind == "sign":
            op["role"] = draw(st.sampled_from(["leader", "subject"]))
        if kind not in {"photo", "withdraw"}:
            op["sup"] = draw(st.lists(ids, max_size=3))
        made.append(Entry(op, by, device))
    return made


@patiently
@given(operations(), st.randoms(use_true_random=False), st.data())
def test_any_order_and_any_repetition_give_the_same_state(written: list[Entry], dice: Any, data: st.DataObject) -> None:
    repeated = data.draw(st.lists(st.sampled_from(written), max_size=6)) if written else []
    shuffled = written + repeated
    dice.shuffle(shuffled)

    assert fold(shuffled) == fold(written)


@patiently
@given(operations())
def test_what_was_answered_stays_answered(written: list[Entry]) -> None:
    """An item that somebody answered is there; unless every answer was replaced by nothing, it has a value."""
    state = fold(written)

    for item in ITEMS:
        given_answers = [entry.op for entry in written if entry.op["k"] == "answer" and entry.op["i"] == item]
        assert (item in state["answers"]) is bool(given_answers)
        if given_answers and all(op["v"] is not None for op in given_answers):
            assert all(head["value"] is not None for head in state["answers"][item]["heads"])


@patiently
@given(operations())
def test_a_value_nobody_replaced_stands(written: list[Entry]) -> None:
    state = fold(written)
    for entry in written:
        op = entry.op
        if op["k"] != "answer" or op["v"] is None:
            continue
        replaced = any(
            op["id"] in other.op["sup"]
            for other in written
            if other.op["k"] == "answer" and other.op["i"] == op["i"] and other.op["id"] != op["id"]
        )
        if not replaced:
            assert op["id"] in {head["id"] for head in state["answers"][op["i"]]["heads"]}


@patiently
@given(operations())
def test_photos_are_gone_only_when_withdrawn(written: list[Entry]) -> None:
    state = fold(written)
    shown = {head["id"] for each in state["photos"].values() for head in each}

    assert shown | set(state["withdrawn"]) >= {entry.op["id"] for entry in written if entry.op["k"] == "photo"}
    assert not shown & set(state["withdrawn"])
