"""Plans and campaigns with their lines; what people can take on, when they are away, and whom they must not inspect."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.store.tables.base import AgencyOwned, Base
from inspect_app.store.tables.inspections import Inspection
from inspect_app.store.tables.places import Organisation, Site


class Plan(AgencyOwned, Base):
    """A plan of visits. kind: yearly | thematic | campaign; state: draft | approved | closed."""

    __tablename__ = "plan"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    first_day: Mapped[date]
    last_day: Mapped[date]
    decision_no: Mapped[str] = mapped_column(String(60), default="")
    decision_date: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))  # who entered the decision
    approved_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("kind IN ('yearly', 'thematic', 'campaign')", name="kind"),
        CheckConstraint("state IN ('draft', 'approved', 'closed')", name="state"),
        Index(None, "agency_id", "first_day", "id"),
    )


class PlanLine(AgencyOwned, Base):
    """One site in a plan. state: suggested | planned | dropped; assigned and done are told by its inspection.

    starts_on: the first day of its month or week (span), empty while nobody has said when.
    """

    __tablename__ = "plan_line"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"))
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[str] = mapped_column(String(20))  # of the visit
    span: Mapped[str] = mapped_column(String(5), default="month")
    starts_on: Mapped[date | None]
    checklists: Mapped[list[Any]] = mapped_column(default=list)  # codes; none: those of the site's sector
    leader_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    days: Mapped[int] = mapped_column(SmallInteger, default=1)  # what it takes of the leader's time
    state: Mapped[str] = mapped_column(String(10))
    inspection_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection.id"), unique=True)
    note: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    site: Mapped[Site] = relationship(lazy="joined", innerjoin=True)
    inspection: Mapped[Inspection | None] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("plan_id", "site_id"),
        CheckConstraint("state IN ('suggested', 'planned', 'dropped')", name="state"),
        CheckConstraint("span IN ('month', 'week')", name="span"),
        CheckConstraint("days BETWEEN 1 AND 60", name="days"),
        Index(None, "agency_id", "starts_on", "id"),
    )


class Capacity(AgencyOwned, Base):
    """How many days a week a person can be on visits."""

    __tablename__ = "capacity"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    days_per_week: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (CheckConstraint("days_per_week BETWEEN 0 AND 7", name="days"),)


class Absence(AgencyOwned, Base):
    """Days on which a person cannot be sent out: leave, training, another duty."""

    __tablename__ = "absence"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    __table_args__ = (Index(None, "person_id", "last_day"),)


class Interest(AgencyOwned, Base):
    """A person declared an interest in an organisation and must not inspect it while the declaration stands."""

    __tablename__ = "interest"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str] = mapped_column(String(300))
    declared_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (Index(None, "person_id", "organisation_id"), Index(None, "organisation_id"))
