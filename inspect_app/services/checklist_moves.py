"""An inspection goes on with a newer version of a checklist: only when a person decides it, and losing nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspect_app.domain.checklist_changes import Changes, ItemChange, compare
from inspect_app.domain.checklists import Checklist
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.operations import fold
from inspect_app.domain.people import Actor
from inspect_app.services import derive, planning
from inspect_app.services.settle import tell_team
from inspect_app.store import audit, inspections, operations
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.tables import Inspection, InspectionChecklist

MOST_MOVES = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """One checklist of a visit and a newer version: what would carry over, and what would not."""

    code: str
    before: Checklist
    after: Checklist
    changes: Changes
    answered: int  # items with an answer that mean the same under both
    lost: tuple[ItemChange, ...]  # answered, and gone or asked differently: kept, but no part of the result
    asked_anew: tuple[ItemChange, ...]  # new items


def newer(row: Inspection, library: Library) -> list[tuple[str, list[Checklist]]]:
    """The checklists of a visit that have newer versions in force on its days, with these."""
    found = []
    for each in row.checklists:
        later = [
            one
            for one in library.versions(each.code)
            if one.version > each.version and one.valid_from <= (row.visited_on or row.window_end)
        ]
        if later:
            found.append((each.code, later))
    return found


def offer(tx: Tx, row: Inspection, code: str, version: int, library: Library) -> Offer:
    """RuleBroken "unknown-checklist" for a checklist the visit has not, or a version that is not newer."""
    seat, after = _asked(row, code, version, library)
    before = library.get(code, seat.version)
    changes = compare(before, after)
    values = fold(operations.entries(tx, row.id))["answers"]
    given = {item for item, each in values.items() if any(head["value"] is not None for head in each["heads"])}
    differing = [each for each in changes.items if each.before and not (each.after and each.carries_over)]
    lost = tuple(each for each in differing if each.id in given)
    kept = len((given & before.by_id.keys()) - {each.id for each in lost})
    return Offer(code, before, after, changes, kept, lost, tuple(each for each in changes.items if not each.before))


def move(
    tx: Tx,
    inspection_id: UUID,
    code: str,
    version: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    library: Library,
) -> Inspection:
    """Fill it in the newer version from now on. Again: nothing. RuleBroken: wrong-state, unknown-checklist.

    Every operation stays as it was written, and what a phone still writes under the old version is taken in.
    """
    place = inspections.lock(tx, [inspection_id], actor.id).get(inspection_id)
    row = planning.get(tx, inspection_id, lock=True)
    if place is None or row.state not in planning.CHANGEABLE:
        raise RuleBroken("wrong-state", state=row.state, number=row.number)
    if any(each.code == code and each.version == version for each in row.checklists):
        return row
    seat, after = _asked(row, code, version, library)
    told = offer(tx, row, code, version, library)
    seat.earlier = f"{seat.earlier} {seat.version}".strip()
    seat.version, seat.sha256 = after.version, library.sha256(code, after.version)
    tx.flush()
    difference = _refold(tx, inspection_id, actor, now, library)
    tell_team(tx, place)
    facts: dict[str, object] = {
        "checklist": code,
        "versions": [told.before.version, after.version],
        "sha256": seat.sha256,
        "not_carried_over": [each.id for each in told.lost],
        "reason": reason,
        **difference,
    }
    audit.note(
        tx, audit.Entry(row.agency_id, actor.id, "inspection.checklist-moved", f"inspection:{row.id}", now, facts)
    )
    return row


def _asked(row: Inspection, code: str, version: int, library: Library) -> tuple[InspectionChecklist, Checklist]:
    seat = next((each for each in row.checklists if each.code == code), None)
    after = next((each for each in library.versions(code) if each.version == version), None)
    moves = len(seat.versions_before) if seat else 0
    if seat is None or after is None or version <= seat.version or moves >= MOST_MOVES:
        raise RuleBroken("unknown-checklist", checklist=f"{code} v{version}", on=row.window_start.isoformat())
    return seat, after


def _refold(tx: Tx, inspection_id: UUID, actor: Actor, now: datetime, library: Library) -> dict[str, Any]:
    """What the facts that are here amount to in the new version."""
    place = inspections.lock(tx, [inspection_id], actor.id)[inspection_id]
    entries = operations.entries(tx, inspection_id)
    if not entries:
        return {}
    folded = fold(entries)
    on = place.visited_on or local_day(now)
    stands, values = derive.counters(folded, on, [library.get(*each) for each in place.checklists])
    inspections.change(tx, inspection_id, values)
    if place.submitted_at is None:
        return {}
    return derive.violations(tx, place, folded, stands, on=on, now=now).plain()
