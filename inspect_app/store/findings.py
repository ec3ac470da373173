"""Violations as rows derived from the phones' facts: read, added, brought up to date and removed in bulk."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from inspect_app.store import bulk
from inspect_app.store.tables import Violation, ViolationStep

_VIOLATION = cast("Table", Violation.__table__)
_STEP = cast("Table", ViolationStep.__table__)

# What deriving may rewrite, and of that what stays as it is once a person has taken a step.
DERIVED = (
    "kind",
    "severity",
    "title",
    "observed",
    "value",
    "basis",
    "penalties",
    "in_conflict",
    "organisation_id",
    "found_on",
    "deadline",
    "remedy_status",
    "stop_status",
    "search_key",
)
MOVED_BY_STEPS = frozenset({"kind", "organisation_id", "deadline", "remedy_status", "stop_status"})


@dataclass(frozen=True, slots=True)
class Present:
    """A violation row that is there: what was derived last time, and how many steps people have taken since."""

    id: UUID
    item: str
    derived: Mapping[str, Any]
    steps: int


def of_inspection(tx: Session, inspection: UUID) -> list[Present]:
    steps = select(func.count()).where(_STEP.c.violation_id == _VIOLATION.c.id).scalar_subquery()
    asked = select(_VIOLATION.c.id, _VIOLATION.c.item, steps, *(_VIOLATION.c[name] for name in DERIVED))
    found = tx.connection().execute(asked.where(_VIOLATION.c.inspection_id == inspection))
    return [Present(row[0], row[1], dict(zip(DERIVED, row[3:], strict=True)), row[2]) for row in found]


def add(tx: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    bulk.add(tx, _VIOLATION, rows)


def rewrite(tx: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Bring rows up to date: {"id", …DERIVED}. The version moves on, so that a page that is open notices."""
    changed = {name: bindparam(f"new_{name}", type_=_VIOLATION.c[name].type) for name in DERIVED}
    asked = (
        update(_VIOLATION)
        .where(_VIOLATION.c.id == bindparam("of_id"))
        .values(**changed, version=_VIOLATION.c.version + 1)
    )
    given = [{"of_id": row["id"], **{f"new_{name}": row[name] for name in DERIVED}} for row in rows]
    tx.connection().execute(asked, given)


def remove(tx: Session, ids: Collection[UUID]) -> None:
    tx.connection().execute(delete(_VIOLATION).where(_VIOLATION.c.id.in_(ids)))
