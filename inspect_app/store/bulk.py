"""Many rows at once: COPY where the database has it, because binding every value costs more than storing it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection, Table, exc, insert
from sqlalchemy.orm import Session

# COPY's text format: a backslash, and what would end a value or a line.
_ESCAPED = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}


def add(tx: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns. Raises IntegrityError as an INSERT would."""
    connection = tx.connection()
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), list(rows))
        return
    names = list(rows[0])
    lines = "".join("\t".join([_text(row[name]) for name in names]) + "\n" for row in rows)
    copy(connection, f"COPY {table.name} ({', '.join(names)}) FROM STDIN", lines)


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


def _text(value: object) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int | float | UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return escaped(str(value))
    return escaped(json.dumps(value, ensure_ascii=False))


def escaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], text) if _ESCAPED.search(text) else text
