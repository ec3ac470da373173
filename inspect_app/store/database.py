"""Opens the database, keeps every read inside the reader's agencies, and brings the tables up to date."""

import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from inspect_app.store import append_only, audit
from inspect_app.store.scope import ScopeMissing, across_agencies, narrow

__all__ = [
    "ScopeMissing",
    "Tx",
    "across_agencies",
    "alembic_config",
    "migrate",
    "newest_revision",
    "open_engine",
    "open_glances",
    "open_snapshots",
    "open_transactions",
    "revision",
]

MIGRATIONS = Path(__file__).parent / "migrations"
MOST_OVERFLOW = 2  # connections beyond the pool, for a moment
MOST_GLANCES = 3  # connections for reads of one statement
REPEATED = 3  # a statement is prepared when it comes for this time more


def open_engine(url: str, *, pool_size: int = 8) -> Engine:
    """The engine for a database URL. SQLite: WAL, synchronous=FULL, BEGIN IMMEDIATE for writers (see ADR 0003)."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, pool_size=pool_size, max_overflow=MOST_OVERFLOW, connect_args={"timeout": 30})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    # No ping before each use: a connection that died is replaced, and the transaction done once more (web.request).
    # Lists are planned for the values they were asked with: one plan for all would serve the rare filters badly.
    planned_anew = {"prepare_threshold": None}
    return create_engine(parsed, pool_size=pool_size, max_overflow=MOST_OVERFLOW, connect_args=planned_anew)


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    # recursive_triggers: else REPLACE deletes a row without asking the trigger that guards it (store.append_only).
    told = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "recursive_triggers=ON")
    for pragma in told:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class Tx(Session):
    """A transaction with a reader: `tx.info["scope"]` says whose rows it may see. Only the web's door commits it."""


def open_transactions(engine: Engine) -> tuple[sessionmaker[Tx], sessionmaker[Tx]]:
    """The makers of reading and of writing transactions."""
    reading = sessionmaker(engine, class_=Tx, expire_on_commit=False)
    writing = sessionmaker(_writers(engine), class_=Tx, expire_on_commit=False)
    for maker in (reading, writing):
        event.listen(maker, "do_orm_execute", narrow)
        event.listen(maker, "before_commit", audit.write_pending)
    return reading, writing


def _writers(engine: Engine) -> Engine:
    """What writes has connections of its own on PostgreSQL: its statements are planned once for each of them."""
    if engine.dialect.name != "postgresql":
        return engine.execution_options(writing=True)
    return _own(engine, pool_size=engine.pool.size(), max_overflow=MOST_OVERFLOW)  # type: ignore[attr-defined]


def _plan_by_keys(connection: "psycopg.Connection[object]", _: ConnectionPoolEntry) -> None:
    """A plan may have been made while its tables were empty, when reading all of them was cheapest; it must not be one
    that does so when they have grown. Where no index leads there is still nothing else to do than to read it all."""
    connection.prepare_threshold = REPEATED
    connection.execute("SET enable_seqscan = off")
    connection.execute("SET jit = off")  # the planner's penalty on reading all of a table would switch it on
    connection.commit()


def open_glances(engine: Engine) -> sessionmaker[Tx]:
    """The maker of reads of one statement. PostgreSQL needs no BEGIN and no COMMIT around it: one trip, not three."""
    if engine.dialect.name == "postgresql":
        engine = _glancers(engine)
    glancing = sessionmaker(engine, class_=Tx, expire_on_commit=False)
    event.listen(glancing, "do_orm_execute", narrow)
    return glancing


def _glancers(engine: Engine) -> Engine:
    """Every request asks with one before it begins, the same each time: planned once on connections of their own, which
    need not be told each time that nothing is to be begun. A glance takes so little time that few serve all threads."""
    nothing_to_undo = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True, "pool_reset_on_return": None}
    return _own(engine, pool_size=MOST_GLANCES, max_overflow=0, **nothing_to_undo)


def _own(engine: Engine, **given: Any) -> Engine:
    """Connections to the same database for statements that are kept. The one used last, whose plans and pages are still
    near the processor, is used first."""
    own = create_engine(engine.url, pool_use_lifo=True, **given)
    event.listen(own, "connect", _plan_by_keys)
    event.listen(engine, "engine_disposed", lambda _: own.dispose())
    return own


def open_snapshots(engine: Engine) -> sessionmaker[Tx]:
    """The maker of reads of many statements that all see the same moment: for files that are written from a list."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    snapshots = sessionmaker(engine, class_=Tx, expire_on_commit=False)
    event.listen(snapshots, "do_orm_execute", narrow)
    return snapshots


def migrate(url: str) -> None:
    """Bring the database to the newest migration. Safe to run again."""
    engine = open_engine(url)
    try:
        with engine.execution_options(writing=True).connect() as connection:
            if engine.dialect.name == "postgresql":  # two servers may start at once
                connection.execute(text("SELECT pg_advisory_xact_lock(20261122)"))
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            append_only.ensure(connection)  # also after a migration that had to make a guarded table anew
            connection.commit()
    finally:
        engine.dispose()


def alembic_config() -> Config:
    """Alembic without an ini file: the migrations travel inside the package."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def revision(tx: Session) -> str | None:
    """The migration the database stands at."""
    return MigrationContext.configure(tx.connection()).get_current_revision()


@cache
def newest_revision() -> str | None:
    """The migration this code needs."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()
