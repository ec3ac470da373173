"""The states of an inspection, what may still be added in each, when it is complete, and what it says so far."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from inspect_app.domain.checklists import Checklist, Item, Verdict, check_value, verdict, visible_items
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.operations import Folded, Op, Register


class State(StrEnum):
    ASSIGNED = "assigned"
    IN_PROGRESS = "in-progress"
    SUBMITTED = "submitted"  # declared finished; something of it is still on its way
    COMPLETE = "complete"  # everything that was declared has arrived
    RETURNED = "returned"
    APPROVED = "approved"
    CANCELLED = "cancelled"


OPEN = frozenset({State.ASSIGNED, State.IN_PROGRESS, State.SUBMITTED, State.COMPLETE, State.RETURNED})
FINISHED = frozenset({State.APPROVED, State.CANCELLED})  # what still arrives waits for the supervisor
DECLARED = frozenset({State.SUBMITTED, State.COMPLETE})
HAS_VIOLATIONS = frozenset({State.SUBMITTED, State.COMPLETE, State.APPROVED})


@dataclass(frozen=True, slots=True)
class Membership:
    """The writer's place in the team, if any."""

    is_member: bool
    is_removed: bool = False


def refusal(state: State, member: Membership) -> str | None:
    """Why nothing this person writes can be taken into the inspection now; None when it can."""
    if not member.is_member:
        return "not-in-team"
    if member.is_removed:
        return "assignment-revoked"
    return "late" if state in FINISHED else None


def wrong_answer(op: Op, items: Mapping[str, Item]) -> str | None:
    """unknown-item, bad-answer or too-long: what the checklists say against an operation that is sound by itself."""
    place = op.get("i")
    if not place:
        return None
    item = items.get(place)
    if item is None:
        return "unknown-item"
    if op["k"] != "answer":
        return None
    try:
        check_value(item, op.get("v"))
    except RuleBroken as broken:
        return "too-long" if broken.facts.get("reason") == "too-long" else "bad-answer"
    return None


def wrong_in_all(op: Op, items: Mapping[str, Item], earlier: Iterable[Mapping[str, Item]]) -> str | None:
    """The same for a visit that was moved to newer versions: a phone may have written it under any of them."""
    code = wrong_answer(op, items)
    return None if code and any(wrong_answer(op, each) is None for each in earlier) else code


def after(state: State, kinds: Iterable[str]) -> State:
    """The state once operations of these kinds were taken in. Whether it is complete is another question."""
    kinds = set(kinds)
    if not kinds or state in FINISHED:
        return state
    if "submit" in kinds:
        return State.SUBMITTED
    return State.IN_PROGRESS if state in (State.ASSIGNED, State.RETURNED) else state


@dataclass(frozen=True, slots=True)
class Arrived:
    """What is here of one phone: all its facts up to `through`, and a way to ask whether its chain had this head at a
    number."""

    through: int
    had: Callable[[int, str], bool]


def is_complete(manifest: Mapping[str, Any], phones: Mapping[str, Arrived], pictures: frozenset[str]) -> bool:
    """Everything that the submitting phone declared has arrived, unaltered. pictures: the complete files."""
    if not pictures.issuperset(manifest["photos"]):
        return False
    for declared in manifest["devices"]:
        count = declared["n"]
        if count == 0:
            continue
        arrived = phones.get(declared["device"])
        if arrived is None or arrived.through < count or not arrived.had(count, declared["head"]):
            return False
    return True


def declared(state: State, before: Mapping[str, Any] | None, new: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """What must have arrived, after these phones submitted: all that was declared in this round, in any order.

    An inspection that was given back begins a new round: what was declared before it no longer binds.
    """
    every = [*([before] if before is not None and state in DECLARED else []), *new]
    if len(every) == 1:
        return every[0]
    devices = {(each["device"], each["n"], each["head"]) for manifest in every for each in manifest["devices"]}
    return {
        "devices": [{"device": device, "n": n, "head": head} for device, n, head in sorted(devices)],
        "photos": sorted({sha for manifest in every for sha in manifest["photos"]}),
        "answers": max(manifest["answers"] for manifest in every),
    }


@dataclass(frozen=True, slots=True)
class Failing:
    """An item that fails, or that the inspectors do not agree on."""

    checklist: Checklist
    item: Item
    register: Register
    in_conflict: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the answers amount to on the day of the visit; only items that are asked count."""

    visible: int
    answered: int
    conflicts: int
    failing: tuple[Failing, ...]


def standing(folded: Folded, checklists: Iterable[Checklist], on_date: date) -> Standing:
    """Count the answers that stand. A conflict counts as failing until a person decides it."""
    visible = answered = conflicts = 0
    failing: list[Failing] = []
    answers = folded["answers"]
    turns = _turns(answers)
    for checklist in checklists:
        for item in _asked(checklist, turns, on_date):
            visible += 1
            register = answers.get(item.id)
            if register is None:
                continue
            in_conflict = register["state"] == "conflict"
            said = verdict(item, register["heads"][0]["value"], on_date)
            answered += in_conflict or said is not Verdict.UNANSWERED
            conflicts += in_conflict
            if in_conflict or said is Verdict.FAIL:
                failing.append(Failing(checklist, item, register, in_conflict))
    return Standing(visible, answered, conflicts, tuple(failing))


def asked(checklist: Checklist, answers: Mapping[str, Register], on_date: date) -> list[Item]:
    """The visible items, in order. Where inspectors disagree, what either of them would be asked is asked."""
    return _asked(checklist, _turns(answers), on_date)


def _asked(checklist: Checklist, turns: Sequence[Mapping[str, Any]], on_date: date) -> list[Item]:
    if len(turns) == 1:
        return visible_items(checklist, turns[0], on_date)
    seen: set[str] = set()
    for values in turns:
        seen.update(item.id for item in visible_items(checklist, values, on_date))
    return [item for item in checklist.items if item.id in seen]


def _turns(answers: Mapping[str, Register]) -> list[Mapping[str, Any]]:
    """The values that stand; where several stand, one set of values for each turn of them."""
    deepest = max((len(each["heads"]) for each in answers.values()), default=1)
    if deepest == 1:
        return [{item: each["heads"][0]["value"] for item, each in answers.items()}]
    return [
        {item: each["heads"][min(turn, len(each["heads"]) - 1)]["value"] for item, each in answers.items()}
        for turn in range(min(deepest, 8))
    ]
