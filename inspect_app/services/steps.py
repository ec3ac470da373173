"""Taking a step on one of the three tracks of a violation: the one door through which a status changes."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from inspect_app.domain.authority import Competence
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.laws import Laws
from inspect_app.domain.next_steps import Next, day_after_step, next_step
from inspect_app.domain.penalties import Offender
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
from inspect_app.services import referrals
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
    tx: Tx, violation: UUID, step: Step, facts: Facts, *, version: int, actor: Actor, now: datetime, laws: Laws
) -> Violation:
    """Move the violation and write the row of its history.

    `version` is the one the person saw. The same step sent twice, by a retry or a double click, changes nothing.
    RuleBroken: unknown-violation, changed-meanwhile, not-competent, above-competence,
    rule-not-in-force, and those of domain.violations.move.
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
    _check_rule(row, step, facts, laws)
    _check_competence(row, step, facts, history, laws, local_day(now))
    before = next_of(row)
    _apply(row, moved)
    _set_next_day(row, before, moved, local_day(now))
    number = history[-1].number + 1 if history else 1
    tx.add(_history(row, moved, number, now))
    tx.flush()
    referrals.send(tx, row, moved, number, actor, now)
    _note(tx, row, moved, number, actor, now)
    for person, inspection in store.on_the_way(tx, row.site_id, [row.organisation_id]):
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


def _check_rule(row: Violation, step: Step, facts: Facts, laws: Laws) -> None:
    """A rule is proposed that held when the conduct ended; the refusal names the one that did."""
    rule = laws.penalties.get(facts.rule.strip()) if step is Step.PROPOSE_SANCTION else None
    ended = facts.ended or row.found_on
    if rule is None or rule.in_force_on(ended):
        return
    held = laws.rules.applicable(rule.code, ended)
    told = "; ".join(f"{laws.laws[each.decree].label}, {each.clause}" for each in held)
    raise RuleBroken(
        "rule-not-in-force", rule=rule.code, on=f"{ended:%d/%m/%Y}", held=told or laws.on(rule.decree, ended).label
    )


def _check_competence(
    row: Violation, step: Step, facts: Facts, history: Sequence[ViolationStep], laws: Laws, today: date
) -> None:
    """Our own record and our own decision need our own power; what a referred file came to is only written down.

    Power is that of the day the paper was made; the rule is that of the day the conduct ended.
    """
    if any(taken.step == Step.REFER for taken in history):
        return
    on = facts.date or today
    if step is Step.DRAW_RECORD:
        laws.authority.check_record(row.agency_id, proposed_rule(history), on)
    elif step is Step.DECIDE:
        laws.authority.check_decision(
            row.agency_id, proposed_rule(history), on, amount=facts.amount, offender=offender_of(row)
        )


def offender_of(row: Violation) -> Offender:
    """Who answers for it: a household business is fined like an individual."""
    return Offender.HOUSEHOLD if row.organisation.household else Offender.ORGANISATION


def barred_steps(row: Violation, history: Sequence[ViolationStep], laws: Laws, today: date) -> frozenset[Step]:
    """Lawful steps that the agency has no power for; the way on is Chuyển hồ sơ."""
    barred = set()
    for step in (Step.DRAW_RECORD, Step.DECIDE):
        try:
            _check_competence(row, step, Facts(), history, laws, today)
        except RuleBroken:
            barred.add(step)
    return frozenset(barred)


def referring(row: Violation, history: Sequence[ViolationStep], laws: Laws, today: date) -> Competence | None:
    """What the agency may do under the proposed rule; None while none was proposed from the table."""
    code = proposed_rule(history)
    decree = laws.authority.decree_of(code)
    return laws.authority.competence(row.agency_id, decree, today, code) if decree else None


def conduct_ended(row: Violation, history: Sequence[ViolationStep]) -> date:
    """The day the conduct ended as a person said with the proposal; while nobody did, it went on at the visit."""
    said = next((str(step.facts["ended"]) for step in reversed(history) if step.facts.get("ended")), "")
    return date.fromisoformat(said) if said else row.found_on


def proposed_rule(history: Sequence[ViolationStep]) -> str:
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


def next_of(row: Violation) -> Next | None:
    """The next step, from where the row stands."""
    statuses = Statuses(Remedy(row.remedy_status), Sanction(row.sanction_status), Stop(row.stop_status))
    return next_step(statuses, Kind(row.kind))


def _set_next_day(row: Violation, before: Next | None, moved: Moved, today: date) -> None:
    said = moved.facts.date if moved.step is Step.SCHEDULE_REINSPECTION else None
    changes_day, next_on = day_after_step(before, next_of(row), said=said, today=today)
    if changes_day:
        row.next_on = next_on


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
