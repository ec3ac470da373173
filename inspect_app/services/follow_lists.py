"""Follow-up lists that people keep: named filters, sent in their rhythm, compared with how they stood before."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.follow_lists import A_MONTH, Comparison, Every, Seen, compare, next_day, pack, unpack
from inspect_app.domain.people import Actor, Role
from inspect_app.services.follow_up import narrowed
from inspect_app.services.registry import Filter
from inspect_app.store import audit, registry
from inspect_app.store import follow_lists as store
from inspect_app.store.database import Tx
from inspect_app.store.tables import FollowList, FollowRun, Person

SHOWN_RUNS = 36
# A snapshot of more is a register, not a list to follow up.
MOST_ROWS = 100_000
# How a field of the filter is read back from JSON; texts, numbers and ticks are what they are.
_READ: dict[str, Callable[[str], object]] = {
    each.name: read
    for each in fields(Filter)
    for kind, read in (("UUID", UUID), ("datetime.date ", date.fromisoformat))
    if kind in f"{each.type} "
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form of a list says."""

    id: UUID
    name: str
    shared: bool
    every: Every
    wanted: Filter
    readers: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One list: how it stood, and what changed since last month (None: it has not run before)."""

    row: FollowList
    filter: Filter
    runs: list[FollowRun]
    before: FollowRun | None
    comparison: Comparison | None
    readers: list[Person]
    mine: bool  # the reader may change it


def pack_filter(wanted: Filter) -> dict[str, Any]:
    """Plain JSON, without what narrows nothing."""
    return {name: str(each) if name in _READ else each for name, each in asdict(wanted).items() if each}


def unpack_filter(packed: Mapping[str, Any]) -> Filter:
    read: dict[str, Any] = {name: _READ[name](each) if name in _READ else each for name, each in packed.items()}
    return Filter(**read)


def of_reader(tx: Tx, *, actor: Actor) -> list[FollowList]:
    return store.of_reader(tx, actor.id)


def keep(tx: Tx, wanted: Wanted, *, actor: Actor, now: datetime) -> FollowList:
    """A new list, or the list changed. Sent twice it is kept once. RuleBroken: unknown-list, list-not-yours."""
    row = store.one(tx, wanted.id)
    today = local_day(now)
    values: dict[str, Any] = {
        "name": wanted.name,
        "shared": wanted.shared,
        "filters": pack_filter(wanted.wanted),
        "every": wanted.every.value,
        "readers": [str(each) for each in _own_people(tx, wanted.readers or (actor.id,), actor)],
    }
    if row is None:
        row = FollowList(id=wanted.id, agency_id=actor.agency, person_id=actor.id, created_at=now, **values)
        row.next_on = next_day(wanted.every, today)
        tx.add(row)
    else:
        _check_mine(row, actor)
        if row.every != wanted.every:
            row.next_on = next_day(wanted.every, today)
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
    tx.flush()
    told: dict[str, object] = {"name": row.name, "every": row.every, "filters": dict(row.filters)}
    audit.note(tx, audit.Entry(row.agency_id, actor.id, "follow-list.kept", f"follow-list:{row.id}", now, told))
    return row


def delete(tx: Tx, list_id: UUID, *, actor: Actor, now: datetime) -> None:
    """It is sent no more; what stood on it stays."""
    row = _known(tx, list_id, actor)
    _check_mine(row, actor)
    row.deleted_at, row.next_on = now, None
    audit.note(tx, audit.Entry(row.agency_id, actor.id, "follow-list.deleted", f"follow-list:{row.id}", now, {}))


def read(tx: Tx, list_id: UUID, *, actor: Actor, now: datetime) -> Page:
    """How the list stands now, beside how it stood a month ago."""
    row = _known(tx, list_id, actor)
    before = earlier(tx, row.id, local_day(now))
    wanted = unpack_filter(row.filters)
    comparison = comparison_with(tx, before, stand(tx, narrowed(wanted), local_day(now))) if before else None
    readers = store.people(tx, [UUID(each) for each in row.readers])
    mine = _may_change(row, actor)
    return Page(row, wanted, store.runs(tx, list_id, limit=SHOWN_RUNS), before, comparison, readers, mine)


def stand(tx: Tx, wanted: Filter, today: date) -> dict[UUID, Seen]:
    """What is on the list at this moment. RuleBroken "too-many-rows"."""
    found = registry.standing(tx, wanted, today=today, most=MOST_ROWS + 1)
    if len(found) > MOST_ROWS:
        raise RuleBroken("too-many-rows", most=MOST_ROWS)
    return {key: Seen(remedy, deadline is not None and deadline < today) for key, remedy, deadline in found}


def earlier(tx: Tx, list_id: UUID, today: date) -> FollowRun | None:
    """The run of a month ago; while the list is younger, its first one before today."""
    found = store.last_before(tx, list_id, today - A_MONTH) or store.first(tx, list_id)
    return found if found is not None and found.day < today else None


def comparison_with(tx: Tx, before: FollowRun, after: Mapping[UUID, Seen]) -> Comparison:
    was = unpack(before.snapshot)
    gone = was.keys() - after.keys()
    return compare(was, after, frozenset(gone - store.still_open(tx, gone)))


def note_run(tx: Tx, row: FollowList, stands: Mapping[UUID, Seen], *, now: datetime) -> FollowRun:
    """Write down what stands on the list today; run again on the same day, the later moment counts."""
    today = local_day(now)
    run = store.run_of(tx, row.id, today) or FollowRun(list_id=row.id, day=today, agency_id=row.agency_id)
    run.at, run.rows = now, len(stands)
    run.overdue = sum(seen.overdue for seen in stands.values())
    run.snapshot = pack(stands)
    tx.add(run)
    return run


def note_now(tx: Tx, list_id: UUID, *, actor: Actor, now: datetime) -> FollowRun:
    """Somebody asks for it."""
    row = _known(tx, list_id, actor)
    return note_run(tx, row, stand(tx, narrowed(unpack_filter(row.filters)), local_day(now)), now=now)


def _known(tx: Tx, list_id: UUID, actor: Actor) -> FollowList:
    row = store.one(tx, list_id)
    if row is None or not (row.shared or row.person_id == actor.id):
        raise RuleBroken("unknown-list", list=str(list_id))
    return row


def _may_change(row: FollowList, actor: Actor) -> bool:
    is_supervisor = actor.role is Role.SUPERVISOR and row.agency_id == actor.agency
    return row.person_id == actor.id or (row.shared and is_supervisor)


def _check_mine(row: FollowList, actor: Actor) -> None:
    if not _may_change(row, actor):
        raise RuleBroken("list-not-yours", list=row.name)


def _own_people(tx: Tx, readers: Collection[UUID], actor: Actor) -> list[UUID]:
    """A list is sent inside the agency only."""
    return [each.id for each in store.people(tx, readers) if each.agency_id == actor.agency]
