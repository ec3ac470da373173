"""One row for every change: who, what, when; and the few facts about the database itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base


class AuditRow(AgencyOwned, Base):
    """An appended row. `seq` has no gaps per agency; `hash` = SHA-256(previous hash ‖ canonical entry)."""

    __tablename__ = "audit"

    agency_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(40))  # operations.received, violation.step, inspection.assigned …
    subject: Mapped[str] = mapped_column(String(80))  # e.g. inspection:<id>
    facts: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index(None, "subject"),)


class Marker(Base):
    """A fact about this database: `epoch` (changed by every restore), `demo` (filled with invented data)."""

    __tablename__ = "marker"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
