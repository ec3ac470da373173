"""The next step's day, what was told about deadlines, and follow-up lists that are kept."""

import sqlalchemy as sa
from alembic import op

from inspect_app.store.tables.base import Facts, Moment

revision = "0013"
down_revision = "0012"

MOMENT = Moment(timezone=True)


def upgrade() -> None:
    op.add_column("violation", sa.Column("next_on", sa.Date(), nullable=True))
    still_open = sa.text("remedy_status <> 'closed' AND remedy_status <> 'cancelled'")
    op.create_index(
        "ix_violation_owner",
        "violation",
        ["owner_id", "deadline", "id"],
        postgresql_where=still_open,
        sqlite_where=still_open,
    )
    op.create_table(
        "reminder",
        sa.Column("violation_id", sa.Uuid(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("mark", sa.String(12), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("people", Facts, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_reminder_agency_id")),
        sa.PrimaryKeyConstraint("violation_id", "deadline", "mark", name=op.f("pk_reminder")),
    )
    _lists()


def _lists() -> None:
    op.create_table(
        "follow_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("filters", Facts, nullable=False),
        sa.Column("every", sa.String(8), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("readers", Facts, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("every IN ('none', 'daily', 'weekly', 'monthly')", name=op.f("ck_follow_list_every")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_follow_list_agency_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_follow_list_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_list")),
    )
    op.create_index(op.f("ix_follow_list_agency_id_name"), "follow_list", ["agency_id", "name"])
    scheduled = sa.text("next_on IS NOT NULL")
    op.create_index(
        "ix_follow_list_scheduled", "follow_list", ["next_on"], postgresql_where=scheduled, sqlite_where=scheduled
    )
    op.create_table(
        "follow_run",
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_follow_run_agency_id")),
        sa.ForeignKeyConstraint(["list_id"], ["follow_list.id"], name=op.f("fk_follow_run_list_id")),
        sa.PrimaryKeyConstraint("list_id", "day", name=op.f("pk_follow_run")),
    )
