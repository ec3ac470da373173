"""Reads of the audit and of its daily roots; long stretches come piece by piece."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from inspect_app.domain.audit_chain import Row
from inspect_app.store.tables import Agency, AuditRow, DayRoot, ScopeCounter

PIECE = 2000
_COLUMNS = (
    AuditRow.agency_id,
    AuditRow.seq,
    AuditRow.at,
    AuditRow.actor_id,
    AuditRow.action,
    AuditRow.subject,
    AuditRow.facts,
    AuditRow.hash,
)


def agencies(tx: Session) -> list[str]:
    """All agencies, in the order of their names in the code."""
    return list(tx.scalars(select(Agency.id).order_by(Agency.id)))


def stream(tx: Session, agency: str) -> Iterator[Row]:
    """The whole audit of an agency, oldest first."""
    return _rows(tx, select(*_COLUMNS).where(AuditRow.agency_id == agency))


def about(tx: Session, agency: str, subjects: Sequence[str], *, inspection: str) -> Iterator[Row]:
    """The rows about one inspection, and about what belongs to it."""
    named = or_(AuditRow.subject == inspection, AuditRow.subject.in_(subjects))
    return _rows(tx, select(*_COLUMNS).where(AuditRow.agency_id == agency, named))


def _rows(tx: Session, asked: Select[Any]) -> Iterator[Row]:
    with tx.execute(asked.order_by(AuditRow.seq).execution_options(yield_per=PIECE)) as found:
        for row in found:
            yield Row(*row)


def hashes(tx: Session, agency: str, first: int, last: int) -> list[str]:
    """The hashes of the rows first … last."""
    asked = select(AuditRow.hash).where(AuditRow.agency_id == agency, AuditRow.seq >= first, AuditRow.seq <= last)
    return list(tx.scalars(asked.order_by(AuditRow.seq)))


def hash_at(tx: Session, agency: str, seq: int) -> str | None:
    return tx.scalar(select(AuditRow.hash).where(AuditRow.agency_id == agency, AuditRow.seq == seq))


def counted(tx: Session, agency: str) -> int:
    """How many rows the agency's counter says there are."""
    return tx.scalar(select(ScopeCounter.seq).where(ScopeCounter.scope == f"audit:{agency}")) or 0


def first_after(tx: Session, agency: str, seq: int) -> datetime | None:
    """When the row after this one was begun."""
    return tx.scalar(select(AuditRow.at).where(AuditRow.agency_id == agency, AuditRow.seq == seq + 1))


def last_before(tx: Session, agency: str, seq: int, moment: datetime) -> int | None:
    """The last row after `seq` that was begun before the moment."""
    asked = select(func.max(AuditRow.seq))
    return tx.scalar(asked.where(AuditRow.agency_id == agency, AuditRow.seq > seq, AuditRow.at < moment))


# --- daily roots ----------------------------------------------------------------------------------


def roots(tx: Session, agency: str) -> list[DayRoot]:
    """All daily roots of an agency, oldest first."""
    return list(tx.scalars(select(DayRoot).where(DayRoot.agency_id == agency).order_by(DayRoot.first)))


def last_root(tx: Session, agency: str) -> DayRoot | None:
    asked = select(DayRoot).where(DayRoot.agency_id == agency).order_by(DayRoot.first.desc()).limit(1)
    return tx.scalar(asked)


def newest_roots(tx: Session, *, before: date | None, limit: int) -> list[tuple[DayRoot, str]]:
    """Daily roots of the reader's agencies with the agency's short name, newest first."""
    asked = select(DayRoot, Agency.short_name).join(Agency, Agency.id == DayRoot.agency_id)
    if before is not None:
        asked = asked.where(DayRoot.day < before)
    found = tx.execute(asked.order_by(DayRoot.day.desc(), DayRoot.agency_id).limit(limit))
    return [(row[0], row[1]) for row in found]
