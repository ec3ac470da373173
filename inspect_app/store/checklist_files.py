"""The checklists of forms/: read once, checked whole, handed out as they are and as JSON for the phone."""

import hashlib
import logging
import tomllib
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from inspect_app.domain.checklists import Checklist
from inspect_app.domain.laws import Law, Laws
from inspect_app.store.checklist_build import build
from inspect_app.store.checklist_cases import check_cases
from inspect_app.store.checklist_phone import phone_bytes
from inspect_app.store.checklist_schema import ChecklistProblem
from inspect_app.store.law_files import PenaltyRule, not_toml, read_laws
from inspect_app.store.sector_files import SectorLists, read_sectors

__all__ = ["ChecklistProblem", "ChecklistsBroken", "Library", "Published", "check", "publish"]

log = logging.getLogger(__name__)

PUBLISHED = "published.sha256"
LOOK_EVERY = 2.0  # seconds: how long another process may not know of a new version


class ChecklistsBroken(Exception):
    """The folder cannot be used; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: list[ChecklistProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Published:
    """A version that was published here and not with a release: its file, and the hash it was frozen with."""

    code: str
    version: int
    source: str
    sha256: str


# Given the versions that are known: those published here besides.
More = Callable[[Set[tuple[str, int]]], Iterable[Published]]


class Library:
    """All checklists of a folder, read once when made (raises ChecklistsBroken), and those published here besides."""

    def __init__(self, folder: Path, more: More | None = None, *, clock: Callable[[], float] = monotonic) -> None:
        read = _read_once(folder)
        if read.problems:
            raise ChecklistsBroken(read.problems)
        self._laws = read.laws
        self._parsed = read.parsed
        self._checklists = read.checklists
        self._hashes = dict(read.hashes)
        names = {sha256: name for name, sha256 in read.names.items()}
        self._sources = {key: (folder / names[sha256]).read_bytes for key, sha256 in read.hashes.items()}
        self._sectors = read.sectors
        self._phone = dict(read.phone)
        # Versions that were looked at already, taken in or refused.
        self._seen: set[tuple[str, int]] = set()
        self._more = more
        self._clock = clock
        self._looked = float("-inf")
        self._adding = Lock()

    def refresh(self, *, at_once: bool = False) -> None:
        """Takes in what was published here meanwhile, by any process; looks at most every two seconds."""
        if self._more is None or (not at_once and self._clock() - self._looked < LOOK_EVERY):
            return
        self._looked = self._clock()
        for each in self._more(frozenset(self._seen)):
            with self._adding:
                self._add(each)

    def _add(self, new: Published) -> None:
        """Readers never see half a version: it is in the checklists last. What an inspection was begun on wins."""
        key, name = (new.code, new.version), f"{new.code.lower()}/v{new.version}.toml"
        self._seen.add(key)
        content = new.source.encode("utf-8")
        if hashlib.sha256(content).hexdigest() != new.sha256:
            _refuse(key, "it is not what was approved")
            return
        checklist, problems = build(tomllib.loads(new.source), name, self._laws, self._parsed)
        if checklist is None:
            _refuse(key, "; ".join(map(str, problems)))
            return
        self._hashes[key] = new.sha256
        self._sources[key] = lambda: content
        self._phone[key] = phone_bytes(checklist, self._laws, sha256=new.sha256)
        self._checklists = {**self._checklists, key: checklist}

    def all(self) -> list[Checklist]:
        """Every version of every checklist, by code and version."""
        return [self._checklists[key] for key in sorted(self._checklists)]

    def versions(self, code: str) -> list[Checklist]:
        """The versions of one checklist, oldest first; none for an unknown code."""
        return [each for each in self.all() if each.code == code]

    def next_version(self, code: str) -> int:
        return max((each.version for each in self.versions(code)), default=0) + 1

    def get(self, code: str, version: int) -> Checklist:
        """KeyError when there is no such version."""
        if (code, version) not in self._checklists:
            self.refresh(at_once=True)
        return self._checklists[code, version]

    def latest(self, code: str, on: date) -> Checklist:
        """The version to use for a visit on this day; KeyError when none is valid yet."""
        valid = [each for each in self._checklists.values() if each.code == code and each.valid_from <= on]
        if not valid:
            raise KeyError(code)
        return max(valid, key=lambda each: each.version)

    def phone_json(self, code: str, version: int) -> bytes:
        """What the phone stores: compact, the same bytes for the same files."""
        self.get(code, version)
        return self._phone[code, version]

    def sha256(self, code: str, version: int) -> str:
        """Hash of the checklist's own file, as in published.sha256."""
        self.get(code, version)
        return self._hashes[code, version]

    def for_sector(self, sector: str) -> SectorLists:
        """The checklists a sector is inspected with; of a sector nobody wrote down, those that name it themselves."""
        fitting = tuple(sorted({each.code for each in self._checklists.values() if sector in each.sectors}))
        return self._sectors.get(sector, SectorLists(fitting))

    def source(self, code: str, version: int) -> bytes:
        """The checklist's own file, as it was frozen."""
        self.get(code, version)
        return self._sources[code, version]()

    def law(self, law_id: str) -> Law:
        return self._laws.laws[law_id]

    def penalty(self, code: str) -> PenaltyRule:
        return self._laws.penalties[code]

    def penalties(self) -> list[PenaltyRule]:
        return list(self._laws.penalties.values())

    @property
    def laws(self) -> Laws:
        """Everything the law files say."""
        return self._laws


def check(folder: Path) -> list[ChecklistProblem]:
    """Everything that is wrong with a folder of checklists; empty when it can be used."""
    return _read(folder).problems


def publish(folder: Path) -> list[str]:
    """Freezes every version that is not frozen yet; the lines added to published.sha256, none if there is nothing new.

    Raises ChecklistsBroken, and freezes nothing, while anything in the folder is wrong.
    """
    reading = _read(folder)
    if reading.problems:
        raise ChecklistsBroken(reading.problems)
    path = folder / PUBLISHED
    before = path.read_text(encoding="utf-8")
    frozen = {line.partition("  ")[2] for line in before.splitlines()}
    added = [f"{sha256}  {name}" for name, sha256 in sorted(reading.names.items()) if name not in frozen]
    if added:
        gap = "" if not before or before.endswith("\n") else "\n"
        path.write_text(before + gap + "".join(f"{line}\n" for line in added), encoding="utf-8")
    return added


class _Reading:
    def __init__(self, laws: Laws, problems: list[ChecklistProblem]) -> None:
        self.laws = laws
        self.problems = problems
        self.checklists: dict[tuple[str, int], Checklist] = {}
        self.hashes: dict[tuple[str, int], str] = {}
        self.names: dict[str, str] = {}
        self.parsed: dict[str, dict[str, Any]] = {}
        self.sectors: Mapping[str, SectorLists] = {}
        self.phone: dict[tuple[str, int], bytes] = {}


def _read_once(folder: Path) -> _Reading:
    """What was read before, as long as no byte of the folder has changed: reading costs half a second of computing."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    return _read_content(folder, digest.hexdigest())


@lru_cache(maxsize=4)
def _read_content(folder: Path, _digest: str) -> _Reading:
    reading = _read(folder)
    for key, each in reading.checklists.items():
        reading.phone[key] = phone_bytes(each, reading.laws, sha256=reading.hashes[key])
    return reading


def _read(folder: Path) -> _Reading:
    reading = _Reading(*read_laws(folder / "laws"))
    for path in sorted(folder.glob("*/*.toml")):
        if path.parent.name != "laws":
            _parse(path, reading)
    for name, raw in reading.parsed.items():
        _read_checklist(folder / name, raw, reading)
    if not reading.names:
        wrong, mend = "thư mục không có phiếu nào", "thêm tệp <mã>/v1.toml"
        reading.problems.append(ChecklistProblem(str(folder), "", "", wrong, mend))
    codes = {name.partition("/")[0].upper() for name in reading.names}
    reading.sectors, wrong_sectors = read_sectors(folder, codes)
    reading.problems += wrong_sectors
    reading.problems.extend(_check_published(folder, reading.names))
    return reading


def _parse(path: Path, reading: _Reading) -> None:
    name = f"{path.parent.name}/{path.name}"
    content = path.read_bytes()
    reading.names[name] = hashlib.sha256(content).hexdigest()
    try:
        reading.parsed[name] = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        reading.problems.append(not_toml(name, broken))


def _read_checklist(path: Path, raw: dict[str, Any], reading: _Reading) -> None:
    name = f"{path.parent.name}/{path.name}"
    checklist, problems = build(raw, name, reading.laws, reading.parsed)
    reading.problems.extend(problems)
    if checklist is None:
        return
    reading.problems.extend(check_cases(path.with_suffix(".cases.json"), checklist))
    key = (checklist.code, checklist.version)
    reading.checklists[key] = checklist
    reading.hashes[key] = reading.names[name]


def _check_published(folder: Path, names: Mapping[str, str]) -> list[ChecklistProblem]:
    """A published version is what signed records point at: it may never change again."""
    path = folder / PUBLISHED
    if not path.exists():
        wrong, mend = "thiếu tệp ghi các phiên bản đã ban hành", "tạo tệp, mỗi dòng: sha256, hai dấu cách, tên tệp"
        return [ChecklistProblem(PUBLISHED, "", "", wrong, mend)]
    problems: list[ChecklistProblem] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        expected, _, name = line.partition("  ")
        if name not in names:
            wrong, mend = "phiên bản đã ban hành không còn tệp", "khôi phục tệp từ lịch sử"
            problems.append(ChecklistProblem(name or line, "", "", wrong, mend))
        elif names[name] != expected:
            wrong = "phiên bản đã ban hành bị sửa"
            problems.append(ChecklistProblem(name, "", "", wrong, "khôi phục tệp cũ và ghi thay đổi vào phiên bản mới"))
    return problems


def _refuse(key: tuple[str, int], why: str) -> None:
    """One version that cannot be read must not stop every other; whoever reads the log must mend it."""
    log.error("published checklist %s v%s cannot be used: %s", *key, why)
