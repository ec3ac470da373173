"""The audit against what is stored: agrees when nothing happened, names the first break when something did."""
# ruff: noqa: S608 - these are the statements of somebody who tampers

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from inspect_app.domain.evidence import body_hash
from inspect_app.domain.held import copy_device
from inspect_app.domain.merkle import Tree
from inspect_app.services import audit_check, roots
from inspect_app.services.audit_check import Finding
from inspect_app.store import append_only
from inspect_app.store.tables import AuditRow, DayRoot, Operation, PaperRow
from inspect_app.web.request import ground
from tests.builders import NOW, TODAY
from tests.casebook import Casebook
from tests.cast import BUILDING, Cast
from tests.held_cast import decide, push
from tests.pages.browsing import fields_of


@pytest.fixture
def book(cast: Cast) -> Casebook:
    made = Casebook(cast).fill()
    made.end_the_day()
    return made


def found(cast: Cast, *, photos: bool = False) -> list[Finding]:
    files = ground(cast.app).evidence if photos else None
    with cast.reading() as tx:
        return [finding for done in audit_check.check(tx, files) for finding in done.findings]


def without_guards(cast: Cast, *statements: str) -> None:
    """As somebody does who owns the database."""
    with cast.writing() as tx:
        if ground(cast.app).engine.dialect.name == "postgresql":
            tx.execute(text("SET session_replication_role = replica"))
            for statement in statements:
                tx.execute(text(statement))
            tx.execute(text("SET session_replication_role = origin"))
        else:
            for name in append_only.names(on_postgresql=False):
                tx.execute(text(f"DROP TRIGGER {name}"))
            for statement in statements:
                tx.execute(text(statement))
            append_only.ensure(tx.connection())
        tx.commit()


def test_untouched_it_agrees(cast: Cast, book: Casebook) -> None:
    assert found(cast, photos=True) == []
    with cast.reading() as tx:
        done = {each.agency: each for each in audit_check.check(tx)}[BUILDING]
        assert (done.roots, done.open_rows) == (1, 0)
        assert (done.rows, done.operations) == (8, 6)
        assert audit_check.missing_guards(tx) == []


ALTERED = {
    "a row of the audit changed": (
        "UPDATE audit SET action = 'x' WHERE seq = 3 AND agency_id = 'so-xay-dung'",
        [("audit-altered", "3")],
    ),
    "a moment of the audit changed": (
        "UPDATE audit SET at = '2026-01-01 00:00:00' WHERE seq = 4 AND agency_id = 'so-xay-dung'",
        [("audit-altered", "4")],
    ),
    "a row of the audit gone": ("DELETE FROM audit WHERE seq = 3", [("audit-gap", "3")]),
    "the end of the audit cut off": (
        "DELETE FROM audit WHERE seq = 8",
        [("audit-shorter-than-root", "2026-11-22: 8"), ("audit-cut-off", "7 of 8")],
    ),
    "a root changed": (f"UPDATE day_root SET root = '{'0' * 64}'", [("root-differs", "2026-11-22")]),
    "a root signed by nobody": (f"UPDATE day_root SET sig = '{'A' * 86}'", [("root-not-signed", "2026-11-22")]),
    "a root moved": ("UPDATE day_root SET first = 2", [("root-differs", "2026-11-22")]),
}


@pytest.mark.parametrize("name", ALTERED)
def test_what_was_altered_in_the_audit_is_named(cast: Cast, book: Casebook, name: str) -> None:
    statement, expected = ALTERED[name]
    without_guards(cast, statement)
    assert [(each.what, each.where) for each in found(cast)] == expected


OPERATIONS = {
    "a body changed": (
        "UPDATE operation SET body = '{}' WHERE kind = 'answer'",
        {"operation-altered"},
    ),
    "a body and its hash changed": (
        f"UPDATE operation SET body_sha256 = '{'1' * 64}' WHERE kind = 'answer'",
        {"operation-altered", "chain-differs"},
    ),
    "an operation gone": (
        "DELETE FROM operation WHERE kind = 'answer'",
        {"operations-missing", "accepted-count-differs"},
    ),
    "a held operation gone": ("DELETE FROM held_operation", {"operations-missing", "held-count-differs"}),
    "all of a phone gone": ("DELETE FROM operation", {"operations-missing", "accepted-count-differs"}),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_was_altered_among_the_operations_is_named(cast: Cast, book: Casebook, name: str) -> None:
    statement, expected = OPERATIONS[name]
    without_guards(cast, statement)
    assert {each.what for each in found(cast)} == expected


COPIES = {
    "what a copy says": (
        "UPDATE operation SET body = '{body}', body_sha256 = '{sha}' WHERE device_id = '{device}'",
        {"accepted-differs-from-held"},
    ),
    "the copy gone": ("DELETE FROM operation WHERE device_id = '{device}'", {"operations-missing"}),
    "what was copied": (
        "UPDATE held_operation SET body = '{body}' WHERE code = 'fork'",
        {"operation-altered", "accepted-differs-from-held"},
    ),
}


@pytest.mark.parametrize("name", COPIES)
def test_an_accepted_copy_says_what_was_held(cast: Cast, name: str) -> None:
    visit = cast.inspection(cast.alice)
    phone = cast.phone(cast.alice)
    push(cast, cast.alice, phone, visit, phone.comment(visit, "GEN-01", "Lời thứ nhất"))
    other = {**phone.comment(visit, "GEN-01", "Lời thứ hai"), "n": 1}
    assert push(cast, cast.alice, phone, visit, other) == {other["id"]: ("held", "fork")}
    assert decide(cast, other, "accepted") == 302
    assert found(cast) == []
    with cast.reading() as tx:
        copy = tx.query(Operation).filter_by(device_id=copy_device(visit)).one()
    body = {**copy.body, "text": "Lời khác"}
    device = copy.device_id.hex if ground(cast.app).engine.dialect.name == "sqlite" else str(copy.device_id)
    said = json.dumps(body).replace(":", "\\:")
    statement, expected = COPIES[name]
    without_guards(
        cast, statement.replace("{body}", said).replace("{sha}", body_hash(body)).replace("{device}", device)
    )
    assert {each.what for each in found(cast)} == expected


PAPERS = {
    "the content": ("UPDATE paper SET content = '{}'", "paper-altered"),
    "the content and its hash": (f"UPDATE paper SET content = '{{}}', sha256 = '{body_hash({})}'", "paper-altered"),
    "the paper gone": ("DELETE FROM paper", "paper-missing"),
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_says_what_it_said_when_it_was_drawn_up(cast: Cast, name: str) -> None:
    visit = cast.inspection(cast.alice, checklists=(("XDK", 1),), state="complete", visited_on=TODAY)
    address = f"/desk/inspections/{visit}/papers/new?kind=inspection-record"
    desk = cast.client(cast.vera)
    form = fields_of(desk.get(address), "papers/new?kind=inspection-record")
    assert desk.post(address, data=form).status_code == 302
    with cast.reading() as tx:
        paper = tx.query(PaperRow).one().id
    assert found(cast) == []
    statement, expected = PAPERS[name]
    without_guards(cast, statement)
    assert [(each.what, each.where) for each in found(cast)] == [(expected, str(paper))]


def test_photos_are_read_again_when_asked(cast: Cast, book: Casebook) -> None:
    sha = next(op["sha"] for op in book.alice.phone.written[book.id] if op["k"] == "photo")
    path = ground(cast.app).evidence.path(BUILDING, sha)
    path.write_bytes(b"another")
    assert found(cast) == []
    assert [(each.what, each.where) for each in found(cast, photos=True)] == [("photo-altered", sha)]
    path.unlink()
    assert [(each.what, each.where) for each in found(cast, photos=True)] == [("photo-missing", sha)]


# --- daily roots ------------------------------------------------------------------------------------


def make(book: Casebook, days: int) -> list[tuple[str, int, int]]:
    with book.cast.writing() as tx:
        made = roots.make(tx, signer=book.signer, now=NOW + timedelta(days=days))
        tx.commit()
        return [(each.day.isoformat(), each.first, each.last) for each in made]


def test_a_day_gets_its_root_once_and_only_after_it_has_ended(cast: Cast) -> None:
    book = Casebook(cast).fill()
    assert make(book, 0) == []
    assert make(book, 1) == [("2026-11-22", 1, 8)]
    assert make(book, 1) == []
    assert make(book, 30) == []  # days on which nothing happened have none
    with cast.reading() as tx:
        (root,) = tx.query(DayRoot).all()
        hashes = [row.hash for row in tx.query(AuditRow).order_by(AuditRow.seq)]
        assert root.root == Tree([bytes.fromhex(each) for each in hashes]).root.hex()
        assert root.head == hashes[-1]


def test_days_that_were_forgotten_get_theirs_later(cast: Cast) -> None:
    book = Casebook(cast)
    for day in range(3):
        cast.set_clock(NOW + timedelta(days=2 * day))
        book.push(book.alice, book.alice.phone.answer(book.id, "TST-01", "pass"))
    assert make(book, 5) == [("2026-11-22", 1, 3), ("2026-11-24", 4, 4), ("2026-11-26", 5, 5)]
    assert found(cast) == []


def test_a_row_of_yesterday_that_came_late_stands_under_the_next_day(cast: Cast) -> None:
    book = Casebook(cast)
    assert make(book, 1) == [("2026-11-22", 1, 2)]
    book.push(book.alice, book.alice.phone.answer(book.id, "TST-01", "pass"))  # begun on the 22nd
    assert make(book, 1) == []
    assert make(book, 2) == [("2026-11-23", 3, 3)]
    assert found(cast) == []


# --- the guards -------------------------------------------------------------------------------------

FORBIDDEN = [
    "UPDATE audit SET action = 'x'",
    "DELETE FROM audit",
    "UPDATE operation SET body = '{}'",
    "UPDATE operation SET received_at = received_at, n = 7",
    "DELETE FROM operation",
    "UPDATE held_operation SET code = 'late'",
    "UPDATE held_operation SET body = '{}'",
    "DELETE FROM held_operation",
    "UPDATE seal SET verdict = 'good'",
    "DELETE FROM seal",
    "UPDATE day_root SET root = ''",
    "DELETE FROM day_root",
    "DELETE FROM server_key",
    "UPDATE device_key SET jwk = '{}'",
    "DELETE FROM device_key",
    "UPDATE photo SET sha256 = ''",
    "DELETE FROM photo",
    "UPDATE blob SET sha256 = ''",
    "UPDATE blob SET state = 'partial'",
    "UPDATE blob SET size = 1",
    "DELETE FROM blob",
]
ALLOWED = [
    "UPDATE photo SET withdrawn = 'mờ'",
    "UPDATE device_key SET state = 'refused'",
    "UPDATE blob SET failures = 0",
]


def test_the_database_itself_keeps_evidence(cast: Cast, book: Casebook) -> None:
    for statement in FORBIDDEN:
        assert not accepts(cast, statement), statement
    for statement in ALLOWED:
        assert accepts(cast, statement), statement


def test_tables_of_evidence_cannot_be_emptied_either(cast: Cast, book: Casebook) -> None:
    if ground(cast.app).engine.dialect.name == "postgresql":
        for guard in append_only.GUARDS:
            assert not accepts(cast, f"TRUNCATE {guard.table} CASCADE"), guard.table
    else:
        for guard in append_only.GUARDS:
            assert not accepts(cast, f"REPLACE INTO {guard.table} SELECT * FROM {guard.table}") or is_empty(cast, guard)


def is_empty(cast: Cast, guard: append_only.Guard) -> bool:
    with cast.reading() as tx:
        where = guard.when.replace("OLD.", "") or "1 = 1"
        return tx.execute(text(f"SELECT count(*) FROM {guard.table} WHERE {where}")).scalar() == 0


def accepts(cast: Cast, statement: str) -> bool:
    from sqlalchemy.exc import DBAPIError

    with cast.writing() as tx:
        try:
            tx.execute(text(statement))
        except DBAPIError as error:
            assert append_only.MESSAGE in str(error.orig), statement
            return False
        return True


HOLLOW = {
    "postgresql": {
        "CREATE OR REPLACE TRIGGER audit_keep BEFORE UPDATE ON audit FOR EACH ROW WHEN (OLD.seq < 0) "
        "EXECUTE FUNCTION keep_evidence()": {"audit_keep"},
        "CREATE OR REPLACE TRIGGER seal_keep_rows AFTER DELETE ON seal FOR EACH ROW EXECUTE FUNCTION keep_evidence()": {
            "seal_keep_rows"
        },
        "CREATE OR REPLACE TRIGGER paper_keep BEFORE UPDATE OF number ON paper FOR EACH ROW "
        "EXECUTE FUNCTION keep_evidence()": {"paper_keep"},
        "ALTER TABLE audit DISABLE TRIGGER audit_keep": {"audit_keep"},
        "CREATE OR REPLACE FUNCTION keep_evidence() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'": set(
            append_only.names(on_postgresql=True)
        ),
    },
    "sqlite": {
        "CREATE TRIGGER audit_keep BEFORE UPDATE ON audit BEGIN SELECT 1; END": {"audit_keep"},
        "CREATE TRIGGER audit_keep BEFORE UPDATE ON audit WHEN OLD.seq < 0 "
        f"BEGIN SELECT RAISE(ABORT, '{append_only.MESSAGE}'); END": {"audit_keep"},
        f"CREATE TRIGGER audit_keep BEFORE UPDATE ON marker BEGIN SELECT RAISE(ABORT, '{append_only.MESSAGE}'); END": {
            "audit_keep"
        },
    },
}


def test_a_guard_that_does_something_else_is_named_and_put_back(cast: Cast) -> None:
    dialect = ground(cast.app).engine.dialect.name
    for statement, expected in HOLLOW[dialect].items():
        with cast.writing() as tx:
            if dialect == "sqlite":
                tx.execute(text("DROP TRIGGER audit_keep"))
            tx.execute(text(statement))
            assert set(audit_check.missing_guards(tx)) == expected, statement
            append_only.ensure(tx.connection())
            assert audit_check.missing_guards(tx) == [], statement


def test_a_missing_guard_is_named_and_put_back(cast: Cast) -> None:
    drop = "DROP TRIGGER audit_keep" + (" ON audit" if ground(cast.app).engine.dialect.name == "postgresql" else "")
    with cast.writing() as tx:
        tx.execute(text(drop))
        assert audit_check.missing_guards(tx) == ["audit_keep"]
        append_only.ensure(tx.connection())
        assert audit_check.missing_guards(tx) == []
