"""Whom one may send where and when: declared interests, leave, and the days a week that are set apart for visits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import FIELD_ROLES, Actor, Role
from inspect_app.domain.planning import USUAL_DAYS, Away, Load, check_days, load
from inspect_app.store import audit, availability, plans, sites, staff
from inspect_app.store.database import Tx
from inspect_app.store.tables import Absence, Capacity, Interest, Person, Site


@dataclass(frozen=True, slots=True)
class Availability:
    """One person of the agency as planning sees them."""

    person: Person
    days_per_week: int
    absences: list[Absence]
    interests: list[Interest]
    load: Load


def check(tx: Tx, people: Collection[UUID], site: Site, first_day: date, last_day: date) -> None:
    """Refuse a team whose members must not or cannot go. RuleBroken: conflict-of-interest, person-away."""
    parties = {site.organisation_id, *(each.organisation_id for each in site.parties)}
    for person, organisation, reason in availability.in_the_way(tx, people, parties):
        raise RuleBroken("conflict-of-interest", person=person, organisation=organisation, reason=reason)
    for away in availability.absences(tx, people, first_day, last_day):
        name = staff.by_ids(tx, [away.person_id])[away.person_id].name
        raise RuleBroken(
            "person-away", person=name, first_day=f"{away.first_day:%d/%m/%Y}", last_day=f"{away.last_day:%d/%m/%Y}"
        )


def of_agency(tx: Tx, first_day: date, last_day: date, *, actor: Actor) -> list[Availability]:
    """Everybody of the own agency who can be sent out, with their load between two days."""
    people = [each for each in staff.of_agency(tx, actor.agency) if _is_sent_out(each)]
    ids = [each.id for each in people]
    shares, planned = availability.capacities(tx, ids), plans.planned_days(tx, ids, first_day, last_day)
    away = _by_person(availability.absences(tx, ids, first_day, date.max))
    declared: dict[UUID, list[Interest]] = {}
    for each in availability.interests(tx, ids):
        declared.setdefault(each.person_id, []).append(each)
    return [
        Availability(
            each,
            shares.get(each.id, USUAL_DAYS),
            away.get(each.id, []),
            declared.get(each.id, []),
            load(
                first_day,
                last_day,
                shares.get(each.id, USUAL_DAYS),
                [Away(days.first_day, days.last_day) for days in away.get(each.id, [])],
                [planned.get(each.id, 0)],
            ),
        )
        for each in people
    ]


def set_days(tx: Tx, person: UUID, days_per_week: int, *, actor: Actor, now: datetime) -> None:
    """The same again changes nothing. RuleBroken: unknown-person, days-out-of-range."""
    _own(tx, person, actor)
    if not 0 <= days_per_week <= 7:
        raise RuleBroken("days-out-of-range", most=7)
    row = availability.capacity(tx, person)
    if row is None:
        tx.add(Capacity(person_id=person, agency_id=actor.agency, days_per_week=days_per_week))
    elif row.days_per_week == days_per_week:
        return
    else:
        row.days_per_week = days_per_week
    _note(tx, person, "person.capacity", {"days_per_week": days_per_week}, actor, now)


def add_absence(
    tx: Tx, person: UUID, first_day: date, last_day: date, *, reason: str, actor: Actor, now: datetime
) -> None:
    """The same days again change nothing. RuleBroken: unknown-person, window-backwards, plan-too-long."""
    _own(tx, person, actor)
    check_days(first_day, last_day)
    for each in availability.absences(tx, [person], first_day, last_day):
        if (each.first_day, each.last_day) == (first_day, last_day):
            return
    days = {"first_day": first_day, "last_day": last_day}
    tx.add(Absence(id=uuid4(), person_id=person, agency_id=actor.agency, reason=reason, created_at=now, **days))
    _note(tx, person, "person.absence", {name: day.isoformat() for name, day in days.items()}, actor, now)


def remove_absence(tx: Tx, absence: UUID, *, actor: Actor, now: datetime) -> None:
    row = availability.absence(tx, absence)
    if row is None:
        return
    _note(tx, row.person_id, "person.absence-removed", {"first_day": row.first_day.isoformat()}, actor, now)
    tx.delete(row)


def declare(tx: Tx, person: UUID, organisation: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """A person has an interest in an organisation. Declared once. RuleBroken: unknown-person, unknown-organisation."""
    _own(tx, person, actor)
    if sites.organisation(tx, organisation) is None:
        raise RuleBroken("unknown-organisation", organisation=str(organisation))
    if any(each.organisation_id == organisation for each in availability.interests(tx, [person])):
        return
    tx.add(
        Interest(
            id=uuid4(),
            person_id=person,
            organisation_id=organisation,
            agency_id=actor.agency,
            reason=reason.strip(),
            declared_by=actor.id,
            declared_at=now,
        )
    )
    _note(tx, person, "person.interest", {"organisation": str(organisation), "reason": reason.strip()}, actor, now)


def end_interest(tx: Tx, interest: UUID, *, actor: Actor, now: datetime) -> None:
    """It no longer stands; the row stays. A person's own declaration is ended by somebody else."""
    row = availability.interest(tx, interest)
    if row is None or row.ended_at is not None:
        return
    if row.person_id == actor.id:
        raise RuleBroken("own-interest")
    row.ended_at = now
    facts: Mapping[str, object] = {"organisation": str(row.organisation_id)}
    _note(tx, row.person_id, "person.interest-ended", dict(facts), actor, now)


def _is_sent_out(person: Person) -> bool:
    return person.disabled_at is None and Role(person.role) in FIELD_ROLES


def _own(tx: Tx, person: UUID, actor: Actor) -> Person:
    row = staff.by_ids(tx, [person]).get(person)
    if row is None or row.agency_id != actor.agency:
        raise RuleBroken("unknown-person", username=str(person))
    return row


def _by_person(rows: list[Absence]) -> dict[UUID, list[Absence]]:
    found: dict[UUID, list[Absence]] = {}
    for each in rows:
        found.setdefault(each.person_id, []).append(each)
    return found


def _note(tx: Tx, person: UUID, action: str, facts: dict[str, object], actor: Actor, now: datetime) -> None:
    audit.note(tx, audit.Entry(actor.agency, actor.id, action, f"person:{person}", now, facts))
