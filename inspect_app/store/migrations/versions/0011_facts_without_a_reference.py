"""PostgreSQL no longer looks up the inspection of every fact: a guard keeps inspections from being deleted instead."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    # SQLite keeps the reference: it costs little there, and to drop it the table of facts would be made anew.
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_operation_inspection_id", "operation", type_="foreignkey")
