"""A digest of everything that happened in a world: equal seeds must give equal digests."""

import hashlib
import json

from tests.simulation.rack import Sent
from tests.simulation.site import Reply


class Trace:
    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def note(self, fate: str, sent: Sent, reply: Reply | None) -> None:
        told = reply and [reply.status, hashlib.sha256(reply.body).hexdigest(), reply.died]
        said = [fate, sent.phone, sent.method, sent.path, hashlib.sha256(sent.body).hexdigest(), told]
        self._hash.update(json.dumps(said).encode())

    def mark(self, *words: object) -> None:
        self._hash.update(json.dumps(words, default=str).encode())

    def digest(self) -> str:
        return self._hash.hexdigest()
