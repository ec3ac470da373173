"""Reminding of deadlines before, on and after the day, up the chain: each thing told once and written down."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from inspect_app.domain.deadlines import DUE_IN, VIETNAM, local_day
from inspect_app.domain.escalation import MARKS, Level, Mark, deadlines_at, told_of
from inspect_app.domain.people import Role
from inspect_app.services import notices
from inspect_app.services.chore import Tools
from inspect_app.store import reminders as store
from inspect_app.store import staff
from inspect_app.store.database import Tx
from inspect_app.store.reminders import Due

BATCH = 500
# A letter names so many; the rest is behind the link.
MOST_LINES = 10
SOON = DUE_IN[0]
FIRST_HOUR = 6  # nobody is told at midnight


def remind(tools: Tools, now: datetime) -> str:
    """The chore. In short transactions, so that phones that send meanwhile do not wait."""
    today = local_day(now)
    if now.astimezone(VIETNAM).hour < FIRST_HOUR:
        return ""
    told = 0
    for mark in MARKS:
        after: tuple[date, UUID] | None = None
        while True:
            with tools.writing() as tx:
                found = _tell_some(tx, mark, after, today, now)
                tx.commit()
            told += len(found)
            if len(found) < BATCH:
                break
            after = (found[-1].deadline, found[-1].id)
    return f"{told} hạn đã nhắc" if told else ""


def _tell_some(tx: Tx, mark: Mark, after: tuple[date, UUID] | None, today: date, now: datetime) -> list[Due]:
    first, last = deadlines_at(mark, today)
    found = store.untold(tx, mark.code, first, last, after=after, limit=BATCH)
    if not found:
        return []
    people = _people(tx, mark, found)
    told: dict[UUID, list[Due]] = defaultdict(list)
    for due in found:
        for person in people[due.id]:
            told[person].append(due)
    store.add(tx, [_row(due, mark, people[due.id], now) for due in found])
    for person, theirs in sorted(told.items()):
        _tell(tx, person, mark, theirs, today, now)
    return found


def _row(due: Due, mark: Mark, people: Sequence[UUID], now: datetime) -> dict[str, object]:
    return {
        "violation_id": due.id,
        "deadline": due.deadline,
        "mark": mark.code,
        "agency_id": due.agency,
        "rank": mark.rank,
        "people": [str(person) for person in people],
        "at": now,
    }


def _people(tx: Tx, mark: Mark, found: Sequence[Due]) -> dict[UUID, list[UUID]]:
    """Whom to tell about each: the rung that was reached and all below it. Whoever has left is replaced by the
    supervisors, so that nothing is told to nobody."""
    leaders = store.leaders(tx, {due.inspection for due in found})
    agencies = sorted({due.agency for due in found})
    supervisors = {agency: staff.with_role(tx, Role.SUPERVISOR, agency=agency) for agency in agencies}
    coordinators = staff.with_role(tx, Role.COORDINATOR) if Level.COORDINATOR in mark.levels else []
    there = staff.still_there(tx, {due.owner for due in found} | set(leaders.values()))
    people: dict[UUID, list[UUID]] = {}
    for due in found:
        chosen: dict[UUID, None] = {}
        for level in mark.levels:
            rung = _rung(level, due, leaders, supervisors[due.agency], coordinators)
            chosen |= dict.fromkeys(each for each in rung if each in there or level in _OFFICE)
        people[due.id] = list(chosen or dict.fromkeys(supervisors[due.agency]))
    return people


_OFFICE = frozenset({Level.SUPERVISOR, Level.COORDINATOR})


def _rung(
    level: Level, due: Due, leaders: dict[UUID, UUID], supervisors: list[UUID], coordinators: list[UUID]
) -> Sequence[UUID]:
    if level is Level.OWNER:
        return [due.owner]
    if level is Level.LEADER:
        return [leaders[due.inspection]] if due.inspection in leaders else []
    return supervisors if level is Level.SUPERVISOR else coordinators


def _tell(tx: Tx, person: UUID, mark: Mark, theirs: Sequence[Due], today: date, now: datetime) -> None:
    """One notice per person, mark and day, however many violations it is about."""
    once = f"deadline:{mark.code}:{today.isoformat()}"
    standing = store.standing_notice(tx, person, once)
    count = len(theirs) + (int(standing.facts["count"]) if standing else 0)
    lines = [*(standing.facts["lines"] if standing else ()), *map(_line, theirs)][:MOST_LINES]
    subject = f"{count} vi phạm {told_of(mark)}"
    facts: dict[str, object] = {"count": count, "when": told_of(mark), "days": -mark.days, "lines": lines}
    if standing is not None:
        standing.subject, standing.facts = subject, facts
        return
    kind = "escalation" if mark.rank > 1 else "reminder"
    wanted = "overdue=1" if mark.is_escalation else f"due_in={SOON}"
    mine = "" if mark.rank > 1 else f"&owner={person}"
    notices.tell(
        tx, [person], kind, subject=subject, href=f"/desk/follow-up?{wanted}{mine}", facts=facts, now=now, once=once
    )


def _line(due: Due) -> str:
    return f"{due.code} – {due.title} – {due.organisation}, hạn {due.deadline:%d/%m/%Y}"
