"""Everything a case file says about one inspection, except the photos' bytes: read in one snapshot, as JSON lines."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from inspect_app.domain.audit_chain import Row
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.evidence import START, canonical
from inspect_app.domain.merkle import Tree
from inspect_app.domain.operation_bodies import is_hash
from inspect_app.domain.seals import receipt, root_statement
from inspect_app.outside.signing import Signer
from inspect_app.services import case_remedy
from inspect_app.services.planning import get
from inspect_app.store import audit_rows, case_rows, people, seals
from inspect_app.store import inspection_facts as facts
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import HeldOperation, Inspection, Operation, Seal

FORMAT = "inspect-case/1"
FORMAT_WITH_PROOFS = "inspect-case/2"  # the same, and what an establishment sent about the remedy


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """said: the beginning of case.json. texts: member → bytes. photos: hashes of files that are here → size.

    proofs: the same for files of the establishment: hash → size.
    """

    agency: str
    number: str
    said: dict[str, Any]
    texts: dict[str, bytes]
    photos: dict[str, int]
    proofs: dict[str, int] = field(default_factory=dict)


def gather(tx: Tx, inspection_id: UUID, *, library: Library, signer: Signer, now: datetime) -> CaseFacts:
    """RuleBroken "unknown-inspection" also for another agency's. The reader's scope applies."""
    row = get(tx, inspection_id)
    operations, held = facts.operations(tx, row.id), case_rows.held(tx, row)
    everything: list[Operation | HeldOperation] = [*operations, *held]
    named = {sha for each in everything if (sha := _pictured(each.body))}
    here = case_rows.blobs(tx, row.agency_id, named)
    agency = people.agency(tx, row.agency_id)
    signed = case_rows.seals(tx, row.id, row.agency_id)
    devices = {each.device_id for each in (*everything, *signed)}
    rows = list(
        audit_rows.about(tx, row.agency_id, _subjects(tx, row, {*here}, devices, held), inspection=_subject(row))
    )
    roots = _Roots(tx, row.agency_id, rows, signer, now)
    texts = {
        "operations.ndjson": _lines(_operations(tx, operations, held)),
        "seals.ndjson": _lines(_seals(signed)),
        "receipts.ndjson": _lines(_receipts(row, rows, signer)),
        "audit.ndjson": _lines(roots.proofs(rows)),
        "roots.json": canonical({"roots": roots.plain}),
        "keys.json": canonical({"devices": _keys(tx, devices)}),
        **_checklists(row, library),
    }
    remedy, proofs = case_remedy.of_visit(tx, row.id)
    if remedy:  # a case without it stays as it always was, and is checked by every verifier there is
        texts["remedy.ndjson"] = _lines(remedy)
    server_keys = {each.key: each.jwk for each in seals.server_keys(tx)} | {signer.key: signer.jwk}
    said: dict[str, Any] = {
        "format": FORMAT_WITH_PROOFS if remedy else FORMAT,
        "made": now.isoformat(timespec="seconds"),
        "agency": {"id": row.agency_id, "name": agency.name if agency else row.agency_id},
        "inspection": _inspection(row),
        "content": content_hash(each.body_sha256 for each in operations),
        "photos_missing": sorted(named - {*here}),
        "server_keys": [{"key": key, "jwk": jwk} for key, jwk in sorted(server_keys.items())],
        "key": signer.key,
    }
    if remedy:
        said["proofs_missing"] = []
    return CaseFacts(row.agency_id, row.number, said, texts, here, proofs)


def content_hash(body_hashes: Iterable[str]) -> str:
    """One hash over the accepted facts of an inspection, in whatever order they came."""
    return hashlib.sha256(b"".join(bytes.fromhex(each) for each in sorted(body_hashes))).hexdigest()


def _lines(objects: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(canonical(each) + b"\n" for each in objects)


def _inspection(row: Inspection) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "number": row.number,
        "kind": row.kind,
        "state": row.state,
        "visited_on": row.visited_on.isoformat() if row.visited_on else None,
        "decision_no": row.decision_no,
        "site": row.site.name,
        "address": row.site.address,
        "organisation": row.organisation.name,
        "tax_code": row.organisation.tax_code,
        "checklists": [{"code": each.code, "version": each.version, "sha256": each.sha256} for each in row.checklists],
        "team": [
            {"id": str(seat.person_id), "name": seat.person.name, "role": str(seat.role)}
            for seat in sorted(row.team, key=lambda seat: (str(seat.role), str(seat.person_id)))
        ],
    }


def _pictured(body: Mapping[str, Any]) -> str | None:
    sha = body.get("sha") if body.get("k") == "photo" else None
    return str(sha) if is_hash(sha) else None


def _operations(tx: Tx, operations: list[Operation], held: list[HeldOperation]) -> Iterator[dict[str, Any]]:
    """Each fact once: one that was held and accepted later bears the reason it was held for."""
    names = case_rows.names(tx, {each.person_id for each in operations} | {each.person_id for each in held})
    reasons = {(each.id, each.body_sha256): each.code for each in held}
    for each in operations:
        code = reasons.pop((each.id, each.body_sha256), None)
        yield _operation(each, names, "accepted", code, each.seq)
    for waiting in held:
        if (waiting.id, waiting.body_sha256) in reasons:
            yield _operation(waiting, names, "held", waiting.code, None)


def _operation(
    row: Operation | HeldOperation, names: Mapping[UUID, str], state: str, code: str | None, seq: int | None
) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "device": str(row.device_id),
        "n": row.n,
        "by": str(row.person_id),
        "by_name": names.get(row.person_id, ""),
        "received": row.received_at.isoformat(timespec="microseconds"),
        "state": state,
        "code": code,
        "seq": seq,
        "body": row.body,
        "sha256": row.body_sha256,
    }


def _seals(rows: Iterable[Seal]) -> Iterator[dict[str, Any]]:
    for each in rows:
        yield {
            "kind": each.kind,
            "device": str(each.device_id),
            "person": str(each.person_id),
            "n": each.n,
            "head": each.head,
            "key": each.key,
            "sig": each.sig,
            "verdict": each.verdict,
            "received": each.received_at.isoformat(timespec="microseconds"),
        }


def _receipts(row: Inspection, rows: list[Row], signer: Signer) -> Iterator[dict[str, Any]]:
    """What the phones were told. A signature over the same words is the same: they need not be stored."""
    for each in rows:
        told = each.facts
        if each.action == "operations.received" and each.subject == _subject(row) and told["through"]:
            body = receipt(UUID(told["device"]), row.id, told["through"], told["head"], each.at)
            yield {"key": signer.key, "sig": signer.sign(canonical(body)), "body": body}


def _keys(tx: Tx, devices: set[UUID]) -> list[dict[str, Any]]:
    with across_agencies(tx):  # a joint team's phones belong to several agencies
        found = case_rows.device_keys(tx, devices)
    return [
        {
            "key": each.key,
            "device": str(each.device_id),
            "person": str(each.person_id),
            "jwk": each.jwk,
            "state": each.state,
            "created": each.created_at.isoformat(timespec="microseconds"),
        }
        for each in found
    ]


def _checklists(row: Inspection, library: Library) -> dict[str, bytes]:
    """As frozen, and as the phones showed them."""
    texts = {}
    used = [(each.code, version) for each in row.checklists for version in (each.version, *each.versions_before)]
    for code, version in used:
        name = f"checklists/{code}-v{version}"
        texts[f"{name}.toml"] = library.source(code, version)
        texts[f"{name}.json"] = library.phone_json(code, version)
    return texts


def _subject(row: Inspection) -> str:
    return f"inspection:{row.id}"


def _subjects(tx: Tx, row: Inspection, photos: set[str], devices: set[UUID], held: list[HeldOperation]) -> list[str]:
    """What belongs to the inspection and has audit rows of its own."""
    subjects = [f"photo:{sha[:60]}" for sha in sorted(photos)]
    subjects += [f"device:{each}" for each in sorted(devices)]
    subjects += [f"operation:{each.id}" for each in held]
    return subjects + [f"violation:{each}" for each in case_rows.violations(tx, row.id)]


class _Roots:
    """The daily roots above the rows, and one made now for those that have none yet."""

    def __init__(self, tx: Tx, agency: str, rows: list[Row], signer: Signer, now: datetime) -> None:
        self._tx, self._agency = tx, agency
        days = audit_rows.roots(tx, agency)
        wanted = [each.seq for each in rows]  # in order
        known = {
            (day.first, day.last) for day in days if bisect_left(wanted, day.first) < bisect_right(wanted, day.last)
        }
        self._spans = sorted(known)
        self.plain: list[dict[str, Any]] = [
            {
                "kind": "day",
                "agency": agency,
                "day": day.day.isoformat(),
                "first": day.first,
                "last": day.last,
                "root": day.root,
                "head": day.head,
                "key": day.key,
                "sig": day.sig,
            }
            for day in days
            if (day.first, day.last) in known
        ]
        covered = days[-1].last if days else 0
        if wanted and wanted[-1] > covered:
            self._add_open(covered + 1, audit_rows.counted(tx, agency), signer, now)

    def _add_open(self, first: int, last: int, signer: Signer, now: datetime) -> None:
        hashes = audit_rows.hashes(self._tx, self._agency, first, last)
        last = first + len(hashes) - 1
        root, head = Tree([bytes.fromhex(each) for each in hashes]).root.hex(), hashes[-1]
        moment = now.isoformat(timespec="seconds")
        self._spans.append((first, last))
        self.plain.append(
            {
                "kind": "open",
                "agency": self._agency,
                "day": moment,
                "first": first,
                "last": last,
                "root": root,
                "head": head,
                "key": signer.key,
                "sig": signer.sign(root_statement(self._agency, moment, first, last, root, head)),
            }
        )

    def proofs(self, rows: list[Row]) -> Iterator[dict[str, Any]]:
        """Each row with its neighbours on the way to its root; one tree in memory at a time."""
        at, tree, hashes = -1, Tree([]), list[str]()
        for row in rows:
            while at < 0 or row.seq > self._spans[at][1]:
                at += 1
                hashes = audit_rows.hashes(self._tx, self._agency, *self._spans[at])
                tree = Tree([bytes.fromhex(each) for each in hashes])
            first = self._spans[at][0]
            yield {
                "before": self._before(row.seq, first, hashes),
                "entry": row.plain(),
                "hash": row.hash,
                "tree": at,
                "path": [each.hex() for each in tree.proof(row.seq - first)],
            }

    def _before(self, seq: int, first: int, hashes: list[str]) -> str:
        if seq > first:
            return hashes[seq - first - 1]
        found = audit_rows.hash_at(self._tx, self._agency, seq - 1) if seq > 1 else START
        if found is None:
            raise RuleBroken("audit-broken", seq=seq - 1)
        return found
