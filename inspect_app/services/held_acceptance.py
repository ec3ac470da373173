"""Held operations that a person accepts: they join the inspection's facts, and what these amount to is folded anew."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from inspect_app.domain import evidence
from inspect_app.domain import held as rules
from inspect_app.domain.checklists import Checklist
from inspect_app.domain.clocks import moment
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.inspections import HAS_VIOLATIONS, State, after, declared
from inspect_app.domain.intake import Arrival, extend
from inspect_app.domain.operations import Folded, fold
from inspect_app.domain.people import Actor
from inspect_app.services import derive
from inspect_app.services.settle import settle, state_columns, tell_team
from inspect_app.store import audit, inspections, operations
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.inspections import Place
from inspect_app.store.tables import HeldOperation

NO_SKEW = timedelta(0)  # how far a phone's clock was off is not kept with what is held


def target(tx: Tx, row: HeldOperation) -> UUID | None:
    """The inspection an operation belongs to. One that was unknown when it arrived may be here by now."""
    if row.inspection_id is not None:
        return row.inspection_id
    try:
        claimed = UUID(row.claimed_inspection)
    except ValueError:
        return None
    return claimed if inspections.is_of_agency(tx, claimed, row.agency_id) else None


def split(
    rows: Sequence[HeldOperation], place: Place, library: Library
) -> tuple[list[HeldOperation], list[tuple[HeldOperation, RuleBroken]]]:
    """Those that can take effect, and the others with what stands against them."""
    items = {item.id: item for checklist in _checklists(library, place) for item in checklist.items}
    earlier = [library.get(*each).by_id for each in place.earlier]
    usable, left = [], []
    for row in rows:
        against = rules.obstacle(row.body, items, earlier)
        if against:
            left.append((row, RuleBroken("held-unusable", obstacle=against)))
        else:
            usable.append(row)
    return usable, left


def accept(
    tx: Tx, place: Place, rows: Sequence[HeldOperation], *, actor: Actor, now: datetime, library: Library
) -> None:
    """Take them in; the inspection is locked. Their time of arrival stays what it was."""
    bodies = _append(tx, place, rows)
    told = _refold(tx, place, bodies, rows, now, _checklists(library, place))
    facts: dict[str, object] = {"operations": [str(body["id"]) for body in bodies], **told}
    audit.note(tx, audit.Entry(place.agency, actor.id, "results.amended", f"inspection:{place.id}", now, facts))


def _checklists(library: Library, place: Place) -> list[Checklist]:
    return [library.get(code, version) for code, version in place.checklists]


def _append(tx: Tx, place: Place, rows: Sequence[HeldOperation]) -> list[Mapping[str, Any]]:
    """Put them at the end of the inspection's log: as they came, or as a copy where id or number is another's."""
    seq = operations.heads(tx, [place.id])[place.id]
    bodies: list[Mapping[str, Any]] = []
    for device in sorted({row.device_id for row in rows}):
        mine = sorted((row for row in rows if row.device_id == device), key=lambda row: (row.n, str(row.id)))
        here = operations.known(tx, place.id, device, [str(row.id) for row in mine], mine[0].n)
        ids = {each.id for each in here.known if each.seq is not None}
        numbers = {
            each.n
            for each in here.known
            if each.seq is not None and each.device == str(device) and each.inspection == str(place.id)
        }
        for row in mine:
            is_taken = str(row.id) in ids or row.n in numbers
            ids.add(str(row.id))
            numbers.add(row.n)
            seq += 1
            bodies.append(_append_one(tx, place, row, seq, as_copy=is_taken or rules.needs_copy(row.code)))
    return bodies


def _append_one(tx: Tx, place: Place, row: HeldOperation, seq: int, *, as_copy: bool) -> Mapping[str, Any]:
    body: Mapping[str, Any] = row.body
    device, sha256 = row.device_id, row.body_sha256
    if as_copy:
        device = rules.copy_device(place.id)
        chain = operations.chains(tx, place.id).get(str(device))
        body = rules.copy_of(row.body, row.body_sha256, chain.through + 1 if chain else 1)
        sha256 = evidence.body_hash(body)
    new = Arrival(str(body["id"]), body["n"], body, evidence.canonical(body), sha256, None)
    operations.append(
        tx,
        [new],
        after=seq - 1,
        agency=place.agency,
        inspection=place.id,
        device=device,
        person=row.person_id,
        received_at=row.received_at,
    )
    _extend_chain(tx, place.id, device, new.n)
    return body


def _extend_chain(tx: Tx, inspection: UUID, device: UUID, n: int) -> None:
    """How far this phone's facts reach without a gap may have changed."""
    here = operations.known(tx, inspection, device, [], n)
    mine = [each for each in here.known if each.device == str(device) and each.inspection == str(inspection)]
    numbers = {each.n: each.sha256 for each in mine if each.seq is not None or not rules.needs_copy(each.code or "")}
    reached, _ = extend(here.chain, numbers)
    if reached != here.chain:
        operations.keep_chain(tx, inspection, device, reached)


# --- what it amounts to ---------------------------------------------------------------------------


def _refold(
    tx: Tx,
    place: Place,
    bodies: Sequence[Mapping[str, Any]],
    rows: Sequence[HeldOperation],
    now: datetime,
    checklists: list[Checklist],
) -> dict[str, object]:
    """Everything the inspection's rows say, from all its facts; what the audit tells of it comes back."""
    folded = fold(operations.entries(tx, place.id))
    before = State(place.state)
    state = after(before, (body["k"] for body in bodies))
    on = place.visited_on or min(
        (local_day(moment(body["t"])) for body in bodies if body["k"] == "open"), default=local_day(now)
    )
    stands, values = derive.counters(folded, on, checklists)
    authors = {str(row.id): row.person_id for row in rows}
    for body in bodies:
        author = authors[str(body["copies"][0] if "copies" in body else body["id"])]
        derive.photos(tx, place, [body], folded, person=author, skew=NO_SKEW)
    missing = values["photos_missing"] = inspections.photos_missing(tx, place.id)
    values["started_at"] = place.started_at or min(row.received_at for row in rows)
    told: dict[str, object] = {}
    if place.submitted_at or state in HAS_VIOLATIONS:
        told |= derive.violations(tx, place, folded, stands, on=on, now=now).plain()
        values["version"] = inspections.version(tx, place.id) + 1
        told["version"] = values["version"]
        if _was_signed(folded, {str(body["id"]) for body in bodies}):
            values["amended_at"] = now
    manifest = place.manifest
    manifests = [body["manifest"] for body in bodies if body["k"] == "submit"]
    if manifests:
        manifest = values["manifest"] = declared(before, manifest, manifests)
    state = settle(tx, place, state, manifest, missing=missing)
    if state is not before:
        values |= state_columns(place, state, now)
        told["state"] = [str(before), str(state)]
    inspections.change(tx, place.id, values)
    tell_team(tx, place)
    return told


def _was_signed(folded: Folded, new: set[str]) -> bool:
    """Somebody signed, or refused to, before these facts were taken in."""
    heads = [head for each in folded["signatures"].values() for head in each["heads"]]
    heads += folded["refusal"]["heads"] if folded["refusal"] else []
    return any(head["id"] not in new for head in heads)
