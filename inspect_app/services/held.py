"""The inbox of the office: operations that were stored beside an inspection and wait for a person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.store import audit
from inspect_app.store import inspection_facts as facts
from inspect_app.store.database import Tx
from inspect_app.store.tables import HeldOperation, Inspection

PAGE = 50
ANNEX = "annex"  # kept beside the inspection for good; nothing of it enters the results


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row of the inbox. number: of the inspection, empty when there is none here."""

    operation: HeldOperation
    author: str
    number: str


def waiting(
    tx: Tx, *, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> tuple[list[Waiting], tuple[datetime, UUID] | None]:
    """A page, oldest first, and the place where the next one begins (None: this was the last)."""
    found = [Waiting(*row) for row in facts.waiting(tx, after=after, limit=limit + 1)]
    page = found[:limit]
    last = page[-1].operation if len(found) > limit else None
    return page, ((last.received_at, last.id) if last else None)


def get(tx: Tx, operation: UUID, body_sha256: str) -> tuple[HeldOperation, Inspection | None, str]:
    """The operation, its inspection and its author. RuleBroken "unknown-held" also for another agency's."""
    row = facts.held_one(tx, operation, body_sha256)
    if row is None:
        raise RuleBroken("unknown-held")
    inspection = tx.get(Inspection, row.inspection_id) if row.inspection_id else None
    return row, inspection, facts.names(tx, [row.person_id]).get(row.person_id, "")


def keep_beside(
    tx: Tx, operation: UUID, body_sha256: str, *, reason: str, actor: Actor, now: datetime
) -> HeldOperation:
    """Decide that it stays outside the results, with the reason in the audit; a second time changes nothing."""
    row, inspection, _ = get(tx, operation, body_sha256)
    if row.resolved_at is not None:
        return row
    if not reason.strip():
        raise RuleBroken("comment-missing")
    row.resolved_at, row.resolved_by, row.resolution = now, actor.id, ANNEX
    if inspection is not None and inspection.held > 0:
        inspection.held -= 1
    told: dict[str, object] = {"operation": str(row.id), "code": row.code, "reason": reason.strip()}
    subject = f"inspection:{row.inspection_id}" if row.inspection_id else f"operation:{row.id}"
    audit.note(tx, audit.Entry(row.agency_id, actor.id, "operation.kept-beside", subject, now, told))
    return row
