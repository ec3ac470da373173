"""The establishment's link: who was let in to which findings, what was sent through it, and what was answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base


class RemedyLink(AgencyOwned, Base):
    """A door to some findings of one organisation from one visit. Only the SHA-256 of its token is stored.

    Who may look at what never changes; a door can only be shut.
    """

    __tablename__ = "remedy_link"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # minted with the form: sending it twice makes one link
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    violations: Mapped[list[Any]]  # ids; a finding that was taken back since is not shown
    photos: Mapped[list[Any]]  # hashes of photos of these findings that a person chose to show
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (Index(None, "inspection_id"), Index(None, "agency_id", "made_at", "id"))


class RemedyProof(AgencyOwned, Base):
    """One thing the establishment sent about one finding: a photo, a PDF, or words. Never changed."""

    __tablename__ = "remedy_proof"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    link_id: Mapped[UUID] = mapped_column(ForeignKey("remedy_link.id"))
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"))
    violation_id: Mapped[UUID]  # no key: a finding that turns out to be none goes, what was sent about it stays
    n: Mapped[int]  # counts the link's proofs from 1
    kind: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str] = mapped_column(String(64))  # of the file; of the words as UTF-8
    size: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))  # what the sender's phone called the file
    text: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind IN ('photo', 'pdf', 'note')", name="kind"),
        UniqueConstraint("link_id", "n"),
        UniqueConstraint("link_id", "violation_id", "sha256"),
        Index(None, "inspection_id"),
        Index(None, "agency_id", "sha256"),
    )


class RemedyAnswer(AgencyOwned, Base):
    """What a person answered about one finding's proofs up to number `through`. Never changed."""

    __tablename__ = "remedy_answer"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # minted with the form
    link_id: Mapped[UUID] = mapped_column(ForeignKey("remedy_link.id"))
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"))
    violation_id: Mapped[UUID]
    through: Mapped[int]
    result: Mapped[str] = mapped_column(String(12))
    comment: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("result IN ('accepted', 'asked-again')", name="result"),
        Index(None, "link_id", "violation_id"),
        Index(None, "inspection_id"),
    )
