"""Planning: giving a visit to a team, changing team or days, calling a visit off; and seeing overlaps before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from inspect_app.domain.assignments import Ground, Member, check_kind, check_team, check_window
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.overlap import Kind, Overlap
from inspect_app.domain.people import FIELD_ROLES, Actor, Role
from inspect_app.services import availability, overlap, visit_news
from inspect_app.store import audit, changes, sites, staff, visits
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.tables import Agency, Inspection, InspectionChecklist, Person, Site, TeamMember

__all__ = [
    "CHANGEABLE",
    "Assignment",
    "Inspection",
    "Window",
    "assign",
    "cancel",
    "change_team",
    "change_window",
    "get",
]

CHANGEABLE = frozenset({"assigned", "in-progress", "returned"})


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a supervisor decided. `id` is minted with the form, so that sending it twice makes one visit."""

    id: UUID
    site: UUID
    kind: Kind
    planned: bool
    ground: Ground
    first_day: date
    last_day: date
    team: tuple[Member, ...]
    checklists: tuple[str, ...]
    ground_note: str = ""
    overlap_ground: str = ""
    decision_no: str = ""
    decision_date: date | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """When a visit takes place and on which decision; `overlap_ground` only when another visit is in the way."""

    first_day: date
    last_day: date
    decision_no: str = ""
    decision_date: date | None = None
    overlap_ground: str = ""

    @property
    def days(self) -> tuple[date, date]:
        return self.first_day, self.last_day

    @property
    def years(self) -> tuple[int, int]:
        """What the once-a-year rule looks at: inside the same years a visit may move freely."""
        return self.first_day.year, self.last_day.year


def assign(tx: Tx, wanted: Assignment, *, actor: Actor, now: datetime, library: Library) -> Inspection:
    """Give the visit its number and its team. Again with the same id: the visit that is there already.

    RuleBroken: unknown-site, site-ended, not-our-kind, window-backwards, window-too-long, one-leader,
    twice-in-team, one-secretary, not-for-the-field, conflict-of-interest, person-away, no-checklist,
    unknown-checklist, overlap.
    """
    there = visits.inspection(tx, wanted.id)
    if there is not None:
        return there
    site = _open_site(tx, wanted.site)
    check_kind(actor.agency, wanted.kind)
    check_window(wanted.first_day, wanted.last_day)
    people = _team_people(tx, wanted.team)
    availability.check(tx, people.keys(), site, wanted.first_day, wanted.last_day)
    lists = _checklists(library, wanted.checklists, wanted.first_day)
    found = _overlaps(tx, wanted, site)
    row = Inspection(
        id=wanted.id,
        agency_id=actor.agency,
        number=_next_number(tx, actor.agency, now),
        site_id=site.id,
        site=site,
        organisation_id=site.organisation_id,
        organisation=site.organisation,
        kind=str(wanted.kind),
        planned=wanted.planned,
        ground=str(wanted.ground),
        ground_note=wanted.ground_note,
        overlap_ground=wanted.overlap_ground.strip(),
        decision_no=wanted.decision_no,
        decision_date=wanted.decision_date,
        window_start=wanted.first_day,
        window_end=wanted.last_day,
        created_by=actor.id,
        created_at=now,
        team=[_place(each, people) for each in wanted.team],
        checklists=lists,
    )
    tx.add(row)
    tx.flush()
    facts: dict[str, object] = {
        "number": row.number,
        "site": str(site.id),
        "team": [str(each.person) for each in wanted.team],
        "checklists": [f"{each.code} v{each.version}" for each in lists],
    }
    if row.overlap_ground:
        facts |= {"overlap_ground": row.overlap_ground, "overlaps": overlap.told(found)}
    _note(tx, row, "inspection.assigned", actor, now, facts)
    for member in wanted.team:
        changes.tell(tx, member.person, "visit", row.id)
    visit_news.assigned(tx, row, people, actor, now)
    visit_news.joined(tx, row, people.values(), actor, now)
    return row


def change_team(
    tx: Tx,
    inspection_id: UUID,
    team: Sequence[Member],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    within: frozenset[str] = CHANGEABLE,
) -> Inspection:
    """Set the team anew. Who leaves keeps what is on the phone; what that phone still sends is held for a person.

    within: the states of the visit in which this may be done.
    """
    row = get(tx, inspection_id, lock=True)
    _check_changeable(row, within)
    people = _team_people(tx, team)
    wanted = {each.person: each for each in team}
    seats = {seat.person_id: seat for seat in row.team}
    fresh = [each for each in wanted if each not in seats or seats[each].removed_at is not None]
    availability.check(tx, fresh, row.site, row.window_start, row.window_end)
    before = {person: (str(seat.role), seat.is_secretary) for person, seat in seats.items() if seat.removed_at is None}
    if before == {person: (str(each.role), each.is_secretary) for person, each in wanted.items()}:
        return row
    for person, seat in seats.items():
        if person in wanted:
            seat.role, seat.is_secretary = wanted[person].role, wanted[person].is_secretary
            seat.removed_at = None
        elif seat.removed_at is None:
            seat.removed_at = now
            changes.tell(tx, person, "gone", row.id)
    row.team.extend(_place(each, people) for person, each in wanted.items() if person not in seats)
    for person in wanted:
        changes.tell(tx, person, "visit", row.id)
    visit_news.left(tx, row, before.keys() - wanted.keys(), reason, now)
    visit_news.assigned(tx, row, wanted.keys() - before.keys(), actor, now)
    visit_news.joined(tx, row, [people[each] for each in wanted.keys() - before.keys()], actor, now)
    facts: dict[str, object] = {"team": sorted(str(person) for person in wanted), "reason": reason}
    _note(tx, row, "inspection.team-changed", actor, now, facts)
    return row


def change_window(
    tx: Tx, inspection_id: UUID, window: Window, *, reason: str, actor: Actor, now: datetime
) -> Inspection:
    """Move the visit or complete its decision. The same again changes nothing; a checklist keeps its version.

    RuleBroken: window-backwards, window-too-long, overlap (the moved visit meets another one), wrong-state.
    """
    row = get(tx, inspection_id, lock=True)
    _check_changeable(row)
    check_window(window.first_day, window.last_day)
    before = Window(row.window_start, row.window_end, row.decision_no, row.decision_date, row.overlap_ground)
    after = replace(window, overlap_ground=window.overlap_ground.strip() or row.overlap_ground)
    if before == after:
        return row
    found: list[Overlap] = []
    if before.years != after.years:
        sites.hold_organisation(tx, row.organisation_id)
        seen = [each for each in overlap.seen_in_years(tx, row.site, *after.days) if each.id != row.id]
        found = overlap.find(seen, Kind(row.kind), *after.days, [each.code for each in row.checklists])
        overlap.refuse(found, after.overlap_ground)
    if before.days != after.days:
        availability.check(tx, visit_news.seated(row), row.site, *after.days)
    row.window_start, row.window_end = after.days
    row.decision_no, row.decision_date = after.decision_no, after.decision_date
    row.overlap_ground = after.overlap_ground
    for seat in row.team:
        if seat.removed_at is None:
            changes.tell(tx, seat.person_id, "visit", row.id)
    facts: dict[str, object] = {
        "window": [each.isoformat() for each in after.days],
        "decision": after.decision_no,
        "reason": reason,
    }
    if window.overlap_ground:
        facts["overlap_ground"] = window.overlap_ground
    if found:
        facts["overlaps"] = overlap.told(found)
    visit_news.moved(tx, row, reason, now)
    _note(tx, row, "inspection.moved", actor, now, facts)
    return row


def cancel(tx: Tx, inspection_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Inspection:
    """Call the visit off; a second time changes nothing. What was captured stays, what still comes is held."""
    row = get(tx, inspection_id, lock=True)
    if row.state == "cancelled":
        return row
    _check_changeable(row)
    row.state = "cancelled"
    visit_news.cancelled(tx, row, reason, now)
    for seat in row.team:
        if seat.removed_at is None:
            changes.tell(tx, seat.person_id, "gone", row.id)
    _note(tx, row, "inspection.cancelled", actor, now, {"reason": reason})
    return row


def get(tx: Tx, inspection_id: UUID, *, lock: bool = False) -> Inspection:
    """RuleBroken "unknown-inspection" also for another agency's: its existence is none of our business."""
    row = visits.inspection(tx, inspection_id, lock=lock)
    if row is None:
        raise RuleBroken("unknown-inspection", inspection=str(inspection_id))
    return row


def _overlaps(tx: Tx, wanted: Assignment, site: Site) -> list[Overlap]:
    """What stands against the visit; two agencies that assign at the same moment wait for one another here."""
    sites.hold_organisation(tx, site.organisation_id)
    seen = overlap.seen_in_years(tx, site, wanted.first_day, wanted.last_day)
    found = overlap.find(seen, wanted.kind, wanted.first_day, wanted.last_day, wanted.checklists)
    overlap.refuse(found, wanted.overlap_ground)
    return found


def _open_site(tx: Tx, site_id: UUID) -> Site:
    site = tx.get(Site, site_id)
    if site is None:
        raise RuleBroken("unknown-site", site=str(site_id))
    if site.ended_at is not None:
        raise RuleBroken("site-ended", site=site.name)
    return site


def _team_people(tx: Tx, team: Sequence[Member]) -> dict[UUID, Person]:
    check_team(team)
    people = staff.by_ids(tx, [each.person for each in team])
    for member in team:
        person = people.get(member.person)
        if person is None or person.disabled_at is not None or Role(person.role) not in FIELD_ROLES:
            raise RuleBroken("not-for-the-field", person=person.name if person else str(member.person))
    return people


def _place(member: Member, people: dict[UUID, Person]) -> TeamMember:
    person = people[member.person]
    return TeamMember(person_id=person.id, person=person, role=member.role, is_secretary=member.is_secretary)


def _checklists(library: Library, codes: Sequence[str], on: date) -> list[InspectionChecklist]:
    if not codes:
        raise RuleBroken("no-checklist")
    rows = []
    for position, code in enumerate(dict.fromkeys(codes)):
        try:
            found = library.latest(code, on)
        except KeyError:
            raise RuleBroken("unknown-checklist", checklist=code, on=on.isoformat()) from None
        sha256 = library.sha256(code, found.version)
        rows.append(InspectionChecklist(code=code, version=found.version, sha256=sha256, position=position))
    return rows


def _check_changeable(row: Inspection, within: frozenset[str] = CHANGEABLE) -> None:
    if row.state not in within:
        raise RuleBroken("wrong-state", state=row.state, number=row.number)


def _next_number(tx: Tx, agency_id: str, now: datetime) -> str:
    """SXD-2026-0042. The counter's row is locked until the commit, so a number is never lost or given twice."""
    agency = tx.get_one(Agency, agency_id)
    year = local_day(now).year
    return f"{agency.symbol}-{year}-{changes.take(tx, f'number:{agency_id}:{year}', 1):04d}"


def _note(tx: Tx, row: Inspection, action: str, actor: Actor, now: datetime, facts: dict[str, object]) -> None:
    audit.note(tx, audit.Entry(row.agency_id, actor.id, action, f"inspection:{row.id}", now, facts))
