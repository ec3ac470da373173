"""Statements of the intake, run thousands of times: compiled and planned once, handed to the driver as they are."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import ColumnElement, Connection, Dialect, TextClause, Uuid, exc, text
from sqlalchemy.orm import Session

CONNECTION = "connection"
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The driver's text, what goes with it unless told otherwise, and how values become the driver's and back."""

    sql: str
    fixed: Mapping[str, Any]
    into: Mapping[str, Convert]
    out: Sequence[tuple[int, Convert]]


def run(tx: Session, statement: Any, given: Mapping[str, Any]) -> list[Any]:
    """The rows of a statement that is kept for the life of the process. Raises SQLAlchemy's errors."""
    connection = _connection(tx)
    if connection.dialect.name != "postgresql":
        result = connection.execute(statement, given)
        return list(result) if result.returns_rows else []
    return _execute(connection, _compiled(statement, connection.dialect), given)


def is_postgresql(tx: Session) -> bool:
    return _connection(tx).dialect.name == "postgresql"


def _connection(tx: Session) -> Connection:
    """Asked for once in a transaction: the Session takes as long to find it again as PostgreSQL to answer."""
    kept: Connection | None = tx.info.get(CONNECTION)
    if kept is None or kept.closed:
        kept = tx.info[CONNECTION] = tx.connection()
    return kept


def _execute(connection: Connection, made: _Compiled, given: Mapping[str, Any]) -> list[Any]:
    values = {**made.fixed, **given}
    for name, convert in made.into.items():
        values[name] = convert(values[name])
    try:
        cursor = _cursor(connection, made.sql).execute(made.sql, values)
        rows: list[Any] = cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []
    except psycopg.Error as error:
        raise told(connection, made.sql, error) from error
    return [_converted(row, made.out) for row in rows] if made.out else rows


def _cursor(connection: Connection, sql: str) -> "psycopg.Cursor[Any]":
    """Each statement keeps a cursor for the life of the connection: it remembers how values are written and read."""
    kept: dict[str, psycopg.Cursor[Any]] = connection.info.setdefault("cursors", {})
    found = kept.get(sql)
    if found is None:
        found = kept[sql] = _driver(connection).cursor()
    return found


def run_all(tx: Session, parts: tuple[Any, ...], given: Mapping[str, Any]) -> list[Any]:
    """Several statements that write and do not touch the same rows, in one trip to PostgreSQL. The last may read what
    none of them writes: its rows come back."""
    connection = _connection(tx)
    return _execute(connection, _joined(parts, connection.dialect), given)


@cache
def _joined(parts: tuple[Any, ...], dialect: Dialect) -> _Compiled:
    *others, last = (_compiled(each, dialect) for each in parts)
    written = ", ".join(f"part_{number} AS ({each.sql})" for number, each in enumerate(others))
    into = {name: convert for each in (*others, last) for name, convert in each.into.items()}
    fixed = {name: value for each in (*others, last) for name, value in each.fixed.items()}
    return _Compiled(f"WITH {written} {last.sql}" if written else last.sql, fixed, into, last.out)


def listed(ids: Iterable[str], on_postgresql: bool) -> str:
    """Checked ids or hashes as one parameter for `among`: binding them one by one costs more than finding them."""
    if on_postgresql:
        return "{" + ",".join(ids) + "}"
    return json.dumps([each.replace("-", "") for each in ids])


def among(column: ColumnElement[Any], name: str, on_postgresql: bool) -> ColumnElement[bool]:
    """Whether an id or a hash is one of those that the parameter `name` lists.

    PostgreSQL guesses that a list it does not see is long, and plans anew for each one it sees; behind a subquery all
    lists look alike to it, and one plan is kept.
    """
    if on_postgresql:
        kind = "uuid" if isinstance(column.type, Uuid) else "text"
        return text(f"{column} = ANY(ARRAY(SELECT unnest(CAST(:{name} AS {kind}[]))))")  # type: ignore[return-value]
    return text(f"{column} IN (SELECT value FROM json_each(:{name}))")  # type: ignore[return-value]  # noqa: S608


def write(tx: Session, sql: str, given: Mapping[str, Any]) -> list[Any]:
    """A statement in PostgreSQL's own words, its values already the driver's. Raises SQLAlchemy's errors."""
    return _execute(_connection(tx), _Compiled(sql, {}, {}, ()), given)


def told(connection: Connection, statement: str, error: psycopg.Error) -> exc.DBAPIError:
    """What goes past SQLAlchemy must not fail past it: whoever tries again looks for SQLAlchemy's errors."""
    is_lost = _driver(connection).closed
    made = exc.DBAPIError.instance(
        statement, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=is_lost
    )
    if is_lost:
        connection.invalidate(error)
    assert isinstance(made, exc.DBAPIError)  # noqa: S101 - given an error of the driver, it is one of its kind
    return made


def _driver(connection: Connection) -> "psycopg.Connection[Any]":
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - what the dialect says it is
    return driver


def _converted(row: Sequence[Any], out: Sequence[tuple[int, Convert]]) -> list[Any]:
    values = list(row)
    for place, convert in out:
        values[place] = convert(values[place])
    return values


@cache
def _compiled(statement: Any, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    sql, into, fixed = compiled.string, {}, {}
    for bind, name in compiled.bind_names.items():
        kind = bind.type.dialect_impl(dialect)
        if bind in compiled.literal_execute_params:  # a constant that stands in the text, not beside it
            sql = sql.replace(f"__[POSTCOMPILE_{name}]", kind.literal_processor(dialect)(bind.value))
            continue
        convert = kind.bind_processor(dialect)
        if convert is not None:
            into[name] = convert
        if not bind.required:
            fixed[name] = bind.value
    read = () if isinstance(statement, TextClause) else statement.exported_columns
    columns = [each.type.dialect_impl(dialect).result_processor(dialect, None) for each in read]
    out = [(place, convert) for place, convert in enumerate(columns) if convert is not None]
    return _Compiled(sql, fixed, into, out)
