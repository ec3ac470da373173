"""Where to go first: the weights a supervisor set, and the points of each site under them, computed by the worker."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base


class RiskWeights(AgencyOwned, Base):
    """The weights of an agency, each setting a row of its own: the newest holds, the older ones say what held."""

    __tablename__ = "risk_weights"

    agency_id: Mapped[str] = mapped_column(String(32), ForeignKey("agency.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    weights: Mapped[dict[str, Any]]  # domain.risk.REASONS → points at most
    reason: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class SiteRisk(Base):
    """The points of a site under one scheme of weights: an agency's own, or `default`. Derived, never edited.

    Sites are shared by all agencies; no person is a reason (domain.risk).
    """

    __tablename__ = "site_risk"

    scheme: Mapped[str] = mapped_column(String(32), primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"), primary_key=True)
    score: Mapped[int] = mapped_column(SmallInteger)
    hazards: Mapped[int] = mapped_column(SmallInteger)
    workers: Mapped[int] = mapped_column(SmallInteger)
    history: Mapped[int] = mapped_column(SmallInteger)
    since: Mapped[int] = mapped_column(SmallInteger)
    open: Mapped[int] = mapped_column(SmallInteger)
    accidents: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (Index(None, "scheme", "score", "site_id"),)
