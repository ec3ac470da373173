"""Taking a step on one of the three tracks of a violation: the one door through which a status changes."""

from datetime import datetime
from uuid import UUID

from inspect_app.domain.authority import check_decision, check_record
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

    `version` is the one the person saw; the same step sent twice finds another and is refused (changed-meanwhile).
    RuleBroken: unknown-violation, changed-meanwhile, not-competent, and those of domain.violations.move.
    """
    row = store.one(tx, violation)
    if row is None:
        raise RuleBroken("unknown-violation", violation=str(violation))
    if row.version != version:
        raise RuleBroken("changed-meanwhile", version=row.version)
    history = store.steps(tx, [row.id])[row.id]
    moved = move(standing_of(row), step, facts, actor=actor, today=local_day(now))
    _check_competence(row, moved, history)
    _apply(row, moved)
    number = history[-1].number + 1 if history else 1
    tx.add(_history(row, moved, number, now))
    tx.flush()
    _note(tx, row, moved, number, actor, now)
    for person, inspection in store.on_the_way(tx, row.site_id):
        changes.tell(tx, person, "visit", inspection)
    return row


def _check_competence(row: Violation, moved: Moved, history: list[ViolationStep]) -> None:
    """Our own record and our own decision need our own power; what a referred file came to is only written down."""
    if moved.before is Sanction.REFERRED or any(step.step == Step.REFER for step in history):
        return
    rule = next((str(step.facts.get("rule", "")) for step in reversed(history) if step.facts.get("rule")), "")
    if moved.step is Step.DRAW_RECORD:
        check_record(row.agency_id, rule)
    elif moved.step is Step.DECIDE:
        check_decision(row.agency_id, rule)


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
