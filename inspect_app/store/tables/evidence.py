"""Photos as facts and the bytes behind them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base


class Blob(AgencyOwned, Base):
    """Received bytes, kept verbatim. One row per agency and SHA-256: never shared across agencies."""

    __tablename__ = "blob"

    agency_id: Mapped[str] = mapped_column(String(32), ForeignKey("agency.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(60))  # as the phone said; never trusted for serving
    state: Mapped[str] = mapped_column(String(10))  # partial | complete | held
    failures: Mapped[int] = mapped_column(default=0)  # times the whole had another hash
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]


class Photo(AgencyOwned, Base):
    """A photo operation, folded for lists and maps."""

    __tablename__ = "photo"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # the operation's id
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"))
    item: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    source: Mapped[str] = mapped_column(String(12))  # camera | viewfinder | picker
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy: Mapped[float | None]  # metres
    withdrawn: Mapped[str | None] = mapped_column(String(300))  # the reason

    __table_args__ = (Index(None, "inspection_id", "item"), Index(None, "agency_id", "sha256"))
