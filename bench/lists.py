"""The follow-up list as an Excel file: 10,000 and 100,000 rows, time, CPU and memory of a process of its own."""

import json
import resource
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import psycopg

from bench import ground, measure, years
from bench.fill import dsn
from bench.ground import Installation
from bench.results import Table
from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.services import follow_up
from inspect_app.services.follow_up import Entry
from inspect_app.services.registry import Filter
from inspect_app.store.database import open_engine, open_transactions

SIZES = (10_000, 100_000)
MADE = 101_000
TIMES = 3


def main(*, quick: bool = False) -> None:
    sizes = (2_000,) if quick else SIZES
    years.SITES, years.VIOLATIONS = (1_000, 2_100) if quick else (20_000, MADE)
    columns = ["rows", "seconds", "CPU seconds", "of them PostgreSQL", "MB of memory", "MB of file"]
    table = Table("lists", "The follow-up list as an Excel file", columns)
    with ExitStack() as stack:
        cluster = stack.enter_context(ground.cluster())
        installation = Installation(cluster.url(cluster.create()), coordinator=True)
        stack.callback(installation.close)
        years.load(installation)
        _open_all(installation)
        server = ground.postmaster(cluster)
        for size in sizes:
            tries = [_measured(installation.url, size, server) for _ in range(1 if quick else TIMES)]
            table.add(*min(tries, key=lambda each: each[1]))
    table.notes += [
        "all agencies, the earliest deadline first, NĐ 30 heading, eighteen columns; PostgreSQL; the best of three",
        "goals: 10,000 rows in 3 s; 100,000 rows in less than 200 MB",
    ]
    table.keep()


def _open_all(installation: Installation) -> None:
    """The list is about what is open: nine tenths of years of work are not."""
    with psycopg.connect(dsn(installation), autocommit=True) as connection:
        connection.execute("UPDATE violation SET remedy_status = 'remedying'")
        connection.execute("VACUUM ANALYZE violation")


def _measured(url: str, size: int, server: int) -> tuple[int, float, float, float, float, float]:
    before = measure.cpu_seconds(server)
    words = [sys.executable, "-m", "bench.lists", url, str(size)]
    told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    theirs = measure.cpu_seconds(server) - before
    return told["rows"], told["seconds"], told["cpu"] + theirs, theirs, told["memory"], told["size"]


def one(url: str, size: int) -> None:
    """In a process of its own: what it uses is what the list costs."""
    engine = open_engine(url)
    began, cpu = time.perf_counter(), time.process_time()
    with TemporaryDirectory() as folder, open_transactions(engine)[0]() as tx:
        tx.info["scope"] = EVERY_AGENCY
        path, every = Path(folder) / "list.xlsx", follow_up.every

        def some(*given: object, **more: object) -> "list[Entry] | object":
            """The first rows of the list, read as the whole list is."""
            rows = every(*given, **more)  # type: ignore[arg-type]  # handed on as they came
            return (entry for entry, _ in zip(rows, range(size), strict=False))

        with patch.object(follow_up, "every", some):
            rows = follow_up.write(tx, path, Filter(), agency=follow_up.COORDINATOR, now=datetime.now(UTC))
        seconds, used = time.perf_counter() - began, time.process_time() - cpu
        size_mb = path.stat().st_size / 1e6
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"rows": rows, "seconds": seconds, "cpu": used, "memory": memory, "size": size_mb}
    print(json.dumps({name: round(value, 2) for name, value in told.items()}))


if __name__ == "__main__":
    one(sys.argv[1], int(sys.argv[2]))
