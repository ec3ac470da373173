"""Many rows at once: COPY where the database has it, because binding every value costs more than storing it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Connection, Table, exc, insert
from sqlalchemy.orm import Session


def add(tx: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns. Raises IntegrityError as an INSERT would."""
    connection = tx.connection()
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), list(rows))
        return
    sent = json.dumps(rows, ensure_ascii=False, default=str)
    connection.exec_driver_sql(_insert_all(table, tuple(rows[0])), {"rows": sent})


@cache
def _insert_all(table: Table, names: tuple[str, ...]) -> str:
    """All rows as one parameter; PostgreSQL reads them by the types of the table's own columns."""
    listed = ", ".join(names)
    return (
        f"INSERT INTO {table.name} ({listed}) SELECT {listed}"  # noqa: S608 - names of our own tables and columns
        f" FROM json_populate_recordset(NULL::{table.name}, %(rows)s::json)"
    )


def copy(connection: Connection, statement: str, lines: str) -> None:
    """Hand lines in COPY's text format to PostgreSQL."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - what the dialect says it is
    with _told_as_sqlalchemy(statement), driver.cursor() as cursor, cursor.copy(statement) as stream:
        stream.write(lines)


@contextmanager
def _told_as_sqlalchemy(statement: str) -> Iterator[None]:
    """COPY goes past SQLAlchemy, its errors must not: whoever tries again looks for SQLAlchemy's."""
    try:
        yield
    except psycopg.IntegrityError as error:
        raise exc.IntegrityError(statement, None, error) from error
    except psycopg.OperationalError as error:
        raise exc.OperationalError(statement, None, error) from error
