"""The role that docs/operating.md gives the server: it can work, and neither change nor unguard evidence."""

import re
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from inspect_app.store.append_only import GUARDS

PAGE = Path(__file__).parents[2] / "docs" / "operating.md"


def statements() -> list[str]:
    (block,) = re.findall(r"```sql\n(.+?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [each.strip() for each in block.split(";") if each.strip()]


def test_the_servers_role_cannot_touch_evidence_or_its_guards(postgresql_url: str) -> None:
    owner = create_engine(make_url(postgresql_url).set(drivername="postgresql+psycopg"))
    with owner.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS inspect_app"))
        for statement in statements():
            connection.execute(text(statement))
    server = create_engine(make_url(postgresql_url).set(drivername="postgresql+psycopg", username="inspect_app"))
    try:
        with server.begin() as connection:
            connection.execute(text("INSERT INTO marker (name, value) VALUES ('epoch', 'e')"))
            connection.execute(text("UPDATE marker SET value = 'f'"))
            assert connection.execute(text("SELECT count(*) FROM audit")).scalar() == 0
        for guard in GUARDS:
            for forbidden in (
                f"DROP TRIGGER {guard.table}_keep ON {guard.table}",
                f"ALTER TABLE {guard.table} DISABLE TRIGGER ALL",
                f"DROP TABLE {guard.table}",
                f"TRUNCATE {guard.table}",
                f"DELETE FROM {guard.table}",  # noqa: S608 - names of our own
            ):
                with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), server.begin() as tx:
                    tx.execute(text(forbidden))
        with pytest.raises(ProgrammingError, match="permission denied"), server.begin() as tx:
            tx.execute(text("SET session_replication_role = replica"))
        with pytest.raises(ProgrammingError, match="permission denied"), server.begin() as tx:
            tx.execute(
                text("CREATE OR REPLACE FUNCTION keep_evidence() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'")
            )
    finally:
        server.dispose()
        with owner.begin() as connection:
            connection.execute(text("DROP OWNED BY inspect_app"))
            connection.execute(text("DROP ROLE inspect_app"))
        owner.dispose()
