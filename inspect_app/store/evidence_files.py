"""The bytes of evidence in a folder: received piece by piece, checked whole, then never touched again.

<evidence>/<agency>/<first two digits>/<sha-256>   complete, durable, never overwritten
<data>/partial/<agency>/<sha-256>                  what has arrived so far
<data>/derived/<agency>/<sha-256>-<pixels>.jpg     re-encoded copies for screens; may be deleted at any time
<data>/derived/<agency>/<sha-256>.refused          when it was last found to be no picture; so may this
"""

import errno
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inspect_app.domain.errors import RuleBroken

_AGENCY = re.compile(r"[a-z0-9-]{1,32}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """After a piece: how many bytes are here, and what became of it.

    complete: the file is whole. mismatch: the whole had another hash and was thrown away. elsewhere: the piece does
    not continue what is here and was not taken; `offset` does.
    """

    offset: int
    complete: bool = False
    mismatch: bool = False
    elsewhere: bool = False


class EvidenceFiles:
    """All evidence of all agencies. No name that a phone sent becomes a path: only checked agencies and hashes do."""

    def __init__(self, evidence_dir: Path, data_dir: Path) -> None:
        self._whole = evidence_dir
        self._partial = data_dir / "partial"
        self._derived = data_dir / "derived"

    def path(self, agency: str, sha256: str) -> Path:
        """Where the complete file is, or will be."""
        return self._whole / _checked(agency, _AGENCY) / _checked(sha256, _SHA256)[:2] / sha256

    def is_complete(self, agency: str, sha256: str) -> bool:
        return self.path(agency, sha256).exists()

    def offset(self, agency: str, sha256: str) -> int:
        """How many bytes of an unfinished file are here."""
        try:
            return self._partial_path(agency, sha256).stat().st_size
        except FileNotFoundError:
            return 0

    def derived_path(self, agency: str, sha256: str, pixels: int) -> Path:
        """Where a re-encoded copy is kept."""
        return self._derived / _checked(agency, _AGENCY) / f"{_checked(sha256, _SHA256)}-{int(pixels)}.jpg"

    def append(self, agency: str, sha256: str, offset: int, piece: bytes, total: int) -> Received:
        """Add a piece at `offset`. Pieces of one file wait for one another.

        Raises RuleBroken "storage-full": then the bytes that found room are kept.
        When the last byte is here the whole is hashed; what has another hash is thrown away (mismatch, offset 0).
        """
        with _room_needed(), self._locked(agency, sha256) as file:
            if file is None:
                return Received(self.path(agency, sha256).stat().st_size, complete=True)
            here = os.fstat(file).st_size
            if here > total:  # begun under a greater length: none of it can belong to this file
                os.ftruncate(file, 0)
                here = 0
            if here == total:  # the last piece came before, and the server died before the file was whole
                piece = b""
            elif offset != here or here + len(piece) > total:
                return Received(here, elsewhere=True)
            _write(file, piece, here)
            here += len(piece)
            if here < total:
                return Received(here)
            if _hash(file, piece, here) != sha256:
                os.ftruncate(file, 0)
                return Received(0, mismatch=True)
            self._finish(file, agency, sha256)
            return Received(here, complete=True)

    def forget_partial(self, agency: str, sha256: str) -> None:
        """Begin again from nothing."""
        with self._locked(agency, sha256) as file:
            if file is not None:
                os.ftruncate(file, 0)

    def _partial_path(self, agency: str, sha256: str) -> Path:
        return self._partial / _checked(agency, _AGENCY) / _checked(sha256, _SHA256)

    @contextmanager
    def _locked(self, agency: str, sha256: str) -> Iterator[int | None]:
        """The partial file, ours alone; None when the file is complete already."""
        path = self._partial_path(agency, sha256)
        while not self.is_complete(agency, sha256):
            file = _open(path)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                if _is_still(path, file):  # else whoever had the lock finished it and removed the name
                    yield file
                    return
            finally:
                os.close(file)
        yield None

    def _finish(self, file: int, agency: str, sha256: str) -> None:
        """Durable before it is called complete: the bytes, then the name, then the folders the name stands in."""
        os.fsync(file)
        partial, whole = self._partial_path(agency, sha256), self.path(agency, sha256)
        made: list[Path] = []
        try:
            _link(partial, whole)
        except FileNotFoundError:  # the first file of its folder
            made = _make_folders(whole.parent)
            _link(partial, whole)
        for folder in (whole.parent, *made):
            _sync_folder(folder)
        partial.unlink()

    def keep_derived(self, agency: str, sha256: str, pixels: int, jpeg: bytes) -> Path:
        """Keep a re-encoded copy; a reader sees the whole of it or nothing."""
        path = self.derived_path(agency, sha256, pixels)
        with _room_needed():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
            try:
                draft.write_bytes(jpeg)
                draft.replace(path)
            except OSError:
                draft.unlink(missing_ok=True)  # half of it would take the room that is missing already
                raise
        return path

    def keep_refusal(self, agency: str, sha256: str, at: datetime) -> None:
        """Remember that a file could not be read as a picture at this moment."""
        path = self._refusal_path(agency, sha256)
        with _room_needed():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            os.utime(path, (at.timestamp(), at.timestamp()))

    def is_refused(self, agency: str, sha256: str, *, since: datetime) -> bool:
        """Whether it could not be read when it was last tried, and that was not before `since`."""
        try:
            return self._refusal_path(agency, sha256).stat().st_mtime >= since.timestamp()
        except FileNotFoundError:
            return False

    def _refusal_path(self, agency: str, sha256: str) -> Path:
        return self._derived / _checked(agency, _AGENCY) / f"{_checked(sha256, _SHA256)}.refused"


def _checked(name: str, shape: re.Pattern[str]) -> str:
    if not shape.fullmatch(name):
        raise ValueError(f"not a name of ours: {name!r}")
    return name


@contextmanager
def _room_needed() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise RuleBroken("storage-full") from error
        raise


def _open(path: Path) -> int:
    """The file for reading and writing, made when it is not there."""
    flags = os.O_RDWR | os.O_CREAT
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:  # the first file of its folder
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, flags, 0o600)


def _link(partial: Path, whole: Path) -> None:
    """Unlike a rename it can never replace a file."""
    with suppress(FileExistsError):
        os.link(partial, whole)


def _write(file: int, piece: bytes, offset: int) -> None:
    rest = memoryview(piece)
    while rest:
        written = os.pwrite(file, rest, offset)
        offset, rest = offset + written, rest[written:]


def _hash(file: int, last: bytes, size: int) -> str:
    """SHA-256 of the whole file; what is in memory anyway is not read again."""
    if len(last) == size:
        return hashlib.sha256(last).hexdigest()
    digest, offset = hashlib.sha256(), 0
    while piece := os.pread(file, _PIECE, offset):
        digest.update(piece)
        offset += len(piece)
    return digest.hexdigest()


def _is_still(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder; the parents whose list of names changed by that come back."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
    return [each.parent for each in missing]


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
