"""Decisions about held operations as rows, results with a version, revoked phones that may still send, agency keys."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from inspect_app.store.tables.base import Facts, Moment

revision = "0003"
down_revision = "0002"

CURRENT = sa.text("retired_at IS NULL")


def upgrade() -> None:
    op.add_column("inspection", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("inspection", sa.Column("amended_at", Moment(timezone=True), nullable=True))
    op.add_column("device", sa.Column("revoked_reason", sa.String(500), nullable=False, server_default=""))
    op.add_column("sign_in", sa.Column("send_only", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "agency_key",
        sa.Column("id", sa.String(43), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("public_key", Facts, nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("retired_at", Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_key_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_key")),
    )
    op.create_index(
        "uq_agency_key_current",
        "agency_key",
        ["agency_id"],
        unique=True,
        postgresql_where=CURRENT,
        sqlite_where=CURRENT,
    )
    decision = op.create_table(
        "held_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("body_sha256", sa.String(64), nullable=False),
        sa.Column("result", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_held_decision_agency_id")),
        sa.ForeignKeyConstraint(
            ["operation_id", "body_sha256"],
            ["held_operation.id", "held_operation.body_sha256"],
            name=op.f("fk_held_decision_operation_id_body_sha256"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_held_decision_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_decision")),
        sa.UniqueConstraint("operation_id", "body_sha256", name=op.f("uq_held_decision_operation_id_body_sha256")),
    )
    _copy_decisions(decision)


def _copy_decisions(decision: sa.Table) -> None:
    """The first release wrote its one kind of decision into the held row; its reason stands in the audit."""
    held = sa.table(
        "held_operation",
        sa.column("id", sa.Uuid()),
        sa.column("agency_id", sa.String()),
        sa.column("body_sha256", sa.String()),
        sa.column("resolved_at", Moment(timezone=True)),
        sa.column("resolved_by", sa.Uuid()),
    )
    connection = op.get_bind()
    rows = connection.execute(sa.select(held).where(held.c.resolved_at.is_not(None), held.c.resolved_by.is_not(None)))
    copied = [
        {
            "id": uuid4(),
            "agency_id": row.agency_id,
            "operation_id": row.id,
            "body_sha256": row.body_sha256,
            "result": "annexed",
            "reason": "",
            "decided_by": row.resolved_by,
            "decided_at": row.resolved_at,
        }
        for row in rows
    ]
    if copied:
        connection.execute(sa.insert(decision), copied)
