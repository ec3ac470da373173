"""Writes a zip in exactly one form: stored, no dates, no attributes. Whoever checks it knows every byte beforehand."""

import struct
import zlib
from dataclasses import dataclass, field

LARGEST = 2**32 - 1  # bytes of such a file, and of a member
MOST_MEMBERS = 60_000
VERSION, UTF8, STORED, DATE = 20, 0x0800, 0, 0x21

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


@dataclass(slots=True)
class PlainZip:
    """Hands out the bytes piece by piece: `add` for each member, `end` last."""

    _at: int = 0
    _directory: list[bytes] = field(default_factory=list)

    def add(self, name: str, content: bytes) -> bytes:
        """A member with what stands before it. Raises ValueError when the file would grow beyond its form."""
        raw, crc, size = name.encode("ascii"), zlib.crc32(content), len(content)
        head = _LOCAL.pack(b"PK\x03\x04", VERSION, UTF8, STORED, 0, DATE, crc, size, size, len(raw), 0) + raw
        central = _CENTRAL.pack(
            b"PK\x01\x02", VERSION, VERSION, UTF8, STORED, 0, DATE, crc, size, size, len(raw), 0, 0, 0, 0, 0, self._at
        )
        self._directory.append(central + raw)
        self._at += len(head) + size
        if self._at > LARGEST - sum(map(len, self._directory[-1:])) or len(self._directory) > MOST_MEMBERS:
            raise ValueError("too large for one file")
        return head + content

    def end(self) -> bytes:
        directory, count = b"".join(self._directory), len(self._directory)
        if self._at + len(directory) > LARGEST:
            raise ValueError("too large for one file")
        return directory + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), self._at, 0)
