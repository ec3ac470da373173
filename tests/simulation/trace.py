"""A digest of everything that happened in a world: equal seeds must give equal digests."""

import hashlib
import json
from typing import Any

from tests.simulation.rack import Sent
from tests.simulation.site import Reply

# Made with keys of the operating system's chance: other bytes each time, the same meaning.
SIGNED = frozenset({"receipt", "server_key", "agency_key"})


class Trace:
    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def note(self, fate: str, sent: Sent, reply: Reply | None) -> None:
        told = reply and [reply.status, _without_signatures(reply.body), reply.died]
        said = [fate, sent.phone, sent.method, sent.path, hashlib.sha256(sent.body).hexdigest(), told]
        self.mark(*said)

    def mark(self, *words: object) -> None:
        self._hash.update(json.dumps(words, default=str).encode())

    def digest(self) -> str:
        return self._hash.hexdigest()


def _without_signatures(body: bytes) -> Any:
    if not body.startswith(b"{"):
        return hashlib.sha256(body).hexdigest()
    return json.loads(body, object_hook=lambda found: {name: found[name] for name in found if name not in SIGNED})
