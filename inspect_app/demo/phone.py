"""A phone that writes operations as the real one does: numbered, chained, with UUIDv7 ids; only repeatable."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from inspect_app.domain.evidence import START, body_hash, link

Operation = dict[str, Any]


def uuid7(at: datetime, rng: Random) -> UUID:
    """RFC 9562 version 7: 48 bits of Unix milliseconds, then chance; here from a seeded source."""
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | rng.getrandbits(12) << 64 | 0b10 << 62 | rng.getrandbits(62))


class Notebook:
    """What one phone wrote about one inspection."""

    def __init__(self, device: UUID, rng: Random) -> None:
        self.device = device
        self.head = START
        self.operations: list[Operation] = []
        self._rng = rng
        self._started = rng.randint(10_000, 900_000)  # the monotonic clock begins when the page was loaded
        self._begin: int | None = None

    def write(self, k: str, at: datetime, /, **fields: Any) -> Operation:
        """The next operation; absent fields (None given as `gps`) are left out."""
        wall = int(at.timestamp() * 1000)
        self._begin = wall if self._begin is None else self._begin
        content: Mapping[str, Any] = {key: value for key, value in fields.items() if key != "gps" or value is not None}
        operation: Operation = {
            "id": str(uuid7(at, self._rng)),
            "n": len(self.operations) + 1,
            "t": wall,
            "m": self._started + wall - self._begin,
            "k": k,
            **content,
        }
        self.operations.append(operation)
        self.head = link(self.head, body_hash(operation))
        return operation

    def show(self, record: str, edition: int, parts: list[str]) -> None:
        """What stood on the screen when people signed and the visit was sent; the chain is linked anew over it."""
        self.head = START
        for operation in self.operations:
            if operation["k"] == "sign":
                operation.update(shown=record, edition=edition, parts=parts)
            elif operation["k"] == "submit":
                operation["shown"] = record
                mine = next(each for each in operation["manifest"]["devices"] if each["device"] == str(self.device))
                mine["head"] = self.head
            self.head = link(self.head, body_hash(operation))


def batches(operations: list[Operation], most: int = 200) -> list[list[Operation]]:
    """As a phone sends them: in order, at most `most` at a time."""
    return [operations[begin : begin + most] for begin in range(0, len(operations), most)]
