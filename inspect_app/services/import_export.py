"""Takes in the file a phone wrote when it could not send: through the same code as a push, on behalf of its author.

Nothing here is special to imports but who carries them: the author is the author, the supervisor stands in the audit.
Importing twice, or importing and sending later, finds the same operations again and changes nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor, Role
from inspect_app.outside import export_files
from inspect_app.outside.export_zip import ExportZip
from inspect_app.services import agency_keys, receive, uploads
from inspect_app.services.receive import Push, PushAnswer, ScopePush
from inspect_app.store import audit, people
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.evidence_files import EvidenceFiles

LARGEST_FILE = 512 * 1024 * 1024
MOST_OPERATIONS = 200  # at once, as a phone sends them
MOST_RESCUED = 50
Places = dict[str, tuple[UUID, str]]


@dataclass(slots=True)
class Report:
    """What the import did. held: code → how many; photos: new | there | damaged | stray → how many."""

    author: str
    made: datetime | None
    new: int = 0
    again: int = 0
    held: Counter[str] = field(default_factory=Counter)
    photos: Counter[str] = field(default_factory=Counter)
    absent: int = 0  # pictures the file speaks of and does not hold
    rescued: tuple[str, ...] = ()  # words that did not even reach the phone's database
    inspections: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was unlocked and read as far as its manifest."""

    zip: ExportZip
    author: Actor
    device: UUID
    manifest: Mapping[str, Any]


def unlock(tx: Tx, file: IO[bytes], into: IO[bytes], *, actor: Actor, secret: str) -> IO[bytes]:
    """The zip inside. One that is not locked (an older app wrote it) is taken as it is.

    RuleBroken: export-unreadable, export-other-agency, export-unknown-key, agency-key-locked, export-damaged.
    """
    if file.read(4) == b"PK\x03\x04":
        file.seek(0)
        return file
    file.seek(0)
    header = export_files.read_header(file)
    if header.agency != actor.agency:
        raise RuleBroken("export-other-agency", agency=header.agency)
    export_files.decrypt(file, header, agency_keys.private(tx, actor.agency, header.to, secret=secret), into)
    into.seek(0)
    return into


def open_zip(tx: Tx, file: IO[bytes], *, actor: Actor) -> Opened:
    """Who wrote it, on which phone. RuleBroken: export-unreadable, export-other-agency, unknown-person."""
    content = ExportZip(file)
    manifest = content.manifest()
    user, device = _uuid(manifest.get("user")), _uuid(manifest.get("device"))
    if user is None or device is None or manifest.get("format") != 1:
        raise RuleBroken("export-unreadable", at="manifest.json")
    person = people.by_id(tx, user)
    if person is None:
        raise RuleBroken("unknown-person", username=str(manifest.get("username"))[:80])
    if person.agency_id != actor.agency:
        raise RuleBroken("export-other-agency", agency=person.agency_id)
    author = Actor(person.id, person.agency_id, Role(person.role), person.name, person.username)
    return Opened(content, author, device, manifest)


def batches(opened: Opened) -> Iterator[list[ScopePush]]:
    """The operations as a phone would push them: inspection by inspection, some at a time."""
    by_inspection: dict[UUID, list[Any]] = {}
    for line in opened.zip.lines(opened.manifest.get("ops_sha256")):
        inspection = _uuid(line.inspection)
        if inspection is None:
            raise RuleBroken("export-unreadable", at="ops.ndjson")
        by_inspection.setdefault(inspection, []).append(line.op)
    for inspection, ops in by_inspection.items():
        for first in range(0, len(ops), MOST_OPERATIONS):
            yield [ScopePush(inspection, ops[first : first + MOST_OPERATIONS])]


def push(
    tx: Tx, scopes: list[ScopePush], opened: Opened, *, actor: Actor, now: datetime, library: Library
) -> PushAnswer:
    """One batch, carried by the supervisor. The phone itself has not been heard of by that."""
    carried = Push(None, opened.device, opened.author.id, None, scopes, carrier=actor.id)
    return receive.push(tx, carried, actor=opened.author, now=now, library=library)


def count(report: Report, answer: PushAnswer) -> None:
    """What became of a batch."""
    for scope in answer.scopes:
        for status, _, code in scope.ops.values():
            report.new += status == "ok"
            report.again += status == "dup"
            if status == "held":
                report.held[str(code)] += 1
        before = report.inspections.get(str(scope.inspection), 0)
        report.inspections[str(scope.inspection)] = before + len(scope.ops)


def places_of_photos(opened: Opened) -> Places:
    """sha-256 → the inspection and the media type the file names for it."""
    found: Places = {}
    told = opened.manifest.get("photos")
    for each in told if isinstance(told, list) else []:
        if isinstance(each, Mapping) and (inspection := _uuid(each.get("insp"))) is not None:
            found[str(each.get("sha"))] = (inspection, _media_type(each.get("mime")))
    for line in opened.zip.lines(opened.manifest.get("ops_sha256")):
        sha = line.op.get("sha") if isinstance(line.op, Mapping) else None
        if isinstance(sha, str) and (inspection := _uuid(line.inspection)) is not None:
            found.setdefault(sha, (inspection, _media_type(line.op.get("mime"))))
    return found


def where(tx: Tx, inspection: UUID, sha256: str, opened: Opened, *, files: EvidenceFiles) -> uploads.Standing | None:
    """Where the author may put a picture, and how far it is; None: nowhere."""
    try:
        return uploads.find(tx, inspection, sha256, actor=opened.author, files=files)
    except RuleBroken:
        return None


def keep(files: EvidenceFiles, agency: str, sha256: str, content: bytes) -> bool:
    """Put the bytes into the evidence; what had begun to arrive goes on. Whether the file is whole now."""
    for _ in range(2):  # what was there may be of another file: then from the beginning
        offset = files.offset(agency, sha256)
        received = files.append(agency, sha256, offset, content[offset:], len(content))
        if received.complete:
            return True
        if not received.mismatch:
            files.forget_partial(agency, sha256)
    return False


def note(tx: Tx, report: Report, opened: Opened, *, actor: Actor, now: datetime) -> None:
    """A line in the audit when the import brought something."""
    if not (report.new or report.photos["new"]):
        return
    facts: dict[str, object] = {
        "author": str(opened.author.id),
        "device": str(opened.device),
        "operations": report.new,
        "photos": report.photos["new"],
    }
    audit.note(tx, audit.Entry(actor.agency, actor.id, "export.imported", f"device:{opened.device}", now, facts))


def begin(opened: Opened) -> Report:
    made, rescued = opened.manifest.get("made"), opened.manifest.get("rescued")
    at = datetime.fromtimestamp(made / 1000).astimezone() if type(made) is int and 0 < made < 2**42 else None
    words = [_words(each) for each in rescued[:MOST_RESCUED]] if isinstance(rescued, list) else []
    return Report(opened.author.name, at, rescued=tuple(words))


def _words(rescued: Any) -> str:
    text = rescued.get("text") if isinstance(rescued, Mapping) else rescued
    return str(text if isinstance(text, str) else rescued)[:2000]


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None


def _media_type(value: object) -> str:
    return value if isinstance(value, str) and 3 <= len(value) <= 60 and value.isascii() else "image/jpeg"
