"""Keys of phones, seals, the server's keys, daily roots, and the codes printed on papers."""

import sqlalchemy as sa
from alembic import op

from inspect_app.store.tables.base import Facts, Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "device_key",
        sa.Column("key", sa.String(43), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("jwk", Facts, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("decided_at", Moment(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_device_key_person_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_device_key_agency_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_device_key_decided_by")),
        sa.PrimaryKeyConstraint("key", "device_id", "person_id", name=op.f("pk_device_key")),
    )
    op.create_index(op.f("ix_device_key_device_id_person_id"), "device_key", ["device_id", "person_id"])
    op.create_index(op.f("ix_device_key_agency_id_state"), "device_key", ["agency_id", "state"])
    op.create_table(
        "seal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("sig", sa.String(100), nullable=False),
        sa.Column("verdict", sa.String(14), nullable=False),
        sa.Column("received_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
    )
    op.create_index(op.f("ix_seal_inspection_id"), "seal", ["inspection_id"])
    op.create_table(
        "server_key",
        sa.Column("key", sa.String(43), nullable=False),
        sa.Column("jwk", Facts, nullable=False),
        sa.Column("first_used_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_server_key")),
    )
    op.create_table(
        "day_root",
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("key", sa.String(43), nullable=False),
        sa.Column("sig", sa.String(86), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_day_root_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "day", name=op.f("pk_day_root")),
    )
    op.create_table(
        "verify_code",
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_verify_code_agency_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_verify_code_inspection_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_verify_code_made_by")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_verify_code")),
        sa.UniqueConstraint("inspection_id", "content", name=op.f("uq_verify_code_inspection_id_content")),
    )
