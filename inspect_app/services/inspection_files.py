"""One inspection as a file: what was answered, by whom, what contradicts, what is held, what was decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspect_app.domain import clocks
from inspect_app.domain.checklists import Checklist, Item, Verdict, verdict, visible_items
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.operations import Entry, Folded, Head, fold
from inspect_app.services import completeness
from inspect_app.services.completeness import Arrival
from inspect_app.store import held as store_held
from inspect_app.store import inspection_facts as facts
from inspect_app.store import returns
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.tables import AuditRow, HeldOperation, Inspection, InspectionReturn
from inspect_app.store.visits import inspection as read_inspection

CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a phone was: degrees, metres, and what the position belongs to."""

    lat: float
    lon: float
    accuracy: float | None
    at: datetime
    by: str
    what: str  # open | answer | photo | position
    item: str
    distance: int | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    sha: str
    item: str
    by: str
    at: datetime
    source: str
    here: bool
    position: Position | None


@dataclass(frozen=True, slots=True)
class Said:
    """Something a person put down: an answer, a note, words of the other side, a signature."""

    id: str
    by: str
    person: str
    at: datetime
    facts: Mapping[str, Any]
    verdict: str = ""
    position: Position | None = None
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One item. state: unanswered | single | agreed | conflict. asked: the checklist still asks it."""

    checklist: str
    section: str
    item: Item
    state: str
    verdict: str
    answers: tuple[Said, ...]
    notes: tuple[Said, ...]
    findings: tuple[Said, ...]
    photos: tuple[Photo, ...]
    asked: bool


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    title: str
    lines: tuple[Line, ...]

    @property
    def answered(self) -> int:
        return sum(line.state != "unanswered" for line in self.lines)


@dataclass(frozen=True, slots=True)
class File:
    """Everything the page shows. `conflicts` and `failing` lines stand in their section as well."""

    inspection: Inspection
    conflicts: tuple[Line, ...]
    failing: tuple[Line, ...]
    sections: tuple[Section, ...]
    photos: tuple[Photo, ...]  # of the visit as a whole
    notes: tuple[Said, ...]
    positions: tuple[Position, ...]
    opinion: tuple[Said, ...]
    signatures: tuple[tuple[str, Said], ...]
    refusal: tuple[Said, ...]
    held: list[HeldOperation]
    arrival: Arrival
    decisions: list[AuditRow]
    names: Mapping[UUID, str]
    newest: int = 0  # the number of the fact that arrived last: what a decision was made on
    returned: InspectionReturn | None = None  # the last time it was given back


def read(tx: Tx, inspection_id: UUID, *, library: Library) -> File:
    """The whole file in a fixed number of reads. RuleBroken "unknown-inspection" also for another agency's."""
    row = read_inspection(tx, inspection_id)
    if row is None:
        raise RuleBroken("unknown-inspection", inspection=str(inspection_id))
    operations = facts.operations(tx, row.id)
    held, decisions = store_held.of_inspection(tx, row.id), facts.decisions(tx, row.id)
    people = {each.person_id for each in operations} | {each.person_id for each in held}
    people |= {each.actor_id for each in decisions if each.actor_id} | ({row.approved_by} if row.approved_by else set())
    names = facts.names(tx, people)
    folded = fold(Entry(each.body, str(each.person_id), str(each.device_id)) for each in operations)
    shas = {head["sha"] for heads in folded["photos"].values() for head in heads}
    shown = _Reading(folded, names, facts.arrived(tx, row.agency_id, shas))
    lists = [library.get(each.code, each.version) for each in row.checklists]
    sections = tuple(section for each in lists for section in shown.sections(each, row))
    sections += tuple(shown.left_behind(row, library))
    lines = [line for section in sections for line in section.lines]
    return File(
        inspection=row,
        conflicts=tuple(line for line in lines if line.state == CONFLICT),
        failing=tuple(sorted((line for line in lines if _fails(line)), key=lambda line: -line.item.severity)),
        sections=sections,
        photos=shown.photos(""),
        notes=shown.notes(""),
        positions=shown.positions(),
        opinion=shown.register(folded["opinion"]),
        signatures=tuple((role, said) for role, each in folded["signatures"].items() for said in shown.register(each)),
        refusal=shown.register(folded["refusal"]),
        held=held,
        arrival=completeness.arrival(tx, row),
        decisions=decisions,
        names=names,
        newest=max((each.seq for each in operations), default=0),
        returned=returns.last(tx, row.id),
    )


def read_strokes(tx: Tx, inspection_id: UUID, operation: UUID) -> list[list[int]]:
    """The strokes of one signature. RuleBroken "not-found"."""
    for each in facts.operations(tx, inspection_id):
        if each.id == operation and each.kind == "sign":
            return [stroke for stroke in each.body.get("strokes") or [] if isinstance(stroke, list)]
    raise RuleBroken("not-found")


def _fails(line: Line) -> bool:
    return line.verdict == Verdict.FAIL and line.state != CONFLICT and line.asked


class _Reading:
    """The folded operations with people's names and the photos that have arrived."""

    def __init__(self, folded: Folded, names: Mapping[UUID, str], arrived: frozenset[str]) -> None:
        self._folded = folded
        self._names = names
        self._arrived = arrived

    def sections(self, checklist: Checklist, row: Inspection) -> Iterable[Section]:
        day = row.visited_on or row.window_start
        values = {item: each["heads"][0]["value"] for item, each in self._folded["answers"].items()}
        asked = {item.id for item in visible_items(checklist, values, day)}
        for section in checklist.sections:
            items = [item for item in checklist.items if item.section == section.id]
            lines = tuple(
                self._line(checklist.code, section.title, item, day, asked=item.id in asked)
                for item in items
                if item.id in asked or item.id in self._folded["answers"]
            )
            if lines:
                yield Section(checklist.code, section.title, lines)

    def left_behind(self, row: Inspection, library: Library) -> Iterable[Section]:
        """Answers to items that the version before had and this one has not: kept, shown, no part of the result."""
        day = row.visited_on or row.window_start
        known = {item.id for each in row.checklists for item in library.get(each.code, each.version).items}
        for each in row.checklists:
            for version in each.versions_before:
                gone = [item for item in library.get(each.code, version).items if item.id not in known]
                known |= {item.id for item in gone}
                title = f"Ghi theo bản {version}, bản {each.version} không còn mục này"
                answered = [item for item in gone if item.id in self._folded["answers"]]
                lines = tuple(self._line(each.code, title, item, day, asked=False) for item in answered)
                if lines:
                    yield Section(each.code, title, lines)

    def _line(self, checklist: str, section: str, item: Item, day: Any, *, asked: bool) -> Line:
        register = self._folded["answers"].get(item.id)
        heads = [] if register is None else [each for each in register["heads"] if each["value"] is not None]
        state = register["state"] if register is not None and heads else "unanswered"
        answers = tuple(
            self._one(head, verdict=str(verdict(item, head["value"], day)), photos=self._photos_by(item.id, head["by"]))
            for head in heads
        )
        said = CONFLICT if state == CONFLICT else answers[0].verdict if answers else str(Verdict.UNANSWERED)
        return Line(
            checklist=checklist,
            section=section,
            item=item,
            state=state,
            verdict=said,
            answers=answers,
            notes=self.notes(item.id),
            findings=self.register(self._folded["findings"].get(item.id)),
            photos=self.photos(item.id),
            asked=asked,
        )

    def register(self, register: Mapping[str, Any] | None) -> tuple[Said, ...]:
        return () if register is None else self.said(register["heads"])

    def notes(self, item: str) -> tuple[Said, ...]:
        noted = self._folded["notes"].get(item)
        return () if noted is None else self.said(noted["heads"])

    def said(self, heads: Iterable[Head]) -> tuple[Said, ...]:
        return tuple(self._one(head) for head in heads)

    def photos(self, item: str) -> tuple[Photo, ...]:
        return tuple(self._photo(head) for head in self._folded["photos"].get(item, []))

    def positions(self) -> tuple[Position, ...]:
        """Every place a phone told us, oldest first."""
        folded = self._folded
        found = [self._position(head, "open", "") for head in folded["opened"]]
        found += [self._position(head, "position", "") for head in folded["positions"]]
        found += [self._position(head, "photo", head["item"]) for heads in folded["photos"].values() for head in heads]
        found += [
            self._position(head, "answer", item) for item, each in folded["answers"].items() for head in each["heads"]
        ]
        return tuple(sorted((each for each in found if each), key=lambda each: each.at))

    def _photos_by(self, item: str, person: str) -> tuple[Photo, ...]:
        heads = self._folded["photos"].get(item, [])
        return tuple(self._photo(head) for head in heads if head["by"] == person)

    def _photo(self, head: Head) -> Photo:
        sha = str(head["sha"])
        return Photo(
            sha=sha,
            item=head["item"],
            by=self._name(head),
            at=_moment(head["t"]),
            source=str(head["src"]),
            here=sha in self._arrived,
            position=self._position(head, "photo", head["item"]),
        )

    def _one(self, head: Head, *, verdict: str = "", photos: tuple[Photo, ...] = ()) -> Said:
        return Said(
            id=str(head["id"]),
            by=self._name(head),
            person=str(head["by"]),
            at=_moment(head["t"]),
            facts=head,
            verdict=verdict,
            position=self._position(head, "answer", ""),
            photos=photos,
        )

    def _position(self, head: Head, what: str, item: str) -> Position | None:
        gps = head.get("gps")
        if not gps:
            return None
        accuracy = float(gps[2]) if gps[2] is not None else None
        distance = head.get("distance")
        return Position(
            float(gps[0]), float(gps[1]), accuracy, _moment(head["t"]), self._name(head), what, item, distance
        )

    def _name(self, head: Head) -> str:
        return self._names.get(UUID(str(head["by"])), "")


def _moment(wall_ms: int) -> datetime:
    return clocks.moment(wall_ms)
