"""Phúc tra: a visit made from open violations, which are then waiting for it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from inspect_app.domain.assignments import Ground
from inspect_app.domain.overlap import Kind
from inspect_app.domain.people import Actor
from inspect_app.domain.violations import REMEDY, Facts, Remedy, Step
from inspect_app.services import planning, steps
from inspect_app.services.planning import Assignment
from inspect_app.store import reinspection as store
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.tables import Inspection, Violation

__all__ = ["Violation", "assign", "checklists", "chosen", "may_wait", "note", "open_at"]

LONGEST_NOTE = 500


def open_at(tx: Tx, site: UUID) -> list[Violation]:
    """Every violation of the reader's agencies that is still open at a site: what a re-inspection is about."""
    return store.open_at(tx, site)


def chosen(tx: Tx, ids: Collection[UUID]) -> list[Violation]:
    """The open ones among these. Those at another site than the first are left out: one visit goes to one place."""
    found = store.open_of(tx, ids)
    return [each for each in found if each.site_id == found[0].site_id]


def checklists(violations: Sequence[Violation]) -> list[str]:
    """The lists that ask again what was found."""
    return list(dict.fromkeys(each.checklist for each in violations))


def note(violations: Sequence[Violation]) -> str:
    """The ground of the visit: which findings are looked at again."""
    return f"Phúc tra {len(violations)} nội dung: {', '.join(each.code for each in violations)}"[:LONGEST_NOTE]


def may_wait(row: Violation) -> bool:
    """Whether it can be marked as waiting for the visit; before the request to remedy, the visit alone is made."""
    return (Remedy(row.remedy_status), Step.SCHEDULE_REINSPECTION) in REMEDY


def assign(
    tx: Tx, wanted: Assignment, violations: Collection[UUID], *, actor: Actor, now: datetime, library: Library
) -> Inspection:
    """The visit, and its violations waiting for it. Again with the same id: the visit that is there already."""
    is_there = store.is_there(tx, wanted.id)
    row = planning.assign(tx, wanted, actor=actor, now=now, library=library)
    if is_there or wanted.kind is not Kind.FOLLOW_UP or wanted.ground is not Ground.FOLLOW_UP:
        return row
    for each in chosen(tx, violations):
        if each.site_id == wanted.site and may_wait(each):
            facts = Facts(date=wanted.first_day)
            steps.take_step(
                tx,
                each.id,
                Step.SCHEDULE_REINSPECTION,
                facts,
                version=each.version,
                actor=actor,
                now=now,
                laws=library.laws,
            )
    return row
