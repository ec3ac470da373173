"""Alembic's entry: runs on the connection that store.database.migrate hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from inspect_app.store.tables import Base
from inspect_app.store.tables.base import Facts

ON_POSTGRESQL_ONLY = frozenset({"ix_violation_search", "ix_site_search", "ix_organisation_search"})
ON_SQLITE_ONLY = frozenset({"fk_operation_inspection_id"})  # docs/adr/0021


def named(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Our own column types go by their name into a migration."""
    return "tables.Facts" if kind == "type" and item is Facts else False


def belongs(_: Any, name: str | None, *__: object) -> bool:
    """A few things exist on one database only; a check on the other must not miss them."""
    dialect = context.config.attributes["connection"].dialect.name
    return name not in (ON_SQLITE_ONLY if dialect == "postgresql" else ON_POSTGRESQL_ONLY)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=named,
    compare_type=True,
    include_object=belongs,
    user_module_prefix="tables.",
)
with context.begin_transaction():
    context.run_migrations()
