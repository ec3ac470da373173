"""The checklists as people of the office read them: what there is, what is used on a day, and one with its law."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from inspect_app.domain.checklists import Basis, Checklist, Item, Section
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.laws import Provision
from inspect_app.domain.penalties import PenaltyRule
from inspect_app.domain.relevance import as_written
from inspect_app.domain.search import folded, words
from inspect_app.services.checklist_words import condition
from inspect_app.store.checklist_files import Library

MOST_HITS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One checklist in the list. used: the version for visits of the day; newest: the greatest number there is."""

    newest: Checklist
    used: Checklist | None
    versions: list[int]
    hits: list[str]


@dataclass(frozen=True, slots=True)
class Ground:
    basis: Basis
    provision: Provision | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One item with what hangs on it. rules: of the day, whatever decree its pointers name."""

    item: Item
    grounds: list[Ground]
    rules: list[PenaltyRule]
    when: str


@dataclass(frozen=True, slots=True)
class Reading:
    checklist: Checklist
    sections: list[tuple[Section, list[Asked]]]


def find(library: Library, text: str, *, sector: str, on: date) -> list[Line]:
    """Those that hold every word (in title, question or code), for this sector, with the version used on the day."""
    wanted = words(text)
    lines = []
    for code in sorted({each.code for each in library.all()}):
        versions = library.versions(code)
        used = max((each for each in versions if each.valid_from <= on), key=lambda each: each.version, default=None)
        shown = used or versions[-1]
        if sector and sector not in shown.sectors:
            continue
        in_title = _holds(f"{code} {shown.title} {shown.title_en} {' '.join(shown.agencies)}", wanted)
        hits = [] if in_title else [f"{i.id} {i.ask}" for i in shown.items if _holds(f"{i.id} {i.ask}", wanted)]
        if in_title or hits:
            lines.append(Line(versions[-1], used, [each.version for each in versions], hits[:MOST_HITS]))
    return lines


def sectors(library: Library) -> list[str]:
    return sorted({sector for each in library.all() for sector in each.sectors})


def get(library: Library, code: str, version: int) -> Checklist:
    """RuleBroken "not-found"."""
    try:
        return library.get(code, version)
    except KeyError:
        raise RuleBroken("not-found") from None


def read(checklist: Checklist, library: Library, on: date) -> Reading:
    """The checklist with the law as it stands on a day."""
    sections = []
    for section in checklist.sections:
        items = [_asked(item, library, on) for item in checklist.items if item.section == section.id]
        sections.append((section, items))
    return Reading(checklist, sections)


def _asked(item: Item, library: Library, on: date) -> Asked:
    laws = library.laws
    bases = [*item.basis, *([item.limit.basis] if item.limit else [])]
    rules = [rule for each in item.penalties for rule in laws.rules.applicable(each.code, on)]
    return Asked(
        item,
        [Ground(each, laws.provisions.get((each.law, each.at))) for each in bases],
        list({rule.code: rule for rule in rules}.values()),
        condition(as_written(item.when)) if item.when else "",
    )


def _holds(text: str, wanted: Iterable[str]) -> bool:
    inside = folded(text)
    return all(word in inside for word in wanted)
