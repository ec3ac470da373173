"""${message}."""

import sqlalchemy as sa
from alembic import op

from inspect_app.store.tables import base as tables
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
