"""A plan as a whole: approved by a decision that a second person enters, closed at its end, opened again if need be."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor, Role
from inspect_app.domain.planning import STEPS, PlanStep, steps_from
from inspect_app.store import audit, plans
from inspect_app.store.database import Tx
from inspect_app.store.tables import Plan

KEEPERS = (Role.SUPERVISOR, Role.AUTHORITY)


@dataclass(frozen=True, slots=True)
class Decision:
    """The paper that approved it; the office signs outside."""

    number: str
    day: date | None


def steps_for(plan: Plan, reader: Actor) -> list[PlanStep]:
    """What the reader may do to the plan now."""
    if reader.role not in KEEPERS or reader.agency != plan.agency_id:
        return []
    return [step for step in steps_from(plan.state) if step is not PlanStep.APPROVE or reader.id != plan.created_by]


def take(
    tx: Tx,
    plan_id: UUID,
    step: PlanStep,
    *,
    version: int,
    decision: Decision | None = None,
    actor: Actor,
    now: datetime,
) -> Plan:
    """The same again changes nothing.

    RuleBroken: unknown-plan, changed-meanwhile, wrong-plan-state; of an approval own-plan, plan-decision-missing,
    plan-decision-ahead, plan-without-lines.
    """
    plan = plans.plan(tx, plan_id, lock=True)
    if plan is None:
        raise RuleBroken("unknown-plan", plan=str(plan_id))
    before, after = STEPS[step]
    if plan.state == after and plan.version != version:
        return plan  # sent twice
    if plan.state != before:
        raise RuleBroken("wrong-plan-state")
    if plan.version != version:
        raise RuleBroken("changed-meanwhile")
    if step is PlanStep.APPROVE:
        _approve(tx, plan, decision, actor, now)
    plan.state = after
    tx.flush()
    facts: dict[str, object] = {"step": str(step), "before": before, "after": after}
    if step is PlanStep.APPROVE:
        facts |= {"decision": plan.decision_no, "date": str(plan.decision_date)}
    audit.note(tx, audit.Entry(plan.agency_id, actor.id, f"plan.{after}", f"plan:{plan.id}", now, facts))
    return plan


def _approve(tx: Tx, plan: Plan, decision: Decision | None, actor: Actor, now: datetime) -> None:
    if actor.id == plan.created_by:
        raise RuleBroken("own-plan")
    if decision is None or not decision.number.strip() or decision.day is None:
        raise RuleBroken("plan-decision-missing")
    if decision.day > local_day(now):
        raise RuleBroken("plan-decision-ahead")
    if not plans.has_lines(tx, plan.id):
        raise RuleBroken("plan-without-lines")
    plan.decision_no, plan.decision_date = decision.number.strip(), decision.day
    plan.approved_by, plan.approved_at = actor.id, now
