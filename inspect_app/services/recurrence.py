"""Recurring visits: said once when the first is assigned, made one by one by the worker when their time comes."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4, uuid5

from inspect_app.domain import recurrence as rules
from inspect_app.domain.assignments import Ground, Member
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.overlap import Kind
from inspect_app.domain.people import Actor, Role, TeamRole
from inspect_app.services import notices, planning
from inspect_app.services.chore import Tools
from inspect_app.services.planning import Assignment
from inspect_app.store import audit, recurrences, staff, visits
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.tables import Inspection, Recurrence

EVERY = timedelta(hours=1)
AT_ONCE = 100


def begin(tx: Tx, first: Inspection, *, every_months: int, until: date, actor: Actor, now: datetime) -> Recurrence:
    """Repeat this visit. A second time for the same visit: the one that is there.

    RuleBroken: recurrence-never, recurrence-too-long.
    """
    there = recurrences.of(tx, first.id)
    if there is not None:
        return there
    rules.check(first.window_start, every_months, until)
    row = Recurrence(
        id=uuid4(),
        agency_id=first.agency_id,
        first_id=first.id,
        site_id=first.site_id,
        every_months=every_months,
        next_day=next(rules.days(first.window_start, every_months, until)),
        until=until,
        created_by=actor.id,
        created_at=now,
    )
    tx.add(row)
    tx.flush()
    facts: dict[str, object] = {"every_months": every_months, "until": until.isoformat(), "recurrence": str(row.id)}
    audit.note(tx, audit.Entry(row.agency_id, actor.id, "inspection.repeats", f"inspection:{first.id}", now, facts))
    return row


def of(tx: Tx, inspection: UUID) -> Recurrence | None:
    """The recurrence that this visit began, and that is still going on."""
    row = recurrences.of(tx, inspection)
    return row if row is not None and row.ended_at is None else None


def end(tx: Tx, inspection: UUID, *, actor: Actor, now: datetime) -> None:
    """No further visits; those that were made stay. A second time changes nothing. RuleBroken: unknown-inspection."""
    planning.get(tx, inspection)
    row = recurrences.of(tx, inspection, lock=True)
    if row is None or row.ended_at is not None:
        return
    row.ended_at = now
    entry = audit.Entry(row.agency_id, actor.id, "inspection.repeats-ended", f"inspection:{inspection}", now, {})
    audit.note(tx, entry)


def make_due(tools: Tools, now: datetime) -> str:
    """Make every visit whose time has come; one that a rule speaks against is left to the supervisors."""
    today = local_day(now)
    with tools.reading() as tx:
        due = recurrences.due(tx, today + rules.AHEAD, limit=AT_ONCE)
    made = refused = 0
    for each in due:
        with tools.writing() as tx:
            row = recurrences.one(tx, each, lock=True)
            if row is None or row.ended_at is not None or row.next_day > today + rules.AHEAD:
                continue  # another worker was here first
            if _make(tx, row, library=tools.library, now=now):
                made += 1
            else:
                refused += 1
            tx.commit()
    return f"{made} cuộc định kỳ đã phân công, {refused} cuộc cần người giám sát" if due else ""


def _make(tx: Tx, row: Recurrence, *, library: Library, now: datetime) -> bool:
    first = visits.inspection(tx, row.first_id)
    creator = staff.by_ids(tx, [row.created_by])[row.created_by]
    if first is None:
        raise LookupError(f"recurrence {row.id} has lost its first visit")
    day, actor = row.next_day, Actor(creator.id, row.agency_id, Role.SUPERVISOR, creator.name, creator.username)
    try:
        with tx.begin_nested():
            planning.assign(tx, _again(first, day, row.id), actor=actor, now=now, library=library)
        broken = None
    except RuleBroken as refused:
        broken = refused
        _leave_to_people(tx, row, first, day, refused, now)
    later = [each for each in rules.days(first.window_start, row.every_months, row.until) if each > day]
    if later:
        row.next_day = later[0]
    else:
        row.ended_at = now
    return broken is None


def _again(first: Inspection, day: date, recurrence: UUID) -> Assignment:
    """The first visit once more, by whoever is in its team now; the id makes a second try find it."""
    return Assignment(
        id=uuid5(recurrence, day.isoformat()),
        site=first.site_id,
        kind=Kind(first.kind),
        planned=first.planned,
        ground=Ground(first.ground),
        ground_note=first.ground_note,
        first_day=day,
        last_day=day + (first.window_end - first.window_start),
        team=tuple(
            Member(each.person_id, TeamRole(each.role), each.is_secretary)
            for each in first.team
            if each.removed_at is None
        ),
        checklists=tuple(each.code for each in first.checklists),
    )


def _leave_to_people(tx: Tx, row: Recurrence, first: Inspection, day: date, broken: RuleBroken, now: datetime) -> None:
    facts = {"number": first.number, "day": f"{day:%d/%m/%Y}", "code": broken.code}
    notices.tell(
        tx,
        staff.supervisors(tx, row.agency_id),
        "recurrence",
        subject=f"{first.number} · {first.site.name}",
        href=f"/desk/plan/new?site={row.site_id}",
        facts=facts,
        now=now,
        once=f"recurrence:{row.id}:{day}",
    )
