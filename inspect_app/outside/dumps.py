"""Copies of a whole database while it is in use, and putting such a copy back."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from inspect_app.domain.errors import RuleBroken

SQLITE, POSTGRESQL = "database.sqlite3", "database.dump"


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def name(url: str) -> str:
    """What the copy is called: a SQLite file, or pg_dump's custom format."""
    return SQLITE if is_sqlite(url) else POSTGRESQL


def dump(url: str, into: Path) -> None:
    """One moment of the database. RuleBroken "dump-failed" with what the tool said."""
    parsed = make_url(url)
    if is_sqlite(url):
        here = f"{Path(parsed.database or '').absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(here, uri=True)) as source, closing(sqlite3.connect(into)) as target:
            source.backup(target)
            check_sqlite(target)
        return
    _run(parsed, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-comments", f"--file={into}")


def rows(url: str, copy: Path, table: str, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What a copy itself holds of a table; plain words and numbers only. A table it does not know yet has no rows."""
    if is_sqlite(url):
        with closing(sqlite3.connect(f"{copy.as_uri()}?immutable=1", uri=True)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
                return
            for row in connection.execute(f'SELECT {", ".join(columns)} FROM "{table}"'):  # noqa: S608 - our own names
                yield tuple(map(str, row))
        return
    script = copy.with_name(f".{table}.part")
    try:
        # Without a database to restore into, the tool writes what it would say to one.
        _run(make_url(url), "pg_restore", "--data-only", f"--table={table}", f"--file={script}", str(copy))
        with script.open(encoding="utf-8") as lines:
            head = next((line for line in lines if line.startswith("COPY ")), "")
            names = head[head.find("(") + 1 : head.rfind(")")].split(", ")
            places = [names.index(column) for column in columns] if head else []
            for line in lines if head else ():
                if line == "\\.\n":
                    break
                values = line.rstrip("\n").split("\t")
                yield tuple(values[place] for place in places)
    finally:
        script.unlink(missing_ok=True)


def check_sqlite(connection: sqlite3.Connection) -> None:
    [[said]] = connection.execute("PRAGMA integrity_check").fetchall()[:1]
    if said != "ok":
        raise RuleBroken("dump-failed", said=str(said))


def is_empty(url: str) -> bool:
    """Whether nothing stands in the target yet."""
    parsed = make_url(url)
    if is_sqlite(url):
        return not parsed.database or not Path(parsed.database).exists()
    found = _run(parsed, "psql", "-At", "-c", "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
    return found.strip() == "0"


def restore(url: str, copy: Path, *, aside: str) -> None:
    """Put the copy in place of what is there. What a SQLite file held is moved aside, not deleted."""
    parsed = make_url(url)
    if is_sqlite(url):
        _restore_sqlite(Path(parsed.database or ""), copy, aside)
        return
    schema = _run(parsed, "psql", "-At", "-c", "SELECT current_schema()").strip() or "public"
    anew = f'DROP SCHEMA "{schema}" CASCADE; CREATE SCHEMA "{schema}"'
    _run(parsed, "psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", anew)
    into = (
        "--dbname",
        parsed.database or "",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
    )
    _run(parsed, "pg_restore", *into, str(copy))


def _restore_sqlite(target: Path, copy: Path, aside: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.{aside}.new")
    shutil.copyfile(copy, draft)
    with closing(sqlite3.connect(draft)) as connection:
        check_sqlite(connection)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    for suffix in ("", "-wal", "-shm"):  # a log of the old file must not be played into the new one
        old = target.with_name(target.name + suffix)
        if old.exists():
            old.rename(target.with_name(f"{target.name}.{aside}{suffix}"))
    draft.rename(target)


def _run(url: URL, tool: str, *arguments: str) -> str:
    """A tool of PostgreSQL, told by its environment where to go: a password on a command line is read by everybody."""
    env = {**os.environ, "PGDATABASE": url.database or "", "PGAPPNAME": "inspect"}
    told = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
    env |= {variable: str(value) for variable, value in told.items() if value is not None}
    for variable, key in (("PGHOST", "host"), ("PGPORT", "port"), ("PGSSLMODE", "sslmode")):
        value = url.query.get(key)
        if isinstance(value, str):
            env[variable] = value
    found = shutil.which(tool)
    if found is None:
        raise RuleBroken("dump-failed", said=f"{tool} is not installed")
    done = subprocess.run([found, *arguments], env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuleBroken("dump-failed", said=done.stderr.strip()[-500:])
    return done.stdout
