"""The right to see health data: given to a person for a reason, taken back; every view of such data is written down."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.store import accidents as store
from inspect_app.store import audit
from inspect_app.store.database import Tx
from inspect_app.store.tables import HealthRight, Person


def check(tx: Tx, actor: Actor) -> None:
    """RuleBroken "health-right-missing"."""
    if store.standing_right(tx, actor.id) is None:
        raise RuleBroken("health-right-missing")


def note_view(tx: Tx, what: str, ids: Sequence[UUID], *, actor: Actor, now: datetime) -> None:
    """Who saw which rows, in the audit of the viewer's agency. `what`: a kind of declaration, a page or a file."""
    facts: dict[str, object] = {"rows": [str(each) for each in ids], "count": len(ids)}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "health.viewed", f"health:{what}", now, facts))


def give(tx: Tx, person_id: UUID, reason: str, *, actor: Actor, now: datetime) -> HealthRight:
    """Once more: the right that stands. RuleBroken "unknown-person" also for another agency's."""
    person = store.person(tx, person_id, actor.agency)
    if person is None or person.disabled_at is not None:
        raise RuleBroken("unknown-person", person=str(person_id))
    there = store.standing_right(tx, person_id)
    if there is not None:
        return there
    row = HealthRight(
        id=uuid4(), agency_id=person.agency_id, person_id=person_id, reason=reason, given_by=actor.id, given_at=now
    )
    tx.add(row)
    facts: dict[str, object] = {"person": str(person_id), "reason": reason}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "health.right-given", f"person:{person_id}", now, facts))
    return row


def end(tx: Tx, person_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Nothing when there is none."""
    row = store.standing_right(tx, person_id)
    if row is None or row.agency_id != actor.agency:
        return
    row.ended_at, row.ended_by = now, actor.id
    facts: dict[str, object] = {"person": str(person_id)}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "health.right-ended", f"person:{person_id}", now, facts))


def overview(tx: Tx, actor: Actor) -> tuple[list[HealthRight], list[Person]]:
    """Every right that was ever given here, and who could get one."""
    return store.rights(tx), store.people(tx, actor.agency)
