"""A case file: what is in it, that it agrees, and that whatever is changed in it is seen."""

import hashlib
import io
import json
import os
import random
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from inspect_app import case_verify
from inspect_app.case_verify import AGREES, DIFFERS, UNREADABLE
from inspect_app.domain.evidence import canonical
from inspect_app.domain.plain_zip import PlainZip
from inspect_app.outside.signing import open_signer
from inspect_app.web.request import ground
from tests.casebook import Casebook, forged, look, members, packed
from tests.cast import PUSH, Cast
from tests.exports import plain_zip
from tests.pages.test_import import send

VERIFIER = Path(case_verify.__file__)
Parts = dict[str, bytes]


@pytest.fixture
def book(cast: Cast) -> Casebook:
    return Casebook(cast).fill()


@pytest.fixture
def case(book: Casebook) -> bytes:
    book.end_the_day()
    return book.file()


# --- what is in it ----------------------------------------------------------------------------------


def test_a_case_agrees_and_names_its_key(book: Casebook, case: bytes) -> None:
    report = look(case, pinned=book.signer.key)
    assert (report.status, report.warnings) == (AGREES, [])
    assert "--key" not in report.english
    assert "--key" in look(case).english


def test_it_holds_the_facts_as_received_and_the_photos_byte_for_byte(book: Casebook, case: bytes) -> None:
    parts = members(case)
    told = [json.loads(line) for line in parts["operations.ndjson"].splitlines()]
    written = [*book.alice.phone.written[book.id], *book.bob.phone.written[book.id]]
    assert sorted((op["body"] for op in told), key=lambda body: body["id"]) == sorted(written, key=lambda op: op["id"])
    assert [op["code"] for op in told if op["state"] == "held"] == ["unknown-kind"]
    (photo,) = (name for name in parts if name.startswith("photos/"))
    assert parts[photo] == b"\xff\xd8\xffanh so mot"
    assert parts["checklists/TST-v1.toml"] == book.library.source("TST", 1)
    said = json.loads(parts["case.json"])
    assert said["photos_missing"] == []
    assert "case_verify.py" not in parts
    assert "case_verify.py" in parts["README.txt"].decode()


def test_rows_without_a_daily_root_stand_under_one_made_for_the_case(book: Casebook) -> None:
    report = look(book.file())
    assert report.status == AGREES
    assert any("no daily root yet" in english for _, english in report.warnings)


def test_it_stands_under_the_root_that_was_given_out_and_under_no_other(book: Casebook, case: bytes) -> None:
    (root,) = json.loads(members(case)["roots.json"])["roots"]
    assert look(case, roots=(root["root"].upper(),)).status == AGREES
    assert look(case, roots=("0" * 64,)).status == DIFFERS


def test_a_phone_without_a_key_makes_a_case_that_says_so(cast: Cast) -> None:
    book = Casebook(cast)
    book.alice.key = None
    book.push(book.alice, book.alice.phone.answer(book.id, "TST-01", "pass"))
    report = look(book.file())
    assert report.status == AGREES
    assert any("no phone signed" in english for _, english in report.warnings)


def test_a_photo_that_has_not_arrived_is_named(cast: Cast) -> None:
    book = Casebook(cast)
    op = book.alice.phone.photo(book.id, "TST-02", b"on its way")
    book.push(book.alice, op)
    content = book.file()
    assert json.loads(members(content)["case.json"])["photos_missing"] == [op["sha"]]
    report = look(content)
    assert report.status == AGREES
    assert any("1 photos" in english for _, english in report.warnings)


def test_a_photo_that_was_altered_on_disk_is_seen(book: Casebook) -> None:
    sha = next(op["sha"] for op in book.alice.phone.written[book.id] if op["k"] == "photo")
    path = ground(book.cast.app).evidence.path(book.cast.alice.agency, sha)
    path.write_bytes(path.read_bytes() + b"!")
    report = look(book.file())
    assert (report.status, report.english) == (DIFFERS, f"Photo {sha[:12]}… is not what was taken.")


# --- nothing can be changed -------------------------------------------------------------------------


def flips(content: bytes) -> list[tuple[int, int]]:
    """All bits of both ends, and 4,000 by a fixed seed; every bit of the file with CASE_FLIPS=all."""
    every = [(at, bit) for at in range(len(content)) for bit in range(8)]
    if os.environ.get("CASE_FLIPS") == "all":
        return every
    return [*every[:320], *random.Random(20261122).sample(every, 4000), *every[-400:]]


def test_every_flipped_bit_differs(sqlite_url: str, book: Casebook, case: bytes) -> None:
    if ground(book.cast.app).engine.dialect.name != "sqlite":
        assert look(case).status == AGREES  # the same bytes; flipping them once is enough
        return
    unseen = []
    for at, bit in flips(case):
        altered = bytearray(case)
        altered[at] ^= 1 << bit
        if look(bytes(altered), pinned=book.signer.key).status != DIFFERS:
            unseen.append((at, bit))
    assert unseen == []


def at_line(name: str, change: Callable[[dict[str, Any]], None], *, line: int = 0) -> Callable[[Parts], None]:
    """Change one line of a member."""

    def do(parts: Parts) -> None:
        lines = [json.loads(each) for each in parts[name].splitlines()]
        change(lines[line])
        parts[name] = b"".join(canonical(each) + b"\n" for each in lines)

    return do


def without(name: str, line: int) -> Callable[[Parts], None]:
    def do(parts: Parts) -> None:
        lines = parts[name].splitlines(keepends=True)
        del lines[line]
        parts[name] = b"".join(lines)

    return do


def swapped(name: str) -> Callable[[Parts], None]:
    def do(parts: Parts) -> None:
        first, second, *rest = parts[name].splitlines(keepends=True)
        parts[name] = b"".join([second, first, *rest])

    return do


def in_object(name: str, change: Callable[[dict[str, Any]], None]) -> Callable[[Parts], None]:
    def do(parts: Parts) -> None:
        value = json.loads(parts[name])
        change(value)
        parts[name] = canonical(value)

    return do


def rehashed(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    """A fact changed together with its hash, as an operator would."""

    def do(op: dict[str, Any]) -> None:
        change(op["body"])
        op["sha256"] = hashlib.sha256(canonical(op["body"])).hexdigest()

    return do


def photo_replaced(parts: Parts) -> None:
    name = next(each for each in parts if each.startswith("photos/"))
    parts[name] = parts[name] + b"!"


def photo_renamed(parts: Parts) -> None:
    name = next(each for each in parts if each.startswith("photos/"))
    content = parts.pop(name) + b"!"
    parts[f"photos/{hashlib.sha256(content).hexdigest()}.jpg"] = content


def seals_gone(parts: Parts) -> None:
    del parts["seals.ndjson"]


def photo_gone(parts: Parts) -> None:
    del parts[next(each for each in parts if each.startswith("photos/"))]


# What an operator could try who holds the server's key and signs the changed case anew.
FORGERIES: dict[str, Callable[[Parts], None]] = {
    "answer changed": at_line("operations.ndjson", lambda op: op["body"].update(v="fail")),
    "answer and hash changed": at_line("operations.ndjson", rehashed(lambda body: body.update(v="fail"))),
    "time changed": at_line("operations.ndjson", rehashed(lambda body: body.update(t=body["t"] + 1))),
    "fact left out": without("operations.ndjson", 0),
    "last fact left out": without("operations.ndjson", 4),
    "held fact left out": without("operations.ndjson", 5),
    "held fact accepted": at_line("operations.ndjson", lambda op: op.update(state="accepted"), line=5),
    "accepted fact held": at_line("operations.ndjson", lambda op: op.update(state="held", code="late")),
    "fact of another phone": at_line("operations.ndjson", lambda op: op.update(device="0" * 36)),
    "number changed": at_line("operations.ndjson", lambda op: op.update(n=9)),
    "id changed": at_line("operations.ndjson", lambda op: op.update(id="0" * 36)),
    "seal forged": at_line("seals.ndjson", lambda seal: seal.update(sig="A" * 86)),
    "seal over another head": at_line("seals.ndjson", lambda seal: seal.update(head="0" * 64)),
    "seal of another number": at_line("seals.ndjson", lambda seal: seal.update(n=77)),
    "seal of another person": at_line("seals.ndjson", lambda seal: seal.update(person="0" * 36)),
    "key of a phone exchanged": in_object(
        "keys.json", lambda told: told["devices"][0]["jwk"].update(x=told["devices"][1]["jwk"]["x"])
    ),
    "key of a phone left out": in_object("keys.json", lambda told: told["devices"].pop(0)),
    "receipt left out": without("receipts.ndjson", 0),
    "receipt of another moment": at_line("receipts.ndjson", lambda told: told["body"].update(received=0)),
    "receipts swapped": swapped("receipts.ndjson"),
    "audit row changed": at_line("audit.ndjson", lambda row: row["entry"].update(action="inspection.approved")),
    "audit actor changed": at_line("audit.ndjson", lambda row: row["entry"].update(actor=None), line=2),
    "audit row left out": without("audit.ndjson", 3),
    "audit rows swapped": swapped("audit.ndjson"),
    "audit proof changed": at_line("audit.ndjson", lambda row: row.update(path=row["path"][::-1])),
    "audit chain changed": at_line("audit.ndjson", lambda row: row.update(before="0" * 64), line=2),
    "root changed": in_object("roots.json", lambda told: told["roots"][0].update(root="0" * 64)),
    "root of another day": in_object("roots.json", lambda told: told["roots"][0].update(day="2026-11-21")),
    "root of another agency": in_object("roots.json", lambda told: told["roots"][0].update(agency="bql-kcn")),
    "photo replaced": photo_replaced,
    "photo replaced and renamed": photo_renamed,
    "photo left out": photo_gone,
    "checklist changed": lambda parts: parts.update({"checklists/TST-v1.toml": parts["checklists/TST-v1.toml"] + b"#"}),
    "member left out": seals_gone,
    "member behind the signature": lambda parts: parts.update({"checklists/ABC-v1.toml": b""}),
    "line that is no JSON": lambda parts: parts.update({"seals.ndjson": b"{\n"}),
    "line in another writing": lambda parts: parts.update({"keys.json": parts["keys.json"].replace(b":", b": ", 1)}),
    "numbers without end": lambda parts: parts.update({"seals.ndjson": b'{"n":1e999}\n'}),
    "lines of another kind": lambda parts: parts.update({"seals.ndjson": b"[]\n"}),
    "nothing where lists should be": in_object("roots.json", lambda told: told.update(roots=None)),
}


def test_what_is_signed_anew_is_still_seen_by_what_others_signed_or_keep(book: Casebook, case: bytes) -> None:
    seen = {}
    for name, change in FORGERIES.items():
        content = forged(case, book.signer, change)
        assert content != case, name
        seen[name] = look(content, pinned=book.signer.key).status
    assert seen == dict.fromkeys(FORGERIES, DIFFERS)


def test_another_servers_signature_is_seen_when_the_key_is_known(book: Casebook, case: bytes, tmp_path: Path) -> None:
    other = open_signer(tmp_path / "other.pem")
    assert look(case, pinned=other.key).status == DIFFERS
    assert look(forged(case, other, lambda parts: None), pinned=book.signer.key).status == DIFFERS


def test_a_format_of_tomorrow_is_not_judged(book: Casebook, case: bytes) -> None:
    parts = members(case)
    said = json.loads(parts["case.json"])
    parts["case.json"] = canonical({**said, "format": "inspect-case/3"})
    parts["case.sig"] = book.signer.sign(parts["case.json"]).encode()
    assert look(packed(parts)).status == UNREADABLE


def test_facts_of_another_agencys_case_do_not_pass(cast: Cast, book: Casebook, case: bytes) -> None:
    parts = members(case)
    said = json.loads(parts["case.json"])
    said["agency"]["id"] = "bql-kcn"
    parts["case.json"] = canonical(said)
    parts["case.sig"] = book.signer.sign(parts["case.json"]).encode()
    report = look(packed(parts))
    assert (report.status, report.english) == (DIFFERS, "An audit of another agency.")


def test_an_altered_database_shows_in_the_case_made_of_it(book: Casebook) -> None:
    with book.cast.writing() as tx:
        for trigger in ("operation_keep",):
            if ground(book.cast.app).engine.dialect.name == "postgresql":
                tx.execute(text(f"DROP TRIGGER {trigger} ON operation"))
            else:
                tx.execute(text(f"DROP TRIGGER {trigger}"))
        tx.execute(text("UPDATE operation SET body_sha256 = :sha WHERE kind = 'answer'"), {"sha": "0" * 64})
        tx.commit()
    assert look(book.file()).status == DIFFERS


# --- bad input --------------------------------------------------------------------------------------


def zipped(write: Callable[[zipfile.ZipFile], None], **options: Any) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", **options) as opened:
        write(opened)
    return content.getvalue()


def link(opened: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("README.txt")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    opened.writestr(entry, "/etc/passwd")


def twice(opened: zipfile.ZipFile) -> None:
    opened.writestr("case.json", "{}")
    with pytest.warns(UserWarning, match="Duplicate"):
        opened.writestr("case.json", "{}")


def bomb(opened: zipfile.ZipFile) -> None:
    opened.writestr("operations.ndjson", bytes(50_000_000))


def packed_anew(case: bytes) -> bytes:
    def write(opened: zipfile.ZipFile) -> None:
        for name, part in members(case).items():
            opened.writestr(name, part)

    return zipped(write)


def plain(*names: str) -> bytes:
    made = PlainZip()
    return b"".join(made.add(name, b"{}") for name in names) + made.end()


BAD: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "nothing": (lambda case: b"", UNREADABLE),
    "a word": (lambda case: b"hello", UNREADABLE),
    "a picture": (lambda case: b"\xff\xd8\xff" + bytes(1000), UNREADABLE),
    "first half": (lambda case: case[: len(case) // 2], DIFFERS),
    "without its last byte": (lambda case: case[:-1], DIFFERS),
    "without its first byte": (lambda case: case[1:], DIFFERS),
    "something behind it": (lambda case: case + b"\n", DIFFERS),
    "something before it": (lambda case: b"#!/bin/sh\n" + case, DIFFERS),
    "twice": (lambda case: case + case, DIFFERS),
    "another zip behind it": (lambda case: case + plain("case.json"), DIFFERS),
    "a case in a case": (lambda case: zipped(lambda z: z.writestr("case.zip", case)), DIFFERS),
    "an empty zip": (lambda case: zipped(lambda z: None), DIFFERS),
    "paths that lead out": (lambda case: zipped(lambda z: z.writestr("../../evil", "x")), DIFFERS),
    "paths that lead out, plain": (lambda case: plain("../../evil"), DIFFERS),
    "an absolute path": (lambda case: plain("/etc/passwd"), DIFFERS),
    "a path with a backslash": (lambda case: plain("photos\\..\\evil"), DIFFERS),
    "a name with a NUL": (lambda case: plain("case.json\0.txt"), DIFFERS),
    "a symbolic link": (lambda case: zipped(link), DIFFERS),
    "a bomb": (lambda case: zipped(bomb, compression=zipfile.ZIP_DEFLATED), DIFFERS),
    "one name twice": (lambda case: zipped(twice), DIFFERS),
    "one name twice, plain": (lambda case: plain("case.json", "case.json"), DIFFERS),
    "without a manifest": (lambda case: plain("README.txt", "case.sig"), DIFFERS),
    "another format, not signed": (
        lambda case: packed({**members(case), "case.json": b'{"format":"inspect-case/9"}'}),
        DIFFERS,
    ),
    "a member more": (lambda case: packed({**members(case), "photos/" + "0" * 64 + ".jpg": b""}), DIFFERS),
    "packed anew": (packed_anew, DIFFERS),
    "deep JSON": (lambda case: packed({**members(case), "case.json": b'{"a":' + b"[" * 100_000}), DIFFERS),
    "a manifest of another shape": (lambda case: packed({**members(case), "case.json": b"[]"}), DIFFERS),
    "a manifest without anything": (lambda case: packed({**members(case), "case.json": b"{}"}), DIFFERS),
}


def test_bad_files_get_a_verdict_and_leave_no_trace(case: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    file = folder / "case.zip"
    seen = {}
    for name, (make, _) in BAD.items():
        file.write_bytes(make(case))
        report = case_verify.verify(file)
        assert report.vietnamese, name
        assert report.english, name
        seen[name] = report.status
    assert seen == {name: status for name, (_, status) in BAD.items()}
    assert [each.name for each in folder.iterdir()] == ["case.zip"]


def test_a_file_that_is_not_there_cannot_be_checked(tmp_path: Path) -> None:
    assert case_verify.verify(tmp_path / "none.zip").status == UNREADABLE
    assert case_verify.verify(tmp_path).status == UNREADABLE


# --- alone ------------------------------------------------------------------------------------------


@pytest.fixture
def alone(tmp_path: Path, case: bytes) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The verifier as anybody runs it: one copied file, Python, nothing of ours on the path."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "case_verify.py").write_bytes(VERIFIER.read_bytes())
    (folder / "case.zip").write_bytes(case)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "case_verify.py", *words],
            cwd=folder,
            capture_output=True,
            check=False,
            encoding="utf-8",
            env={"PATH": "", "LC_ALL": "C"},
        )

    return run


def test_it_runs_alone_and_speaks_both_languages(book: Casebook, alone: Any, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    (folder / "key.pem").write_text(book.signer.public_pem())
    (folder / "key.json").write_text(json.dumps(book.signer.card()))
    for key in (book.signer.key, "key.pem", "key.json"):
        done = alone("case.zip", f"--key={key}")
        assert done.returncode == AGREES, done.stdout + done.stderr
        assert done.stdout.startswith("KẾT LUẬN: KHỚP")
        assert "VERDICT: AGREES" in done.stdout
    assert alone("case.zip", "--key=" + "A" * 43).returncode == DIFFERS
    assert alone("case.zip", "--key=none.pem").returncode == UNREADABLE
    assert alone("none.zip").returncode == UNREADABLE
    assert alone().returncode == UNREADABLE
    assert sorted(each.name for each in folder.iterdir()) == ["case.zip", "case_verify.py", "key.json", "key.pem"]


def test_it_imports_nothing_of_ours() -> None:
    import ast

    imported = set()
    for node in ast.walk(ast.parse(VERIFIER.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(str(node.module).partition(".")[0])
    assert imported <= sys.stdlib_module_names | {"cryptography"}
    assert not imported & {"socket", "urllib", "http", "zipfile", "shutil", "tempfile", "subprocess"}


# --- what others may push -----------------------------------------------------------------------------


def test_the_seal_of_a_stranger_is_no_part_of_a_case(book: Casebook, cast: Cast) -> None:
    for player in (cast.carol, cast.vera):  # another agency; the same agency, outside the team
        stranger = book.sending(player)
        assert stranger.key
        batch = stranger.phone.batch((book.id, []))
        batch["scopes"][0] |= {"head": "a" * 64, "seal": stranger.key.seal(stranger.phone, book.id, 1, "a" * 64)}
        assert stranger.client.post(PUSH, json=batch).status_code == 200
    report = look(book.file(), pinned=book.signer.key)
    assert (report.status, len(report.warnings)) == (AGREES, 1)  # that the day has not ended


def test_a_signed_head_ahead_of_the_facts_binds_nobody(book: Casebook, cast: Cast) -> None:
    """A phone may claim what it likes about facts that are not here; once they are, it cannot spoil the case."""
    stranger = book.sending(cast.vera)
    assert stranger.key
    first, second = (stranger.phone.comment(book.id, "TST-01", text) for text in ("một", "hai"))
    batch = stranger.phone.batch((book.id, [second]))
    batch["scopes"][0] |= {"head": "a" * 64, "seal": stranger.key.seal(stranger.phone, book.id, 2, "a" * 64)}
    assert stranger.client.post(PUSH, json=batch).status_code == 200
    assert stranger.client.post(PUSH, json=stranger.phone.batch((book.id, [first]))).status_code == 200
    assert look(book.file(), pinned=book.signer.key).status == AGREES


@pytest.mark.parametrize("odd", [{"note": "a\0b"}, {"extra": 2**60}, {"extra": "\ud800"}])
def test_a_submission_that_cannot_be_kept_as_it_came_has_no_good_seal(book: Casebook, odd: dict[str, Any]) -> None:
    alice = book.alice
    assert alice.key
    op = alice.phone.submit(book.id)
    op |= {"seal": {"key": alice.key.key, "sig": alice.key.sign(op["manifest"])}, **odd}
    batch = json.dumps(alice.phone.batch((book.id, [op])))
    assert alice.client.post(PUSH, data=batch, content_type="application/json").status_code == 200
    report = look(book.file(), pinned=book.signer.key)
    assert report.status == AGREES
    assert any("no good on arrival" in english for _, english in report.warnings)


def test_facts_that_somebody_else_brought_in_are_told_until_their_phone_signs_them(book: Casebook, cast: Cast) -> None:
    bob = book.bob
    op = bob.phone.comment(book.id, "TST-01", "không gửi được")
    assert send(cast.client(cast.vera), plain_zip(bob.phone, [(book.id, [op])])).status_code == 200

    def told() -> list[str]:
        report = look(book.file(), pinned=book.signer.key)
        assert report.status == AGREES
        return [english for _, english in report.warnings]

    assert "1 facts stand under no phone's seal" in told()
    assert "1 facts were brought in as a file by another person than their author" in told()
    book.push(bob, bob.phone.comment(book.id, "TST-02", "có mạng lại"))
    assert "1 facts stand under no phone's seal" not in told()
