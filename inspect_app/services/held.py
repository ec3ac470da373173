"""The inbox of the office: operations stored beside an inspection, and what a person decides about them.

A decision is a row of its own and a line in the audit; the operation never changes. The first decision counts.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from inspect_app.domain.assignments import Member
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.held import NEEDS_REASON, OUTSIDE_TEAM, TAKES_EFFECT, Result
from inspect_app.domain.inspections import OPEN
from inspect_app.domain.people import Actor, TeamRole
from inspect_app.services import held_acceptance, planning
from inspect_app.store import audit, changes, held, inspections
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.held import HeldFilter, Key, Place, Waiting
from inspect_app.store.tables import HeldDecision, HeldOperation

__all__ = ["PAGE", "TOO_LONG", "Decided", "HeldFilter", "Key", "Place", "Waiting", "decide", "get", "waiting"]

PAGE = 100
TOO_LONG = timedelta(hours=24)  # what waits longer is an alarm


@dataclass(slots=True)
class Decided:
    """done: decided now, or the very same before. left: what could not be decided so, with the reason's code."""

    done: list[HeldOperation] = field(default_factory=list)
    left: list[tuple[HeldOperation, RuleBroken]] = field(default_factory=list)


def waiting(
    tx: Tx, wanted: HeldFilter, *, after: Place | None = None, limit: int = PAGE
) -> tuple[list[Waiting], Place | None]:
    """A page, and the place where the next one begins (None: this was the last)."""
    found = held.waiting(tx, wanted, after=after, limit=limit + 1)
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    last = page[-1]
    row = last.operation
    return page, Place(last.first, row.claimed_inspection, row.received_at, row.id)


def get(tx: Tx, key: Key) -> Waiting:
    """One of them. RuleBroken "unknown-held" also for another agency's."""
    found = held.one(tx, key)
    if found is None:
        raise RuleBroken("unknown-held")
    return found


def count_of(tx: Tx, claimed: str) -> int:
    """How many of one inspection wait."""
    return held.count(tx, inspection=claimed)


def decide(
    tx: Tx, keys: Collection[Key], result: Result, *, reason: str, actor: Actor, now: datetime, library: Library
) -> Decided:
    """Decide about these. What cannot be decided so is left as it was and told; the others are decided.

    RuleBroken: unknown-held, comment-missing. Told per operation: own-work, changed-meanwhile, held-unusable,
    wrong-state, not-for-the-field.
    """
    reason = reason.strip()
    if result in NEEDS_REASON and not reason:
        raise RuleBroken("comment-missing")
    rows = held.these(tx, keys)
    if not rows or len(rows) < len(set(keys)):
        raise RuleBroken("unknown-held")
    places = _lock(tx, rows, actor)
    before = held.decisions(tx, keys)
    decided, open_rows = Decided(), []
    for row in rows:
        stands = before.get((row.id, row.body_sha256))
        if stands is not None:
            is_same = (stands.decided_by, stands.result, stands.reason) == (actor.id, result, reason)
            decided.done += [row] if is_same else []
            decided.left += [] if is_same else [(row, RuleBroken("changed-meanwhile"))]
        elif row.person_id == actor.id:
            decided.left.append((row, RuleBroken("own-work", number="")))
        else:
            open_rows.append(row)
    taken = _take_effect(tx, open_rows, result, places, decided, reason, actor, now, library)
    for row in taken:
        _write(tx, row, result, reason, actor, now)
    decided.done += taken
    _count_down(tx, taken, places)
    return decided


def _lock(tx: Tx, rows: Sequence[HeldOperation], actor: Actor) -> dict[UUID, inspections.Place]:
    """The inspections of these operations, against phones and others who decide. Those of the agency only."""
    asked = {each for row in rows if (each := held_acceptance.target(tx, row)) is not None}
    return inspections.lock(tx, asked, actor.id) if asked else {}


def _take_effect(
    tx: Tx,
    rows: list[HeldOperation],
    result: Result,
    places: dict[UUID, inspections.Place],
    decided: Decided,
    reason: str,
    actor: Actor,
    now: datetime,
    library: Library,
) -> list[HeldOperation]:
    """Those the decision can be written for; for accepted ones the inspection says now what they amount to."""
    if result not in TAKES_EFFECT:
        return rows
    taken: list[HeldOperation] = []
    by_place: dict[UUID | None, list[HeldOperation]] = {}
    for row in rows:
        by_place.setdefault(held_acceptance.target(tx, row), []).append(row)
    for inspection, here in sorted(by_place.items(), key=lambda each: str(each[0])):
        place = places.get(inspection) if inspection else None
        if place is None:
            decided.left += [(row, RuleBroken("held-unusable", obstacle="unknown-inspection")) for row in here]
            continue
        usable, left = held_acceptance.split(here, place, library)
        decided.left += left
        if result is Result.REASSIGNED:
            usable, left = _give_back_seats(tx, usable, place.id, reason, actor, now)
            decided.left += left
        if usable:
            held_acceptance.accept(tx, place, usable, actor=actor, now=now, library=library)
        taken += usable
    return taken


def _give_back_seats(
    tx: Tx, rows: list[HeldOperation], inspection: UUID, reason: str, actor: Actor, now: datetime
) -> tuple[list[HeldOperation], list[tuple[HeldOperation, RuleBroken]]]:
    """The authors are in the team again, so that what they still send is taken. A former leader is a member."""
    able = [row for row in rows if row.code in OUTSIDE_TEAM]
    left = [(row, RuleBroken("wrong-decision")) for row in rows if row.code not in OUTSIDE_TEAM]
    if not able:
        return [], left
    visit = planning.get(tx, inspection)
    team = {
        seat.person_id: Member(seat.person_id, TeamRole(seat.role), seat.is_secretary)
        for seat in visit.team
        if seat.removed_at is None
    }
    for person in {row.person_id for row in able}:
        team.setdefault(person, Member(person, TeamRole.MEMBER, False))
    try:
        planning.change_team(tx, inspection, list(team.values()), reason=reason, actor=actor, now=now, within=OPEN)
    except RuleBroken as broken:
        return [], left + [(row, broken) for row in able]
    tx.flush()
    return able, left


def _write(tx: Tx, row: HeldOperation, result: Result, reason: str, actor: Actor, now: datetime) -> None:
    decision = HeldDecision(
        id=uuid4(),
        agency_id=row.agency_id,
        operation_id=row.id,
        body_sha256=row.body_sha256,
        result=result,
        reason=reason,
        decided_by=actor.id,
        decided_at=now,
    )
    tx.add(decision)
    changes.tell(tx, row.person_id, "decision", decision.id)
    facts: dict[str, object] = {"operation": str(row.id), "body": row.body_sha256, "code": row.code, "reason": reason}
    subject = f"inspection:{row.inspection_id}" if row.inspection_id else f"operation:{row.id}"
    audit.note(tx, audit.Entry(row.agency_id, actor.id, f"operation.{result}", subject, now, facts))


def _count_down(tx: Tx, rows: Sequence[HeldOperation], places: Mapping[UUID, inspections.Place]) -> None:
    """An inspection shows how much of it waits."""
    fewer = Counter(row.inspection_id for row in rows if row.inspection_id is not None)
    for inspection, by in fewer.items():
        inspections.change(tx, inspection, {"held": max(0, places[inspection].held - by)})
