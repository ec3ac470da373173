"""What is counted of a place, and what was found without a look into the history, is read from indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_index("ix_violation_place", "violation", ["commune_code", "zone_id", "sector", "id"])
    unsearched = sa.text("value ->> 'searched' IS NULL")
    op.create_index(
        "ix_violation_unsearched",
        "violation",
        ["recorded_at", "agency_id", "deadline", "id"],
        postgresql_where=unsearched,
        sqlite_where=unsearched,
    )
