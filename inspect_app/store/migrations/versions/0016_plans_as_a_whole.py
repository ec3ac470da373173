"""Who entered the decision that approves a plan, and when."""

import sqlalchemy as sa
from alembic import op

from inspect_app.store.tables.base import Moment

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    with op.batch_alter_table("plan") as plan:
        plan.add_column(sa.Column("approved_by", sa.Uuid(), nullable=True))
        plan.add_column(sa.Column("approved_at", Moment(timezone=True), nullable=True))
        plan.create_foreign_key(op.f("fk_plan_approved_by"), "person", ["approved_by"], ["id"])
