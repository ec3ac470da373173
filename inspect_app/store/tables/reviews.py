"""What a review came to: returns with their comments; and imminent danger seen before anybody has sent anything in."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base


class InspectionReturn(AgencyOwned, Base):
    """An inspection was given back to its team, with a comment on the whole and one per answer: {item: comment}."""

    __tablename__ = "inspection_return"

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # 1, 2, 3 … per inspection
    comment: Mapped[str] = mapped_column(Text)
    items: Mapped[dict[str, Any]]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class ImminentDanger(AgencyOwned, Base):
    """A failing item of the gravest kind in a visit that is not sent in yet: derived, and gone when the answer is."""

    __tablename__ = "imminent_danger"

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime]

    __table_args__ = (Index(None, "agency_id", "seen_at"),)


class DangerLook(AgencyOwned, Base):
    """Up to which fact of an inspection somebody has looked for imminent danger."""

    __tablename__ = "danger_look"

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


class Recurrence(AgencyOwned, Base):
    """A visit that comes again every so many months until a day; the worker makes each one when its time comes."""

    __tablename__ = "recurrence"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    first_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"), unique=True)  # what is repeated
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    every_months: Mapped[int]
    next_day: Mapped[date]
    until: Mapped[date]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "ended_at", "next_day"),)
