"""Lists of sites that came as files: every row with what became of it, so that none is lost."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base


class SiteImport(AgencyOwned, Base):
    """One file. state: preview | applied | dropped."""

    __tablename__ = "site_import"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # minted with the form: sending it twice makes one
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="preview")
    columns: Mapped[list[Any]]  # the file's own headers, in order
    facts: Mapped[dict[str, Any]]  # {sheet, encoding, header_row, known: {field: column}, remarks}
    counts: Mapped[dict[str, Any]]  # {outcome: rows}
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('preview', 'applied', 'dropped')", name="state"),
        Index(None, "created_at", "id"),
    )


class SiteImportRow(AgencyOwned, Base):
    """One row of the file as it stood there. outcome: new | changed | same | bad."""

    __tablename__ = "site_import_row"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("site_import.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # as the spreadsheet counts
    outcome: Mapped[str] = mapped_column(String(10))
    cells: Mapped[list[Any]]  # the texts of the row, verbatim
    faults: Mapped[list[Any]]  # [{column, wrong, mend, stops}]
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))

    __table_args__ = (Index(None, "import_id", "outcome", "number"), Index(None, "site_id"))


class Geocoded(Base):
    """What a geocoding service answered, kept so that nobody asks it twice. It only proposes."""

    __tablename__ = "geocoded"

    asked: Mapped[str] = mapped_column(String(500), primary_key=True)
    found: Mapped[list[Any]]  # [{label, lat, lon}]
    asked_at: Mapped[datetime]
