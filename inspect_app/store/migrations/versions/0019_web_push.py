"""Phones that asked to be told when there is news."""

import sqlalchemy as sa
from alembic import op

from inspect_app.store.tables.base import Moment

revision = "0019"
down_revision = "0018"

MOMENT = Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "push_subscription",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("endpoint", sa.String(1000), nullable=False),
        sa.Column("endpoint_sha256", sa.String(64), nullable=False),
        sa.Column("p256dh", sa.String(90), nullable=False),
        sa.Column("auth", sa.String(24), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_push_subscription_agency_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_push_subscription_person_id")),
        sa.PrimaryKeyConstraint("person_id", "device_id", name=op.f("pk_push_subscription")),
    )
    op.create_index(op.f("ix_push_subscription_endpoint_sha256"), "push_subscription", ["endpoint_sha256"], unique=True)
