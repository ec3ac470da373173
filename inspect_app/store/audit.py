"""The audit: an appended, hash-chained row per agency for every change. Written last in each transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import LargeBinary, Table, bindparam, func, insert, select
from sqlalchemy.orm import Session

from inspect_app.domain.audit_chain import Row, link
from inspect_app.domain.evidence import canonical
from inspect_app.store import changes, statements
from inspect_app.store.tables.audit import AuditRow

__all__ = ["Entry", "link", "note", "write_pending"]

PENDING = "pending_audit"
ZERO = "0" * 64
_AUDIT = cast("Table", AuditRow.__table__)
# Built once: putting a statement together costs more than running it.
_HASH = select(_AUDIT.c.hash).where(_AUDIT.c.agency_id == bindparam("agency_id"), _AUDIT.c.seq == bindparam("seq") - 1)
_APPEND = insert(_AUDIT)
# PostgreSQL links the entry itself (domain.audit_chain.link), so that the hash before it need not be fetched.
_BEFORE = func.decode(func.coalesce(_HASH.scalar_subquery(), ZERO), "hex")
_LINKED = func.encode(func.sha256(_BEFORE.op("||")(bindparam("entry", type_=LargeBinary))), "hex")
_APPEND_LINKED = insert(_AUDIT).values({**{each.name: bindparam(each.name) for each in _AUDIT.c}, "hash": _LINKED})


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened: `action` on `subject`, by whom (None: the system), when, and the facts."""

    agency: str
    actor: UUID | None
    action: str
    subject: str
    at: datetime
    facts: dict[str, object] = field(default_factory=dict)

    def canonical(self, seq: int) -> bytes:
        """RFC 8785 form, the same on every machine; facts must be plain JSON."""
        row = Row(self.agency, seq, self.at, self.actor, self.action, self.subject, self.facts, "")
        return canonical(row.plain())


def note(tx: Session, entry: Entry) -> None:
    """Remember a change; it is written with the commit of this transaction, or not at all."""
    tx.info.setdefault(PENDING, []).append(entry)


def write_pending(tx: Session) -> None:
    """Write what people are told, and append the remembered entries, agency by agency in sorted order.

    Locks are taken in one order everywhere: inspections, then people, then the audit of each agency.
    """
    pending: dict[str, list[Entry]] = {}
    for entry in tx.info.pop(PENDING, []):
        pending.setdefault(entry.agency, []).append(entry)
    first = changes.write_pending(tx, {_scope(agency): len(entries) for agency, entries in pending.items()})
    for agency in sorted(pending):
        _append(tx, agency, pending[agency], first[_scope(agency)])


def _scope(agency: str) -> str:
    return f"audit:{agency}"


def _append(tx: Session, agency: str, entries: list[Entry], first: int) -> None:
    # Past the agency filter: a joint team's member writes into another agency's chain.
    on_postgresql = statements.is_postgresql(tx)
    for seq, entry in enumerate(entries, start=first):
        row: dict[str, Any] = {
            "agency_id": agency,
            "seq": seq,
            "at": entry.at,
            "actor_id": entry.actor,
            "action": entry.action,
            "subject": entry.subject,
            "facts": entry.facts,
        }
        if on_postgresql:
            statements.run(tx, _APPEND_LINKED, {**row, "entry": entry.canonical(seq)})
            continue
        last = statements.run(tx, _HASH, {"agency_id": agency, "seq": seq})
        statements.run(tx, _APPEND, {**row, "hash": link(last[0][0] if last else ZERO, entry.canonical(seq))})
