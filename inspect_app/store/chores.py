"""Chores as two workers see them: who holds one, when it is due, and how its last runs went."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from inspect_app.store.tables import Chore, ChoreRun

KEPT_RUNS = 30


@dataclass(frozen=True, slots=True)
class Run:
    """How one run went."""

    name: str
    started_at: datetime
    ended_at: datetime
    ok: bool
    said: str


def take(tx: Session, name: str, worker: UUID, *, now: datetime, until: datetime) -> bool:
    """Whether the chore is due and now ours. Of two that ask at once one gets it."""
    dialect: Any = postgresql if tx.get_bind().dialect.name == "postgresql" else sqlite
    tx.execute(dialect.insert(Chore).values(name=name, next_at=now, failures=0).on_conflict_do_nothing())
    free = or_(Chore.taken_until.is_(None), Chore.taken_until < now)
    asked = update(Chore).where(Chore.name == name, Chore.next_at <= now, free)
    taken = {"taken_by": worker, "taken_until": until, "last_started_at": now}
    return _changed(tx, asked.values(**taken)) == 1


def give_back(tx: Session, name: str, worker: UUID, *, next_at: datetime, run: Run) -> int:
    """Write how it went and when it is due again; how often it has failed in a row. A lease that ran out is not ours
    to give back: whoever took the chore meanwhile does it."""
    row = tx.scalar(select(Chore).where(Chore.name == name).with_for_update())
    if row is None:
        raise LookupError(name)
    row.failures = 0 if run.ok else row.failures + 1
    if run.ok:
        row.last_ok_at = run.ended_at
    if row.taken_by == worker:
        # Somebody may have asked for it meanwhile: then it is due at once.
        asked_meanwhile = row.last_started_at is not None and row.next_at > row.last_started_at
        row.next_at = min(row.next_at, next_at) if asked_meanwhile else next_at
        row.taken_by = row.taken_until = None
    if run.said or not run.ok:
        _remember(tx, run)
    return row.failures


def _remember(tx: Session, run: Run) -> None:
    tx.add(ChoreRun(id=uuid4(), **{name: getattr(run, name) for name in Run.__slots__}))
    tx.flush()
    kept = select(ChoreRun.id).where(ChoreRun.name == run.name).order_by(ChoreRun.started_at.desc()).limit(KEPT_RUNS)
    gone = delete(ChoreRun).where(ChoreRun.name == run.name, ChoreRun.id.not_in(kept))
    tx.execute(gone, execution_options={"synchronize_session": False})


def make_due(tx: Session, name: str, now: datetime) -> None:
    """Somebody asks for it now."""
    dialect: Any = postgresql if tx.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(Chore).values(name=name, next_at=now, failures=0)
    tx.execute(row.on_conflict_do_update(index_elements=["name"], set_={"next_at": now}))


def standing(tx: Session) -> dict[str, Chore]:
    return {row.name: row for row in tx.scalars(select(Chore))}


def runs(tx: Session, names: Collection[str], *, limit: int) -> list[ChoreRun]:
    """The newest first."""
    asked = select(ChoreRun).where(ChoreRun.name.in_(names))
    return list(tx.scalars(asked.order_by(ChoreRun.started_at.desc(), ChoreRun.id).limit(limit)))


def last_runs(tx: Session) -> dict[str, ChoreRun]:
    """The newest of each chore."""
    one = aliased(ChoreRun)
    newest = select(one.id).where(one.name == Chore.name).order_by(one.started_at.desc(), one.id).limit(1)
    asked = select(ChoreRun).join(Chore, ChoreRun.id == newest.correlate(Chore).scalar_subquery())
    return {row.name: row for row in tx.scalars(asked)}


def _changed(tx: Session, statement: Any) -> int:
    done = tx.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", done).rowcount
