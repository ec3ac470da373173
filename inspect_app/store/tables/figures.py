"""Numbers that take too long to count for every reader."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base


class MonthRepeats(AgencyOwned, Base):
    """How many findings an agency recorded in a month that repeat an earlier one, as the worker counted last."""

    __tablename__ = "month_repeats"

    agency_id: Mapped[str] = mapped_column(String(32), ForeignKey("agency.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    repeated: Mapped[int]
    counted_at: Mapped[datetime]
