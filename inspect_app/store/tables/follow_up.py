"""Following up: what was told about which deadline, lists that people keep, and what stood on them each time."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base

_SCHEDULED = text("next_on IS NOT NULL")


class Reminder(AgencyOwned, Base):
    """That a deadline was told: the proof that nothing went overdue in silence. Never changed.

    No foreign key: a finding that was taken back is gone, what was told about it is not.
    """

    __tablename__ = "reminder"

    violation_id: Mapped[UUID] = mapped_column(primary_key=True)
    deadline: Mapped[date] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(12), primary_key=True)
    rank: Mapped[int] = mapped_column(SmallInteger)
    people: Mapped[list[Any]]  # the ids of those who were told
    at: Mapped[datetime]


class FollowList(AgencyOwned, Base):
    """A follow-up list that somebody keeps: its filters under a name, for one person or for the agency."""

    __tablename__ = "follow_list"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(120))
    shared: Mapped[bool]
    filters: Mapped[dict[str, Any]]  # as in the address of the list
    every: Mapped[str] = mapped_column(String(8))  # none | daily | weekly | monthly
    next_on: Mapped[date | None]  # the day of the next letter
    readers: Mapped[list[Any]]  # ids of the people who get the letter
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("every IN ('none', 'daily', 'weekly', 'monthly')", name="every"),
        Index(None, "agency_id", "name"),
        Index("ix_follow_list_scheduled", "next_on", postgresql_where=_SCHEDULED, sqlite_where=_SCHEDULED),
    )


class FollowRun(AgencyOwned, Base):
    """What stood on a list on one day."""

    __tablename__ = "follow_run"

    list_id: Mapped[UUID] = mapped_column(ForeignKey("follow_list.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    rows: Mapped[int]
    overdue: Mapped[int]
    snapshot: Mapped[bytes] = mapped_column(LargeBinary)  # domain.follow_lists.pack
