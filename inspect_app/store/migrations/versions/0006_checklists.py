"""Checklists from Excel, and the versions an inspection had before."""

import sqlalchemy as sa
from alembic import op

from inspect_app.store.tables.base import Facts, Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "checklist_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("remarks", Facts, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("imported_by", sa.Uuid(), nullable=False),
        sa.Column("imported_at", Moment(timezone=True), nullable=False),
        sa.Column("asked_at", Moment(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", Moment(timezone=True), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'waiting', 'approved', 'refused')", name=op.f("ck_checklist_draft_state")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> imported_by", name=op.f("ck_checklist_draft_second_person")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_checklist_draft_agency_id")),
        sa.ForeignKeyConstraint(["imported_by"], ["person.id"], name=op.f("fk_checklist_draft_imported_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_checklist_draft_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_draft")),
    )
    op.create_index(op.f("ix_checklist_draft_imported_at"), "checklist_draft", ["imported_at"])
    op.create_table(
        "checklist_version",
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("published_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["checklist_draft.id"], name=op.f("fk_checklist_version_draft_id")),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_checklist_version")),
    )
    op.add_column("inspection_checklist", sa.Column("earlier", sa.String(200), server_default="", nullable=False))
