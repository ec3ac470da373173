"""Backup: the database at one moment, then every file of evidence, checked by its hash. Restore: the way back.

<folder>/<moment>/database.sqlite3 or database.dump, evidence/…, manifest.json (written last: without it it is none)
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from inspect_app.domain.errors import RuleBroken
from inspect_app.outside import dumps
from inspect_app.services import markers
from inspect_app.store import audit, people
from inspect_app.store.database import Tx

MANIFEST, EVIDENCE = "manifest.json", "evidence"
# A push may have begun before the backup and been committed after it: what is that young does not count as kept.
MARGIN = timedelta(minutes=10)
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Made:
    """A backup. until: everything received before it is in it."""

    folder: Path
    until: datetime
    files: int
    linked: int


class Incomplete(Exception):
    """Files that the copied database calls complete are not in the copy: no backup."""

    def __init__(self, missing: int, of: int) -> None:
        super().__init__(missing, of)
        self.missing, self.of = missing, of


def make(url: str, evidence: Path, folder: Path, *, epoch: str, now: datetime) -> Made:
    """Write a new backup beside the older ones. RuleBroken: dump-failed, evidence-damaged, not-empty. Incomplete."""
    into = folder / f"{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
    if into.exists():
        raise RuleBroken("not-empty", folder=str(into))
    former = _newest(folder)
    into.mkdir(parents=True)
    dumps.dump(url, into / dumps.name(url))
    files, linked = _copy_evidence(evidence, into / EVIDENCE, former / EVIDENCE if former else None)
    _compare(url, into)
    until = now - MARGIN
    manifest = {
        "format": "inspect-backup/1",
        "made": now.isoformat(),
        "until": int(until.timestamp() * 1000),
        "epoch": epoch,
        "database": {"file": dumps.name(url), "sha256": _sha256(into / dumps.name(url))},
        "evidence": files,
    }
    _write(into / MANIFEST, manifest)
    return Made(into, until, files, linked)


def note(tx: Tx, made: Made) -> None:
    """Phones may let go of what is older than this, when all their other reasons allow it."""
    markers.keep_backup(tx, int(made.until.timestamp() * 1000))


def check(backup: Path) -> dict[str, Any]:
    """Every byte against its hash. RuleBroken: no-backup, evidence-damaged."""
    try:
        manifest: dict[str, Any] = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
        database = backup / str(manifest["database"]["file"])
        said = manifest["database"]["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        raise RuleBroken("no-backup", folder=str(backup)) from None
    if not database.is_file() or database.parent != backup or _sha256(database) != said:
        raise RuleBroken("evidence-damaged", file=str(database))
    files = _evidence(backup / EVIDENCE)
    for file in files:
        if _sha256(file) != file.name:
            raise RuleBroken("evidence-damaged", file=str(file))
    if len(files) != manifest["evidence"]:
        raise RuleBroken("evidence-damaged", file=f"{len(files)} of {manifest['evidence']} files")
    return manifest


def restore(url: str, evidence: Path, backup: Path, *, force: bool, now: datetime) -> dict[str, Any]:
    """Put a checked backup in place. The tables and the epoch are the caller's next step: see `resume`.

    RuleBroken: no-backup, evidence-damaged, not-empty (the target holds data and force was not said), dump-failed.
    """
    manifest = check(backup)
    if manifest["database"]["file"] != dumps.name(url):
        raise RuleBroken("dump-failed", said=f"{manifest['database']['file']} is of another kind of database")
    if not force and not dumps.is_empty(url):
        raise RuleBroken("not-empty", folder="database")
    dumps.restore(url, backup / str(manifest["database"]["file"]), aside=f"before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    _copy_evidence(backup / EVIDENCE, evidence, None)
    return manifest


def resume(tx: Tx, manifest: dict[str, Any], now: datetime) -> str:
    """The epoch changes, so that phones offer again what they hold; each agency's audit says what happened."""
    epoch = markers.bump_epoch(tx)
    facts: dict[str, object] = {"made": str(manifest["made"]), "epoch_before": str(manifest["epoch"]), "epoch": epoch}
    for agency in people.agencies(tx):
        audit.note(tx, audit.Entry(agency.id, None, "database.restored", f"epoch:{epoch}", now, facts))
    return epoch


# --- files ----------------------------------------------------------------------------------------


def _newest(folder: Path) -> Path | None:
    done = sorted(each.parent for each in folder.glob(f"*/{MANIFEST}"))
    return done[-1] if done else None


def _evidence(folder: Path) -> list[Path]:
    return sorted(each for each in folder.glob("*/*/*") if each.is_file())


def _copy_evidence(source: Path, target: Path, former: Path | None) -> tuple[int, int]:
    """Every file whole and with its hash; one that the former backup has is linked to it, so it costs no room."""
    linked = 0
    files = _evidence(source)
    for file in files:
        place = file.relative_to(source)
        into = target / place
        if into.exists() and _sha256(into) == file.name:
            continue
        into.parent.mkdir(parents=True, exist_ok=True)
        before = former / place if former else None
        if before is not None and before.is_file() and _sha256(before) == file.name:
            os.link(before, into)
            linked += 1
            continue
        draft = into.with_name(f".{into.name}.part")
        shutil.copyfile(file, draft)
        if _sha256(draft) != file.name:
            draft.unlink()
            raise RuleBroken("evidence-damaged", file=str(file))
        with draft.open("rb") as copied:
            os.fsync(copied.fileno())
        draft.replace(into)
    return len(files), linked


def _compare(url: str, backup: Path) -> None:
    """Every file that the copied database calls complete is in the copy; its hash was checked when it was copied."""
    missing = complete = 0
    for agency, sha256, size in _named(url, backup / dumps.name(url)):
        complete += 1
        file = backup / EVIDENCE / agency / sha256[:2] / sha256
        missing += not file.is_file() or file.stat().st_size != int(size)
    if missing:
        raise Incomplete(missing, complete)


def _named(url: str, copy: Path) -> Iterator[tuple[str, str, str]]:
    """The files that belong to the copied rows: of phones, and of establishments."""
    for agency, sha256, size, state in dumps.rows(url, copy, "blob", ("agency_id", "sha256", "size", "state")):
        if state == "complete":
            yield agency, sha256, size
    for agency, sha256, size, kind in dumps.rows(url, copy, "remedy_proof", ("agency_id", "sha256", "size", "kind")):
        if kind != "note":
            yield agency, sha256, size


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _write(file: Path, told: dict[str, Any]) -> None:
    draft = file.with_name(f".{file.name}.part")
    with draft.open("w", encoding="utf-8") as opened:
        json.dump(told, opened, ensure_ascii=False, indent=1)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
