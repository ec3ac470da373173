"""Communes, zones, organisations and sites: shared by all agencies, because visits must not overlap."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.store.tables.base import Base


class Commune(Base):
    """A commune by its five-digit code. Names collide (Văn Lăng, Văn Lang); codes do not."""

    __tablename__ = "commune"

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    lat: Mapped[float]
    lon: Mapped[float]


class Zone(Base):
    """An industrial zone (KCN). Coordinates are entered by the administrator; none are official yet."""

    __tablename__ = "zone"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(20))


class Organisation(Base):
    """Who answers for a violation. It outlives the site: a violation follows the contractor."""

    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(240))
    tax_code: Mapped[str | None] = mapped_column(String(14), unique=True)
    household: Mapped[bool] = mapped_column(default=False)  # hộ kinh doanh: fined as an individual
    representative: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    invented: Mapped[bool] = mapped_column(default=False)  # demo data, marked as such on every screen
    search_key: Mapped[str] = mapped_column(String(600))
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))  # the same one, entered twice
    keyed: Mapped[int] = mapped_column(default=0, server_default="0")  # which rules made its match keys; 0: none yet
    version: Mapped[int] = mapped_column(default=1, server_default="1")  # optimistic lock of its form
    created_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index(None, "merged_into"),
        Index(
            "ix_organisation_search",
            "search_key",
            postgresql_using="gin",
            postgresql_ops={"search_key": "gin_trgm_ops"},
        ).ddl_if(dialect="postgresql"),
    )


# The words of store.map_figures again: a database recognises its index by them.
_AT_WORK = text("ended_at IS NULL AND merged_into IS NULL")


class Site(Base):
    """A place that is inspected. kind: establishment | works | service-provider | commune."""

    __tablename__ = "site"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(240))
    address: Mapped[str] = mapped_column(String(300))
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"))
    zone_id: Mapped[str | None] = mapped_column(ForeignKey("zone.id"))
    sector: Mapped[str] = mapped_column(String(20))  # the sector checklist's code: XDK, KCN, …
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))  # employer, or owner of the works
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    workers: Mapped[int | None]
    workforce: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default="{}"
    )  # {domain.workforce code: people}
    hazards: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # codes of domain.hazards
    contacts: Mapped[list[Any]] = mapped_column(default=list)  # [{name, role, phone}]
    ended_at: Mapped[datetime | None]  # works finished or establishment closed
    search_key: Mapped[str] = mapped_column(String(800))
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))  # the same place, entered twice
    keyed: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    commune: Mapped[Commune] = relationship(lazy="joined", innerjoin=True)
    zone: Mapped[Zone | None] = relationship(lazy="joined")
    parties: Mapped[list["SiteParty"]] = relationship(lazy="selectin")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("kind IN ('establishment', 'works', 'service-provider', 'commune')", name="kind"),
        Index(None, "organisation_id"),
        Index(None, "commune_code"),
        Index(None, "name", "id"),
        # What the map counts, in the order it is put together.
        Index(
            "ix_site_at_work",
            "commune_code",
            "zone_id",
            "lat",
            "lon",
            postgresql_where=_AT_WORK,
            sqlite_where=_AT_WORK,
        ),
        Index(None, "merged_into"),
        Index(
            "ix_site_search",
            "search_key",
            postgresql_using="gin",
            postgresql_ops={"search_key": "gin_trgm_ops"},
        ).ddl_if(dialect="postgresql"),
    )


class SiteParty(Base):
    """An organisation at work on a site. role: investor | main-contractor | subcontractor | supervision | employer."""

    __tablename__ = "site_party"

    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    work: Mapped[str] = mapped_column(String(200), default="", server_default="")  # hạng mục
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]  # None: still there

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (Index(None, "organisation_id"),)
