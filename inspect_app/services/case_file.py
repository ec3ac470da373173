"""Writes a case file: one zip with everything needed to check an inspection away from this server, piece by piece."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.evidence import canonical
from inspect_app.domain.people import Actor
from inspect_app.domain.plain_zip import LARGEST, MOST_MEMBERS, PlainZip
from inspect_app.outside.images import suffix
from inspect_app.outside.signing import Signer
from inspect_app.services.case_facts import CaseFacts
from inspect_app.services.case_readme import README
from inspect_app.services.planning import get
from inspect_app.store import audit, case_rows
from inspect_app.store.database import Tx
from inspect_app.store.evidence_files import EvidenceFiles

ROOM = 64 * 1024 * 1024  # for everything that is no photo, and is counted roughly
FIRST = (
    "README.txt",
    "operations.ndjson",
    "seals.ndjson",
    "receipts.ndjson",
    "audit.ndjson",
    "roots.json",
    "keys.json",
)


def find(tx: Tx, given: str) -> UUID:
    """An inspection by its id or its number. RuleBroken "unknown-inspection", also when several bear the number."""
    try:
        return UUID(given)
    except ValueError:
        found = case_rows.numbered(tx, given)
    if len(found) != 1:
        raise RuleBroken("unknown-inspection", inspection=given, found=len(found))
    return found[0]


def note(tx: Tx, inspection_id: UUID, *, actor: Actor | None, now: datetime) -> None:
    """Somebody takes the case out of the house; it stands in the case itself. RuleBroken "unknown-inspection"."""
    row = get(tx, inspection_id)
    facts: dict[str, object] = {"state": row.state}
    by = actor.id if actor else None
    audit.note(tx, audit.Entry(row.agency_id, by, "case.exported", f"inspection:{row.id}", now, facts))


def check_size(facts: CaseFacts) -> None:
    """RuleBroken "case-too-large" before the first byte went out."""
    size = sum(facts.photos.values()) + sum(facts.proofs.values()) + sum(map(len, facts.texts.values())) + ROOM
    members = len(facts.photos) + len(facts.proofs) + len(facts.texts)
    if size > LARGEST or members + ROOM // 2**20 > MOST_MEMBERS:
        raise RuleBroken("case-too-large", size=size)


def write(facts: CaseFacts, files: EvidenceFiles, signer: Signer) -> Iterator[bytes]:
    """The file's bytes. One photo is in memory at a time."""
    made, members = PlainZip(), list[dict[str, Any]]()

    def add(name: str, content: bytes) -> bytes:
        members.append({"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()})
        return made.add(name, content)

    texts = {"README.txt": README.format(number=facts.number, key=signer.key).encode(), **facts.texts}
    for name in FIRST:
        yield add(name, texts.pop(name))
    for name in sorted(texts):
        yield add(name, texts[name])
    lost: dict[str, list[str]] = {"photos": list(facts.said["photos_missing"]), "proofs": []}
    for folder, hashes in (("photos", facts.photos), ("proofs", facts.proofs)):
        for sha256 in sorted(hashes):
            try:
                content = files.path(facts.agency, sha256).read_bytes()
            except FileNotFoundError:
                lost[folder].append(sha256)
                continue
            yield add(f"{folder}/{sha256}.{_ending(content)}", content)
    missing: dict[str, Any] = {"photos_missing": sorted(lost["photos"])}
    if "proofs_missing" in facts.said:
        missing["proofs_missing"] = sorted(lost["proofs"])
    said = canonical({**facts.said, **missing, "members": members})
    yield made.add("case.json", said)
    yield made.add("case.sig", signer.sign(said).encode())
    yield made.end()


def _ending(content: bytes) -> str:
    return "pdf" if content.startswith(b"%PDF-") else suffix(content)
