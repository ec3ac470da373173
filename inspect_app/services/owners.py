"""Cán bộ phụ trách: who follows a violation up, and handing it to somebody else."""

from datetime import datetime
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor, Role
from inspect_app.services import notices
from inspect_app.store import audit, staff
from inspect_app.store import violations as store
from inspect_app.store.database import Tx
from inspect_app.store.tables import Person, Violation

MAY_HAND_OVER = frozenset({Role.SUPERVISOR, Role.LEADER, Role.AUTHORITY})
# An administrator keeps accounts, a coordinator reads: neither follows up.
MAY_OWN = frozenset({Role.INSPECTOR, Role.LEADER, Role.SUPERVISOR, Role.AUTHORITY})


def candidates(tx: Tx, agency: str) -> list[Person]:
    """Who of the agency may follow up."""
    return [each for each in staff.of_agency(tx, agency) if each.disabled_at is None and each.role in MAY_OWN]


def hand_over(tx: Tx, violation: UUID, to: UUID, *, version: int, actor: Actor, now: datetime) -> Violation:
    """Give it to somebody of its agency. Again changes nothing.

    RuleBroken: unknown-violation, other-agency, not-for-follow-up, changed-meanwhile.
    """
    row = store.one(tx, violation)
    if row is None:
        raise RuleBroken("unknown-violation", violation=str(violation))
    if row.agency_id != actor.agency:
        raise RuleBroken("other-agency", agency=row.agency_id)
    person = staff.by_ids(tx, [to]).get(to)
    if person is None or person.agency_id != row.agency_id or person.role not in MAY_OWN or person.disabled_at:
        raise RuleBroken("not-for-follow-up", person=str(to))
    if row.owner_id == to:
        return row
    if row.version != version:
        raise RuleBroken("changed-meanwhile", version=row.version)
    before, row.owner_id = row.owner_id, to
    tx.flush()
    told: dict[str, object] = {"from": str(before), "to": str(to)}
    audit.note(tx, audit.Entry(row.agency_id, actor.id, "violation.owner", f"violation:{row.id}", now, told))
    if to != actor.id:
        facts: dict[str, object] = {"by": actor.name, "code": row.code, "lines": [row.title]}
        subject, href = f"Phụ trách vi phạm {row.code}", f"/desk/violations/{row.id}"
        notices.tell(tx, [to], "owner", subject=subject, href=href, facts=facts, now=now)
    return row
