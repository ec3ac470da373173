"""From an import to a version that phones get: one person imports, another one reads it and decides."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from inspect_app.domain.checklists import Checklist
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor, Role
from inspect_app.domain.xlsform_sheets import Remark
from inspect_app.services.checklist_import import Imported
from inspect_app.store import audit, checklist_drafts, inspection_facts
from inspect_app.store.checklist_build import build
from inspect_app.store.checklist_drafts import listed
from inspect_app.store.checklist_files import Library
from inspect_app.store.checklist_phone import phone_bytes
from inspect_app.store.database import Tx
from inspect_app.store.tables import ChecklistDraft, ChecklistVersion

__all__ = [
    "APPROVERS",
    "IMPORTERS",
    "ask",
    "checklist_of",
    "decide",
    "get",
    "keep",
    "listed",
    "names_of",
    "phone_json",
    "remarks_of",
]

IMPORTERS = frozenset({Role.SUPERVISOR, Role.COORDINATOR, Role.ADMIN})
# A version is for every agency, so it is not for one agency's supervisor to decide.
APPROVERS = frozenset({Role.COORDINATOR, Role.ADMIN})
LONGEST_NAME = 200


def keep(
    tx: Tx, draft_id: UUID, found: Imported, *, file_name: str, data: bytes, actor: Actor, now: datetime
) -> ChecklistDraft:
    """A sound import as a draft; again with the same id: the draft that is there. RuleBroken "checklist-unsound"."""
    there = checklist_drafts.one(tx, draft_id)
    if there is not None:
        return there
    if found.checklist is None:
        raise RuleBroken("checklist-unsound", problems=len(found.stopping))
    row = ChecklistDraft(
        id=draft_id,
        agency_id=actor.agency,
        code=found.checklist.code,
        version=found.checklist.version,
        source=found.source,
        sha256=_sha256(found.source),
        file_name=file_name[-LONGEST_NAME:],
        file_sha256=hashlib.sha256(data).hexdigest(),
        remarks=[asdict(each) for each in found.remarks],
        state="draft",
        imported_by=actor.id,
        imported_at=now,
        reason="",
    )
    checklist_drafts.add(tx, row)
    _note(tx, row, "checklist.imported", actor, now, {"file": row.file_name, "file_sha256": row.file_sha256})
    return row


def get(tx: Tx, draft_id: UUID, *, lock: bool = False) -> ChecklistDraft:
    """RuleBroken "unknown-draft", also for one that the reader may not see."""
    row = checklist_drafts.one(tx, draft_id, lock=lock)
    if row is None:
        raise RuleBroken("unknown-draft")
    return row


def checklist_of(row: ChecklistDraft, library: Library) -> Checklist:
    """What the draft says, read anew from its text. RuleBroken "checklist-unsound"."""
    name = f"{row.code.lower()}/v{row.version}.toml"
    checklist, problems = build(tomllib.loads(row.source), name, library.laws)
    if checklist is None or _sha256(row.source) != row.sha256:
        raise RuleBroken("checklist-unsound", problems=max(1, len(problems)))
    return checklist


def phone_json(row: ChecklistDraft, library: Library) -> bytes:
    """What the phone would store of it."""
    return phone_bytes(checklist_of(row, library), library.laws, sha256=row.sha256)


def remarks_of(row: ChecklistDraft) -> list[Remark]:
    return [Remark(**each) for each in row.remarks]


def ask(tx: Tx, draft_id: UUID, *, actor: Actor, now: datetime) -> ChecklistDraft:
    """Hand it to the second person; again: nothing. RuleBroken "checklist-decided"."""
    row = get(tx, draft_id, lock=True)
    if row.state == "waiting":
        return row
    if row.state != "draft":
        raise RuleBroken("checklist-decided", checklist=_name(row))
    row.state, row.asked_at = "waiting", now
    _note(tx, row, "checklist.asked", actor, now, {})
    return row


def decide(
    tx: Tx, draft_id: UUID, *, approve: bool, reason: str, actor: Actor, now: datetime, library: Library
) -> ChecklistDraft:
    """Publish it, or refuse it with a reason. The same decision again by the same person: nothing.

    RuleBroken: own-checklist, checklist-decided, checklist-version-taken, checklist-unsound, comment-missing.
    """
    row = get(tx, draft_id, lock=True)
    wanted = "approved" if approve else "refused"
    if row.state == wanted and row.decided_by == actor.id:
        return row
    if row.state != "waiting":
        raise RuleBroken("checklist-decided", checklist=_name(row))
    if row.imported_by == actor.id:
        raise RuleBroken("own-checklist", checklist=_name(row))
    if not approve and not reason.strip():
        raise RuleBroken("comment-missing")
    if approve:
        _publish(tx, row, library, now)
    row.state, row.decided_by, row.decided_at, row.reason = wanted, actor.id, now, reason.strip()
    facts: dict[str, object] = {"reason": row.reason} if row.reason else {}
    _note(tx, row, "checklist.published" if approve else "checklist.refused", actor, now, facts)
    return row


def names_of(tx: Tx, rows: list[ChecklistDraft]) -> Mapping[UUID, str]:
    """The names of all who had to do with these drafts."""
    wanted = {each.imported_by for each in rows} | {each.decided_by for each in rows if each.decided_by}
    return inspection_facts.names(tx, wanted)


def _publish(tx: Tx, row: ChecklistDraft, library: Library, now: datetime) -> None:
    checklist_of(row, library)
    newest = max(checklist_drafts.newest(tx, row.code), library.next_version(row.code) - 1)
    if row.version <= newest:
        raise RuleBroken("checklist-version-taken", checklist=_name(row), newest=newest)
    checklist_drafts.add(
        tx,
        ChecklistVersion(
            code=row.code,
            version=row.version,
            source=row.source,
            sha256=row.sha256,
            draft_id=row.id,
            published_at=now,
        ),
    )


def _note(tx: Tx, row: ChecklistDraft, action: str, actor: Actor, now: datetime, more: dict[str, object]) -> None:
    facts: dict[str, object] = {"checklist": _name(row), "sha256": row.sha256, **more}
    audit.note(tx, audit.Entry(row.agency_id, actor.id, action, f"checklist:{row.id}", now, facts))


def _name(row: ChecklistDraft) -> str:
    return f"{row.code} v{row.version}"


def _sha256(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8")).hexdigest()
