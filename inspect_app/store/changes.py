"""The change log that tells phones what is new: one gapless counter per scope (see ADR 0005).

Scopes: an inspection's id for its operations; `u:<person id>` for what a person is told about visits.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Executable, Table, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inspect_app.store import statements
from inspect_app.store.tables.operations import ChangeRow, ScopeCounter

PENDING = "pending_changes"
_COUNTER = cast("Table", ScopeCounter.__table__)
_CHANGE = cast("Table", ChangeRow.__table__)
_LOG = insert(_CHANGE)


# However many scopes and rows: one trip. The counters are raised, and by that locked, in the order of their names, and
# those that must come after the others after them.
_WRITE_ALL = """
WITH told AS (
    SELECT scope, kind, ref, row_number() OVER (PARTITION BY scope ORDER BY place) AS nth,
           count(*) OVER (PARTITION BY scope) AS many
    FROM unnest(%(scopes)s::text[], %(kinds)s::text[], %(refs)s::text[]) WITH ORDINALITY AS t (scope, kind, ref, place)
), wanted AS (
    SELECT 1 AS turn, scope, count(*) AS many FROM told GROUP BY scope
    UNION ALL SELECT 2, scope, many FROM unnest(%(after)s::text[], %(counts)s::bigint[]) AS t (scope, many)
), raised AS (
    INSERT INTO scope_counter AS here (scope, seq) SELECT scope, many FROM wanted ORDER BY turn, scope
    ON CONFLICT (scope) DO UPDATE SET seq = here.seq + excluded.seq
    RETURNING scope, seq
), logged AS (
    INSERT INTO change_log (scope, seq, kind, ref)
    SELECT scope, raised.seq - told.many + told.nth, kind, ref FROM told JOIN raised USING (scope)
)
SELECT scope, raised.seq - wanted.many + 1 FROM raised JOIN wanted USING (scope) WHERE turn = 2
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a scope's log."""

    kind: str
    ref: str


def person_scope(person: UUID) -> str:
    return f"u:{person}"


def take(tx: Session, scope: str, count: int) -> int:
    """Raise the scope's counter by `count` under its row lock; the first of the new numbers comes back.

    Take several scopes in sorted order only: unsorted writers deadlock.
    """
    raised = statements.run(tx, _raise_by(statements.is_postgresql(tx)), {"scope": scope, "seq": count})
    last: int = raised[0][0]
    return last - count + 1


@cache
def _raise_by(on_postgresql: bool) -> Executable:
    """One statement, also for a new scope. Built once: putting it together costs more than running it."""
    upsert: Any = (postgresql if on_postgresql else sqlite).insert(_COUNTER)
    raised: Executable = upsert.on_conflict_do_update(
        index_elements=[_COUNTER.c.scope], set_={"seq": _COUNTER.c.seq + upsert.excluded.seq}
    ).returning(_COUNTER.c.seq)
    return raised


def append(tx: Session, scope: str, changes: list[Change]) -> int:
    """Write rows into a scope's log; the first number comes back."""
    first = take(tx, scope, len(changes))
    rows = [{"scope": scope, "seq": first + i, "kind": c.kind, "ref": c.ref} for i, c in enumerate(changes)]
    if len(rows) == 1:
        statements.run(tx, _LOG, rows[0])
    elif rows:
        tx.connection().execute(_LOG, rows)
    return first


def tell(tx: Session, person: UUID, kind: str, inspection: UUID) -> None:
    """Let a person's phones know, when this transaction commits. kind: `visit` (look again) or `gone`."""
    pending: dict[str, dict[Change, None]] = tx.info.setdefault(PENDING, defaultdict(dict))
    pending[person_scope(person)][Change(kind, str(inspection))] = None


def write_pending(tx: Session, after: Mapping[str, int]) -> dict[str, int]:
    """Called once, just before the commit, so that locks are held shortly and in sorted order.

    after: further counters to raise when these are written, and by how much; the first of their new numbers comes back.
    """
    pending: dict[str, dict[Change, None]] = tx.info.pop(PENDING, {})
    if pending and statements.is_postgresql(tx):
        rows = [(scope, each.kind, each.ref) for scope, changes in pending.items() for each in changes]
        scopes, kinds, refs = map(list, zip(*rows, strict=True))
        given = {"scopes": scopes, "kinds": kinds, "refs": refs, "after": list(after), "counts": list(after.values())}
        return dict(statements.write(tx, _WRITE_ALL, given))
    for scope in sorted(pending):
        append(tx, scope, list(pending[scope]))
    return {scope: take(tx, scope, after[scope]) for scope in sorted(after)}


_SINCE = (
    select(_CHANGE.c.seq, _CHANGE.c.kind, _CHANGE.c.ref)
    .where(_CHANGE.c.scope == bindparam("scope"), _CHANGE.c.seq > bindparam("after"))
    .order_by(_CHANGE.c.seq)
    .limit(bindparam("most"))
)
_HEAD = select(_COUNTER.c.seq).where(_COUNTER.c.scope == bindparam("scope"))


@dataclass(frozen=True, slots=True)
class Logged(Change):
    """A row as it stands in the log."""

    seq: int


def since(tx: Session, scope: str, seq: int, limit: int) -> list[Logged]:
    """The rows of one scope after `seq`, oldest first."""
    found = statements.run(tx, _SINCE, {"scope": scope, "after": seq, "most": limit})
    return [Logged(kind, ref, at) for at, kind, ref in found]


def head(tx: Session, scope: str) -> int:
    """The newest number of a scope; 0 where nothing happened yet."""
    found = statements.run(tx, _HEAD, {"scope": scope})
    return int(found[0][0]) if found else 0
