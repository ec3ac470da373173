"""Triggers that keep evidence from being changed or deleted, whoever holds the connection: the same on both databases.

They stop mistakes and an application that was broken into. Who owns the database can drop them: docs/operating.md says
which role the application should connect as, and `audit verify` says when one is missing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, text

MESSAGE = "evidence is append-only"
_BODY = f" BEGIN RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME; END "


@dataclass(frozen=True, slots=True)
class Guard:
    """What must not happen to a table. columns: those that must not change; none named: no column may.

    when: only rows for which this holds (before the change) are guarded; `OLD` is the row.
    """

    table: str
    columns: tuple[str, ...] = ()
    when: str = ""


GUARDS = (
    Guard("audit"),
    Guard("operation"),
    Guard("inspection", ("id", "agency_id")),  # what facts point at stays, and stays whose it is
    Guard("seal"),
    Guard("day_root"),
    Guard("server_key"),
    Guard("verify_code"),
    Guard("paper"),
    Guard("reminder"),
    Guard("report"),
    Guard("remedy_proof"),
    Guard("remedy_answer"),
    Guard(
        "remedy_link",
        (
            "id",
            "agency_id",
            "inspection_id",
            "organisation_id",
            "token_sha256",
            "violations",
            "photos",
            "made_by",
            "made_at",
            "expires_at",
        ),
    ),
    Guard("checklist_version"),
    Guard(
        "checklist_draft",
        ("id", "agency_id", "code", "version", "source", "sha256", "file_sha256", "imported_by", "imported_at"),
    ),
    Guard("held_decision"),
    Guard("inspection_return"),
    Guard("risk_weights"),
    Guard(
        "held_operation",
        (
            "id",
            "agency_id",
            "body_sha256",
            "inspection_id",
            "claimed_inspection",
            "device_id",
            "n",
            "person_id",
            "body",
            "code",
            "received_at",
        ),
    ),
    Guard("device_key", ("key", "device_id", "person_id", "agency_id", "jwk", "created_at")),
    Guard("photo", ("id", "agency_id", "inspection_id", "sha256", "person_id")),
    # What has not arrived whole may be announced anew; what has is evidence.
    Guard("blob", ("agency_id", "sha256", "size", "state", "completed_at"), "OLD.state = 'complete'"),
)


def ensure(connection: Connection) -> None:
    """Put every guard in place, in its newest form. Safe to run again."""
    for statement in _postgresql() if connection.dialect.name == "postgresql" else _sqlite():
        connection.execute(text(statement))
    if connection.dialect.name == "postgresql":  # replacing a trigger that was switched off leaves it off
        for guard in GUARDS:
            for kind in ("keep", "keep_rows", "keep_all"):
                connection.execute(text(f"ALTER TABLE {guard.table} ENABLE TRIGGER {guard.table}_{kind}"))


def missing(connection: Connection) -> list[str]:
    """The names of guards that are not there, were switched off, or do something else than `ensure` had them do."""
    on_postgresql = connection.dialect.name == "postgresql"
    there = _there_postgresql(connection) if on_postgresql else _there_sqlite(connection)
    made = [each for each in (_postgresql() if on_postgresql else _sqlite()) if " TRIGGER " in each]
    expected = {_name(each): _plain(each) for each in made if not each.startswith("DROP")}
    return [name for name in names(on_postgresql=on_postgresql) if there.get(name) != expected[name]]


def _there_sqlite(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {name: _plain(sql) for name, sql in rows}


def _there_postgresql(connection: Connection) -> dict[str, str]:
    asked = (
        "SELECT t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_language l ON l.oid = p.prolang "
        "WHERE t.tgenabled IN ('O', 'A') AND NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace "
        "AND p.prosrc = :body AND l.lanname = 'plpgsql'"
    )
    rows = connection.execute(text(asked), {"body": _BODY})
    return {name: _plain(definition) for name, definition in rows}


def _name(statement: str) -> str:
    return statement.partition(" TRIGGER ")[2].split()[0]


def _plain(statement: str) -> str:
    """A definition as both we and PostgreSQL write it, which adds brackets, casts to text and the schema.

    Nothing gets past for want of the brackets: AND binds closest, so other brackets around the same words can only
    guard more. Casts to anything but plain text stay, and differ.
    """
    bare = re.sub(r"[()]", " ", statement.replace("CREATE OR REPLACE", "CREATE", 1)).lower()
    bare = re.sub(r"\s*::(?:text|character varying)(?!\w|\s*\d)", "", bare)
    bare = re.sub(r" on \w+\.(\w+) ", r" on \1 ", bare, count=1)
    return " ".join(bare.replace(" for each statement ", " ").replace("function public.", "function ").split())


def names(*, on_postgresql: bool) -> list[str]:
    """Every guard: on changes, on deletion, and where a table can be emptied at once on that."""
    kinds = ("keep", "keep_rows", "keep_all") if on_postgresql else ("keep", "keep_rows")
    return [f"{guard.table}_{kind}" for guard in GUARDS for kind in kinds]


def _condition(guard: Guard, changed: Iterable[str]) -> str:
    """Which updates are stopped; empty: all of them."""
    either = " OR ".join(changed)
    return f"({guard.when}) AND ({either})" if guard.when and either else either or guard.when


def _sqlite() -> Iterable[str]:
    for guard in GUARDS:
        condition = _condition(guard, [f"NEW.{each} IS NOT OLD.{each}" for each in guard.columns])
        when = f" WHEN {condition}" if condition else ""
        of_rows = f" WHEN {guard.when}" if guard.when else ""
        stop = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        yield f"DROP TRIGGER IF EXISTS {guard.table}_keep"
        yield f"CREATE TRIGGER {guard.table}_keep BEFORE UPDATE ON {guard.table}{when} {stop}"
        yield f"DROP TRIGGER IF EXISTS {guard.table}_keep_rows"
        yield f"CREATE TRIGGER {guard.table}_keep_rows BEFORE DELETE ON {guard.table}{of_rows} {stop}"


def _postgresql() -> Iterable[str]:
    yield (f"CREATE OR REPLACE FUNCTION keep_evidence() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$")
    for guard in GUARDS:
        # JSON has no equality of its own; its text is what was written.
        parts = [f"{each}::text" if each in {"body", "jwk", "violations", "photos"} else each for each in guard.columns]
        condition = _condition(guard, [f"NEW.{part} IS DISTINCT FROM OLD.{part}" for part in parts])
        when = f" WHEN ({condition})" if condition else ""
        of_rows = f" WHEN ({guard.when})" if guard.when else ""
        run = "EXECUTE FUNCTION keep_evidence()"
        yield f"CREATE OR REPLACE TRIGGER {guard.table}_keep BEFORE UPDATE ON {guard.table} FOR EACH ROW{when} {run}"
        yield (
            f"CREATE OR REPLACE TRIGGER {guard.table}_keep_rows BEFORE DELETE ON {guard.table} "
            f"FOR EACH ROW{of_rows} {run}"
        )
        yield f"CREATE OR REPLACE TRIGGER {guard.table}_keep_all BEFORE TRUNCATE ON {guard.table} {run}"
