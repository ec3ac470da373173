"""The registry: one row per failing item, three independent tracks, and the history of every step."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.store.tables.base import AgencyOwned, Base
from inspect_app.store.tables.inspections import Inspection
from inspect_app.store.tables.places import Organisation, Site

# What lists are filtered by, in the order of the list indexes.
_FILTERED = (
    "agency_id",
    "remedy_status",
    "sanction_status",
    "stop_status",
    "severity",
    "kind",
    "sector",
    "commune_code",
    "zone_id",
)
# The same words as in store.registry: a database uses a partial index only for a condition it recognises.
_OPEN = text("remedy_status <> 'closed' AND remedy_status <> 'cancelled'")
_CLOSED = text("remedy_status = 'closed' OR remedy_status = 'cancelled'")
# Remedied or taken back, while the sanction or the stop is not over: the words of store.log_proofs.
_LINGERING = text(
    "(remedy_status = 'closed' OR remedy_status = 'cancelled')"
    " AND (sanction_status NOT IN ('criminal', 'ended', 'no-sanction', 'none', 'time-barred')"
    " OR stop_status IN ('stop-demanded', 'suspension-decided', 'suspension-proposed'))"
)

# Found without a look into the history: the words of store.log_proofs.
_UNSEARCHED = text("value ->> 'searched' IS NULL")


class Violation(AgencyOwned, Base):
    """A finding in the registry. `id` is UUIDv5(inspection, item): deriving it again finds the same row.

    kind: advice | shortcoming | violation. Whether it is overdue or repeated is computed, never stored.
    """

    __tablename__ = "violation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))  # what people say: <inspection number>/<item>
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"))
    item: Mapped[str] = mapped_column(String(40))
    checklist: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(12))
    severity: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(Text)  # the item as it was asked on the day
    observed: Mapped[str] = mapped_column(Text, default="")  # the inspector's words
    value: Mapped[dict[str, Any]]  # {"heads": [answers that stand]}
    basis: Mapped[list[Any]] = mapped_column(default=list)  # [{label, at, title, confidence}]
    penalties: Mapped[list[Any]] = mapped_column(default=list)  # candidate rule codes
    in_conflict: Mapped[bool] = mapped_column(default=False)
    # Copied from the site and the inspection so that one index answers one filter.
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))  # who answers for it
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"))
    zone_id: Mapped[str | None] = mapped_column(ForeignKey("zone.id"))
    sector: Mapped[str] = mapped_column(String(20))
    found_on: Mapped[date]
    deadline: Mapped[date | None]
    remedy_status: Mapped[str] = mapped_column(String(24))
    sanction_status: Mapped[str] = mapped_column(String(24))
    stop_status: Mapped[str] = mapped_column(String(24))
    fine_vnd: Mapped[int | None] = mapped_column(BigInteger)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))  # cán bộ phụ trách
    next_on: Mapped[date | None]  # the day of the next step, where a step has set one (domain.next_steps)
    search_key: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)  # optimistic lock of the steps
    recorded_at: Mapped[datetime]

    inspection: Mapped[Inspection] = relationship(lazy="select")
    site: Mapped[Site] = relationship(lazy="select")
    organisation: Mapped[Organisation] = relationship(lazy="select")
    steps: Mapped[list["ViolationStep"]] = relationship(lazy="select", order_by="ViolationStep.number")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("inspection_id", "item"),
        CheckConstraint("severity BETWEEN 1 AND 4", name="severity"),
        CheckConstraint("kind IN ('advice', 'shortcoming', 'violation')", name="kind"),
        # Lists are read along one of these, newest first or by deadline. The other columns let the database turn a
        # row away without fetching it, so every mix of filters costs the same (docs/adr/0011).
        Index("ix_violation_newest", "recorded_at", "id", *_FILTERED, "deadline", "found_on"),
        Index("ix_violation_open", "deadline", "id", *_FILTERED, postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_violation_closed", "deadline", "id", *_FILTERED, postgresql_where=_CLOSED, sqlite_where=_CLOSED),
        # What one person has to follow up.
        Index("ix_violation_owner", "owner_id", "deadline", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index(
            "ix_violation_lingering",
            "owner_id",
            "id",
            "agency_id",
            postgresql_where=_LINGERING,
            sqlite_where=_LINGERING,
        ),
        Index(
            "ix_violation_unsearched",
            "recorded_at",
            "agency_id",
            "deadline",
            "id",
            postgresql_where=_UNSEARCHED,
            sqlite_where=_UNSEARCHED,
        ),
        # Steps of a place are counted through the violations there.
        Index("ix_violation_place", "commune_code", "zone_id", "sector", "id"),
        # Has this item failed here, or at this organisation, before?
        Index(None, "site_id", "item", "found_on"),
        Index(None, "organisation_id", "item", "found_on"),
        # Words in the middle of words. SQLite serves one office: it looks into each row of the list index.
        Index(
            "ix_violation_search",
            "search_key",
            postgresql_using="gin",
            postgresql_ops={"search_key": "gin_trgm_ops"},
        ).ddl_if(dialect="postgresql"),
    )


# The words of store.registry again: what the overview counts by month.
_REMEDIED = text("after = 'remedied'")


class ViolationStep(AgencyOwned, Base):
    """One step on one track. The row is the history, and what reports count."""

    __tablename__ = "violation_step"

    violation_id: Mapped[UUID] = mapped_column(ForeignKey("violation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    track: Mapped[str] = mapped_column(String(10))  # remedy | sanction | stop
    step: Mapped[str] = mapped_column(String(32))
    before: Mapped[str] = mapped_column(String(24))
    after: Mapped[str] = mapped_column(String(24))
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # document number, date, amount, new deadline, addressee

    __table_args__ = (
        Index(
            "ix_violation_step_remedied",
            "at",
            "agency_id",
            "violation_id",
            postgresql_where=_REMEDIED,
            sqlite_where=_REMEDIED,
        ),
        Index("ix_violation_step_at", "at", "step", "agency_id", "violation_id"),
    )
