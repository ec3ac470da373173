"""Pointing rows at another organisation or site, and back: every foreign key there is, found in the tables themselves.

Across agencies on purpose: an organisation is the province's, and what any agency found of it goes with it.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, UniqueConstraint, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import Base

# Columns that stay as they are, and why.
STAYING: Mapping[tuple[str, str], str] = {
    ("remedy_link", "organisation_id"): "a link is evidence: to whom it was given does not change",
    ("site_import_row", "site_id"): "what a row of a file became on that day",
    ("site_risk", "site_id"): "computed; the next computation leaves the lost site out",
}


def pointing(kind: str) -> Iterator[tuple[Table, Column[Any]]]:
    """Every column that points at the table and moves with a merge."""
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda each: each.parent.name):
            column: Column[Any] = key.parent
            if key.column.table.name == kind and (table.name, column.name) not in STAYING:
                yield table, column


def move(tx: Session, kind: str, lost: UUID, kept: UUID) -> list[dict[str, Any]]:
    """Point every row at `kept`. What was moved, to move it back; rows that would be double are taken out."""
    moved: list[dict[str, Any]] = []
    with across_agencies(tx):
        for table, column in pointing(kind):
            taken_out = _take_out_doubles(tx, table, column, lost, kept)
            keys = [list(each) for each in tx.execute(select(*table.primary_key).where(column == lost))]
            if keys:
                tx.execute(update(table).where(column == lost).values({column.name: kept}))
            if keys or taken_out:
                moved.append(
                    {
                        "table": table.name,
                        "column": column.name,
                        "keys": [[_plain(part) for part in key] for key in keys],
                        "out": [{name: _plain(value) for name, value in row.items()} for row in taken_out],
                    }
                )
    return moved


def move_back(tx: Session, moved: list[dict[str, Any]], lost: UUID, kept: UUID) -> None:
    """What still points at `kept` points at `lost` again; what was taken out comes back."""
    with across_agencies(tx):
        for each in moved:
            table = Base.metadata.tables[each["table"]]
            column = table.c[each["column"]]
            for key in each["keys"]:
                # The moved column may be a part of the key: it holds `kept` now.
                there = [
                    part == (kept if part is column else _real(part, value))
                    for part, value in zip(table.primary_key, key, strict=True)
                ]
                tx.execute(update(table).where(and_(*there), column == kept).values({column.name: lost}))
            for row in each["out"]:
                tx.execute(insert(table).values({name: _real(table.c[name], value) for name, value in row.items()}))


def _take_out_doubles(tx: Session, table: Table, column: Column[Any], lost: UUID, kept: UUID) -> list[dict[str, Any]]:
    """Rows that would be the same twice: the one of `kept` stays."""
    sets = [each.columns for each in table.constraints if isinstance(each, UniqueConstraint)]
    unique = [list(each) for each in (table.primary_key.columns, *sets) if column.name in {one.name for one in each}]
    found = []
    for columns in unique:
        others = [each for each in columns if each is not column]
        for row in tx.execute(select(table).where(column == lost)).mappings().all():
            same = [each == row[each.name] for each in others]
            if tx.execute(select(column).where(column == kept, *same).limit(1)).first() is not None:
                tx.execute(delete(table).where(column == lost, *same))
                found.append(dict(row))
    return found


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, float, bool, list, dict, type(None))) else str(value)


def _real(column: Column[Any], value: Any) -> Any:
    """As the column takes it: ids, days and moments were written as texts."""
    kind = column.type.python_type
    if value is None or not isinstance(value, str) or kind is str:
        return value
    return UUID(value) if kind is UUID else kind.fromisoformat(value)
