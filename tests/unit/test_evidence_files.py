"""The folder of evidence after a server that died between two of its writes."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inspect_app.store.evidence_files import EvidenceFiles, Received

AGENCY = "so-xay-dung"
PICTURE = b"all of the picture"
SHA256 = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> EvidenceFiles:
    return EvidenceFiles(tmp_path / "evidence", tmp_path / "data")


def all_arrived(tmp_path: Path, content: bytes) -> None:
    """Every byte was written, and then the server died."""
    partial = tmp_path / "data" / "partial" / AGENCY / SHA256
    partial.parent.mkdir(parents=True)
    partial.write_bytes(content)


@pytest.mark.parametrize(
    ("offset", "piece"), [(0, PICTURE), (0, PICTURE[:5]), (len(PICTURE), b""), (0, b"x" * len(PICTURE))]
)
def test_a_file_whose_bytes_are_all_here_is_finished_by_whatever_comes_next(
    files: EvidenceFiles, tmp_path: Path, offset: int, piece: bytes
) -> None:
    all_arrived(tmp_path, PICTURE)

    received = files.append(AGENCY, SHA256, offset, piece, len(PICTURE))

    assert received == Received(len(PICTURE), complete=True)
    assert files.path(AGENCY, SHA256).read_bytes() == PICTURE


def test_wrong_bytes_that_are_all_here_are_thrown_away(files: EvidenceFiles, tmp_path: Path) -> None:
    all_arrived(tmp_path, b"?" * len(PICTURE))

    received = files.append(AGENCY, SHA256, 0, PICTURE, len(PICTURE))

    assert received == Received(0, mismatch=True)
    assert files.append(AGENCY, SHA256, 0, PICTURE, len(PICTURE)).complete


def test_what_was_no_picture_is_looked_at_again_only_after_a_while(files: EvidenceFiles) -> None:
    seen = datetime(2026, 11, 22, 8, tzinfo=UTC)

    assert not files.is_refused(AGENCY, SHA256, since=seen)
    files.keep_refusal(AGENCY, SHA256, seen)

    assert files.is_refused(AGENCY, SHA256, since=seen - timedelta(hours=1))
    assert not files.is_refused(AGENCY, SHA256, since=seen + timedelta(hours=1))
    assert not files.is_refused("bql-kcn", SHA256, since=seen - timedelta(hours=1))
