"""Checklists that came in from Excel: drafts for a second person to read, and versions published here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base


class ChecklistDraft(AgencyOwned, Base):
    """What one import said. Its content never changes: a mended file is another draft.

    state: draft (the importer looks at it) | waiting | approved | refused.
    """

    __tablename__ = "checklist_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # minted with the form: sending it twice makes one draft
    code: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]  # the one it will be; taken by another meanwhile, it cannot be approved
    source: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))
    remarks: Mapped[list[Any]]  # what could not be taken over, for the second person to read as well
    state: Mapped[str] = mapped_column(String(10), default="draft")
    imported_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    imported_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'waiting', 'approved', 'refused')", name="state"),
        CheckConstraint("decided_by IS NULL OR decided_by <> imported_by", name="second_person"),
        Index(None, "imported_at"),
    )


class ChecklistVersion(Base):
    """A version that two people published here. Frozen: records in every agency point at it."""

    __tablename__ = "checklist_version"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_draft.id"))
    published_at: Mapped[datetime]
