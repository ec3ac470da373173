"""A million answers as CSV, Excel, GeoJSON and lines of JSON: time, CPU and memory of a process of its own."""

import json
import resource
import subprocess
import sys
import time
from contextlib import ExitStack
from random import Random
from tempfile import SpooledTemporaryFile
from typing import IO, cast
from uuid import uuid4

import psycopg
from psycopg.types.json import Json

from bench import ground, measure
from bench.fill import LOADING, drop_indexes, dsn
from bench.ground import FORMS, NOW, QUESTIONS, Installation, Questionnaire
from bench.results import Table
from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.outside.table_files import Form
from inspect_app.services import answers
from inspect_app.services.answers import Filter
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import open_engine, open_snapshots
from inspect_app.web.api.answers import SHEET
from inspect_app.web.exports import IN_MEMORY, write

ANSWERS = 1_000_000


def main(*, quick: bool = False) -> None:
    count = 20_000 if quick else ANSWERS
    columns = ["form", "answers", "seconds", "CPU seconds", "of them PostgreSQL", "MB of memory", "MB of file"]
    table = Table("exports", "All answers that stand as one file", columns)
    with ExitStack() as stack:
        cluster = stack.enter_context(ground.cluster())
        installation = Installation(cluster.url(cluster.create()))
        stack.callback(installation.close)
        load(installation, -(-count // QUESTIONS))
        server = ground.postmaster(cluster)
        for form in Form:
            before = measure.cpu_seconds(server)
            words = [sys.executable, "-m", "bench.exports", installation.url, form]
            told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
            theirs = measure.cpu_seconds(server) - before
            cpu = told["cpu"] + theirs
            table.add(form, told["answers"], told["seconds"], cpu, theirs, told["memory"], told["size"])
    table.notes.append(f"inspections of {QUESTIONS} answers with notes, PostgreSQL; goal: 60 s and 200 MB a million")
    table.keep()


def load(installation: Installation, visits: int) -> None:
    """One inspection with all its operations, and copies of it."""
    ((first, *_), *_) = installation.assign(1, "EXPORT")
    device = uuid4()
    operations, _ = Questionnaire(installation.library).operations(device, Random(1), NOW, [])
    began = time.monotonic()
    with psycopg.connect(dsn(installation), autocommit=True) as connection:
        for each in LOADING:
            connection.execute(each)
        connection.execute("UPDATE inspection SET visited_on = window_start WHERE id = %s", [first])
        connection.execute("CREATE UNLOGGED TABLE load_operation (n int, kind text, item text, body json)")
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO load_operation VALUES (%s, %s, %s, %s)",
                [[each["n"], each["k"], each.get("i"), Json(each)] for each in operations],
            )
        connection.execute(
            "CREATE UNLOGGED TABLE load_visit AS SELECT gen_random_uuid() AS id, i FROM generate_series(2, %s) i",
            [visits],
        )
        definitions = drop_indexes(connection, "operation")
        names = [
            row[0]
            for row in connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'inspection'"
            )
        ]
        own = {"id": "v.id", "number": "'EXPORT-' || v.i"}
        values = ", ".join(own.get(name, f'p."{name}"') for name in names)
        connection.execute(
            f"INSERT INTO inspection ({', '.join(names)}) SELECT {values}"  # noqa: S608 - names of our own table
            " FROM load_visit v, inspection p WHERE p.id = %s",
            [first],
        )
        connection.execute(
            "INSERT INTO inspection_checklist (inspection_id, code, version, sha256, position, earlier)"
            " SELECT v.id, code, version, sha256, position, earlier FROM load_visit v, inspection_checklist"
            " WHERE inspection_id = %s",
            [first],
        )
        connection.execute(
            "INSERT INTO operation (id, agency_id, inspection_id, device_id, n, person_id, kind, item, body,"
            " body_sha256, seq, received_at) SELECT gen_random_uuid(), i.agency_id, i.id, %s, o.n, i.created_by,"
            " o.kind, o.item, o.body, repeat('0', 64), o.n, now() FROM inspection i, load_operation o"
            " WHERE i.visited_on IS NOT NULL",
            [device],
        )
        for each in definitions:
            connection.execute(each)
        connection.execute("DROP TABLE load_visit, load_operation")
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    print(f"  {visits:,} inspections loaded in {time.monotonic() - began:.0f} s")


def measured(url: str, form: Form) -> dict[str, float]:
    """What one file costs, with everything that writing it loads."""
    engine = open_engine(url)
    library = Library(FORMS)
    began, counted = time.perf_counter(), 0
    with SpooledTemporaryFile(IN_MEMORY) as spooled, open_snapshots(engine)() as tx:
        file = cast("IO[bytes]", spooled)
        tx.info["scope"] = EVERY_AGENCY
        counted = write(file, SHEET, form, answers.every(tx, Filter(), library=library))
        size = file.tell()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "answers": counted,
        "seconds": time.perf_counter() - began,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1024,
        "size": size / 1e6,
    }


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], Form(sys.argv[2]))))
