"""Other systems that are told of changes: where to, what was sent, and every try."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base

_WAITING = text("state = 'waiting'")


class Webhook(AgencyOwned, Base):
    """A receiver. kinds: words of domain.feed.Event, spaces between. read_seq: how far the changes were taken up."""

    __tablename__ = "webhook"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(500))
    kinds: Mapped[str] = mapped_column(String(200))
    secret: Mapped[str] = mapped_column(String(200))  # locked with the installation's own (outside.locked)
    read_seq: Mapped[int] = mapped_column(BigInteger)
    failing_since: Mapped[datetime | None]  # since when nothing gets through
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[str] = mapped_column(String(300), default="", server_default="")
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    __table_args__ = (Index(None, "agency_id", "made_at"),)


class WebhookDelivery(AgencyOwned, Base):
    """One message to one receiver; its id goes with every try, so whoever gets it twice can tell."""

    __tablename__ = "webhook_delivery"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    event: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)  # as it is signed: every try sends the same bytes
    state: Mapped[str] = mapped_column(String(10), default="waiting", server_default="waiting")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    place: Mapped[int] = mapped_column(BigInteger)  # the order they were made in: the audit's number, 0 for a test
    made_at: Mapped[datetime]
    next_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'delivered', 'given-up')", name="state"),
        Index(None, "webhook_id", "made_at", "id"),
        Index("ix_webhook_delivery_waiting", "next_at", postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index(None, "made_at"),
    )


class WebhookTry(AgencyOwned, Base):
    """One try of one delivery. status: none when no answer came."""

    __tablename__ = "webhook_try"

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_delivery.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    status: Mapped[int | None]
    said: Mapped[str] = mapped_column(String(300), default="", server_default="")
    ms: Mapped[int]
