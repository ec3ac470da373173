"""What a case file says about the remedy: the links, what came through them, what was answered, as the audit has it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from inspect_app.services.remedy_answers import facts_of
from inspect_app.services.remedy_links import facts_of as link_facts
from inspect_app.services.remedy_proofs import told
from inspect_app.store import remedy as store
from inspect_app.store.database import Tx


def of_visit(tx: Tx, inspection: UUID) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The lines, oldest first by kind, and the files: hash → size. Nothing when no link brought anything."""
    links, proofs, answers = store.of_visit(tx, inspection)
    if not proofs:
        return [], {}
    lines: list[dict[str, Any]] = [{"type": "link", **link_facts(each), "at": _moment(each.made_at)} for each in links]
    lines += [{"type": "proof", **told(each), "text": each.text, "at": _moment(each.received_at)} for each in proofs]
    lines += [{"type": "answer", **facts_of(each), "at": _moment(each.at)} for each in answers]
    return lines, {each.sha256: each.size for each in proofs if each.kind != "note"}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
