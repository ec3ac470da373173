"""What an inspection record is made of, as text: its parts, its findings, and the hashes over them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

MARK = 16  # hex digits of the hash of a part, as signatures carry them


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding: what was seen, on what ground, what is asked for."""

    head: str
    seen: tuple[str, ...]
    basis: str
    asked: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        yield self.head
        yield from self.seen
        if self.basis:
            yield f"Căn cứ: {self.basis}"
        yield from self.asked


@dataclass(frozen=True, slots=True)
class Part:
    heading: str
    lines: tuple[str, ...]
    entries: tuple[Entry, ...] = ()

    @property
    def text(self) -> str:
        told = [self.heading, *self.lines]
        for n, entry in enumerate(self.entries, 1):
            head, *under = entry.lines()
            told += [f"{n}. {head}", *under]
        return "\n".join(told)

    @property
    def mark(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:MARK]


@dataclass(frozen=True, slots=True)
class Record:
    title: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """Exactly what stood on the screen, line by line: this is what is hashed and signed."""
        return "\n\n".join((self.title, *(part.text for part in self.parts))) + "\n"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()
