"""What makes the facts provable to others: keys, seals, daily roots, and the codes printed on papers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base


class DeviceKey(AgencyOwned, Base):
    """A public key that a person's phone introduced. Kept for ever: old seals must stay verifiable."""

    __tablename__ = "device_key"

    key: Mapped[str] = mapped_column(String(43), primary_key=True)  # RFC 7638 thumbprint
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    jwk: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10))  # trusted | waiting | refused
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (Index(None, "device_id", "person_id"), Index(None, "agency_id", "state"))


class Seal(AgencyOwned, Base):
    """A signature that came with a push or a submission, good or not, with what it turned out to be on arrival."""

    __tablename__ = "seal"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # made from all it says, so that repeating it changes nothing
    agency_id: Mapped[str] = mapped_column(String(32))
    inspection_id: Mapped[UUID]  # as the phone named it; it need not be here
    device_id: Mapped[UUID]
    person_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))  # push | manifest
    n: Mapped[int]  # the last fact under it; of a manifest: the number of the submission
    head: Mapped[str] = mapped_column(String(64))  # the phone's chain there; of a manifest: its hash
    key: Mapped[str] = mapped_column(String(64))
    sig: Mapped[str] = mapped_column(String(100))
    verdict: Mapped[str] = mapped_column(String(14))
    received_at: Mapped[datetime]

    __table_args__ = (Index(None, "inspection_id"),)


class ServerKey(Base):
    """A public key this installation has signed with."""

    __tablename__ = "server_key"

    key: Mapped[str] = mapped_column(String(43), primary_key=True)
    jwk: Mapped[dict[str, Any]]
    first_used_at: Mapped[datetime]


class DayRoot(AgencyOwned, Base):
    """The Merkle root over the audit rows `first` … `last`; the days of an agency follow one another without a gap."""

    __tablename__ = "day_root"

    agency_id: Mapped[str] = mapped_column(String(32), ForeignKey("agency.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[str] = mapped_column(String(64))
    head: Mapped[str] = mapped_column(String(64))  # the chain's hash at `last`
    key: Mapped[str] = mapped_column(String(43))
    sig: Mapped[str] = mapped_column(String(86))
    made_at: Mapped[datetime]


class VerifyCode(AgencyOwned, Base):
    """A code that stands on papers. `content` is the hash over the facts the paper was made from."""

    __tablename__ = "verify_code"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"))
    content: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (UniqueConstraint("inspection_id", "content"),)
