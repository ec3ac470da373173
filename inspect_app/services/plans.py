"""Plans and campaigns: their lines, when each is due and who leads it, and the visit a line became."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from inspect_app.domain.assignments import check_kind
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.overlap import Kind
from inspect_app.domain.people import Actor
from inspect_app.domain.planning import (
    BY_HAND,
    Column,
    PlanKind,
    Span,
    check_days,
    check_open,
    check_within,
    column,
    start_of,
)
from inspect_app.store import audit, plans, sites
from inspect_app.store.database import Tx
from inspect_app.store.tables import Plan, PlanLine

__all__ = ["Changed", "Line", "Plan", "PlanLine", "Wanted", "add_line", "change_line", "create", "drop_line", "read"]

PAGE = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """A plan as it was typed. `id` is minted with the form, so that sending it twice makes one plan."""

    id: UUID
    kind: PlanKind
    title: str
    first_day: date
    last_day: date
    decision_no: str = ""
    decision_date: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line and where it stands on the board."""

    row: PlanLine
    column: Column


@dataclass(frozen=True, slots=True)
class Changed:
    """What a person may set on a line; None leaves it."""

    column: Column | None = None
    starts_on: date | None = None
    span: Span = Span.MONTH
    leader: UUID | None = None
    days: int | None = None


def list_plans(
    tx: Tx, *, after: tuple[date, UUID] | None = None
) -> tuple[list[tuple[Plan, int, int]], tuple[date, UUID] | None]:
    found = plans.plans(tx, after=after, limit=PAGE + 1)
    page = found[:PAGE]
    return page, ((page[-1][0].first_day, page[-1][0].id) if len(found) > PAGE else None)


def get(tx: Tx, plan_id: UUID) -> Plan:
    """RuleBroken "unknown-plan" also for another agency's."""
    row = plans.plan(tx, plan_id)
    if row is None:
        raise RuleBroken("unknown-plan", plan=str(plan_id))
    return row


def read(tx: Tx, plan_id: UUID) -> tuple[Plan, list[Line]]:
    plan = get(tx, plan_id)
    lines = plans.lines(tx, plan_id)
    return plan, [Line(row, column(row.state, row.inspection.state if row.inspection else None)) for row in lines]


def create(tx: Tx, wanted: Wanted, *, actor: Actor, now: datetime) -> Plan:
    """Again with the same id: the plan that is there. RuleBroken: window-backwards, plan-too-long."""
    there = plans.plan(tx, wanted.id)
    if there is not None:
        return there
    check_days(wanted.first_day, wanted.last_day)
    row = Plan(
        id=wanted.id,
        agency_id=actor.agency,
        kind=str(wanted.kind),
        title=wanted.title.strip(),
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        decision_no=wanted.decision_no,
        decision_date=wanted.decision_date,
        created_by=actor.id,
        created_at=now,
    )
    tx.add(row)
    tx.flush()
    _note(tx, row.id, "plan.created", {"title": row.title, "kind": row.kind}, actor, now)
    return row


def add_line(
    tx: Tx,
    plan_id: UUID,
    line_id: UUID,
    site_id: UUID,
    *,
    kind: Kind,
    state: Column = Column.SUGGESTED,
    starts_on: date | None = None,
    span: Span = Span.MONTH,
    checklists: Sequence[str] = (),
    note: str = "",
    actor: Actor,
    now: datetime,
) -> PlanLine:
    """A site is in a plan once; one that was dropped comes back. RuleBroken: unknown-plan, plan-closed, unknown-site,
    site-ended, not-our-kind, outside-plan."""
    plan = get(tx, plan_id)
    check_open(plan.state)
    there = plans.line_of_site(tx, plan_id, site_id)
    if there is not None and there.state != "dropped":
        return there
    site = sites.site(tx, site_id)
    if site is None:
        raise RuleBroken("unknown-site", site=str(site_id))
    if site.ended_at is not None:
        raise RuleBroken("site-ended", site=site.name)
    check_kind(actor.agency, kind)
    start = start_of(starts_on, span) if starts_on else None
    if start:
        check_within(start, span, plan.first_day, plan.last_day)
    row = there or PlanLine(id=line_id, plan_id=plan_id, agency_id=actor.agency, site_id=site_id, created_at=now)
    row.kind, row.span, row.starts_on, row.state = str(kind), str(span), start, str(state)
    row.checklists, row.note = list(checklists), note
    if there is None:
        tx.add(row)
    tx.flush()
    _note(tx, plan_id, "plan.line-added", {"line": str(row.id), "site": str(site_id)}, actor, now)
    return row


def change_line(tx: Tx, line_id: UUID, changed: Changed, *, version: int, actor: Actor, now: datetime) -> PlanLine:
    """Move a line to a month, a week, another column, or give it a leader. The same again changes nothing.

    RuleBroken: unknown-line, changed-meanwhile, line-has-visit, plan-closed, outside-plan.
    """
    row = _line(tx, line_id)
    before = (row.state, row.starts_on, row.span, row.leader_id, row.days)
    after = _wanted(row, changed)
    if before == after:
        return row
    if row.version != version:
        raise RuleBroken("changed-meanwhile")
    if row.inspection is not None and row.inspection.state != "cancelled":
        raise RuleBroken("line-has-visit", number=row.inspection.number)
    plan = get(tx, row.plan_id)
    check_open(plan.state)
    if after[1] is not None:
        check_within(after[1], Span(after[2]), plan.first_day, plan.last_day)
    row.state, row.starts_on, row.span, row.leader_id, row.days = after
    facts: dict[str, object] = {
        "line": str(row.id),
        "state": row.state,
        "starts_on": row.starts_on.isoformat() if row.starts_on else None,
        "leader": str(row.leader_id) if row.leader_id else None,
    }
    tx.flush()
    _note(tx, row.plan_id, "plan.line-changed", facts, actor, now)
    return row


def drop_line(tx: Tx, line_id: UUID, *, version: int, actor: Actor, now: datetime) -> PlanLine:
    """Take a site out of the plan; the row stays.

    RuleBroken: unknown-line, changed-meanwhile, line-has-visit, plan-closed.
    """
    row = _line(tx, line_id)
    if row.state == "dropped":
        return row
    if row.version != version:
        raise RuleBroken("changed-meanwhile")
    if row.inspection is not None and row.inspection.state != "cancelled":
        raise RuleBroken("line-has-visit", number=row.inspection.number)
    check_open(get(tx, row.plan_id).state)
    row.state = "dropped"
    tx.flush()
    _note(tx, row.plan_id, "plan.line-dropped", {"line": str(row.id)}, actor, now)
    return row


def line_with_plan(tx: Tx, line_id: UUID) -> tuple[PlanLine, Plan]:
    """RuleBroken "unknown-line" also for another agency's."""
    row = _line(tx, line_id)
    return row, get(tx, row.plan_id)


def take_visit(tx: Tx, line_id: UUID, inspection: UUID, site: UUID) -> None:
    """The line has become this visit. RuleBroken: unknown-line (also one of another site), plan-closed."""
    row = _line(tx, line_id)
    if row.site_id != site:
        raise RuleBroken("unknown-line", line=str(line_id))
    check_open(get(tx, row.plan_id).state)
    row.inspection_id, row.state = inspection, str(Column.PLANNED)


def _wanted(row: PlanLine, changed: Changed) -> tuple[str, date | None, str, UUID | None, int]:
    if changed.column is not None and changed.column not in BY_HAND:
        raise RuleBroken("line-needs-visit")
    start = start_of(changed.starts_on, changed.span) if changed.starts_on else row.starts_on
    return (
        str(changed.column) if changed.column else row.state,
        start,
        str(changed.span) if changed.starts_on else row.span,
        changed.leader or row.leader_id,
        changed.days or row.days,
    )


def _line(tx: Tx, line_id: UUID) -> PlanLine:
    row = plans.line(tx, line_id)
    if row is None:
        raise RuleBroken("unknown-line", line=str(line_id))
    return row


def _note(tx: Tx, plan: UUID, action: str, facts: dict[str, object], actor: Actor, now: datetime) -> None:
    audit.note(tx, audit.Entry(actor.agency, actor.id, action, f"plan:{plan}", now, facts))
