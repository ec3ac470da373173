"""Filling a PostgreSQL database fast: whole inspections and violations made inside the server, for sizes of years."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg

from bench.ground import PROVINCE, Installation

Load = TypeVar("Load")
# A load, not a measurement: what is measured runs with everything on again.
LOADING = ("SET synchronous_commit = off", "SET maintenance_work_mem = '512MB'", "SET work_mem = '64MB'")
STEP = 5_000
VISITS_A_SITE = 8
YEARS = 5
# An inspection of 130 operations with their indexes, its violations and its share of the write-ahead log.
BYTES_EACH = 160_000


def check_room(count: int) -> None:
    """Stop before the disk is full: PostgreSQL's folder is a temporary one."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    needed = count * BYTES_EACH
    assert free > needed, f"{count:,} inspections need {needed / 1e9:.0f} GB; {free / 1e9:.0f} GB are free"


def inspections(installation: Installation, count: int) -> None:
    """`count` copies of one inspection that was really received: its operations, chain, violations, audit row.

    The bodies are copied as they are. Ids (of operations by their time, as phones make them), numbers, days over five
    years, sites of eight visits each, agencies and people are each copy's own; most are approved, as old ones are.
    """
    check_room(count)
    began = time.monotonic()
    with psycopg.connect(dsn(installation), autocommit=True) as connection:
        for each in LOADING:
            connection.execute(each)
        like = _pattern(connection)
        _make_visits(connection, installation, count)
        definitions = [drop_indexes(connection, table) for table in LARGE]
        steps = [(low, low + STEP - 1) for low in range(1, count + 1, STEP)]
        _side_by_side(installation, lambda own, step: _copy(own, like, *step), steps)
        _side_by_side(installation, _execute_all, definitions)
        for each in AUDIT:
            connection.execute(each)
        connection.execute("DROP TABLE fill_visit, fill_site")
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    print(f"  {count:,} inspections stored in {time.monotonic() - began:.0f} s")


def _side_by_side(
    installation: Installation, do: "Callable[[psycopg.Connection[Any], Load], None]", loads: Sequence[Load]
) -> None:
    """Every load once, over as many connections as PostgreSQL has processors here: loading is bound by them."""

    def work(load: Load) -> None:
        with psycopg.connect(dsn(installation), autocommit=True) as connection:
            for each in LOADING:
                connection.execute(each)
            do(connection, load)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(work, loads))


def _execute_all(connection: "psycopg.Connection[Any]", statements: Sequence[str]) -> None:
    for each in statements:
        connection.execute(each)


def dsn(installation: Installation) -> str:
    return installation.url.replace("postgresql+psycopg://", "postgresql://")


def _pattern(connection: "psycopg.Connection[Any]") -> str:
    row = connection.execute(
        "SELECT id FROM inspection WHERE submitted_at IS NOT NULL AND photos = 0 ORDER BY id LIMIT 1"
    ).fetchone()
    assert row is not None, "push one inspection first"
    return str(row[0])


def _make_visits(connection: "psycopg.Connection[Any]", installation: Installation, count: int) -> None:
    """Sites with their organisations, and for every visit what is its own."""
    told = {
        "count": count,
        "sites": max(1, count // VISITS_A_SITE),
        "people": [person for person, _ in installation.inspectors],
        "agencies": list(PROVINCE),
        "days": YEARS * 365,
    }
    connection.execute(
        "CREATE UNLOGGED TABLE fill_site AS SELECT gen_random_uuid() AS site, gen_random_uuid() AS organisation, i AS n"
        " FROM generate_series(1, %(sites)s) i",
        told,
    )
    connection.execute(
        "INSERT INTO organisation (id, name, household, representative, phone, address, invented, search_key,"
        " created_at) SELECT organisation, 'Công ty ' || n, false, '', '', 'Tổ 1', true, 'cong ty ' || n, now()"
        " FROM fill_site"
    )
    connection.execute(
        "INSERT INTO site (id, kind, name, address, commune_code, sector, organisation_id, lat, lon, contacts,"
        " search_key, created_at) SELECT s.site, 'works', 'Công trình ' || n, 'Tổ 1',"
        " c.codes[1 + n %% array_length(c.codes, 1)], 'XDK', organisation, 21.6, 105.85, '[]', 'cong trinh ' || n,"
        " now() FROM fill_site s, (SELECT array_agg(code ORDER BY code) AS codes FROM commune) c",
        told,
    )
    connection.execute(
        "CREATE UNLOGGED TABLE fill_visit AS"
        " SELECT gen_random_uuid() AS id, gen_random_uuid() AS device, i AS n, s.site, s.organisation,"
        " (%(people)s::uuid[])[1 + i %% cardinality(%(people)s::uuid[])] AS person,"
        " (%(agencies)s::text[])[1 + i %% cardinality(%(agencies)s::text[])] AS agency,"
        " current_date - 30 - (i::bigint * %(days)s / %(count)s)::int AS day"
        " FROM generate_series(1, %(count)s) i JOIN fill_site s ON s.n = 1 + i %% %(sites)s",
        told,
    )
    connection.execute("CREATE INDEX ON fill_visit (n)")
    connection.execute("ANALYZE fill_visit, fill_site, site, organisation")


def drop_indexes(connection: "psycopg.Connection[Any]", table: str) -> list[str]:
    """Indexes are built faster at the end; the statements that bring them and the keys back.

    Foreign keys go too, and come back without a look at what is there: it is made of rows that keep them.
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
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}{" NOT VALID" if kind == "f" else ""}'
        for name, definition, kind in keys
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


LARGE = ("operation", "violation")
# By its time first, as phones make them: what is new goes to one end of the index.
_BY_TIME = (
    "encode(substring(int8send((extract(epoch FROM v.day) * 1000)::bigint + p.n) FROM 3)"
    " || substring(uuid_send(gen_random_uuid()) FROM 7), 'hex')::uuid"
)
_APPROVED = "CASE WHEN v.n % 50 = 0 THEN p.state ELSE 'approved' END"
# What is each copy's own; every other column is the pattern's.
OWN: dict[str, dict[str, str]] = {
    "inspection": {
        "id": "v.id",
        "number": "'OLD-' || v.n",
        "agency_id": "v.agency",
        "site_id": "v.site",
        "organisation_id": "v.organisation",
        "window_start": "v.day",
        "window_end": "v.day",
        "visited_on": "v.day",
        "created_at": "v.day",
        "approved_at": "v.day + 1",
        "state": _APPROVED.replace("%", "%%"),
    },
    "team_member": {"inspection_id": "v.id", "person_id": "v.person"},
    "inspection_checklist": {"inspection_id": "v.id"},
    "operation": {
        "id": _BY_TIME,
        "inspection_id": "v.id",
        "device_id": "v.device",
        "agency_id": "v.agency",
        "person_id": "v.person",
        "received_at": "v.day",
    },
    "device_chain": {"inspection_id": "v.id", "device_id": "v.device"},
    "violation": {
        "id": "gen_random_uuid()",
        "inspection_id": "v.id",
        "code": "'OLD-' || v.n || '/' || p.item",
        "agency_id": "v.agency",
        "site_id": "v.site",
        "organisation_id": "v.organisation",
        "author_id": "v.person",
        "owner_id": "v.person",
        "found_on": "v.day",
        "deadline": "v.day + 20",
        "recorded_at": "v.day + interval '10 hours'",
        "search_key": "'old-' || v.n || ' ' || p.search_key",
        "remedy_status": "CASE WHEN v.n %% 20 = 0 THEN p.remedy_status ELSE 'closed' END",
    },
}
# The audit of each agency goes on behind what it has; the hashes of what is loaded are not of its content.
AUDIT = (
    (
        "INSERT INTO audit (agency_id, seq, at, actor_id, action, subject, facts, hash)"
        " SELECT v.agency, coalesce(c.seq, 0) + row_number() OVER (PARTITION BY v.agency ORDER BY v.n), v.day,"
        " v.person, 'operations.received', 'inspection:' || v.id, l.facts, encode(sha256(v.id::text::bytea), 'hex')"
        " FROM fill_visit v LEFT JOIN scope_counter c ON c.scope = 'audit:' || v.agency,"
        " (SELECT facts FROM audit WHERE action = 'operations.received' LIMIT 1) l"
    ),
    (
        "INSERT INTO scope_counter (scope, seq) SELECT 'audit:' || agency_id, max(seq) FROM audit GROUP BY agency_id"
        " ON CONFLICT (scope) DO UPDATE SET seq = excluded.seq"
    ),
)


def _copy(connection: "psycopg.Connection[Any]", like: str, low: int, high: int) -> None:
    with connection.transaction():
        for table, own in OWN.items():
            names = _columns(connection, table)
            values = ", ".join(own.get(name, f'p."{name}"') for name in names)
            where = "p.id" if table == "inspection" else "p.inspection_id"
            connection.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {values}"  # noqa: S608 - names of our own tables
                f" FROM fill_visit v CROSS JOIN {table} p"
                f" WHERE v.n BETWEEN %(low)s AND %(high)s AND {where} = %(like)s::uuid",
                {"like": like, "low": low, "high": high},
            )
