"""What must be true of the phone's disk each time it opens again, and of the server when everything was sent."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.chromium.office import LABELS, Office
from tests.simulation.model import START, Breach, Kind, body_hash, chain

Disk = Mapping[str, Any]


@dataclass(slots=True)
class Told:
    """What the screen said since the browser was opened: the answers of each item in their order, and its photos."""

    answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    photos: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    count: int = 0

    def hear(self, kind: str, item: str, said: str) -> None:
        self.count += 1
        if kind == "answer":
            self.answers[item].append(said)
        else:
            self.photos[item] = max(self.photos[item], int(said))


@dataclass(slots=True)
class Notebook:
    """Everything that was ever seen on the phone's disk, by visit, and what was found wrong."""

    written: dict[UUID, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    breaches: list[Breach] = field(default_factory=list)

    def breach(self, kind: Kind, said: str) -> None:
        self.breaches.append(Breach(kind, said))

    def look(self, visit: UUID, disk: Disk, told: Told, *, in_order: bool) -> None:
        """The browser is open again: nothing that was there is gone or changed, nothing that was told is missing."""
        known = self.written[visit]
        before = {item: max(0, len(said) - 1) for item, said in _answers(known.values()).items()}
        rows = sorted(disk["ops"], key=lambda row: int(row["n"]))
        here = {row["id"]: row["op"] for row in rows}
        for key, op in known.items():
            if key not in here:
                self.breach(Kind.LOST, f"{op['k']} {key} was on the phone and is not any more")
            elif here[key] != op:
                self.breach(Kind.ALTERED, f"{op['k']} {key} is not as it was")
        known.update(here)
        self._numbers(rows, disk)
        self._waiting(rows, disk)
        self._told(here, disk, told, before, in_order=in_order)

    def _numbers(self, rows: Sequence[Mapping[str, Any]], disk: Disk) -> None:
        if [row["n"] for row in rows] != list(range(1, len(rows) + 1)):
            self.breach(Kind.LOST, f"the numbers have gaps: {[row['n'] for row in rows]}")
        heads = chain(body_hash(row["op"]) for row in rows)
        kept = disk["chain"] or {"n": 0, "head": START.hex()}
        if kept["n"] != len(rows) or kept["head"] != heads:
            self.breach(Kind.ALTERED, f"the chain stands at {kept}, the operations at {len(rows)} {heads}")
        if disk["confirmed"] and disk["confirmed"]["differs"]:
            self.breach(Kind.ALTERED, f"the server's chain differs: {disk['confirmed']}")

    def _waiting(self, rows: Sequence[Mapping[str, Any]], disk: Disk) -> None:
        waiting = set(disk["waiting"])
        for row in rows:
            if row["answered"] is None and row["id"] not in waiting:
                self.breach(Kind.LOST, f"{row['id']} would never be sent")
        complete = {row["sha"]: row["complete"] for row in disk["photos"]}
        for sha in (row["op"]["sha"] for row in rows if row["op"]["k"] == "photo"):
            if sha not in complete:
                self.breach(Kind.LOST, f"photo {sha} would never be sent")
            elif not complete[sha] and sha not in disk["bytes"]:
                self.breach(Kind.LOST, f"photo {sha} has no bytes")
            elif disk["bytes"].get(sha, sha) != sha:
                self.breach(Kind.ALTERED, f"photo {sha} has other bytes")

    def _told(
        self, here: Mapping[str, Any], disk: Disk, told: Told, before: Mapping[str, int], *, in_order: bool
    ) -> None:
        """Since the last look: the answer that stood there then may have been told once more."""
        answers = _answers(here.values())
        for item, said in told.answers.items():
            since = answers.get(item, [])[before.get(item, 0) :]
            if not (_follows(said, since) if in_order else set(said) <= set(since)):
                self.breach(Kind.LOST, f"{item}: told {said}, on the phone {since}")
        for item, count in told.photos.items():
            there = [op["sha"] for op in here.values() if op["k"] == "photo" and op["i"] == item]
            if len(there) < count:
                self.breach(Kind.LOST, f"{item}: {count} photos were told, {len(there)} are there")

    def screen(self, visit: UUID, shown: Mapping[str, str | None]) -> None:
        """What the screen shows after opening is what was answered last."""
        for item, said in _answers(self.written[visit].values()).items():
            now = shown.get(item, said[-1])
            if now is not None and now.split(",")[0] != said[-1]:
                self.breach(Kind.LOST, f"{item}: the screen says {now!r}, answered was {said[-1]!r}")

    # --- the server -------------------------------------------------------------------------------

    def server(self, office: Office) -> int:
        """Exactly what was written, once, unaltered; how many photos that were is returned."""
        for row in office.held():
            self.breach(Kind.LOST, f"{row.id} is held: {row.code}")
        for visit in office.visits:
            rows = office.operations(visit)
            self._operations(self.written[visit], {str(row.id): row.body for row in rows})
            for device in {row.device_id for row in rows}:
                numbers = [row.n for row in rows if row.device_id == device]
                if numbers != list(range(1, len(numbers) + 1)):
                    self.breach(Kind.LOST, f"the numbers of {device} have gaps: {numbers}")
        photos = {op["sha"] for ops in self.written.values() for op in ops.values() if op["k"] == "photo"}
        self._photos(photos, office)
        return len(photos)

    def _operations(self, written: Mapping[str, Any], there: Mapping[str, Any]) -> None:
        for key, op in written.items():
            if key not in there:
                self.breach(Kind.LOST, f"{op['k']} {key} is not at the server")
            elif body_hash(there[key]) != body_hash(op):
                self.breach(Kind.ALTERED, f"{op['k']} {key} is not as it was written")
        for key in there.keys() - written.keys():
            self.breach(Kind.DUPLICATED, f"nobody wrote {key}")

    def _photos(self, taken: Set[str], office: Office) -> None:
        blobs = office.blobs()
        for sha in taken:
            path = office.stored(sha)
            if sha not in blobs or blobs[sha].state != "complete" or not path.is_file():
                self.breach(Kind.LOST, f"photo {sha} is not whole at the server")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != sha:
                self.breach(Kind.ALTERED, f"photo {sha} has other bytes at the server")
        for sha in blobs.keys() - taken:
            self.breach(Kind.DUPLICATED, f"nobody took the photo {sha}")


def _answers(ops: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The words of each item's answers, in the order of their numbers."""
    said: dict[str, list[str]] = defaultdict(list)
    for op in sorted(ops, key=lambda each: int(each["n"])):
        if op["k"] == "answer":
            said[op["i"]].append(LABELS.get(op["v"], str(op["v"])))
    return said


def _follows(said: Sequence[str], written: Sequence[str]) -> bool:
    """Whether all of it was written, in that order."""
    left = iter(written)
    return all(any(word == each for each in left) for word in said)
