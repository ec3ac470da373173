"""What enterprises and providers declare each year: examinations, diseases, monitoring, training, equipment, checks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.store.tables.base import AgencyOwned, Base
from inspect_app.store.tables.people import Person
from inspect_app.store.tables.places import Organisation, Site


class OshRecord(AgencyOwned, Base):
    """One declaration of one enterprise. Which figures a kind has is data: domain.osh_records.

    A mistake is withdrawn with a reason, never deleted.
    """

    __tablename__ = "osh_record"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # minted with the form, or from the row of an imported table
    kind: Mapped[str] = mapped_column(String(24))
    year: Mapped[int]
    day: Mapped[date]  # when it was done, or the last day of the period
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    provider: Mapped[str] = mapped_column(String(240), default="")  # who examined, measured, trained or inspected
    detail: Mapped[str] = mapped_column(String(120), default="")  # the disease, the training group, the equipment
    figures: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(500), default="")

    site: Mapped[Site | None] = relationship(lazy="select")
    organisation: Mapped[Organisation] = relationship(lazy="select")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index(None, "kind", "year", "day", "id"),
        Index(None, "organisation_id", "kind"),
    )


class HealthRight(AgencyOwned, Base):
    """Who may see health data, from whom and until when. The row is the history: taken back, it gets an end."""

    __tablename__ = "health_right"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(500))
    given_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="select")

    __table_args__ = (Index(None, "person_id"),)
