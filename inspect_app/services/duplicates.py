"""Which organisations and sites may be the same one entered twice: found by keys, weighed, left for a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any
from uuid import UUID, uuid4

from inspect_app.domain import match_keys
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.likeness import LIKELY, Entry, Likeness, Place, compare, compare_places
from inspect_app.domain.people import Actor
from inspect_app.services.chore import Tools
from inspect_app.store import audit
from inspect_app.store import duplicates as store
from inspect_app.store.database import Tx
from inspect_app.store.duplicates import Pair, Row
from inspect_app.store.tables import DuplicatePair, Organisation, Site

KINDS = ("organisation", "site")
AT_ONCE = 1_000
PAGE = 50


@dataclass(frozen=True, slots=True)
class Alike:
    """A pair with its two rows, as the page shows it."""

    pair: DuplicatePair
    first: Any
    second: Any


def look(tools: Tools, now: datetime) -> str:
    """The worker's chore: everything that is new or changed, some rows in each transaction."""
    total = 0
    while True:
        with tools.writing() as tx:
            looked = search(tx, now=now)
            tx.commit()
        total += looked
        if looked == 0:
            return f"{total} mục mới hoặc vừa sửa" if total else ""


def search(tx: Tx, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Look at rows that are new or changed, some at a time; how many were looked at. Safe to run again."""
    return sum(_search(tx, kind, now, limit) for kind in KINDS)


def _search(tx: Tx, kind: str, now: datetime, limit: int) -> int:
    fresh = store.unkeyed(tx, kind, match_keys.RULES, limit)
    if not fresh:
        return 0
    keys = {row.id: _keys(row) for row in fresh}
    store.rekey(tx, kind, keys, match_keys.RULES)
    shared = store.sharing(tx, kind, {key for each in keys.values() for key in each}, match_keys.MOST_SHARED)
    wanted: set[Pair] = set()
    for rows in shared.values():
        wanted |= {_ordered(a, b) for a, b in combinations(rows, 2) if a in keys or b in keys}
    rows_of = store.load(tx, kind, {row for pair in wanted for row in pair})
    _weigh(tx, kind, wanted, rows_of, now)
    return len(fresh)


def _weigh(tx: Tx, kind: str, wanted: set[Pair], rows: Mapping[UUID, Row], now: datetime) -> None:
    seen = store.known_pairs(tx, wanted)
    fresh = []
    for pair in sorted(wanted):
        first, second = (rows.get(each) for each in pair)
        if first is None or second is None:
            continue
        found = likeness(first, second)
        there = seen.get(pair)
        if there is not None:
            if there.state == "open":
                there.score, there.reasons = found.score, [list(each) for each in found.reasons]
        elif found.score >= LIKELY:
            fresh.append(_pair(kind, pair, found, now))
    store.add_pairs(tx, fresh)


def _pair(kind: str, pair: Pair, found: Likeness, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "kind": kind,
        "first_id": pair[0],
        "second_id": pair[1],
        "score": found.score,
        "reasons": [list(each) for each in found.reasons],
        "state": "open",
        "found_at": now,
        "decided_by": None,
        "decided_at": None,
        "note": "",
    }


def likeness(one: Row, other: Row) -> Likeness:
    if isinstance(one, Organisation) and isinstance(other, Organisation):
        return compare(entry_of(one), entry_of(other))
    if isinstance(one, Site) and isinstance(other, Site) and one.organisation_id == other.organisation_id:
        return compare_places(place_of(one), place_of(other))
    return Likeness(0, ())


def page(
    tx: Tx, kind: str, *, after: tuple[int, UUID] | None = None, limit: int = PAGE
) -> tuple[list[Alike], tuple[int, UUID] | None]:
    """Pairs that wait for a person, most alike first."""
    found = store.open_pairs(tx, kind, least=LIKELY, after=after, limit=limit + 1)
    shown = found[:limit]
    rows = store.load(tx, kind, {each for pair in shown for each in (pair.first_id, pair.second_id)})
    alike = [
        Alike(pair, rows[pair.first_id], rows[pair.second_id])
        for pair in shown
        if pair.first_id in rows and pair.second_id in rows
    ]
    return alike, ((shown[-1].score, shown[-1].id) if len(found) > limit else None)


def open_with(tx: Tx, *rows: UUID) -> list[DuplicatePair]:
    """Pairs that wait for a person and that one of these rows is in."""
    return [pair for row in rows for pair in store.pairs_with(tx, row) if pair.score >= LIKELY]


def get(tx: Tx, pair_id: UUID) -> DuplicatePair:
    """RuleBroken "unknown-pair"."""
    pair = tx.get(DuplicatePair, pair_id)
    if pair is None:
        raise RuleBroken("unknown-pair")
    return pair


def keep_apart(tx: Tx, pair_id: UUID, *, reason: str, actor: Actor, now: datetime) -> DuplicatePair:
    """A person says they are two; the pair is not shown again. The same again changes nothing."""
    pair = get(tx, pair_id)
    if pair.state == "open":
        pair.state, pair.decided_by, pair.decided_at, pair.note = "different", actor.id, now, reason
        facts: dict[str, object] = {"first": str(pair.first_id), "second": str(pair.second_id), "reason": reason}
        audit.note(tx, audit.Entry(actor.agency, actor.id, f"{pair.kind}.kept-apart", f"pair:{pair.id}", now, facts))
    return pair


def _keys(row: Row) -> list[str]:
    if isinstance(row, Organisation):
        return match_keys.of_organisation(entry_of(row))
    return match_keys.of_site(row.organisation_id.hex, row.commune_code, row.name)


def entry_of(row: Organisation) -> Entry:
    return Entry(row.name, row.tax_code or "", row.address, row.phone, row.representative, row.household)


def place_of(row: Site) -> Place:
    return Place(row.name, row.address, row.lat, row.lon)


def _ordered(one: UUID, other: UUID) -> Pair:
    return (one, other) if str(one) < str(other) else (other, one)
