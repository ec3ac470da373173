"""What people are told about a visit: the team, the supervisors of its agency, and agencies that go along."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from inspect_app.domain.people import Actor
from inspect_app.services import notices
from inspect_app.store import staff
from inspect_app.store.database import Tx
from inspect_app.store.tables import Inspection, Person

FIELD = "/field/"


def seated(row: Inspection) -> list[UUID]:
    return [seat.person_id for seat in row.team if seat.removed_at is None]


def assigned(tx: Tx, row: Inspection, people: Iterable[UUID], by: Actor, now: datetime) -> None:
    """People who are in the team from now on."""
    facts = {"by": by.name, "number": row.number, "site": row.site.name, "days": days(row.window_start, row.window_end)}
    notices.tell(tx, people, "assigned", subject=_subject(row), href=FIELD, facts=facts, now=now)


def joined(tx: Tx, row: Inspection, people: Iterable[Person], by: Actor, now: datetime) -> None:
    """The supervisors of the agencies whose people go along in a joint team."""
    theirs: dict[str, list[str]] = {}
    for person in people:
        if person.agency_id != row.agency_id:
            theirs.setdefault(person.agency_id, []).append(person.name)
    for agency, names in sorted(theirs.items()):
        facts = {"by": by.name, "number": row.number, "people": ", ".join(sorted(names)), "site": row.site.name}
        told = staff.supervisors(tx, agency)
        notices.tell(tx, told, "joint-team", subject=_subject(row), href="/desk/", facts=facts, now=now)


def left(tx: Tx, row: Inspection, people: Iterable[UUID], reason: str, now: datetime) -> None:
    """People who are in the team no longer: what their phones still send is held for the supervisor."""
    facts = {"number": row.number, "reason": reason}
    notices.tell(tx, people, "unassigned", subject=_subject(row), href=FIELD, facts=facts, now=now)


def moved(tx: Tx, row: Inspection, reason: str, now: datetime) -> None:
    facts = {"number": row.number, "days": days(row.window_start, row.window_end), "reason": reason}
    notices.tell(tx, seated(row), "moved", subject=_subject(row), href=FIELD, facts=facts, now=now)


def cancelled(tx: Tx, row: Inspection, reason: str, now: datetime) -> None:
    facts = {"number": row.number, "reason": reason}
    notices.tell(tx, seated(row), "called-off", subject=_subject(row), href=FIELD, facts=facts, now=now)


def returned(tx: Tx, row: Inspection, items: int, by: Actor, now: datetime) -> None:
    facts = {"by": by.name, "number": row.number, "items": items}
    notices.tell(tx, seated(row), "returned", subject=_subject(row), href=FIELD, facts=facts, now=now)


def approved(tx: Tx, row: Inspection, by: Actor, now: datetime) -> None:
    facts = {"by": by.name, "number": row.number}
    notices.tell(tx, seated(row), "approved", subject=_subject(row), href=FIELD, facts=facts, now=now)


def joint_offered(
    tx: Tx, visit: UUID, number: str, agency: str, *, from_agency: str, note: str, by: Actor, now: datetime
) -> None:
    """The supervisors of the agency whose visit is meant; they answer by changing their own team."""
    facts = {"by": by.name, "agency": from_agency, "number": number, "note": note or "không kèm lời nhắn"}
    people = staff.supervisors(tx, agency)
    href = f"/desk/inspections/{visit}/team"
    notices.tell(tx, people, "joint-offer", subject=number, href=href, facts=facts, now=now)


def days(first: date, last: date) -> str:
    return f"{first:%d/%m/%Y}" if first == last else f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"


def _subject(row: Inspection) -> str:
    return f"{row.number} · {row.site.name}"
