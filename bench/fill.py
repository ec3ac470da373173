"""Filling a PostgreSQL database fast: whole inspections and violations made inside the server, for sizes of years."""

import time
from typing import Any

import psycopg

from bench.ground import AGENCY, Installation

# A load, not a measurement: what is measured runs with everything on again.
LOADING = ("SET synchronous_commit = off", "SET maintenance_work_mem = '512MB'", "SET work_mem = '64MB'")
STEP = 5_000


def inspections(installation: Installation, count: int) -> None:
    """`count` copies of one inspection that was really received: its operations, log, chain, counters, violations.

    The bodies are copied as they are; ids, numbers and places in the log are each copy's own.
    """
    began = time.monotonic()
    with psycopg.connect(dsn(installation), autocommit=True) as connection:
        for each in LOADING:
            connection.execute(each)
        like = _pattern(connection)
        connection.execute(
            "CREATE UNLOGGED TABLE fill_visit AS SELECT gen_random_uuid() AS id, gen_random_uuid() AS device,"
            " i AS n FROM generate_series(1, %s) i",
            [count],
        )
        connection.execute("CREATE INDEX ON fill_visit (n)")
        definitions = drop_indexes(connection, "operation")
        for low in range(1, count + 1, STEP):
            _copy(connection, like, low, low + STEP - 1)
        for each in definitions:
            connection.execute(each)
        connection.execute("DROP TABLE fill_visit")
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    print(f"  {count:,} inspections stored in {time.monotonic() - began:.0f} s")


def dsn(installation: Installation) -> str:
    return installation.url.replace("postgresql+psycopg://", "postgresql://")


def _pattern(connection: "psycopg.Connection[Any]") -> str:
    row = connection.execute(
        "SELECT id FROM inspection WHERE agency_id = %s AND submitted_at IS NOT NULL AND photos = 0 LIMIT 1", [AGENCY]
    ).fetchone()
    assert row is not None, "push one inspection first"
    return str(row[0])


def drop_indexes(connection: "psycopg.Connection[Any]", table: str) -> list[str]:
    """Indexes are built faster at the end; the statements that bring them and the keys back.

    Foreign keys and checks go too: what is loaded is made of rows that keep them.
    """
    keys = connection.execute(
        "SELECT conname, pg_get_constraintdef(oid), contype::text FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('u', 'p', 'f') ORDER BY contype = 'f'",
        [table],
    ).fetchall()
    others = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND schemaname = 'public'"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)",
        [table, table],
    ).fetchall()
    for name, _, _ in keys:
        # A key that others point at (a step at its violation) stays.
        if not _is_referenced(connection, table) or name[:2] != "pk":
            connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in others:
        connection.execute(f'DROP INDEX "{name}"')
    back = [
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'
        for name, definition, _ in keys
        if not (_is_referenced(connection, table) and name[:2] == "pk")
    ]
    return [*(definition for _, definition in others), *back]


def _is_referenced(connection: "psycopg.Connection[Any]", table: str) -> bool:
    found = connection.execute(
        "SELECT 1 FROM pg_constraint WHERE confrelid = %s::regclass AND contype = 'f' LIMIT 1", [table]
    ).fetchone()
    return found is not None


def _columns(connection: "psycopg.Connection[Any]", table: str) -> list[str]:
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'"
        " ORDER BY ordinal_position",
        [table],
    ).fetchall()
    return [str(row[0]) for row in rows]


# What is each copy's own; every other column is the pattern's.
OWN: dict[str, dict[str, str]] = {
    "inspection": {"id": "v.id", "number": "'OLD-' || v.n"},
    "team_member": {"inspection_id": "v.id"},
    "inspection_checklist": {"inspection_id": "v.id"},
    "operation": {"id": "gen_random_uuid()", "inspection_id": "v.id", "device_id": "v.device"},
    "device_chain": {"inspection_id": "v.id", "device_id": "v.device"},
    "scope_counter": {"scope": "v.id::text"},
    "change_log": {"scope": "v.id::text"},
    "violation": {"id": "gen_random_uuid()", "inspection_id": "v.id", "code": "'OLD-' || v.n || '/' || p.item"},
}
WHERE = {
    "inspection": "p.id = %(like)s::uuid",
    "scope_counter": "p.scope = %(like)s",
    "change_log": "p.scope = %(like)s",
}


def _copy(connection: "psycopg.Connection[Any]", like: str, low: int, high: int) -> None:
    with connection.transaction():
        for table, own in OWN.items():
            names = _columns(connection, table)
            values = ", ".join(own.get(name, f'p."{name}"') for name in names)
            where = WHERE.get(table, "p.inspection_id = %(like)s::uuid")
            connection.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {values}"  # noqa: S608 - names of our own tables
                f" FROM fill_visit v CROSS JOIN {table} p WHERE v.n BETWEEN %(low)s AND %(high)s AND {where}",
                {"like": like, "low": low, "high": high},
            )
