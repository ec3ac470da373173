"""What a phone has not seen yet: scope by scope, in order, up to a number of bytes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.services import markers, visits
from inspect_app.store import changes as log
from inspect_app.store import held, inspections, operations
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx

KEPT_AFTER_APPROVAL = timedelta(days=30)
SMALLEST_PAGE, LARGEST_PAGE, PAGE = 4 * 1024, 1024 * 1024, 256 * 1024
MOST_ROWS = 500
DECISION = "decision"  # a kind of news in a person's own scope


@dataclass(frozen=True, slots=True)
class Pull:
    """How far a phone has read each scope."""

    epoch: str | None
    read: Mapping[str, int]
    limit_bytes: int = PAGE


@dataclass(frozen=True, slots=True)
class Page:
    """heads: every scope the person may see now. changes: scope → [(seq, JSON text)], oldest first."""

    epoch: str
    heads: Mapping[str, int]
    changes: Mapping[str, list[tuple[int, str]]]
    more: bool
    backup: int | None


def pull(tx: Tx, asked: Pull, *, actor: Actor, now: datetime, library: Library) -> Page:
    """The next page. RuleBroken "epoch-changed": what the phone has read belongs to another database."""
    epoch, backup = markers.both(tx)
    if asked.epoch is not None and asked.epoch != epoch:
        raise RuleBroken("epoch-changed", epoch=epoch)
    own = log.person_scope(actor.id)
    team = sorted(inspections.of_person(tx, actor.id, finished_since=now - KEPT_AFTER_APPROVAL))
    written = operations.heads(tx, team)
    heads = {own: log.head(tx, own)} | {str(each): seq for each, seq in written.items()}
    room = min(max(asked.limit_bytes, SMALLEST_PAGE), LARGEST_PAGE)
    changes: dict[str, list[tuple[int, str]]] = {}
    more = False
    for scope, head in heads.items():
        read = asked.read.get(scope, 0)
        read = read if 0 <= read <= head else 0
        if read == head:
            continue
        found = _told(tx, scope, read, actor, library, now) if scope == own else _written(tx, scope, read)
        if not found:
            continue
        page, used = _cut(found, room, is_first=not changes)
        room -= used
        if page:
            changes[scope] = page
        if not page or page[-1][0] < head:
            more = True
            break
    return Page(epoch, heads, changes, more, backup)


def _cut(found: list[tuple[int, str]], room: int, *, is_first: bool) -> tuple[list[tuple[int, str]], int]:
    """As much as there is room for; of a whole page at least one change: a phone must always get on."""
    used = 0
    for count, (_, text) in enumerate(found):
        size = len(text.encode())
        if used + size > room and (count or not is_first):
            return found[:count], used
        used += size
    return found, used


def _written(tx: Tx, scope: str, read: int) -> list[tuple[int, str]]:
    """Operations of one inspection, everybody's."""
    return [
        (
            each.seq,
            _json(
                {
                    "op": each.body,
                    "by": str(each.by),
                    "by_name": each.by_name,
                    "device": str(each.device),
                    "received": int(each.received_at.timestamp() * 1000),
                }
            ),
        )
        for each in operations.since(tx, UUID(scope), read, MOST_ROWS)
    ]


def _told(tx: Tx, scope: str, read: int, actor: Actor, library: Library, now: datetime) -> list[tuple[int, str]]:
    """News about visits. One that is named several times is rendered once, at its newest place."""
    rows = log.since(tx, scope, read, MOST_ROWS)
    newest = {row.ref: row.seq for row in rows if row.kind != DECISION}
    documents = visits.documents(tx, [UUID(ref) for ref in newest], actor.id, library, now)
    told: list[tuple[int, str]] = []
    for ref, seq in sorted(newest.items(), key=lambda each: each[1]):
        document = documents.get(UUID(ref))
        told.append((seq, _json({"visit": document} if document else {"gone": ref})))
    return sorted(told + _decided(tx, [row for row in rows if row.kind == DECISION], actor))


def _decided(tx: Tx, rows: Sequence[log.Logged], actor: Actor) -> list[tuple[int, str]]:
    """What became of this person's operations that were held."""
    if not rows:
        return []
    decisions = held.told(tx, [UUID(row.ref) for row in rows], actor.id)
    return [
        (row.seq, _json({"decision": _decision(decisions[UUID(row.ref)])}))
        for row in rows
        if UUID(row.ref) in decisions
    ]


def _decision(told: held.Told) -> dict[str, object]:
    return {
        "op": str(told.operation),
        "insp": told.claimed,
        "result": told.result,
        "reason": told.reason,
        "by_name": told.by_name,
        "at": int(told.at.timestamp() * 1000),
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
