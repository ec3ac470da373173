"""Reads the zip inside an export as something a stranger made: only the members it may have, and none too large."""

import hashlib
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.json_in import plain_json

MOST_MEMBERS = 5_002
LARGEST_MANIFEST = 8 * 1024 * 1024
LARGEST_OPS = 64 * 1024 * 1024
LARGEST_PHOTO = 15 * 1024 * 1024
LONGEST_LINE = 1024 * 1024
_PHOTO = re.compile(r"photos/([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Line:
    """One operation of the file and the inspection it says it belongs to."""

    inspection: str
    op: Any


class ExportZip:
    """Opens it; RuleBroken "export-unreadable" names the first thing that is not as it must be."""

    def __init__(self, file: IO[bytes]) -> None:
        size = file.seek(0, 2)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise RuleBroken("export-unreadable", at="zip") from None
        members = self._zip.infolist()
        names = [each.filename for each in members]
        if len(members) > MOST_MEMBERS or len(set(names)) != len(names):
            raise RuleBroken("export-unreadable", at="members")
        for each in members:
            _check(each)
        # Stored bytes cannot be more than the file: members that lie over one another are no honest zip.
        if sum(each.file_size for each in members) > size:
            raise RuleBroken("export-unreadable", at="sizes")
        if "manifest.json" not in names or "ops.ndjson" not in names:
            raise RuleBroken("export-unreadable", at="manifest.json")
        self.photos = sorted(found.group(1) for name in names if (found := _PHOTO.fullmatch(name)))

    def manifest(self) -> dict[str, Any]:
        told = plain_json(self._read("manifest.json"))
        if not isinstance(told, dict):
            raise RuleBroken("export-unreadable", at="manifest.json")
        return told

    def lines(self, expected_sha256: object) -> Iterator[Line]:
        """The operations in the order they stand there."""
        content = self._read("ops.ndjson")
        if hashlib.sha256(content).hexdigest() != expected_sha256:
            raise RuleBroken("export-unreadable", at="ops.ndjson")
        for number, text in enumerate(content.split(b"\n"), start=1):
            if not text:
                continue
            told = plain_json(text) if len(text) <= LONGEST_LINE else None
            if not isinstance(told, dict) or "op" not in told or not isinstance(told.get("insp"), str):
                raise RuleBroken("export-unreadable", at=f"ops.ndjson:{number}")
            yield Line(told["insp"], told["op"])

    def photo(self, sha256: str) -> bytes | None:
        """The bytes; None when they are not what their name says."""
        content = self._read(f"photos/{sha256}")
        return content if hashlib.sha256(content).hexdigest() == sha256 else None

    def _read(self, name: str) -> bytes:
        try:
            return self._zip.read(name)
        except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, RuntimeError):
            raise RuleBroken("export-unreadable", at=name) from None


def _check(member: zipfile.ZipInfo) -> None:
    name = member.filename
    most = {"manifest.json": LARGEST_MANIFEST, "ops.ndjson": LARGEST_OPS}.get(name)
    if most is None and _PHOTO.fullmatch(name):
        most = LARGEST_PHOTO
    is_stored = member.compress_type == zipfile.ZIP_STORED and member.compress_size == member.file_size
    if most is None or member.file_size > most or not is_stored or member.flag_bits & 0x1:
        raise RuleBroken("export-unreadable", at=name[:80])
