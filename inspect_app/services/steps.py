"""Taking a step on one of the three tracks of a violation: the one door through which a status changes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from inspect_app.domain.authority import Competence, check_decision, check_record, competence, decree_of
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.domain.violations import (
    Facts,
    Kind,
    Moved,
    Remedy,
    Sanction,
    Standing,
    Statuses,
    Step,
    Stop,
    Track,
    move,
)
from inspect_app.store import audit, changes
from inspect_app.store import violations as store
from inspect_app.store.database import Tx
from inspect_app.store.tables import Violation, ViolationStep


def standing_of(row: Violation) -> Standing:
    """What a decision looks at, from the row."""
    return Standing(
        Statuses(Remedy(row.remedy_status), Sanction(row.sanction_status), Stop(row.stop_status)),
        Kind(row.kind),
        row.agency_id,
        row.author_id,
        row.found_on,
        row.deadline,
    )


def take_step(
    tx: Tx, violation: UUID, step: Step, facts: Facts, *, version: int, actor: Actor, now: datetime
) -> Violation:
    """Move the violation and write the row of its history.

    `version` is the one the person saw. The same step sent twice, by a retry or a double click, changes nothing.
    RuleBroken: unknown-violation, changed-meanwhile, not-competent, and those of domain.violations.move.
    """
    row = store.one(tx, violation)
    if row is None:
        raise RuleBroken("unknown-violation", violation=str(violation))
    history = store.steps(tx, [row.id])[row.id]
    if row.version != version:
        if _is_again(history, step, facts, version, row.version, actor):
            return row
        raise RuleBroken("changed-meanwhile", version=row.version)
    moved = move(standing_of(row), step, facts, actor=actor, today=local_day(now))
    _check_competence(row, step, history)
    _apply(row, moved)
    number = history[-1].number + 1 if history else 1
    tx.add(_history(row, moved, number, now))
    tx.flush()
    _note(tx, row, moved, number, actor, now)
    for person, inspection in store.on_the_way(tx, row.site_id):
        changes.tell(tx, person, "visit", inspection)
    return row


def _is_again(
    history: Sequence[ViolationStep], step: Step, facts: Facts, seen: int, version: int, actor: Actor
) -> bool:
    """Whether this very step was the last thing that happened to the version that was seen."""
    if not history or version != seen + 1:
        return False
    last = history[-1]
    told = facts.plain()
    note = str(told.pop("reason", ""))
    return (last.step, last.actor_id, last.note, dict(last.facts)) == (step.value, actor.id, note, told)


def _check_competence(row: Violation, step: Step, history: Sequence[ViolationStep]) -> None:
    """Our own record and our own decision need our own power; what a referred file came to is only written down."""
    if any(taken.step == Step.REFER for taken in history):
        return
    if step is Step.DRAW_RECORD:
        check_record(row.agency_id, _rule(history))
    elif step is Step.DECIDE:
        check_decision(row.agency_id, _rule(history))


def barred_steps(row: Violation, history: Sequence[ViolationStep]) -> frozenset[Step]:
    """Lawful steps that the agency has no power for; the way on is Chuyển hồ sơ."""
    barred = set()
    for step in (Step.DRAW_RECORD, Step.DECIDE):
        try:
            _check_competence(row, step, history)
        except RuleBroken:
            barred.add(step)
    return frozenset(barred)


def referring(row: Violation, history: Sequence[ViolationStep]) -> Competence | None:
    """What the agency may do under the decree of the proposed rule; None while none was proposed from the table."""
    decree = decree_of(_rule(history))
    return competence(row.agency_id, decree) if decree else None


def _rule(history: Sequence[ViolationStep]) -> str:
    """The penalty rule that was proposed last."""
    return next((str(step.facts["rule"]) for step in reversed(history) if step.facts.get("rule")), "")


def _apply(row: Violation, moved: Moved) -> None:
    if moved.track is Track.REMEDY:
        row.remedy_status = moved.after.value
    elif moved.track is Track.SANCTION:
        row.sanction_status = moved.after.value
    else:
        row.stop_status = moved.after.value
    if moved.facts.deadline is not None:
        row.deadline = moved.facts.deadline
    if moved.step is Step.DECIDE:
        row.fine_vnd = moved.facts.amount


def _history(row: Violation, moved: Moved, number: int, now: datetime) -> ViolationStep:
    facts = dict(moved.facts.plain())
    note = str(facts.pop("reason", ""))
    return ViolationStep(
        violation_id=row.id,
        number=number,
        agency_id=row.agency_id,
        track=moved.track.value,
        step=moved.step.value,
        before=moved.before.value,
        after=moved.after.value,
        actor_id=moved.actor,
        at=now,
        note=note,
        facts=facts,
    )


def _note(tx: Tx, row: Violation, moved: Moved, number: int, actor: Actor, now: datetime) -> None:
    told: dict[str, object] = {
        "number": number,
        "track": moved.track.value,
        "step": moved.step.value,
        "before": moved.before.value,
        "after": moved.after.value,
        "facts": moved.facts.plain(),
    }
    audit.note(tx, audit.Entry(row.agency_id, actor.id, "violation.step", f"violation:{row.id}", now, told))
