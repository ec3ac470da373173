"""What the phones of the story send goes through the same doors as what real phones send."""

import hashlib
from datetime import datetime
from uuid import UUID

from inspect_app.demo.phone import Notebook, batches
from inspect_app.domain.people import Actor
from inspect_app.services import planning, receive, uploads
from inspect_app.services.receive import Push, ScopePush
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.evidence_files import EvidenceFiles

# What a phone tells about itself.
HEALTH = {"installed": True, "persisted": True, "camera": "granted", "location": "granted", "app": "demo"}


class Post:
    """Remembers what was sent already."""

    def __init__(self, library: Library, evidence: EvidenceFiles) -> None:
        self._library = library
        self._evidence = evidence
        self._sent: dict[int, int] = {}

    def operations(
        self, tx: Tx, actor: Actor, inspection: UUID, book: Notebook, *, now: datetime, keeps: int = 0
    ) -> None:
        """Push what the notebook holds and the server has not seen, but for the last `keeps`."""
        begin, end = self._sent.get(id(book), 0), len(book.operations) - keeps
        oldest = book.operations[end]["t"] if keeps else None
        for each in batches(book.operations[begin:end]):
            receive.push(
                tx,
                Push(
                    epoch=None,
                    device=book.device,
                    user=actor.id,
                    wall=now,
                    scopes=[ScopePush(inspection, each)],
                    unsent=keeps,
                    oldest_unsent_ms=oldest,
                    health=HEALTH,
                ),
                actor=actor,
                now=now,
                library=self._library,
            )
        self._sent[id(book)] = end

    def picture(self, tx: Tx, actor: Actor, inspection: UUID, content: bytes, *, now: datetime) -> None:
        """Upload a whole photo in one piece."""
        sha256, size = hashlib.sha256(content).hexdigest(), len(content)
        agency = planning.get(tx, inspection).agency_id
        if self._evidence.append(agency, sha256, 0, content, size).complete:
            uploads.complete(tx, agency, sha256, size, "image/jpeg", actor=actor, now=now)
