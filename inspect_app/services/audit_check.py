"""Checks what is stored against the audit: chains, daily roots, operations, copies, papers, the tables' guards."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, groupby
from typing import Any
from uuid import UUID

from inspect_app.domain import audit_chain
from inspect_app.domain.audit_chain import Row
from inspect_app.domain.evidence import START, NotCanonical, body_hash, canonical, link
from inspect_app.domain.held import TAKES_EFFECT, copy_device, copy_of
from inspect_app.domain.intake import NOT_IN_CHAIN
from inspect_app.domain.merkle import Tree
from inspect_app.domain.seals import root_statement
from inspect_app.outside.signing import is_signed_by_server
from inspect_app.services import remedy_answers, remedy_proofs
from inspect_app.store import append_only, audit_rows, case_rows, remedy, seals
from inspect_app.store.case_rows import Fact
from inspect_app.store.database import Tx
from inspect_app.store.evidence_files import EvidenceFiles
from inspect_app.store.tables import DayRoot

BLOCK = 1024 * 1024
# What the audit says about the remedy, and the name of the row in it.
_REMEDY = {"remedy.received": "proof", "remedy.answered": "answer"}
_TAKEN = frozenset(f"operation.{result}" for result in TAKES_EFFECT)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree. where: the place in it."""

    agency: str
    what: str
    where: str


@dataclass(slots=True)
class Checked:
    """One agency: what was looked at, and what does not agree, the first break of the chain first."""

    agency: str
    rows: int = 0
    roots: int = 0
    operations: int = 0
    open_rows: int = 0  # not yet under a daily root
    findings: list[Finding] = field(default_factory=list)

    def add(self, what: str, where: object) -> None:
        self.findings.append(Finding(self.agency, what, str(where)))


@dataclass(slots=True)
class _Told:
    """What the audit says about operations: heads by (inspection, phone), and counts by inspection."""

    heads: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    accepted: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    amended: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    taken: set[tuple[str, str]] = field(default_factory=set)  # held operations that took effect, with their hash
    papers: dict[str, str] = field(default_factory=dict)
    proofs: dict[str, tuple[dict[str, Any], datetime]] = field(default_factory=dict)  # and answers to them


def missing_guards(tx: Tx) -> list[str]:
    """Triggers that should keep evidence from being changed and are not there."""
    return append_only.missing(tx.connection())


def check(tx: Tx, files: EvidenceFiles | None = None) -> Iterator[Checked]:
    """Every agency. files: also read each photo again."""
    keys = {each.key: each.jwk for each in seals.server_keys(tx)}
    for agency in audit_rows.agencies(tx):
        done = Checked(agency)
        told = _Told()
        if _check_rows(tx, done, told, keys):
            _check_operations(tx, done, told)
            _check_papers(tx, done, told.papers)
            _check_remedy(tx, done, told.proofs)
        if files is not None:
            _check_photos(tx, done, files)
        yield done


# --- the audit ------------------------------------------------------------------------------------


def _check_rows(tx: Tx, done: Checked, told: _Told, keys: Mapping[str, dict[str, str]]) -> bool:
    """Walk the chain once, recomputing each day's root on the way. False: it breaks, what it tells is worth nothing."""
    days = iter(audit_rows.roots(tx, done.agency))
    day, leaves = next(days, None), list[bytes]()
    expected = 1
    for row, broken in audit_chain.walk(audit_rows.stream(tx, done.agency)):
        if broken:
            done.add("audit-altered" if broken.what == "altered" else "audit-gap", broken.seq)
            return False
        done.rows += 1
        _listen(row, told)
        if day is None:
            done.open_rows += 1
            continue
        leaves.append(bytes.fromhex(row.hash))
        if row.seq == day.last:
            _check_root(done, day, expected, leaves, keys)
            expected, day, leaves = day.last + 1, next(days, None), []
    if day is not None:
        done.add("audit-shorter-than-root", f"{day.day}: {day.last}")
    if (counted := audit_rows.counted(tx, done.agency)) != done.rows:
        done.add("audit-cut-off", f"{done.rows} of {counted}")
    return not done.findings


def _check_root(
    done: Checked, day: DayRoot, expected: int, leaves: list[bytes], keys: Mapping[str, dict[str, str]]
) -> None:
    done.roots += 1
    statement = root_statement(day.agency_id, day.day.isoformat(), day.first, day.last, day.root, day.head)
    if day.first != expected or Tree(leaves).root.hex() != day.root or leaves[-1].hex() != day.head:
        done.add("root-differs", day.day)
    elif day.key not in keys or not is_signed_by_server(keys[day.key], day.sig, statement):
        done.add("root-not-signed", day.day)


def _listen(row: Row, told: _Told) -> None:
    kind, _, inspection = row.subject.partition(":")
    facts = row.facts
    if row.action in _TAKEN:  # also told of an operation whose inspection was unknown
        told.taken.add((facts["operation"], facts["body"]))
    if kind != "inspection":
        return
    if row.action == "operations.received":
        told.accepted[inspection] += facts["accepted"]
        told.held[inspection] += sum(facts.get("held", {}).values())
        if facts["through"]:
            told.heads[inspection, facts["device"]] = (facts["through"], facts["head"])
    elif row.action == "results.amended":
        told.amended[inspection].update(facts["operations"])
    elif row.action == "inspection.paper":
        told.papers[facts["paper"]] = facts["sha256"]
    elif row.action in _REMEDY:
        told.proofs[facts[_REMEDY[row.action]]] = (dict(facts), row.at)


# --- operations -----------------------------------------------------------------------------------


def _check_operations(tx: Tx, done: Checked, told: _Told) -> None:
    """Every fact under its own hash, every phone's facts under the head the audit names, and none too many."""
    numbers: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    held, accepted = Counter[str](), Counter[str]()
    for fact in case_rows.held_facts(tx, done.agency):
        _check_hash(done, fact)
        held[fact.inspection] += 1
        if fact.n and fact.code not in NOT_IN_CHAIN:
            numbers[fact.inspection, fact.device][fact.n] = fact.sha256
    heads = dict(told.heads)
    taken_in: list[Fact] = []
    for place, group in groupby(case_rows.accepted_facts(tx, done.agency), lambda fact: (fact.inspection, fact.device)):
        mine = numbers.pop(place, {})
        for fact in group:
            _check_hash(done, fact)
            mine[fact.n] = fact.sha256
            if fact.id in told.amended.get(fact.inspection, ()):
                taken_in.append(fact)
            else:
                accepted[fact.inspection] += 1
        _check_head(done, place, mine, heads.pop(place, None))
    for place, mine in numbers.items():  # phones of which everything is held
        _check_head(done, place, mine, heads.pop(place, None))
    for inspection, device in heads:
        done.add("operations-missing", f"{inspection} {device}")
    _check_all_taken_in(tx, done, taken_in, told)
    _check_count(done, "accepted-count-differs", accepted, told.accepted)
    _check_count(done, "held-count-differs", held, told.held)


def _check_all_taken_in(tx: Tx, done: Checked, facts: list[Fact], told: _Told) -> None:
    there = {(fact.inspection, fact.id) for fact in facts}
    said = {(inspection, each) for inspection, ids in told.amended.items() for each in ids}
    for inspection, each in sorted(said - there):
        done.add("operations-missing", f"{inspection} {each}")
    for fact in facts:
        _check_taken_in(tx, done, fact, told.taken)


def _check_taken_in(tx: Tx, done: Checked, fact: Fact, taken: set[tuple[str, str]]) -> None:
    """What a person accepted is what was held, word for word: a copy stands under no phone's head."""
    if fact.device == str(copy_device(UUID(fact.inspection))):
        named = fact.body.get("copies")
        source = (str(named[0]), str(named[1])) if isinstance(named, list) and len(named) == 2 else ("", "")
        body = case_rows.held_body(tx, done.agency, *source) if source in taken else None
        agrees = body is not None and copy_of(body, source[1], fact.n) == fact.body
    else:
        agrees = (fact.id, fact.sha256) in taken
    if not agrees:
        done.add("accepted-differs-from-held", f"{fact.inspection} {fact.id}")


def _check_count(done: Checked, what: str, here: Counter[str], told: Counter[str]) -> None:
    for inspection in sorted({*here, *told}):
        if here[inspection] != told[inspection]:
            done.add(what, f"{inspection}: {here[inspection]} here, {told[inspection]} told")


def _check_hash(done: Checked, fact: Fact) -> None:
    done.operations += 1
    if fact.sha256 not in _hashes(fact):
        done.add("operation-altered", f"{fact.inspection} {fact.id}")


def _hashes(fact: Fact) -> tuple[str, ...]:
    """Of a fact; what could not be read as one was hashed as the text it came as."""
    try:
        found: tuple[str, ...] = (hashlib.sha256(canonical(fact.body)).hexdigest(),)
    except NotCanonical:
        found = ()
    text = fact.body.get("as_received") if fact.code else None
    if isinstance(text, str) and text.isascii():
        found += (hashlib.sha256(text.encode()).hexdigest(),)
    return found


def _check_head(
    done: Checked, place: tuple[str, str], numbers: Mapping[int, str], told: tuple[int, str] | None
) -> None:
    if told is None:
        return
    through, said = told
    head = START
    for n in range(1, through + 1):
        if n not in numbers:
            done.add("operations-missing", f"{' '.join(place)} n={n}")
            return
        head = link(head, numbers[n])
    if head != said:
        done.add("chain-differs", f"{' '.join(place)} n={through}")


# --- papers ---------------------------------------------------------------------------------------


def _check_papers(tx: Tx, done: Checked, told: Mapping[str, str]) -> None:
    """Every paper says what it said when it got its number."""
    missing = dict(told)
    for paper, content, sha256 in case_rows.papers(tx, done.agency):
        if not missing.pop(paper, "") == sha256 == body_hash(content):
            done.add("paper-altered", paper)
    for paper in missing:
        done.add("paper-missing", paper)


# --- the remedy -----------------------------------------------------------------------------------


def _check_remedy(tx: Tx, done: Checked, told: Mapping[str, tuple[dict[str, Any], datetime]]) -> None:
    """What establishments sent, and what was answered, is what was received and said; and none is gone."""
    missing = dict(told)
    for proof in remedy.proofs_of(tx, done.agency):
        agrees = missing.pop(str(proof.id), None) == (remedy_proofs.told(proof), proof.received_at)
        words = hashlib.sha256(proof.text.encode()).hexdigest() if proof.kind == "note" else proof.sha256
        if not agrees or words != proof.sha256:
            done.add("remedy-proof-altered", proof.id)
    for answer in remedy.answers_of(tx, done.agency):
        if missing.pop(str(answer.id), None) != (remedy_answers.facts_of(answer), answer.at):
            done.add("remedy-answer-altered", answer.id)
    for each in missing:
        done.add("remedy-missing", each)


# --- photos ---------------------------------------------------------------------------------------


def _check_photos(tx: Tx, done: Checked, files: EvidenceFiles) -> None:
    sent = ((each.sha256, each.size) for each in remedy.proofs_of(tx, done.agency) if each.kind != "note")
    for sha256, size in chain(case_rows.complete_blobs(tx, done.agency), sent):
        path = files.path(done.agency, sha256)
        if not path.is_file():
            done.add("photo-missing", sha256)
            continue
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while piece := file.read(BLOCK):
                digest.update(piece)
        if digest.hexdigest() != sha256 or path.stat().st_size != size:
            done.add("photo-altered", sha256)
