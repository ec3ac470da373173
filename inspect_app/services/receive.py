"""Takes in what a phone pushes: every operation is stored, accepted or held, in one transaction, and answered for."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from inspect_app.domain.checklists import Checklist
from inspect_app.domain.clocks import is_notable, moment
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.inspections import HAS_VIOLATIONS, Membership, State, after, declared, refusal
from inspect_app.domain.intake import Arrival, Chain, Facts, Sorted, grow, read_in, sort_out
from inspect_app.domain.operation_bodies import is_hash
from inspect_app.domain.operations import Entry, fold
from inspect_app.domain.people import Actor
from inspect_app.services import derive, markers, seals
from inspect_app.services.settle import Growth, settle, state_columns, tell_team
from inspect_app.store import audit, devices, inspections, operations, results
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.inspections import Place

NOBODY = UUID(int=0)  # stands for an inspection that is not here
OLDEST_VISIT = timedelta(days=400)  # a visit "written" longer ago comes from a clock that is wrong


@dataclass(frozen=True, slots=True)
class ScopePush:
    """One inspection's operations, as they came. head: the phone's own chain after them; seal: its signature there."""

    inspection: UUID
    ops: Sequence[Any]
    head: str | None = None
    seal: Any = None


@dataclass(frozen=True, slots=True)
class Push:
    """One request of a phone. wall: what its clock said when it sent."""

    epoch: str | None
    device: UUID
    user: UUID
    wall: datetime | None
    scopes: Sequence[ScopePush]
    unsent: int = 0
    oldest_unsent_ms: int | None = None
    health: Mapping[str, Any] = field(default_factory=dict)
    send_only: bool = False  # the session was opened on a revoked phone: nothing it sends counts by itself
    carrier: UUID | None = None  # who brings it when the phone could not: the phone was not heard of by that


@dataclass(frozen=True, slots=True)
class ScopeAnswer:
    inspection: UUID
    chain: Chain
    missing: list[int]
    ops: dict[str, tuple[str, int | None, str | None]]


@dataclass(frozen=True, slots=True)
class PushAnswer:
    epoch: str
    scopes: list[ScopeAnswer]
    need_blobs: list[str]
    backup: int | None


@dataclass(frozen=True, slots=True)
class _Sender:
    """Who pushes, from which phone, when, and how far its clock is off."""

    actor: Actor
    device: UUID
    is_revoked: bool
    at: datetime
    skew: timedelta
    library: Library
    carrier: UUID | None = None


def push(tx: Tx, batch: Push, *, actor: Actor, now: datetime, library: Library) -> PushAnswer:
    """Take in a push. RuleBroken "wrong-user", "epoch-changed": nothing was touched, the phone keeps its queue."""
    if batch.user != actor.id:
        raise RuleBroken("wrong-user")
    sender, epoch, backup = _meet(tx, batch, actor, now, library)
    if batch.epoch is not None and batch.epoch != epoch:
        raise RuleBroken("epoch-changed", epoch=epoch)
    asked = _by_inspection(batch.scopes)
    places = inspections.lock(tx, asked, actor.id) if asked else {}
    answers: dict[UUID, ScopeAnswer] = {}
    for each in sorted(asked):
        answers[each] = _take_scope(tx, asked[each], places.get(each), sender)
    seals.note(tx, _sealed(asked, answers, places, actor), device=sender.device, person=actor.id, at=now)
    return PushAnswer(epoch, [answers[each] for each in asked], _needed(tx, asked, answers, places, actor), backup)


def _meet(tx: Tx, batch: Push, actor: Actor, now: datetime, library: Library) -> tuple[_Sender, str, int | None]:
    if batch.carrier is not None:
        is_revoked = devices.is_revoked(tx, batch.device, actor.id)
        sender = _Sender(actor, batch.device, is_revoked, now, timedelta(0), library, batch.carrier)
        return sender, *markers.both(tx)
    skew = now - batch.wall if batch.wall else timedelta(0)
    health = dict(batch.health)
    if is_notable(skew):
        health["clock_skew_s"] = round(skew.total_seconds())
    oldest = moment(batch.oldest_unsent_ms, skew) if batch.oldest_unsent_ms is not None else None
    contact = devices.Contact(batch.device, actor.id, actor.agency, now, batch.unsent, oldest, health)
    is_revoked, epoch, backup = devices.note_contact(tx, contact)
    return (
        _Sender(actor, batch.device, is_revoked or batch.send_only, now, skew, library),
        epoch or markers.epoch(tx),
        backup,
    )


def _by_inspection(scopes: Sequence[ScopePush]) -> dict[UUID, ScopePush]:
    """One entry per inspection, in the order they came; named twice, its operations are put together."""
    asked: dict[UUID, ScopePush] = {}
    for each in scopes:
        before = asked.get(each.inspection)
        ops = [*before.ops, *each.ops] if before else each.ops
        asked[each.inspection] = ScopePush(each.inspection, ops, each.head, each.seal)
    return asked


# --- one inspection -------------------------------------------------------------------------------


def _take_scope(tx: Tx, asked: ScopePush, place: Place | None, sender: _Sender) -> ScopeAnswer:
    checklists = _checklists(sender.library, place)
    inspection = place.id if place else NOBODY
    arrivals = read_in(asked.ops, str(asked.inspection))
    low = min((each.n for each in arrivals if each.n), default=1)
    here = operations.known(tx, inspection, sender.device, [each.id for each in arrivals], low)
    facts = Facts(
        inspection=str(inspection),
        device=str(sender.device),
        refused=_refusal(place, sender),
        items={name: item for checklist in checklists for name, item in checklist.by_id.items()},
        known=here.known,
        earlier=[sender.library.get(*each).by_id for each in place.earlier] if place else (),
    )
    done = sort_out(arrivals, facts)
    if place is None:
        _hold(tx, asked, None, done.held, sender)
        _note(tx, asked, None, done, Chain(), sender, {})
        return ScopeAnswer(asked.inspection, Chain(), [], done.answers)
    _store(tx, place, done, sender, after=here.seq)
    _hold(tx, asked, place, done.held, sender)
    reached, heads, missing = grow(here.chain, done.numbers)
    is_first = here.seq == 0
    growth = Growth(sender.device, here.chain, reached, missing, heads, is_alone=is_first and here.is_alone)
    told = _recompute(tx, place, done, checklists, sender, growth, is_first=is_first)
    _note(tx, asked, place, done, growth.reached, sender, told)
    return ScopeAnswer(asked.inspection, growth.reached, growth.missing, done.answers)


def _checklists(library: Library, place: Place | None) -> list[Checklist]:
    return [library.get(code, version) for code, version in place.checklists] if place else []


def _refusal(place: Place | None, sender: _Sender) -> str | None:
    if place is None:
        return "unknown-inspection"
    if sender.is_revoked:
        return "device-revoked"
    return refusal(State(place.state), Membership(place.is_member, place.is_removed))


def _store(tx: Tx, place: Place, done: Sorted, sender: _Sender, *, after: int) -> None:
    """Append the accepted operations to the inspection's log and answer with their places in it.

    The row of the inspection is locked, so the newest place is its counter: gapless, and no reader can miss one.
    """
    if not done.accepted:
        return
    for seq, each in enumerate(done.accepted, start=after + 1):
        done.answers[each.id] = ("ok", seq, None)
    operations.append(
        tx,
        done.accepted,
        after=after,
        agency=place.agency,
        inspection=place.id,
        device=sender.device,
        person=sender.actor.id,
        received_at=sender.at,
    )


def _hold(tx: Tx, asked: ScopePush, place: Place | None, held: list[Arrival], sender: _Sender) -> None:
    if held:
        shared = {
            "agency_id": place.agency if place else sender.actor.agency,
            "inspection_id": place.id if place else None,
            "claimed_inspection": str(asked.inspection),
            "device_id": sender.device,
            "person_id": sender.actor.id,
            "received_at": sender.at,
        }
        operations.hold(
            tx,
            [
                {
                    **shared,
                    "id": UUID(each.id),
                    "n": each.n,
                    "body": each.body,
                    "body_sha256": each.sha256,
                    "code": each.code,
                }
                for each in held
            ],
        )


# --- what it amounts to -----------------------------------------------------------------------------


def _recompute(
    tx: Tx,
    place: Place,
    done: Sorted,
    checklists: list[Checklist],
    sender: _Sender,
    growth: Growth,
    *,
    is_first: bool,
) -> dict[str, object]:
    """Fold the inspection anew and write what it says; the facts for the audit come back."""
    before = State(place.state)
    state = after(before, (each.body["k"] for each in done.accepted))
    values: dict[str, Any] = {"held": place.held + len(done.held)} if done.held else {}
    told: dict[str, object] = {}
    later = derive.Later()
    manifest = place.manifest
    if done.accepted:
        folded = fold(_entries(tx, place, done, sender, is_first=is_first))
        on = _day_of_visit(place, done, sender)
        stands, counted = derive.counters(folded, on, checklists)
        derive.photos(
            tx, place, [each.body for each in done.accepted], folded, person=sender.actor.id, skew=sender.skew
        )
        values |= counted | _begun(place, done, sender)
        manifests = [each.body["manifest"] for each in done.accepted if each.body["k"] == "submit"]
        if manifests:
            manifest = values["manifest"] = declared(before, place.manifest, manifests)
        values["photos_missing"] = inspections.photos_missing(tx, place.id) if counted["photos"] else 0
        if place.submitted_at or state in HAS_VIOLATIONS:
            told |= derive.violations(tx, place, folded, stands, on=on, now=sender.at, later=later).plain()
    if done.accepted or growth.reached != growth.before:
        missing = values.get("photos_missing", place.photos_missing)
        state = settle(tx, place, state, manifest, missing=missing, growth=growth)
    if state is not before:
        values |= state_columns(place, state, sender.at)
        told["state"] = [str(before), str(state)]
        tell_team(tx, place)
    reached = growth.reached if growth.reached != growth.before else None
    on_the_way = results.write(
        tx, place.id, device=sender.device, reached=reached, found=later.found, values=values, near=later.near
    )
    derive.tell(tx, on_the_way)
    return told


def _entries(tx: Tx, place: Place, done: Sorted, sender: _Sender, *, is_first: bool) -> list[Entry]:
    """All operations of the inspection; when nothing was there before, those in hand are all."""
    if not is_first:
        return operations.entries(tx, place.id)
    by, device = str(sender.actor.id), str(sender.device)
    return [Entry(each.body, by, device) for each in done.accepted]


def _day_of_visit(place: Place, done: Sorted, sender: _Sender) -> date:
    """The earliest day an opening was written on, by the phone's clock put right; else the day it came."""
    days = [place.visited_on] if place.visited_on else []
    today = local_day(sender.at)
    opened = [each.body["t"] for each in done.accepted if each.body["k"] == "open"]
    days.extend(_plausible(local_day(moment(t, sender.skew)), today) for t in opened)
    return min(days, default=today)


def _plausible(day: date, today: date) -> date:
    return day if today - OLDEST_VISIT <= day <= today else today


def _begun(place: Place, done: Sorted, sender: _Sender) -> dict[str, Any]:
    if place.started_at:
        return {}
    times = [each.body["t"] for each in done.accepted]
    # What no calendar knows is a very early moment, however late it was written.
    began = min(moment(t, sender.skew) for t in (min(times), max(times)))
    return {"started_at": began if sender.at - OLDEST_VISIT <= began <= sender.at else sender.at}


def _note(
    tx: Tx,
    asked: ScopePush,
    place: Place | None,
    done: Sorted,
    reached: Chain,
    sender: _Sender,
    told: Mapping[str, object],
) -> None:
    """One audit row for what one push brought to one inspection; none when it brought nothing new."""
    new = [*done.accepted, *done.held]
    if not new and not told:
        return
    numbers = [each.n for each in new]
    facts: dict[str, object] = {
        "device": str(sender.device),
        "n": [min(numbers, default=0), max(numbers, default=0)],
        "accepted": len(done.accepted),
        "through": reached.through,
        "head": reached.head,
        **told,
    }
    if done.held:
        facts["held"] = dict(Counter(str(each.code) for each in done.held))
    if sender.carrier not in (None, sender.actor.id):
        facts["on_behalf_of"] = str(sender.actor.id)
    if is_notable(sender.skew):
        facts["clock_skew_s"] = round(sender.skew.total_seconds())
    if asked.head and reached.head != asked.head and reached.through >= max(numbers, default=0) > 0:
        facts["phone_head"] = asked.head[:64]  # the phone counts other facts than we do: somebody should look
    agency = place.agency if place else sender.actor.agency
    subject = f"inspection:{asked.inspection}"
    audit.note(
        tx, audit.Entry(agency, sender.carrier or sender.actor.id, "operations.received", subject, sender.at, facts)
    )


def _sealed(
    asked: Mapping[UUID, ScopePush], answers: Mapping[UUID, ScopeAnswer], places: Mapping[UUID, Place], actor: Actor
) -> Iterator[seals.Pushed]:
    for each, sent in asked.items():
        agency = places[each].agency if each in places else actor.agency
        yield seals.Pushed(agency, each, sent.ops, sent.head, sent.seal, answers[each].chain)


def _needed(
    tx: Tx,
    asked: Mapping[UUID, ScopePush],
    answers: Mapping[UUID, ScopeAnswer],
    places: Mapping[UUID, Place],
    actor: Actor,
) -> list[str]:
    """Files behind the photos in this push, and behind this person's earlier ones there, that have not arrived."""
    needed: set[str] = set()
    for inspection, each in asked.items():
        pictures = [op for op in each.ops if isinstance(op, dict) and op.get("k") == "photo"]
        if not pictures:
            continue
        place = places.get(inspection)
        if place is not None:
            needed.update(inspections.blobs_needed(tx, inspection, actor.id))
        held = {op["sha"] for op in pictures if is_hash(op.get("sha")) and _is_held(op, answers[inspection])}
        needed |= held - inspections.complete_blobs(tx, place.agency if place else actor.agency, held)
    return sorted(needed)


def _is_held(op: Mapping[str, Any], answer: ScopeAnswer) -> bool:
    return answer.ops.get(str(op.get("id")), ("", None, None))[0] == "held"
