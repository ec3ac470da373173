"""Sites at work in the order in which the map counts them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    at_work = sa.text("ended_at IS NULL AND merged_into IS NULL")
    op.create_index(
        "ix_site_at_work",
        "site",
        ["commune_code", "zone_id", "lat", "lon"],
        postgresql_where=at_work,
        sqlite_where=at_work,
    )
