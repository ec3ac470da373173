"""Cases handed to another agency or to the investigating body: the clock, the receipt and what became of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base


class Referral(AgencyOwned, Base):
    """One case sent on one step of a violation; the agency is the sender. kind: sanction | criminal.

    state: sent | received | returned | answered. to_agency is empty when the addressee does not work here.
    """

    __tablename__ = "referral"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    violation_id: Mapped[UUID] = mapped_column(ForeignKey("violation.id"))
    step_number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    to_agency: Mapped[str | None] = mapped_column(ForeignKey("agency.id"))
    addressee: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(120))
    sent_on: Mapped[date]
    due_on: Mapped[date]  # by when a receipt or, after that, a result is expected
    state: Mapped[str] = mapped_column(String(10), default="sent")
    received_on: Mapped[date | None]
    receipt: Mapped[str] = mapped_column(String(120), default="")
    answered_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(String(20), default="")  # decided | no-sanction | returned | prosecuted | …
    answer_document: Mapped[str] = mapped_column(String(120), default="")
    answer_note: Mapped[str] = mapped_column(Text, default="")
    fine_vnd: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("violation_id", "step_number"),
        CheckConstraint("kind IN ('sanction', 'criminal')", name="kind"),
        CheckConstraint("state IN ('sent', 'received', 'returned', 'answered')", name="state"),
        Index(None, "to_agency", "sent_on", "id"),
        Index(None, "agency_id", "sent_on", "id"),
        Index(None, "state", "due_on"),
    )
