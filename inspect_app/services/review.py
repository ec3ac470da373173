"""Review: a supervisor approves an inspection or returns it answer by answer, and never one he had a hand in."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.services import visit_news
from inspect_app.services.planning import get
from inspect_app.store import audit, changes, returns
from inspect_app.store.database import Tx
from inspect_app.store.inspection_facts import newest, signed_since, wrote
from inspect_app.store.tables import Inspection, InspectionReturn

RETURNABLE = frozenset({"submitted", "complete"})
LONGEST_COMMENT = 1000


def approve(tx: Tx, inspection_id: UUID, *, actor: Actor, now: datetime, seen: int | None = None) -> Inspection:
    """Close the inspection; what still arrives is held. The same person again: nothing changes.

    seen: the newest fact that was on the page. RuleBroken: own-work, wrong-state, changed-meanwhile, conflicts-open,
    signature-missing (results changed after they were signed).
    """
    row = get(tx, inspection_id, lock=True)
    _refuse_own_work(tx, row, actor)
    if row.state == "approved":
        return row
    if row.state != "complete":
        raise RuleBroken("wrong-state", state=row.state, number=row.number)
    _refuse_unseen(tx, row, seen)
    if row.conflicts:
        raise RuleBroken("conflicts-open", conflicts=row.conflicts, number=row.number)
    if row.amended_at is not None and not signed_since(tx, row.id, row.amended_at):
        raise RuleBroken("signature-missing", number=row.number)
    row.amended_at = None
    row.state, row.approved_at, row.approved_by = "approved", now, actor.id
    _tell(tx, row)
    visit_news.approved(tx, row, actor, now)
    facts: dict[str, object] = {"failing": row.failing, "answered": row.answered, "photos": row.photos}
    _note(tx, row, "inspection.approved", actor, now, facts)
    return row


def give_back(
    tx: Tx,
    inspection_id: UUID,
    *,
    comment: str,
    actor: Actor,
    now: datetime,
    items: Mapping[str, str] | None = None,
    seen: int | None = None,
) -> Inspection:
    """Return it to the team: a comment on the whole, or on single answers (item → comment), or both.

    RuleBroken: own-work, wrong-state, changed-meanwhile, comment-missing, comment-too-long.
    """
    row = get(tx, inspection_id, lock=True)
    _refuse_own_work(tx, row, actor)
    said = {item: text.strip() for item, text in sorted((items or {}).items()) if text.strip()}
    if not comment.strip() and not said:
        raise RuleBroken("comment-missing")
    longest = max((len(text) for text in said.values()), default=0)
    if longest > LONGEST_COMMENT:
        raise RuleBroken("comment-too-long", most=LONGEST_COMMENT)
    if not is_returnable(row):
        raise RuleBroken("wrong-state", state=row.state, number=row.number)
    _refuse_unseen(tx, row, seen)
    row.state = "returned"
    before = returns.last(tx, row.id)
    tx.add(
        InspectionReturn(
            inspection_id=row.id,
            number=before.number + 1 if before else 1,
            agency_id=row.agency_id,
            comment=comment.strip(),
            items=said,
            by_id=actor.id,
            at=now,
        )
    )
    tx.flush()
    _tell(tx, row)
    visit_news.returned(tx, row, len(said), actor, now)
    _note(tx, row, "inspection.returned", actor, now, {"comment": comment.strip(), "items": said})
    return row


def is_returnable(row: Inspection) -> bool:
    """Sent in and not decided; or approved, and amended since: then the team signs again."""
    return row.state in RETURNABLE or (row.state == "approved" and row.amended_at is not None)


def is_own_work(tx: Tx, row: Inspection, actor: Actor) -> bool:
    """Whoever was ever in the team, or wrote anything of it, may not decide about it, not even after leaving."""
    return any(seat.person_id == actor.id for seat in row.team) or wrote(tx, row.id, actor.id)


def _refuse_own_work(tx: Tx, row: Inspection, actor: Actor) -> None:
    if is_own_work(tx, row, actor):
        raise RuleBroken("own-work", number=row.number)


def _refuse_unseen(tx: Tx, row: Inspection, seen: int | None) -> None:
    """Nobody decides about facts that arrived after the page was opened."""
    if seen is not None and newest(tx, row.id) > seen:
        raise RuleBroken("changed-meanwhile")


def _tell(tx: Tx, row: Inspection) -> None:
    for seat in row.team:
        if seat.removed_at is None:
            changes.tell(tx, seat.person_id, "visit", row.id)


def _note(tx: Tx, row: Inspection, action: str, actor: Actor, now: datetime, facts: dict[str, object]) -> None:
    audit.note(tx, audit.Entry(row.agency_id, actor.id, action, f"inspection:{row.id}", now, facts))
