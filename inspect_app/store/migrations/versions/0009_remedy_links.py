"""The establishment's link, what came through it, and what was answered."""

import sqlalchemy as sa
from alembic import op

from inspect_app.store.tables.base import Facts, Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "remedy_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("violations", Facts, nullable=False),
        sa.Column("photos", Facts, nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("expires_at", Moment(timezone=True), nullable=False),
        sa.Column("revoked_at", Moment(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_remedy_link_agency_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_remedy_link_inspection_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_remedy_link_organisation_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_remedy_link_made_by")),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name=op.f("fk_remedy_link_revoked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_remedy_link_token_sha256")),
    )
    op.create_index(op.f("ix_remedy_link_inspection_id"), "remedy_link", ["inspection_id"])
    op.create_index(op.f("ix_remedy_link_agency_id_made_at_id"), "remedy_link", ["agency_id", "made_at", "id"])
    op.create_table(
        "remedy_proof",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("violation_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_at", Moment(timezone=True), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.CheckConstraint("kind IN ('photo', 'pdf', 'note')", name=op.f("ck_remedy_proof_kind")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_remedy_proof_agency_id")),
        sa.ForeignKeyConstraint(["link_id"], ["remedy_link.id"], name=op.f("fk_remedy_proof_link_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_remedy_proof_inspection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy_proof")),
        sa.UniqueConstraint("link_id", "n", name=op.f("uq_remedy_proof_link_id_n")),
        sa.UniqueConstraint(
            "link_id", "violation_id", "sha256", name=op.f("uq_remedy_proof_link_id_violation_id_sha256")
        ),
    )
    op.create_index(op.f("ix_remedy_proof_inspection_id"), "remedy_proof", ["inspection_id"])
    op.create_index(op.f("ix_remedy_proof_agency_id_sha256"), "remedy_proof", ["agency_id", "sha256"])
    op.create_table(
        "remedy_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("violation_id", sa.Uuid(), nullable=False),
        sa.Column("through", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(12), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.CheckConstraint("result IN ('accepted', 'asked-again')", name=op.f("ck_remedy_answer_result")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_remedy_answer_agency_id")),
        sa.ForeignKeyConstraint(["link_id"], ["remedy_link.id"], name=op.f("fk_remedy_answer_link_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_remedy_answer_inspection_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_remedy_answer_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy_answer")),
    )
    op.create_index(op.f("ix_remedy_answer_link_id_violation_id"), "remedy_answer", ["link_id", "violation_id"])
    op.create_index(op.f("ix_remedy_answer_inspection_id"), "remedy_answer", ["inspection_id"])
