"""What a place has that runs out: equipment whose safety inspection is due, and papers that expire."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.store.tables.base import Base
from inspect_app.store.tables.places import Organisation, Site

_THERE = text("removed_at IS NULL")


class Equipment(Base):
    """A machine with strict safety requirements. kind: domain.equipment. It may belong to a contractor on the site."""

    __tablename__ = "equipment"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # minted with the form: sending it twice makes one
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))  # None: the site's own
    kind: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(200))
    serial: Mapped[str] = mapped_column(String(80), default="")
    certificate: Mapped[str] = mapped_column(String(80), default="")  # số phiếu kết quả kiểm định
    inspected_by: Mapped[str] = mapped_column(String(200), default="")
    inspected_on: Mapped[date | None]
    due_on: Mapped[date | None]  # hạn kiểm định; None: nobody has shown a result
    note: Mapped[str] = mapped_column(String(500), default="")
    removed_at: Mapped[datetime | None]  # taken away; the row stays
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    site: Mapped[Site] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index(None, "site_id"),
        Index("ix_equipment_due", "due_on", "id", postgresql_where=_THERE, sqlite_where=_THERE),
    )


class SiteDocument(Base):
    """A licence, plan or record that a place must hold. kind: domain.site_documents."""

    __tablename__ = "site_document"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(80), default="")
    issued_by: Mapped[str] = mapped_column(String(200), default="")
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]  # None: it does not expire
    note: Mapped[str] = mapped_column(String(500), default="")
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    site: Mapped[Site] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index(None, "site_id"),
        Index("ix_site_document_due", "expires_on", "id", postgresql_where=_THERE, sqlite_where=_THERE),
    )
