"""The law library as people read it: search, one instrument with all that hangs on it, and what a change touches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from inspect_app.domain.authority import AuthorityRule
from inspect_app.domain.checklists import Checklist, Confidence, Item
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.laws import Law, Laws, Provision
from inspect_app.domain.limits import LimitRow
from inspect_app.domain.penalties import Field, PenaltyRule
from inspect_app.domain.search import folded, words
from inspect_app.store import law_touched
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.tables import Violation

# How long a change stands on the first screen, and how far ahead it is announced.
TOLD_AFTER, TOLD_BEFORE = timedelta(days=120), timedelta(days=180)
MOST_HITS = 3
PAGE = 50
MOST_COUNTED = 1_000


class Standing(StrEnum):
    """Where an instrument stands on a day."""

    IN_FORCE = "in-force"
    UNKNOWN = "unknown"  # nobody has read since when; no known date says that it has ended
    AHEAD = "ahead"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Cite:
    """A checklist item that rests on an instrument or leads to a rule of it. at: the provision, or the rule's code."""

    checklist: str
    version: int
    item: str
    ask: str
    at: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Line:
    """One instrument in the list. hits: what the search found inside it."""

    law: Law
    standing: Standing
    rules: int
    cited_by: int
    hits: list[str]


@dataclass(frozen=True, slots=True)
class Change:
    """An instrument that was replaced or amended on a day, past or to come."""

    law: Law
    by: Law
    on: date
    what: str  # of an amendment; a replacement needs no word

    @property
    def is_replacement(self) -> bool:
        return self.law.replaced_by == self.by.id and self.law.replaced_on == self.on


@dataclass(frozen=True, slots=True)
class LawFile:
    """One instrument with everything the files say about it."""

    law: Law
    standing: Standing
    chain: list[Law]  # forerunners, itself, successors; the oldest first
    changes: list[Change]
    provisions: list[Provision]
    rules: list[PenaltyRule]
    fields: list[Field]
    authority: list[AuthorityRule]
    labels: dict[str, str]
    limits: list[LimitRow]
    cites: list[Cite]
    held_on: Law | None  # what held on the day that was asked for


@dataclass(frozen=True, slots=True)
class Touched:
    """What a change touches: items of the newest checklists, rules before and after, and a page of open findings."""

    change: Change
    cites: list[Cite]
    rules: list[tuple[PenaltyRule, list[PenaltyRule]]]
    violations: list[Violation]
    after: tuple[datetime, UUID] | None
    count: int


def standing(law: Law, day: date) -> Standing:
    if law.in_force_on(day):
        return Standing.IN_FORCE if law.in_force is not None else Standing.UNKNOWN
    return Standing.AHEAD if law.in_force is not None and day < law.in_force else Standing.ENDED


def find(library: Library, text: str, *, today: date, only: str = "") -> list[Line]:
    """The instruments whose name, or anything inside, holds every word; by number of items that rest on them."""
    laws, asked = library.laws, words(text)
    cited = citing(library)
    lines = []
    for law in laws.laws.values():
        stands = standing(law, today)
        inside = _inside(laws, law.id)
        hits = [each for each in inside if _holds(each, asked)] if asked else []
        if (only and stands != only) or (asked and not hits and not _holds(_name(law), asked)):
            continue
        rules = sum(rule.decree == law.id for rule in laws.penalties.values())
        lines.append(Line(law, stands, rules, len({each.item for each in cited.get(law.id, ())}), hits[:MOST_HITS]))
    return sorted(lines, key=lambda line: (-line.cited_by, -line.rules, line.law.number))


def _holds(text: str, asked: Iterable[str]) -> bool:
    bare = folded(text)
    return all(word in bare for word in asked)


def _name(law: Law) -> str:
    return f"{law.id} {law.number} {law.title} {law.label} {law.note}"


def _inside(laws: Laws, law_id: str) -> list[str]:
    told = [f"{each.at}: {each.gist}" for each in laws.provisions.values() if each.law == law_id]
    told += [f"{rule.clause}: {rule.conduct}" for rule in laws.penalties.values() if rule.decree == law_id]
    return told + [f"{row.label} {row.when}".strip() for row in laws.limits if row.law == law_id]


# --- what rests on the law ------------------------------------------------------------------------


def citing(library: Library) -> dict[str, list[Cite]]:
    """instrument → the items of the newest checklists that cite it or lead to a rule of it."""
    found: dict[str, list[Cite]] = {}
    for checklist, item in _items(library):
        for law_id, cite in _cites(library.laws, checklist, item):
            found.setdefault(law_id, []).append(cite)
    return found


def citing_rule(library: Library, code: str) -> list[Cite]:
    """The items of the newest checklists that lead to this penalty rule."""
    return [cite for each in citing(library).values() for cite in each if cite.at == code]


def _items(library: Library) -> Iterable[tuple[Checklist, Item]]:
    newest = {checklist.code: checklist for checklist in library.all()}
    return [(checklist, item) for checklist in newest.values() for item in checklist.items]


def _cites(laws: Laws, checklist: Checklist, item: Item) -> Iterable[tuple[str, Cite]]:
    def cite(at: str, confidence: Confidence) -> Cite:
        return Cite(checklist.code, checklist.version, item.id, item.ask, at, confidence)

    for basis in (*item.basis, *([item.limit.basis] if item.limit else [])):
        yield basis.law, cite(basis.at, basis.confidence)
    for penalty in item.penalties:
        rule = laws.penalties[penalty.code]
        yield rule.decree, cite(rule.code, rule.confidence)


# --- one instrument -------------------------------------------------------------------------------


def read(library: Library, law_id: str, *, today: date, on: date | None = None) -> LawFile:
    """RuleBroken "not-found": there is no such instrument. on: the day conduct ended, to see which one held then."""
    laws = library.laws
    law = _law(laws, law_id)
    return LawFile(
        law=law,
        standing=standing(law, today),
        chain=_chain(laws, law),
        changes=[each for each in changes(laws) if law.id in (each.law.id, each.by.id)],
        provisions=sorted((each for each in laws.provisions.values() if each.law == law.id), key=lambda each: each.at),
        rules=[rule for rule in laws.penalties.values() if rule.decree == law.id],
        fields=[each for each in laws.rules.fields if each.decree == law.id],
        authority=[row for row in laws.authority.table if row.decree == law.id],
        labels=laws.authority.labels,
        limits=[row for row in laws.limits if row.law == law.id],
        cites=citing(library).get(law.id, []),
        held_on=laws.on(law.id, on) if on else None,
    )


def _law(laws: Laws, law_id: str) -> Law:
    law = laws.laws.get(law_id)
    if law is None:
        raise RuleBroken("not-found", law=law_id)
    return law


def _chain(laws: Laws, law: Law) -> list[Law]:
    before: list[Law] = []
    ahead = laws.replaced(law.id)
    while ahead:
        before = [*ahead, *before]
        ahead = [each for found in ahead for each in laws.replaced(found.id) if each not in before]
    after, found = [], law
    while found.replaced_by and laws.laws[found.replaced_by] not in after:
        found = laws.laws[found.replaced_by]
        after.append(found)
    return [*before, law, *after]


# --- changes --------------------------------------------------------------------------------------


def changes(laws: Laws) -> list[Change]:
    """Every replacement and amendment with a day, the latest first."""
    found = [
        Change(law, laws.laws[law.replaced_by], law.replaced_on, "")
        for law in laws.laws.values()
        if law.replaced_by and law.replaced_on
    ]
    found += [Change(law, laws.laws[each.by], each.on, each.what) for law in laws.laws.values() for each in law.amended]
    return sorted(found, key=lambda each: (each.on, each.law.id), reverse=True)


def notices(laws: Laws, today: date) -> list[Change]:
    """The changes to tell now: those of the last months, and those to come."""
    return [each for each in changes(laws) if today - TOLD_AFTER <= each.on <= today + TOLD_BEFORE]


def touched(
    tx: Tx, library: Library, law_id: str, by: str, *, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> Touched:
    """What the change touches, within the reader's agencies. RuleBroken "not-found": no such change."""
    laws = library.laws
    change = next((each for each in changes(laws) if (each.law.id, each.by.id) == (law_id, by)), None)
    if change is None:
        raise RuleBroken("not-found", law=law_id, by=by)
    cited = citing(library)
    cites = [*cited.get(law_id, ()), *(cited.get(by, ()) if change.is_replacement else ())]
    items = {cite.item for cite in cites}
    rows, onward = law_touched.open_violations(tx, items, found_before=change.on, after=after, limit=limit)
    count = (
        len(rows) if after is None and onward is None else law_touched.count(tx, items, change.on, most=MOST_COUNTED)
    )
    return Touched(change, cites, _pairs(laws, change), rows, onward, count)


def _pairs(laws: Laws, change: Change) -> list[tuple[PenaltyRule, list[PenaltyRule]]]:
    """Each old rule with those that took its place; of an amendment, the rules as they stand."""
    rules = [rule for rule in laws.penalties.values() if rule.decree == change.law.id]
    return [(rule, [laws.penalties[code] for code in laws.rules.successors(rule.code)]) for rule in rules]
