"""Inspections, their teams and the checklists they were begun on."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.domain.people import TeamRole
from inspect_app.store.tables.base import AgencyOwned, Base
from inspect_app.store.tables.people import Person
from inspect_app.store.tables.places import Organisation, Site


class Inspection(AgencyOwned, Base):
    """One visit. state: assigned | in-progress | submitted | complete | returned | approved | cancelled."""

    __tablename__ = "inspection"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40))  # our own reference, e.g. SXD-2026-0042
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(20))  # thanh-tra | kiem-tra | lien-nganh | phuc-tra | tu-xa
    planned: Mapped[bool]
    ground: Mapped[str] = mapped_column(String(20))  # signs | order | thematic-plan | follow-up (NĐ 217/2025 Đ11k2)
    ground_note: Mapped[str] = mapped_column(String(500), default="")
    overlap_ground: Mapped[str] = mapped_column(String(500), default="")  # why a second visit this year is lawful
    decision_no: Mapped[str] = mapped_column(String(60), default="")
    decision_date: Mapped[date | None]
    window_start: Mapped[date]
    window_end: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), default="assigned")
    started_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")  # of the results; a late fact makes a new one
    amended_at: Mapped[datetime | None]  # results changed after the minutes were signed: to be signed again
    # Folded from the operations for lists; recomputed, never edited.
    visited_on: Mapped[date | None]
    answered: Mapped[int] = mapped_column(default=0)
    failing: Mapped[int] = mapped_column(default=0)
    conflicts: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    photos: Mapped[int] = mapped_column(default=0)
    photos_missing: Mapped[int] = mapped_column(default=0)
    manifest: Mapped[dict[str, Any] | None]  # what the submitting phone declared
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    site: Mapped[Site] = relationship(lazy="joined", innerjoin=True)
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    team: Mapped[list["TeamMember"]] = relationship(lazy="selectin")
    checklists: Mapped[list["InspectionChecklist"]] = relationship(
        lazy="selectin", order_by="InspectionChecklist.position"
    )

    __table_args__ = (
        CheckConstraint(
            "state IN ('assigned', 'in-progress', 'submitted', 'complete', 'returned', 'approved', 'cancelled')",
            name="state",
        ),
        Index(None, "agency_id", "window_start", "id"),
        Index(None, "window_start", "id"),
        Index(None, "site_id", "visited_on"),
        Index(None, "organisation_id", "window_start"),
        Index(None, "agency_id", "number", unique=True),
    )


class TeamMember(Base):
    __tablename__ = "team_member"

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[TeamRole] = mapped_column(String(10))
    is_secretary: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None]  # the phone keeps its work; what it still sends is held

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (Index(None, "person_id"),)


class InspectionChecklist(Base):
    """The version an inspection is filled in. A later version never changes that by itself: a person decides it."""

    __tablename__ = "inspection_checklist"

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    # Versions it was filled in before, oldest first, with spaces between: phones may still write under them.
    earlier: Mapped[str] = mapped_column(String(200), default="", server_default="")

    @property
    def versions_before(self) -> list[int]:
        """Newest first."""
        return [int(each) for each in reversed(self.earlier.split())]
