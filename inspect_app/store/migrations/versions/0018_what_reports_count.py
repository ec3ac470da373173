"""What reports and proofs count is read from indexes: when found, which steps when, what lingers on another track."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

FILTERED = (
    "agency_id",
    "remedy_status",
    "sanction_status",
    "stop_status",
    "severity",
    "kind",
    "sector",
    "commune_code",
    "zone_id",
)


def upgrade() -> None:
    op.drop_index("ix_violation_newest", "violation")
    op.create_index("ix_violation_newest", "violation", ["recorded_at", "id", *FILTERED, "deadline", "found_on"])
    lingering = sa.text(
        "(remedy_status = 'closed' OR remedy_status = 'cancelled')"
        " AND (sanction_status NOT IN ('criminal', 'ended', 'no-sanction', 'none', 'time-barred')"
        " OR stop_status IN ('stop-demanded', 'suspension-decided', 'suspension-proposed'))"
    )
    op.create_index(
        "ix_violation_lingering",
        "violation",
        ["owner_id", "id", "agency_id"],
        postgresql_where=lingering,
        sqlite_where=lingering,
    )
    op.create_index("ix_violation_step_at", "violation_step", ["at", "step", "agency_id", "violation_id"])
