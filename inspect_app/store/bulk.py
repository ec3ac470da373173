"""Many rows at once: COPY where the database has it, because binding every value costs more than storing it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import orjson
import psycopg
from sqlalchemy import Connection, Table, TextClause, exc, insert, text
from sqlalchemy.orm import Session

from inspect_app.store import statements


def add(tx: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns. Raises IntegrityError as an INSERT would."""
    connection = tx.connection()
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), list(rows))
        return
    statements.run(tx, insert_all(table, tuple(rows[0])), {"rows": packed(rows)})


def packed(rows: Sequence[Mapping[str, Any]]) -> str:
    """All rows as the one parameter of `insert_all`."""
    return orjson.dumps(rows).decode()


@cache
def insert_all(table: Table, names: tuple[str, ...]) -> TextClause:
    """An INSERT of many rows; PostgreSQL reads them by the types of the table's own columns."""
    listed = ", ".join(names)
    return text(
        f"INSERT INTO {table.name} ({listed}) SELECT {listed}"  # noqa: S608 - names of our own tables and columns
        f" FROM json_populate_recordset(NULL::{table.name}, CAST(:rows AS json))"
    )


def copy(connection: Connection, statement: str, rows: bytes) -> None:
    """Hand rows in the format that the COPY statement names to PostgreSQL."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - what the dialect says it is
    with _told_as_sqlalchemy(statement), driver.cursor() as cursor, cursor.copy(statement) as stream:
        stream.write(rows)


@contextmanager
def _told_as_sqlalchemy(statement: str) -> Iterator[None]:
    """COPY goes past SQLAlchemy, its errors must not: whoever tries again looks for SQLAlchemy's."""
    try:
        yield
    except psycopg.IntegrityError as error:
        raise exc.IntegrityError(statement, None, error) from error
    except psycopg.OperationalError as error:
        raise exc.OperationalError(statement, None, error) from error
