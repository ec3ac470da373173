"""The tables in the code are the tables the migrations make, on both databases."""

import pytest
from alembic import command

from inspect_app.store.database import (
    alembic_config,
    migrate,
    newest_revision,
    open_engine,
    open_transactions,
    revision,
)


def test_the_migrations_make_exactly_the_tables_of_the_code(database_url: str) -> None:
    engine = open_engine(database_url)
    try:
        with engine.execution_options(writing=True).connect() as connection:
            config = alembic_config()
            config.attributes["connection"] = connection
            command.check(config)
    finally:
        engine.dispose()


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    engine = open_engine(database_url)
    try:
        with open_transactions(engine)[0]() as tx:
            assert revision(tx) == newest_revision()
    finally:
        engine.dispose()


def test_there_is_one_head() -> None:
    from alembic.script import ScriptDirectory

    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
def test_sqlite_keeps_what_it_acknowledged(sqlite_url: str, pragma: str, value: object) -> None:
    engine = open_engine(sqlite_url)
    try:
        with engine.connect() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    finally:
        engine.dispose()
