"""Occupational accidents and serious incidents as they were declared: counts and causes, no victim's name."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.store.tables.base import AgencyOwned, Base
from inspect_app.store.tables.places import Commune, Organisation, Site


class Accident(AgencyOwned, Base):
    """One accident (tai nạn lao động) or serious incident. `agency_id`: who took the declaration in.

    kind: accident | incident. source: employer | commune | police | other. A mistake is withdrawn, never deleted.
    """

    __tablename__ = "accident"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # minted with the form: sending it twice makes one
    kind: Mapped[str] = mapped_column(String(10))
    happened_on: Mapped[date]
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"))
    place: Mapped[str] = mapped_column(String(300), default="")
    sector: Mapped[str] = mapped_column(String(20), default="")
    has_contract: Mapped[bool]  # False: a worker without a labour contract; the commune records it
    victims: Mapped[int] = mapped_column(SmallInteger)
    women: Mapped[int] = mapped_column(SmallInteger, default=0)
    outside: Mapped[int] = mapped_column(SmallInteger, default=0)  # victims the employer does not manage
    deaths: Mapped[int] = mapped_column(SmallInteger, default=0)
    seriously_injured: Mapped[int] = mapped_column(SmallInteger, default=0)
    injured: Mapped[int] = mapped_column(SmallInteger, default=0)  # slightly
    cause: Mapped[str] = mapped_column(String(24), default="")
    factor: Mapped[str] = mapped_column(String(24), default="")
    occupation: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(12))
    declared_on: Mapped[date]
    record_no: Mapped[str] = mapped_column(String(60), default="")  # the commune's record of facts
    investigator: Mapped[str] = mapped_column(String(12), default="")  # employer | province | police
    investigated_on: Mapped[date | None]
    investigation_no: Mapped[str] = mapped_column(String(60), default="")
    criminal_no: Mapped[str] = mapped_column(String(60), default="")  # the file went to the investigating body
    criminal_on: Mapped[date | None]
    days_off: Mapped[int] = mapped_column(default=0)
    medical_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    wages_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    compensation_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    property_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(500), default="")

    commune: Mapped[Commune] = relationship(lazy="select")
    site: Mapped[Site | None] = relationship(lazy="select")
    organisation: Mapped[Organisation | None] = relationship(lazy="select")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("kind IN ('accident', 'incident')", name="kind"),
        CheckConstraint("victims = deaths + seriously_injured + injured", name="victims"),
        CheckConstraint("deaths >= 0 AND seriously_injured >= 0 AND injured >= 0", name="counts"),
        Index(None, "happened_on", "id"),
        Index(None, "site_id"),
        Index(None, "organisation_id"),
    )
