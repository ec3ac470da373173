"""Review: a supervisor approves an inspection or returns it, and never the one he took part in."""

from datetime import datetime
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.services.planning import get
from inspect_app.store import audit, changes
from inspect_app.store.database import Tx
from inspect_app.store.inspection_facts import signed_since
from inspect_app.store.tables import Inspection

RETURNABLE = frozenset({"submitted", "complete"})


def approve(tx: Tx, inspection_id: UUID, *, actor: Actor, now: datetime) -> Inspection:
    """Close the inspection; what still arrives is held. The same person again: nothing changes.

    RuleBroken: own-work, wrong-state, conflicts-open, signature-missing (results changed after they were signed).
    """
    row = get(tx, inspection_id, lock=True)
    _refuse_own_work(row, actor)
    if row.state == "approved":
        return row
    if row.state != "complete":
        raise RuleBroken("wrong-state", state=row.state, number=row.number)
    if row.conflicts:
        raise RuleBroken("conflicts-open", conflicts=row.conflicts, number=row.number)
    if row.amended_at is not None and not signed_since(tx, row.id, row.amended_at):
        raise RuleBroken("signature-missing", number=row.number)
    row.amended_at = None
    row.state, row.approved_at, row.approved_by = "approved", now, actor.id
    _tell(tx, row)
    facts: dict[str, object] = {"failing": row.failing, "answered": row.answered, "photos": row.photos}
    _note(tx, row, "inspection.approved", actor, now, facts)
    return row


def give_back(tx: Tx, inspection_id: UUID, *, comment: str, actor: Actor, now: datetime) -> Inspection:
    """Return it to the team with what is to be mended. RuleBroken: own-work, wrong-state, comment-missing."""
    row = get(tx, inspection_id, lock=True)
    _refuse_own_work(row, actor)
    if not comment.strip():
        raise RuleBroken("comment-missing")
    if not is_returnable(row):
        raise RuleBroken("wrong-state", state=row.state, number=row.number)
    row.state = "returned"
    _tell(tx, row)
    _note(tx, row, "inspection.returned", actor, now, {"comment": comment.strip()})
    return row


def is_returnable(row: Inspection) -> bool:
    """Sent in and not decided; or approved, and amended since: then the team signs again."""
    return row.state in RETURNABLE or (row.state == "approved" and row.amended_at is not None)


def is_own_work(row: Inspection, actor: Actor) -> bool:
    """Whoever was ever in the team may not decide about its work, not even after leaving it."""
    return any(seat.person_id == actor.id for seat in row.team)


def _refuse_own_work(row: Inspection, actor: Actor) -> None:
    if is_own_work(row, actor):
        raise RuleBroken("own-work", number=row.number)


def _tell(tx: Tx, row: Inspection) -> None:
    for seat in row.team:
        if seat.removed_at is None:
            changes.tell(tx, seat.person_id, "visit", row.id)


def _note(tx: Tx, row: Inspection, action: str, actor: Actor, now: datetime, facts: dict[str, object]) -> None:
    audit.note(tx, audit.Entry(row.agency_id, actor.id, action, f"inspection:{row.id}", now, facts))
