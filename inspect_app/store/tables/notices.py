"""What people are told: notices at the desk, and the mail that carries them out of the house."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base

_UNREAD = text("read_at IS NULL")
_MAIL_DUE = text("mail = 'due'")
_PUSH_DUE = text("push = 'due'")
_WAITING = text("state = 'waiting'")


class Notice(AgencyOwned, Base):
    """One thing one person is told; the agency is the person's. mail, push: none | due | queued.

    once: what makes it the same notice; the same person is not told it twice.
    """

    __tablename__ = "notice"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(40))  # domain.notices.KINDS
    subject: Mapped[str] = mapped_column(String(300))
    href: Mapped[str] = mapped_column(String(300))  # an address of ours, without the host
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    once: Mapped[str | None] = mapped_column(String(120))
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail: Mapped[str] = mapped_column(String(8), default="none", server_default="none")
    push: Mapped[str] = mapped_column(String(8), default="none", server_default="none")

    __table_args__ = (
        CheckConstraint("mail IN ('none', 'due', 'queued')", name="mail"),
        CheckConstraint("push IN ('none', 'due', 'queued')", name="push"),
        Index("uq_notice_once", "person_id", "once", unique=True),
        Index(None, "person_id", "made_at", "id"),
        Index("ix_notice_unread", "person_id", postgresql_where=_UNREAD, sqlite_where=_UNREAD),
        Index("ix_notice_mail_due", "made_at", postgresql_where=_MAIL_DUE, sqlite_where=_MAIL_DUE),
        Index("ix_notice_push_due", "made_at", postgresql_where=_PUSH_DUE, sqlite_where=_PUSH_DUE),
    )


class PushSubscription(AgencyOwned, Base):
    """Where the browser of one phone takes messages for one person: asked for there, ended by the sign-out."""

    __tablename__ = "push_subscription"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(1000))
    endpoint_sha256: Mapped[str] = mapped_column(String(64))  # a browser has one, whoever works on it
    p256dh: Mapped[str] = mapped_column(String(90))
    auth: Mapped[str] = mapped_column(String(24))
    made_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")  # in a row
    next_at: Mapped[datetime]

    __table_args__ = (Index(None, "endpoint_sha256", unique=True),)


class Mail(AgencyOwned, Base):
    """The outbox: one letter to one address. Its id is in the Message-ID, so a letter that went twice is seen once."""

    __tablename__ = "mail"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str | None] = mapped_column(String(120))
    file: Mapped[bytes | None] = mapped_column(LargeBinary)  # emptied once it was sent
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="waiting", server_default="waiting")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    said: Mapped[str] = mapped_column(String(500), default="", server_default="")  # what the last try came to

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'given-up')", name="state"),
        Index("ix_mail_waiting", "next_at", postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index(None, "person_id", "made_at"),
        Index(None, "agency_id", "made_at"),
    )
