"""Profiles of sites, duplicates and what was put together, and lists that came as files."""

import sqlalchemy as sa
from alembic import op

from inspect_app.store.tables.base import Facts, Moment

revision = "0010"
down_revision = "0009"

_THERE = sa.text("removed_at IS NULL")


def upgrade() -> None:
    _places()
    _profile()
    _duplicates()
    _imports()


def _places() -> None:
    for table in ("organisation", "site"):
        # In one statement, so that SQLite need not copy a table that others point at.
        kind = "UUID" if op.get_bind().dialect.name == "postgresql" else "CHAR(32)"
        points = f"CONSTRAINT fk_{table}_merged_into REFERENCES {table} (id)"
        op.execute(f"ALTER TABLE {table} ADD COLUMN merged_into {kind} {points}")
        op.add_column(table, sa.Column("keyed", sa.Integer(), server_default="0", nullable=False))
        op.add_column(table, sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        op.create_index(op.f(f"ix_{table}_merged_into"), table, ["merged_into"])
        if op.get_bind().dialect.name == "postgresql":
            op.create_index(
                f"ix_{table}_search",
                table,
                ["search_key"],
                postgresql_using="gin",
                postgresql_ops={"search_key": "gin_trgm_ops"},
            )
    op.add_column("site", sa.Column("workforce", Facts, server_default="{}", nullable=False))
    op.add_column("site", sa.Column("hazards", Facts, server_default="[]", nullable=False))
    op.add_column("site_party", sa.Column("work", sa.String(200), server_default="", nullable=False))
    op.add_column("site_party", sa.Column("first_day", sa.Date(), nullable=True))
    op.add_column("site_party", sa.Column("last_day", sa.Date(), nullable=True))


def _profile() -> None:
    op.create_table(
        "equipment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("serial", sa.String(80), nullable=False),
        sa.Column("certificate", sa.String(80), nullable=False),
        sa.Column("inspected_by", sa.String(200), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("removed_at", Moment(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_equipment_site_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_equipment_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment")),
    )
    op.create_index(op.f("ix_equipment_site_id"), "equipment", ["site_id"])
    op.create_index("ix_equipment_due", "equipment", ["due_on", "id"], postgresql_where=_THERE, sqlite_where=_THERE)
    op.create_table(
        "site_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("issued_by", sa.String(200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("removed_at", Moment(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_document_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_document")),
    )
    op.create_index(op.f("ix_site_document_site_id"), "site_document", ["site_id"])
    op.create_index(
        "ix_site_document_due", "site_document", ["expires_on", "id"], postgresql_where=_THERE, sqlite_where=_THERE
    )


def _duplicates() -> None:
    op.create_table(
        "match_key",
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "row_id", name=op.f("pk_match_key")),
    )
    op.create_index(op.f("ix_match_key_row_id"), "match_key", ["row_id"])
    op.create_table(
        "duplicate_pair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("reasons", Facts, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("found_at", Moment(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", Moment(timezone=True), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.CheckConstraint("state IN ('open', 'different', 'merged')", name=op.f("ck_duplicate_pair_state")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_duplicate_pair_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_duplicate_pair_first_id_second_id")),
    )
    op.create_index(op.f("ix_duplicate_pair_state_kind_score_id"), "duplicate_pair", ["state", "kind", "score", "id"])
    op.create_index(op.f("ix_duplicate_pair_second_id"), "duplicate_pair", ["second_id"])
    op.create_table(
        "merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("lost_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("moved", Facts, nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=False),
        sa.Column("merged_at", Moment(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", Moment(timezone=True), nullable=True),
        sa.Column("undo_reason", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["merged_by"], ["person.id"], name=op.f("fk_merge_merged_by")),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name=op.f("fk_merge_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    op.create_index(op.f("ix_merge_kept_id"), "merge", ["kept_id"])
    op.create_index(op.f("ix_merge_lost_id"), "merge", ["lost_id"])
    op.create_index(op.f("ix_merge_merged_at_id"), "merge", ["merged_at", "id"])


def _imports() -> None:
    op.create_table(
        "site_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("columns", Facts, nullable=False),
        sa.Column("facts", Facts, nullable=False),
        sa.Column("counts", Facts, nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("applied_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('preview', 'applied', 'dropped')", name=op.f("ck_site_import_state")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_site_import_agency_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_site_import_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_import")),
    )
    op.create_index(op.f("ix_site_import_created_at_id"), "site_import", ["created_at", "id"])
    op.create_table(
        "site_import_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("cells", Facts, nullable=False),
        sa.Column("faults", Facts, nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_site_import_row_agency_id")),
        sa.ForeignKeyConstraint(["import_id"], ["site_import.id"], name=op.f("fk_site_import_row_import_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_import_row_site_id")),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_site_import_row")),
    )
    op.create_index(
        op.f("ix_site_import_row_import_id_outcome_number"), "site_import_row", ["import_id", "outcome", "number"]
    )
    op.create_index(op.f("ix_site_import_row_site_id"), "site_import_row", ["site_id"])
    op.create_table(
        "geocoded",
        sa.Column("asked", sa.String(500), nullable=False),
        sa.Column("found", Facts, nullable=False),
        sa.Column("asked_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("asked", name=op.f("pk_geocoded")),
    )
