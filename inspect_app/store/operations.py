"""The operations as rows: appended in bulk, never changed. Past the agency filter: the team is the gate here.

A member of a joint team writes into another agency's inspection; services.receive asks for the membership first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from struct import Struct
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Executable,
    Integer,
    Uuid,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inspect_app.domain.intake import NOT_IN_CHAIN, Arrival, Chain, Known
from inspect_app.domain.operations import Entry
from inspect_app.store import bulk, statements
from inspect_app.store.tables import DeviceChain, HeldOperation, Operation, Person

_OPERATION = cast("SqlTable", Operation.__table__)
_HELD = cast("SqlTable", HeldOperation.__table__)
_CHAIN = cast("SqlTable", DeviceChain.__table__)
_COPY = (
    "COPY operation (id, agency_id, inspection_id, device_id, n, person_id, kind, item, body, body_sha256, seq,"
    " received_at) FROM STDIN (FORMAT binary)"
)
_BEFORE, _AFTER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_ROW, _LENGTH, _INTEGER, _BIGINT = Struct(">hi"), Struct(">i"), Struct(">ii"), Struct(">iq")
_PG_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """What is here before a push: the phone's chain, the inspection's newest seq, and operations that matter."""

    chain: Chain
    seq: int
    known: list[Known]
    is_alone: bool  # nothing was ever held here of another phone


def known(tx: Session, inspection: UUID, device: UUID, ids: Iterable[str], low: int) -> Found:
    """Operations with one of these ids, anywhere; and this phone's beyond its chain or from number `low` on."""
    connection = tx.connection()
    on_postgresql = connection.dialect.name == "postgresql"
    given = {"ids": statements.listed(ids, on_postgresql), "low": low, "inspection": inspection, "device": device}
    chain, seq, is_alone = Chain(), 0, True
    found: dict[tuple[str, str, str], Known] = {}  # an operation may come out of both branches
    for source, key, place, phone, n, sha256, at, code in statements.run(tx, _known(on_postgresql), given):
        if source == "chain":
            chain = Chain(n, sha256)
        elif source == "seq":
            seq = n or 0
        elif source == "others":
            is_alone = False
        else:
            each = Known(_plain(key), _plain(place), _plain(phone), n, sha256, at, code)
            found[source, each.id, each.sha256] = each
    return Found(chain, seq, list(found.values()), is_alone)


@cache
def _known(on_postgresql: bool) -> CompoundSelect[Any]:
    """One statement for all of it. Built once: putting it together costs more than running it."""
    inspection, device = bindparam("inspection", type_=Uuid()), bindparam("device", type_=Uuid())
    low = bindparam("low", type_=Integer())
    through = select(_CHAIN.c.through).where(_CHAIN.c.inspection_id == inspection, _CHAIN.c.device_id == device)
    reached = func.coalesce(through.scalar_subquery(), 0)
    beyond = case((reached < low, reached + 1), else_=low)
    no_id, no_seq = sql_cast(null(), Uuid()), sql_cast(null(), BigInteger())
    branches: list[Any] = [
        select(
            literal("chain"),
            no_id,
            _CHAIN.c.inspection_id,
            _CHAIN.c.device_id,
            _CHAIN.c.through,
            _CHAIN.c.head,
            no_seq,
            null(),
        ).where(_CHAIN.c.inspection_id == inspection, _CHAIN.c.device_id == device),
        select(literal("seq"), no_id, no_id, no_id, func.max(_OPERATION.c.seq), null(), no_seq, null()).where(
            _OPERATION.c.inspection_id == inspection
        ),
        select(literal("others"), no_id, no_id, no_id, sql_cast(null(), Integer()), null(), no_seq, null()).where(
            exists().where(_HELD.c.inspection_id == inspection, _HELD.c.device_id != device)
        ),
    ]
    for source, table, seq, code in (
        ("operation", _OPERATION, _OPERATION.c.seq, null()),
        ("held", _HELD, no_seq, _HELD.c.code),
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
        branches.append(select(*columns).where(statements.among(table.c.id, "ids", on_postgresql)))
        branches.append(select(*columns).where(mine))
    return union_all(*branches)


def _plain(value: object) -> str:
    """An id as text. A union of nothing and an id loses the column's type on SQLite."""
    if value is None:
        return ""
    return str(value) if isinstance(value, UUID) else str(UUID(str(value)))


def append(
    tx: Session,
    rows: Sequence[Arrival],
    *,
    after: int,
    agency: str,
    inspection: UUID,
    device: UUID,
    person: UUID,
    received_at: datetime,
) -> None:
    """Store accepted operations in one go, numbered from `after` on. Raises IntegrityError when one is here already."""
    connection = tx.connection()
    if connection.dialect.name == "postgresql":
        place = _field(agency.encode()) + _field(inspection.bytes) + _field(device.bytes)
        bulk.copy(connection, _COPY, _packed(rows, after, place, _field(person.bytes), _moment(received_at)))
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
                "kind": row.body["k"],
                "item": row.body.get("i"),
                "body": row.body,
                "body_sha256": row.sha256,
                "seq": seq,
            }
            for seq, row in enumerate(rows, start=after + 1)
        ],
    )


def _packed(rows: Sequence[Arrival], after: int, place: bytes, person: bytes, at: bytes) -> bytes:
    """COPY's binary format: PostgreSQL takes it in without reading ids, numbers and times from text."""
    parts = [_BEFORE]
    for seq, row in enumerate(rows, start=after + 1):
        item = row.body.get("i")
        parts += (
            _ROW.pack(12, 16) + bytes.fromhex(row.id.replace("-", "")),
            place,
            _INTEGER.pack(4, row.n),
            person,
            _field(row.body["k"].encode()),
            _NULL if item is None else _field(item.encode()),
            _LENGTH.pack(len(row.canonical)),  # RFC 8785 is also JSON
            row.canonical,
            _field(row.sha256.encode()),
            _BIGINT.pack(8, seq),
            at,
        )
    parts.append(_AFTER)
    return b"".join(parts)


def _field(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


def _moment(at: datetime) -> bytes:
    return _BIGINT.pack(8, (at - _PG_EPOCH) // timedelta(microseconds=1))


def hold(tx: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep operations that wait for a person; what waits already waits once."""
    connection = tx.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(_HELD).on_conflict_do_nothing(), list(rows))


def keep_chain(tx: Session, inspection: UUID, device: UUID, chain: Chain) -> None:
    """Remember how far a phone's facts have arrived."""
    on_postgresql = statements.is_postgresql(tx)
    statements.run(tx, keeping_chain(on_postgresql), chain_row(inspection, device, chain))


def chain_row(inspection: UUID, device: UUID, chain: Chain) -> dict[str, Any]:
    return {"inspection_id": inspection, "device_id": device, "through": chain.through, "head": chain.head}


@cache
def keeping_chain(on_postgresql: bool) -> Executable:
    """The statement of `keep_chain`, given a `chain_row`."""
    upsert: Any = (postgresql if on_postgresql else sqlite).insert(_CHAIN)
    kept: Executable = upsert.on_conflict_do_update(
        index_elements=[_CHAIN.c.inspection_id, _CHAIN.c.device_id],
        set_={"through": upsert.excluded.through, "head": upsert.excluded.head},
    )
    return kept


_CHAINS = select(_CHAIN.c.device_id, _CHAIN.c.through, _CHAIN.c.head).where(
    _CHAIN.c.inspection_id == bindparam("inspection")
)


def chains(tx: Session, inspection: UUID) -> dict[str, Chain]:
    """The chains of all phones of an inspection."""
    found = statements.run(tx, _CHAINS, {"inspection": inspection})
    return {str(device): Chain(through, head) for device, through, head in found}


def body_hashes(tx: Session, inspection: UUID, device: UUID, *, after: int, through: int) -> list[str]:
    """The hashes of one phone's facts, in order of their numbers: after < n ≤ through."""
    given = {"inspection": inspection, "device": device, "after": after, "through": through}
    found: dict[int, str] = {row[0]: row[1] for row in statements.run(tx, _body_hashes(), given)}
    return [found[n] for n in sorted(found)]


@cache
def _body_hashes() -> Executable:
    """Built once: putting it together costs more than running it."""
    branches = [
        select(table.c.n, table.c.body_sha256).where(
            table.c.inspection_id == bindparam("inspection"),
            table.c.device_id == bindparam("device"),
            table.c.n > bindparam("after"),
            table.c.n <= bindparam("through"),
            *([_HELD.c.code != each for each in sorted(NOT_IN_CHAIN)] if table is _HELD else []),
        )
        for table in (_OPERATION, _HELD)
    ]
    return union_all(*branches)


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


def heads(tx: Session, inspections: Iterable[UUID]) -> dict[UUID, int]:
    """The newest seq of each inspection; 0 where nothing was written yet."""
    asked, on_postgresql = list(inspections), statements.is_postgresql(tx)
    given = {"ids": statements.listed(map(str, asked), on_postgresql)}
    newest = {row[0]: row[1] for row in statements.run(tx, _heads(on_postgresql), given)}
    return {each: newest.get(each, 0) for each in asked}


@cache
def _heads(on_postgresql: bool) -> Executable:
    return (
        select(_OPERATION.c.inspection_id, func.max(_OPERATION.c.seq))
        .where(statements.among(_OPERATION.c.inspection_id, "ids", on_postgresql))
        .group_by(_OPERATION.c.inspection_id)
    )


_SINCE = (
    select(
        _OPERATION.c.seq,
        _OPERATION.c.body,
        _OPERATION.c.person_id,
        Person.name,
        _OPERATION.c.device_id,
        _OPERATION.c.received_at,
    )
    .join(Person, Person.id == _OPERATION.c.person_id)
    .where(_OPERATION.c.inspection_id == bindparam("inspection"), _OPERATION.c.seq > bindparam("after"))
    .order_by(_OPERATION.c.seq)
    .limit(bindparam("most"))
)


def since(tx: Session, inspection: UUID, seq: int, limit: int) -> list[Logged]:
    """The accepted operations after `seq`, oldest first. Only for members of the team: ask that before."""
    found = statements.run(tx, _SINCE, {"inspection": inspection, "after": seq, "most": limit})
    return [Logged(*row) for row in found]
