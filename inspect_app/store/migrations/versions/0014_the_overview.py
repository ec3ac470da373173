"""What the overview counts: findings remedied in a month, and repeats as the worker counted them."""

import sqlalchemy as sa
from alembic import op

from inspect_app.store.tables.base import Moment

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    remedied = sa.text("after = 'remedied'")
    op.create_index(
        "ix_violation_step_remedied",
        "violation_step",
        ["at", "agency_id", "violation_id"],
        postgresql_where=remedied,
        sqlite_where=remedied,
    )
    op.create_table(
        "month_repeats",
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("counted_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_month_repeats_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "month", name=op.f("pk_month_repeats")),
    )
