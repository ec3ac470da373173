"""The chain of an agency's audit: the canonical form of an entry, its link to the one before, and what breaks it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from inspect_app.domain.evidence import START, NotCanonical, canonical


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is stored."""

    agency: str
    seq: int
    at: datetime
    actor: UUID | None
    action: str
    subject: str
    facts: Mapping[str, Any]
    hash: str

    def plain(self) -> dict[str, Any]:
        """The entry that is hashed, as JSON says it."""
        return {
            "agency": self.agency,
            "seq": self.seq,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": str(self.actor) if self.actor else None,
            "action": self.action,
            "subject": self.subject,
            "facts": self.facts,
        }


def link(before: str, entry: bytes) -> str:
    """The next hash: SHA-256(previous hash as 32 bytes ‖ canonical entry), as 64 hex digits."""
    return hashlib.sha256(bytes.fromhex(before) + entry).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain first fails. what: gap | altered."""

    seq: int
    what: str


def walk(rows: Iterable[Row], before: str = START) -> Iterator[tuple[Row, Break | None]]:
    """Each row in order with what is wrong at it; after the first break nothing more comes."""
    expected = 1
    for row in rows:
        found = _wrong(row, expected, before)
        yield row, found
        if found:
            return
        expected, before = expected + 1, row.hash


def _wrong(row: Row, expected: int, before: str) -> Break | None:
    if row.seq != expected:
        return Break(expected, "gap")
    try:
        entry = canonical(row.plain())
    except NotCanonical:
        return Break(row.seq, "altered")
    return None if link(before, entry) == row.hash else Break(row.seq, "altered")
