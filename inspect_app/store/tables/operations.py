"""The facts the phones wrote, as they arrived: appended, never changed; and the log that tells phones what is new."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.store.tables.base import AgencyOwned, Base


class Operation(AgencyOwned, Base):
    """One accepted operation. `body` is what the phone wrote; `body_sha256` is over its RFC 8785 form.

    PostgreSQL checks none of its references, 130 times a push: the inspection's row is locked while they are written
    and guarded against deletion (store.append_only, docs/adr/0021), the agency is copied from it, and the person is
    the one who is signed in.
    """

    __tablename__ = "operation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(String(32))
    inspection_id: Mapped[UUID]
    device_id: Mapped[UUID]
    n: Mapped[int]  # 1, 2, 3 … per (inspection, device), without gaps
    person_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))
    item: Mapped[str | None] = mapped_column(String(40))
    body: Mapped[dict[str, Any]]
    body_sha256: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int] = mapped_column(BigInteger)  # its place in the inspection's change log
    received_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["inspection_id"], ["inspection.id"]).ddl_if(dialect="sqlite"),
        UniqueConstraint("inspection_id", "device_id", "n"),
        UniqueConstraint("inspection_id", "seq"),
    )


class HeldOperation(AgencyOwned, Base):
    """An operation that waits for a person: nothing captured is ever refused. The reason is `code`.

    The row never changes; what a person decided about it is a row of its own (HeldDecision).
    """

    __tablename__ = "held_operation"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # the operation's id
    body_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    inspection_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection.id"))  # None: no such inspection here
    claimed_inspection: Mapped[str] = mapped_column(String(64))
    device_id: Mapped[UUID]
    n: Mapped[int]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    body: Mapped[dict[str, Any]]
    code: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime]
    # Written by the first release only, and copied into held_decision since.
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None] = mapped_column(String(20))
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (Index(None, "inspection_id", "device_id", "n"), Index(None, "agency_id", "received_at"))


class HeldDecision(AgencyOwned, Base):
    """What a person decided about a held operation, once: accepted | reassigned | annexed | refused."""

    __tablename__ = "held_decision"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    operation_id: Mapped[UUID]
    body_sha256: Mapped[str] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(2000))
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["operation_id", "body_sha256"], ["held_operation.id", "held_operation.body_sha256"]),
        UniqueConstraint("operation_id", "body_sha256"),
    )


class DeviceChain(Base):
    """How far one phone's numbered facts have arrived without a gap, and the hash over them."""

    __tablename__ = "device_chain"

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    through: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))


class ScopeCounter(Base):
    """One counter per scope, raised under its row lock in the writing transaction, so no reader can miss a row."""

    __tablename__ = "scope_counter"

    scope: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


class ChangeRow(Base):
    """What happened in a scope, in order. kind `operation` → operation.id; `visit` and `gone` → inspection.id;
    `decision` → held_decision.id."""

    __tablename__ = "change_log"

    scope: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str] = mapped_column(String(64))
