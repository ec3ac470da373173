"""The operations as rows: appended in bulk, never changed. Past the agency filter: the team is the gate here.

A member of a joint team writes into another agency's inspection; services.receive asks for the membership first.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import psycopg
from sqlalchemy import ColumnElement, bindparam, case, exc, func, insert, literal, null, select, text, union_all
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inspect_app.domain.intake import NOT_IN_CHAIN, Chain, Known
from inspect_app.domain.operations import Entry
from inspect_app.store.tables import DeviceChain, HeldOperation, Operation, Person

_OPERATION = cast("SqlTable", Operation.__table__)
_HELD = cast("SqlTable", HeldOperation.__table__)
_CHAIN = cast("SqlTable", DeviceChain.__table__)
_COPY = (
    "COPY operation (id, agency_id, inspection_id, device_id, n, person_id, kind, item, body, body_sha256, seq,"
    " received_at) FROM STDIN"
)


@dataclass(frozen=True, slots=True)
class NewOperation:
    """An operation about to be stored. `canonical` is its RFC 8785 form, which is also JSON."""

    id: str
    n: int
    kind: str
    item: str | None
    body: Mapping[str, Any]
    canonical: str
    sha256: str
    seq: int


def known(
    tx: Session, inspection: UUID, device: UUID, ids: Sequence[str], low: int
) -> tuple[Chain | None, list[Known]]:
    """The phone's chain; operations with one of these ids, anywhere; this phone's beyond the chain or from `low` on."""
    connection = tx.connection()
    on_postgresql = connection.dialect.name == "postgresql"
    through = select(_CHAIN.c.through).where(_CHAIN.c.inspection_id == inspection, _CHAIN.c.device_id == device)
    reached = func.coalesce(through.scalar_subquery(), 0)
    beyond = case((reached < bindparam("low"), reached + 1), else_=bindparam("low"))
    branches = [
        select(
            literal("chain").label("source"),
            null().label("id"),
            _CHAIN.c.inspection_id,
            _CHAIN.c.device_id,
            _CHAIN.c.through.label("n"),
            _CHAIN.c.head.label("sha256"),
            null().label("seq"),
            null().label("code"),
        ).where(_CHAIN.c.inspection_id == inspection, _CHAIN.c.device_id == device)
    ]
    for source, table, code, seq in (
        ("operation", _OPERATION, null(), _OPERATION.c.seq),
        ("held", _HELD, _HELD.c.code, null()),
    ):
        columns = (
            literal(source),
            table.c.id,
            table.c.inspection_id,
            table.c.device_id,
            table.c.n,
            table.c.body_sha256,
            seq,
            code,
        )
        mine = (table.c.inspection_id == inspection) & (table.c.device_id == device) & (table.c.n >= beyond)
        branches.append(select(*columns).where(_among(table, on_postgresql)))
        branches.append(select(*columns).where(mine))
    given = _array(ids, on_postgresql)
    chain: Chain | None = None
    found: dict[tuple[str, str, str], Known] = {}  # an operation may come out of both branches
    for row in connection.execute(union_all(*branches), {"ids": given, "low": low}):
        if row.source == "chain":
            chain = Chain(row.n, row.sha256)
        else:
            each = Known(
                _plain(row.id), _plain(row.inspection_id), _plain(row.device_id), row.n, row.sha256, row.seq, row.code
            )
            found[row.source, each.id, each.sha256] = each
    return chain, list(found.values())


def _plain(value: object) -> str:
    """An id as text. A union of nothing and an id loses the column's type on SQLite."""
    if value is None:
        return ""
    return str(value) if isinstance(value, UUID) else str(UUID(str(value)))


def _among(table: SqlTable, on_postgresql: bool) -> ColumnElement[bool]:
    if on_postgresql:
        return text(f"{table.name}.id = ANY(CAST(:ids AS uuid[]))")  # type: ignore[return-value]
    return text(f"{table.name}.id IN (SELECT value FROM json_each(:ids))")  # type: ignore[return-value]  # noqa: S608


def _array(ids: Iterable[str], on_postgresql: bool) -> str:
    """Checked ids as one parameter: binding them one by one costs more than finding them."""
    if on_postgresql:
        return "{" + ",".join(ids) + "}"
    return json.dumps([each.replace("-", "") for each in ids])


def append(
    tx: Session,
    rows: Sequence[NewOperation],
    *,
    agency: str,
    inspection: UUID,
    device: UUID,
    person: UUID,
    received_at: datetime,
) -> None:
    """Store accepted operations in one go. Raises IntegrityError when one is here already."""
    connection = tx.connection()
    if connection.dialect.name == "postgresql":
        lines = _lines(rows, agency, f"{inspection}\t{device}", str(person), received_at.isoformat())
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)  # noqa: S101 - what the dialect says it is
        with _told_as_sqlalchemy(), driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write(lines)
        return
    shared = {
        "agency_id": agency,
        "inspection_id": inspection,
        "device_id": device,
        "person_id": person,
        "received_at": received_at,
    }
    connection.execute(
        insert(_OPERATION),
        [
            {
                **shared,
                "id": UUID(row.id),
                "n": row.n,
                "kind": row.kind,
                "item": row.item,
                "body": row.body,
                "body_sha256": row.sha256,
                "seq": row.seq,
            }
            for row in rows
        ],
    )


def _lines(rows: Sequence[NewOperation], agency: str, place: str, person: str, at: str) -> str:
    """COPY's text format. Only the body can hold a backslash: items and kinds are checked words, the rest are ids."""
    return "".join(
        f"{row.id}\t{agency}\t{place}\t{row.n}\t{person}\t{row.kind}\t{_null(row.item)}\t"
        f"{row.canonical.replace(chr(92), chr(92) * 2)}\t{row.sha256}\t{row.seq}\t{at}\n"
        for row in rows
    )


def _null(value: str | None) -> str:
    return r"\N" if value is None else value


@contextmanager
def _told_as_sqlalchemy() -> Iterator[None]:
    """COPY goes past SQLAlchemy, its errors must not: whoever tries again looks for SQLAlchemy's."""
    try:
        yield
    except psycopg.IntegrityError as error:
        raise exc.IntegrityError(_COPY, None, error) from error
    except psycopg.OperationalError as error:
        raise exc.OperationalError(_COPY, None, error) from error


def hold(tx: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep operations that wait for a person; what waits already waits once."""
    connection = tx.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(_HELD).on_conflict_do_nothing(), list(rows))


def keep_chain(tx: Session, inspection: UUID, device: UUID, chain: Chain) -> None:
    connection = tx.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    upsert = dialect.insert(_CHAIN)
    upsert = upsert.on_conflict_do_update(
        index_elements=[_CHAIN.c.inspection_id, _CHAIN.c.device_id],
        set_={"through": upsert.excluded.through, "head": upsert.excluded.head},
    )
    connection.execute(
        upsert,
        {"inspection_id": inspection, "device_id": device, "through": chain.through, "head": chain.head},
    )


def chains(tx: Session, inspection: UUID) -> dict[str, Chain]:
    """The chains of all phones of an inspection."""
    found = tx.connection().execute(
        select(_CHAIN.c.device_id, _CHAIN.c.through, _CHAIN.c.head).where(_CHAIN.c.inspection_id == inspection)
    )
    return {str(row.device_id): Chain(row.through, row.head) for row in found}


def body_hashes(tx: Session, inspection: UUID, device: UUID, *, after: int, through: int) -> list[str]:
    """The hashes of one phone's facts, in order of their numbers: after < n ≤ through."""
    branches = [
        select(table.c.n, table.c.body_sha256).where(
            table.c.inspection_id == inspection,
            table.c.device_id == device,
            table.c.n > after,
            table.c.n <= through,
            *([_HELD.c.code.not_in(sorted(NOT_IN_CHAIN))] if table is _HELD else []),
        )
        for table in (_OPERATION, _HELD)
    ]
    rows = tx.connection().execute(union_all(*branches))
    found: dict[int, str] = {row.n: row.body_sha256 for row in rows}
    return [found[n] for n in sorted(found)]


def entries(tx: Session, inspection: UUID) -> list[Entry]:
    """All accepted operations of an inspection."""
    found = tx.connection().execute(
        select(_OPERATION.c.body, _OPERATION.c.person_id, _OPERATION.c.device_id).where(
            _OPERATION.c.inspection_id == inspection
        )
    )
    return [Entry(row.body, str(row.person_id), str(row.device_id)) for row in found]


@dataclass(frozen=True, slots=True)
class Logged:
    """An operation as the pull hands it out."""

    seq: int
    body: dict[str, Any]
    by: UUID
    by_name: str
    device: UUID
    received_at: datetime


def since(tx: Session, inspection: UUID, seq: int, limit: int) -> list[Logged]:
    """The accepted operations after `seq`, oldest first. Only for members of the team: ask that before."""
    found = tx.connection().execute(
        select(
            _OPERATION.c.seq,
            _OPERATION.c.body,
            _OPERATION.c.person_id,
            Person.name,
            _OPERATION.c.device_id,
            _OPERATION.c.received_at,
        )
        .join(Person, Person.id == _OPERATION.c.person_id)
        .where(_OPERATION.c.inspection_id == inspection, _OPERATION.c.seq > seq)
        .order_by(_OPERATION.c.seq)
        .limit(limit)
    )
    return [Logged(*row) for row in found]
