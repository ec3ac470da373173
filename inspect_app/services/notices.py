"""Telling people something: a row per person in the caller's transaction; the worker carries it further."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from inspect_app.domain.notices import KINDS, LONGEST_SUBJECT, PUSHED, one_line
from inspect_app.store import notices
from inspect_app.store.database import Tx

LONGEST_HREF = 300


def tell(
    tx: Tx,
    people: Iterable[UUID],
    kind: str,
    *,
    subject: str,
    href: str,
    facts: Mapping[str, object],
    now: datetime,
    once: str | None = None,
    by_mail: bool = True,
) -> None:
    """One notice for each of these people whose account is open. Never sends anything itself.

    kind: one of domain.notices.KINDS. href: an address of ours, beginning with "/". facts: plain JSON.
    once: what is told, for callers that may come again; the same person is not told it twice.
    by_mail: False when a letter of its own goes out.
    """
    if kind not in KINDS or not href.startswith("/"):
        raise ValueError(f"no such notice: {kind} {href}")
    line = one_line(subject)[:LONGEST_SUBJECT]
    told = dict(facts)
    wanted = set(people)
    if not wanted:
        return
    notices.add(
        tx,
        [
            {
                "id": uuid4(),
                "agency_id": reader.agency,
                "person_id": reader.id,
                "kind": kind,
                "subject": line,
                "href": href[:LONGEST_HREF],
                "facts": told,
                "once": once,
                "made_at": now,
                "mail": "due" if by_mail and reader.email and kind not in reader.muted else "none",
                "push": "due" if reader.has_push and kind in PUSHED else "none",
            }
            for reader in notices.readers(tx, wanted)
        ],
    )
