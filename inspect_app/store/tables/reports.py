"""The annual report: the definitions that were chosen, the figures others supply, drafts, and what was handed in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base


class TargetChoice(AgencyOwned, Base):
    """How the targets are counted, as the coordinating agency decided. The newest row stands; older ones stay."""

    __tablename__ = "target_choice"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    base_year: Mapped[int]
    counted: Mapped[str] = mapped_column(String(10))  # deaths | cases
    workers: Mapped[str] = mapped_column(String(10))  # contract | all
    document: Mapped[str] = mapped_column(String(120), default="")  # where it was decided
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class YearlyFigure(AgencyOwned, Base):
    """A figure of a year that somebody outside supplies, with its source. The newest of a name stands."""

    __tablename__ = "yearly_figure"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(300))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    __table_args__ = (Index(None, "year", "name", "made_at"),)


class ReportDraft(AgencyOwned, Base):
    """The words of an agency's report of a year while they are being written."""

    __tablename__ = "report_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int]
    words: Mapped[dict[str, Any]]  # task group, difficulties, proposals → text
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (UniqueConstraint("agency_id", "year"),)


class ReportRow(AgencyOwned, Base):
    """A report that was handed in. Never changed: a correction is a new one; the newest counts."""

    __tablename__ = "report"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # minted with the form: sending it twice hands in one
    year: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))  # agency | consolidated
    number: Mapped[str] = mapped_column(String(60))
    content: Mapped[dict[str, Any]]
    sources: Mapped[dict[str, Any]]  # figure → ids of the rows it was counted from
    sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    __table_args__ = (Index(None, "year", "agency_id", "made_at"),)
