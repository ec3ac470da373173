"""What an establishment sent, in the case file and before the audit check: whole, and nothing of it can be changed."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from inspect_app.case_verify import AGREES, DIFFERS
from inspect_app.domain.evidence import canonical
from inspect_app.domain.people import Actor, Role
from inspect_app.domain.remedy_links import File, ProofKind, Result
from inspect_app.services import audit_check, import_export, remedy_answers, remedy_links, remedy_proofs
from inspect_app.services.remedy_links import Wanted
from inspect_app.store.tables import Inspection
from inspect_app.web.request import ground
from tests import builders
from tests.builders import NOW, TODAY
from tests.casebook import Casebook, forged, look, members, packed
from tests.cast import Cast
from tests.remedy_cast import PDF, a_jpeg, sha

Parts = dict[str, bytes]


@pytest.fixture
def book(cast: Cast) -> Casebook:
    """A visit with a link, two files, a note, and an answer."""
    made = Casebook(cast).fill()
    files = ground(cast.app).evidence
    vera = Actor(cast.vera.id, cast.vera.agency, Role.SUPERVISOR, cast.vera.name, cast.vera.username)
    with cast.writing() as tx:
        row = tx.get_one(Inspection, made.id)
        wrong = builders.a_violation(tx, row, item="TST-02", remedy_status="remedy-requested")
        wanted = Wanted(uuid4(), row.id, row.organisation_id, (wrong.id,), (), TODAY + timedelta(days=30))
        link = remedy_links.make(tx, wanted, actor=vera, now=NOW, secret="s" * 32)
        sent = []
        for content, kind in ((a_jpeg(), ProofKind.PHOTO), (PDF, ProofKind.PDF)):
            assert import_export.keep(files, row.agency_id, sha(content), content)
            sent.append(File(kind, sha(content), len(content), f"tệp.{kind}"))
        remedy_proofs.receive(tx, link.id, wrong.id, sent, "Đã làm lan can", now=NOW)
        remedy_answers.answer(
            tx,
            uuid4(),
            link.id,
            wrong.id,
            Result.ASKED_AGAIN,
            "Chụp rõ hơn",
            through=3,
            version=wrong.version,
            actor=vera,
            now=NOW,
            laws=made.library.laws,
        )
        tx.commit()
    return made


@pytest.fixture
def case(book: Casebook) -> bytes:
    book.end_the_day()
    return book.file()


def test_a_case_holds_the_proofs_byte_for_byte_and_agrees(book: Casebook, case: bytes) -> None:
    report = look(case, pinned=book.signer.key)
    assert (report.status, report.warnings) == (AGREES, [])
    assert "3 proofs byte for byte" in [english for _, english in report.seen]
    parts = members(case)
    assert json.loads(parts["case.json"])["format"] == "inspect-case/2"
    assert parts[f"proofs/{sha(a_jpeg())}.jpg"] == a_jpeg()
    assert parts[f"proofs/{sha(PDF)}.pdf"] == PDF
    lines = [json.loads(line) for line in parts["remedy.ndjson"].splitlines()]
    assert [line["type"] for line in lines] == ["link", "proof", "proof", "proof", "answer"]
    assert "token" not in parts["remedy.ndjson"].decode()


def test_a_case_without_proofs_is_what_it_always_was(cast: Cast) -> None:
    parts = members(Casebook(cast).fill().file())
    assert json.loads(parts["case.json"])["format"] == "inspect-case/1"
    assert "remedy.ndjson" not in parts


def test_a_proof_that_is_gone_or_altered_on_disk_is_told(book: Casebook) -> None:
    path = ground(book.cast.app).evidence.path(book.cast.alice.agency, sha(PDF))
    path.write_bytes(PDF + b"!")
    assert look(book.file()).status == DIFFERS
    path.unlink()
    report = look(book.file())
    assert report.status == AGREES
    assert "1 proofs are no longer there" in [english for _, english in report.warnings]


def line(n: int, change: Callable[[dict[str, Any]], None]) -> Callable[[Parts], None]:
    def do(parts: Parts) -> None:
        lines = [json.loads(each) for each in parts["remedy.ndjson"].splitlines()]
        change(lines[n])
        parts["remedy.ndjson"] = b"".join(canonical(each) + b"\n" for each in lines)

    return do


def without(n: int) -> Callable[[Parts], None]:
    def do(parts: Parts) -> None:
        lines = parts["remedy.ndjson"].splitlines(keepends=True)
        del lines[n]
        parts["remedy.ndjson"] = b"".join(lines)

    return do


def no_remedy(parts: Parts) -> None:
    for name in [each for each in parts if each.startswith("proofs/")] + ["remedy.ndjson"]:
        del parts[name]


def other_photo(parts: Parts) -> None:
    del parts[f"proofs/{sha(a_jpeg())}.jpg"]
    other = a_jpeg(7)
    parts[f"proofs/{sha(other)}.jpg"] = other
    line(1, lambda each: each.update(sha256=sha(other), size=len(other)))(parts)


def other_words(each: dict[str, Any]) -> None:
    each.update(text="Chưa làm gì", sha256=hashlib.sha256("Chưa làm gì".encode()).hexdigest())


FORGERIES: dict[str, Callable[[Parts], None]] = {
    "no word of the remedy": no_remedy,
    "a proof left out": without(3),
    "an answer left out": without(4),
    "a link left out": without(0),
    "another photo": other_photo,
    "bytes of a proof": lambda parts: parts.update({f"proofs/{sha(PDF)}.pdf": PDF + b"!"}),
    "a proof more": lambda parts: parts.update({f"proofs/{'0' * 64}.pdf": b""}),
    "words of the note": line(3, lambda each: each.update(text="Chưa làm gì")),
    "words with their hash": line(3, other_words),
    "words beside a photo": line(1, lambda each: each.update(text="Chưa làm gì")),
    "the day of a proof": line(1, lambda each: each.update(at="2026-01-01T00:00:00.000000+00:00")),
    "the result": line(4, lambda each: each.update(result="accepted")),
    "the comment": line(4, lambda each: each.update(comment="Tốt")),
    "whose link": line(0, lambda each: each.update(organisation=str(uuid4()))),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_whoever_holds_the_key_cannot_change_what_was_sent_and_answered(book: Casebook, case: bytes, name: str) -> None:
    report = look(forged(case, book.signer, FORGERIES[name]), pinned=book.signer.key)
    assert report.status == DIFFERS, name


def test_a_second_format_without_a_remedy_is_no_case(book: Casebook, case: bytes) -> None:
    def renamed(parts: Parts) -> None:
        said = json.loads(parts["case.json"])
        parts["case.json"] = canonical({**said, "format": "inspect-case/1"})

    changed = members(case)
    renamed(changed)
    assert look(forged(case, book.signer, lambda parts: None)).status == AGREES
    changed["case.sig"] = book.signer.sign(changed["case.json"]).encode()
    assert look(packed(changed)).status == DIFFERS


# --- the audit check --------------------------------------------------------------------------------


def found(cast: Cast) -> set[str]:
    with cast.reading() as tx:
        checked = list(audit_check.check(tx, ground(cast.app).evidence))
    return {each.what for one in checked for each in one.findings}


def test_the_audit_check_reads_proofs_and_answers(book: Casebook) -> None:
    cast = book.cast
    before = found(cast)
    assert not {each for each in before if each.startswith("remedy")}
    path = ground(cast.app).evidence.path(cast.alice.agency, sha(PDF))
    path.write_bytes(b"other")
    assert "photo-altered" in found(cast)
    path.write_bytes(PDF)
    with cast.writing() as tx:
        if tx.connection().dialect.name == "postgresql":
            tx.connection().exec_driver_sql("ALTER TABLE remedy_proof DISABLE TRIGGER ALL")
            tx.connection().exec_driver_sql("ALTER TABLE remedy_answer DISABLE TRIGGER ALL")
        else:
            tx.connection().exec_driver_sql("DROP TRIGGER remedy_proof_keep")
            tx.connection().exec_driver_sql("DROP TRIGGER remedy_answer_keep_rows")
        tx.connection().exec_driver_sql("UPDATE remedy_proof SET text = 'Chưa làm' WHERE kind = 'note'")
        tx.connection().exec_driver_sql("DELETE FROM remedy_answer")
        tx.commit()
    assert {"remedy-proof-altered", "remedy-missing"} <= found(cast)
