"""Registry: indexes that carry the filters, and search in the middle of a word."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

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
OPEN = sa.text("remedy_status <> 'closed' AND remedy_status <> 'cancelled'")
CLOSED = sa.text("remedy_status = 'closed' OR remedy_status = 'cancelled'")
REPLACED = (
    "agency_id_deadline_id",
    "agency_id_recorded_at_id",
    "commune_code_deadline_id",
    "deadline_id",
    "organisation_id_found_on",
    "recorded_at_id",
    "site_id_found_on",
    "zone_id_deadline_id",
)


def upgrade() -> None:
    for name in REPLACED:
        op.drop_index(op.f(f"ix_violation_{name}"), "violation")
    op.create_index("ix_violation_newest", "violation", ["recorded_at", "id", *FILTERED, "deadline"])
    for name, where in (("open", OPEN), ("closed", CLOSED)):
        columns = ["deadline", "id", *FILTERED]
        op.create_index(f"ix_violation_{name}", "violation", columns, postgresql_where=where, sqlite_where=where)
    op.create_index(op.f("ix_violation_site_id_item_found_on"), "violation", ["site_id", "item", "found_on"])
    op.create_index(
        op.f("ix_violation_organisation_id_item_found_on"), "violation", ["organisation_id", "item", "found_on"]
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        op.create_index(
            "ix_violation_search",
            "violation",
            ["search_key"],
            postgresql_using="gin",
            postgresql_ops={"search_key": "gin_trgm_ops"},
        )
