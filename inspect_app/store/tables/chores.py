"""What the worker does again and again: where each chore stands, and its last runs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import Base


class Chore(Base):
    """One row per chore. A worker takes it by writing its name into the row; two workers never hold the same one."""

    __tablename__ = "chore"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_at: Mapped[datetime]
    taken_by: Mapped[UUID | None]
    taken_until: Mapped[datetime | None]  # a worker that died holds it no longer than this
    failures: Mapped[int] = mapped_column(default=0, server_default="0")  # in a row
    last_started_at: Mapped[datetime | None]
    last_ok_at: Mapped[datetime | None]


class ChoreRun(Base):
    """A run that did something or failed; runs that found nothing to do only move the chore's clock."""

    __tablename__ = "chore_run"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    ok: Mapped[bool]
    said: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index(None, "name", "started_at"),)
