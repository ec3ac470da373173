"""Agencies, their people, the phones and the sign-ins."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.domain.people import Role
from inspect_app.store.tables.base import AgencyOwned, Base

_CURRENT = text("retired_at IS NULL")


class Agency(Base):
    """A provincial agency. `id` is its slug and never changes: thanh-tra, so-xay-dung, bql-kcn, so-noi-vu."""

    __tablename__ = "agency"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(80))
    parent_name: Mapped[str] = mapped_column(String(200), default="ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN")
    symbol: Mapped[str] = mapped_column(String(20))  # the agency's letters in document numbers: TTT, SXD, BQL, SNV


class AgencyKey(AgencyOwned, Base):
    """A key pair that phones encrypt their way out to. The newest serves new files; older ones still open theirs."""

    __tablename__ = "agency_key"

    id: Mapped[str] = mapped_column(String(43), primary_key=True)  # RFC 7638 thumbprint of the public key
    public_key: Mapped[dict[str, Any]]  # JWK
    private_key: Mapped[str] = mapped_column(Text)  # encrypted under a key derived from INSPECT_SECRET_KEY
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_agency_key_current", "agency_id", unique=True, postgresql_where=_CURRENT, sqlite_where=_CURRENT),
    )


class Person(Base):
    """A user. Names are no secret between agencies: joint teams and papers show them; lists narrow themselves."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(String(32), ForeignKey("agency.id"))
    username: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[Role] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), default="", server_default="")
    muted: Mapped[str] = mapped_column(String(400), default="", server_default="")  # kinds of notices not to be mailed
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=True)


class Device(AgencyOwned, Base):
    """A phone as it introduced itself at sign-in. One phone may serve several people; each has its own row."""

    __tablename__ = "device"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    first_seen_at: Mapped[datetime]
    last_contact_at: Mapped[datetime]
    oldest_unsent_at: Mapped[datetime | None]  # as the phone said at its last contact
    unsent: Mapped[int] = mapped_column(default=0)
    health: Mapped[dict[str, Any]] = mapped_column(default=dict)  # capability check: installed, persisted, …
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")


class SignIn(Base):
    """A server-side session. Only the SHA-256 of the token is stored."""

    __tablename__ = "sign_in"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    device_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    send_only: Mapped[bool] = mapped_column(default=False, server_default=false())  # signed in on a revoked phone

    __table_args__ = (Index(None, "person_id"),)


class LoginThrottle(Base):
    """How often a name or a network failed to sign in, and until when it must wait. Never a hard lock."""

    __tablename__ = "login_throttle"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int]
    wait_until: Mapped[datetime]
