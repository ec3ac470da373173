"""Papers that were drawn up: their number, their content as it was, and which one they took the place of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base


class PaperRow(AgencyOwned, Base):
    """One paper. Never changed: a mistake is mended by a new one with a new number, which says what it replaces."""

    __tablename__ = "paper"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # minted with the form: sending it twice makes one paper
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"))
    kind: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]  # numbers begin anew each year
    number: Mapped[str] = mapped_column(String(60))  # 05/BB-KT
    content: Mapped[dict[str, Any]]
    code: Mapped[str] = mapped_column(String(20), unique=True)  # printed on it; answers at /verify/<code>
    sha256: Mapped[str] = mapped_column(String(64))
    violations: Mapped[list[Any]]  # ids of those it is about; empty: the whole visit
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("paper.id"))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("agency_id", "year", "number"), Index(None, "inspection_id", "kind"))
