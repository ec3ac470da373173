"""Organisations and sites that may be the same one entered twice, and what was put together."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import Base


class MatchKey(Base):
    """A coarse key under which likely duplicates meet. kind: organisation | site."""

    __tablename__ = "match_key"

    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    row_id: Mapped[UUID] = mapped_column(primary_key=True)

    __table_args__ = (Index(None, "row_id"),)


class DuplicatePair(Base):
    """Two rows a person should compare. state: open | different | merged. first_id < second_id, as texts."""

    __tablename__ = "duplicate_pair"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    first_id: Mapped[UUID]
    second_id: Mapped[UUID]
    score: Mapped[int] = mapped_column(SmallInteger)  # 0 to 1,000
    reasons: Mapped[list[Any]]  # [[what was compared, per mille]]
    state: Mapped[str] = mapped_column(String(10), default="open")
    found_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("state IN ('open', 'different', 'merged')", name="state"),
        Index(None, "state", "kind", "score", "id"),
        Index(None, "second_id"),
    )


class Merge(Base):
    """That two rows were put together, and every row that was pointed elsewhere by it: so it can be undone."""

    __tablename__ = "merge"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    kept_id: Mapped[UUID]
    lost_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(500))
    moved: Mapped[list[Any]]  # [{table, column, ids or whole rows}]
    merged_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    merged_at: Mapped[datetime]
    undone_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    undo_reason: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (Index(None, "kept_id"), Index(None, "lost_id"), Index(None, "merged_at", "id"))
