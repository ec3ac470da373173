"""The registry as people read it: lines of a list, and one violation with all that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from inspect_app.domain.authority import Competence
from inspect_app.domain.checklists import Item
from inspect_app.domain.clocks import moment
from inspect_app.domain.deadlines import local_day, overdue_days
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.laws import Laws
from inspect_app.domain.next_steps import Next, day_of
from inspect_app.domain.penalties import Offender, PenaltyRule
from inspect_app.domain.people import Actor
from inspect_app.domain.violations import OPEN_REMEDY, Rule, Standing, Step, lawful_steps, steps_for
from inspect_app.services import repeats
from inspect_app.services.repeats import Earlier
from inspect_app.services.steps import barred_steps, conduct_ended, next_of, offender_of, referring, standing_of
from inspect_app.store import registry
from inspect_app.store import repeats as repeats_store
from inspect_app.store import violations as store
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.registry import Filter, Order, Place
from inspect_app.store.tables import Photo, Violation, ViolationStep
from inspect_app.store.violations import Surroundings, Where, Who

__all__ = ["Filter", "Order", "Place", "ViolationStep"]

PAGE = 50
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One violation in a list. Whether it is overdue or a repeat was computed for the day of reading."""

    row: Violation
    site: Where
    organisation: Who
    visit: str
    agency: str
    owner: str
    overdue_days: int
    is_repeat: bool

    @property
    def is_open(self) -> bool:
        return self.row.remedy_status in OPEN_REMEDY

    @property
    def next(self) -> Next | None:
        """What is to be done next; None when nothing is open on any track."""
        return next_of(self.row)

    @property
    def next_day(self) -> date | None:
        return self.day_of(self.next)

    def day_of(self, step: Next | None) -> date | None:
        """When it is to be done, for whoever asked for the step already."""
        row = self.row
        return day_of(step, next_on=row.next_on, deadline=row.deadline, found_on=row.found_on)


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    after: Place | None  # where the next page begins


@dataclass(frozen=True, slots=True)
class Candidate:
    """A penalty rule that may apply: a pointer for the competent person, never a qualification. Amounts in đồng."""

    rule: PenaltyRule
    law: str
    individual: tuple[int, int] | None
    organisation: tuple[int, int] | None
    in_force: bool  # on the day the conduct ended; false: no rule of that day is known
    asked: str  # the rule the checklist names, when another one held on that day


@dataclass(frozen=True, slots=True)
class Searched:
    """A phone looked up the history before the finding was written: when, and how many earlier ones met it."""

    at: datetime
    matches: int
    by: str


@dataclass(frozen=True, slots=True)
class File:
    """One violation: the line, its photos and history, what it repeats, what the law may say, what may be done."""

    line: Line
    author: str
    photos: list[Photo]
    steps: list[ViolationStep]
    actors: dict[UUID, str]
    item: Item | None  # as it was asked; None when its checklist is no longer here
    names: dict[str, str]  # of those whose answers stand
    searched: list[Searched]  # what was looked up before the finding was written
    repeated_once: bool  # conduct repeated is fined once, with aggravation
    earlier: Earlier
    agencies: dict[str, str]
    ended: date  # the conduct, as far as anybody said
    offender: Offender
    candidates: list[Candidate]
    laws: dict[str, str]  # decree → what people call it
    competences: list[Competence]
    standing: Standing
    mine: list[tuple[Step, Rule]]  # what the reader may do
    referring: Competence | None  # the file must go elsewhere, for the rule that was proposed
    lawful: list[tuple[Step, Rule]]  # what anybody may do


def page(
    tx: Tx,
    wanted: Filter,
    *,
    now: datetime,
    order: Order | None = None,
    after: Place | None = None,
    limit: int = PAGE,
    lean: bool = False,
) -> Page:
    """A page of lines: newest first, or by deadline when the filter is about deadlines. lean: as in the store."""
    today = local_day(now)
    order = order or (Order.DEADLINE if wanted.by_deadline else Order.NEWEST)
    if after is not None and after.order is not order:
        raise RuleBroken("bad-cursor")
    rows, onward = registry.page(tx, wanted, order=order, after=after, limit=limit, today=today, lean=lean)
    return Page(lines(tx, rows, today), onward)


def count(tx: Tx, wanted: Filter, *, now: datetime, first: Page) -> int:
    """How many violations the filter leaves, counted up to MOST_COUNTED. `first`: the first page, already read."""
    if first.after is None:
        return len(first.lines)
    return registry.count(tx, wanted, today=local_day(now), most=MOST_COUNTED)


def lines(tx: Tx, rows: Sequence[Violation], today: date) -> list[Line]:
    """The rows with their names; a fixed number of reads."""
    around = store.surroundings(tx, rows)
    repeats = repeats_store.among(tx, rows)
    return [_line(row, around, today, is_repeat=row.id in repeats) for row in rows]


def _line(row: Violation, around: Surroundings, today: date, *, is_repeat: bool) -> Line:
    return Line(
        row=row,
        site=around.sites[row.site_id],
        organisation=around.organisations[row.organisation_id],
        visit=around.visits[row.inspection_id].number,
        agency=around.agencies[row.agency_id],
        owner=around.people[row.owner_id],
        overdue_days=overdue_days(row.deadline, today, is_open=row.remedy_status in OPEN_REMEDY),
        is_repeat=is_repeat,
    )


def get(tx: Tx, violation_id: UUID) -> Violation:
    """RuleBroken "unknown-violation": there is none, or none for this reader."""
    row = store.one(tx, violation_id)
    if row is None:
        raise RuleBroken("unknown-violation", violation=str(violation_id))
    return row


def read(tx: Tx, violation_id: UUID, *, actor: Actor, now: datetime, library: Library) -> File:
    """Everything one page shows."""
    row = get(tx, violation_id)
    today = local_day(now)
    around = store.surroundings(tx, [row])
    steps = store.steps(tx, [row.id])[row.id]
    earlier = repeats.of_violation(tx, row, steps, library.laws)
    standing = standing_of(row)
    laws = library.laws
    ended = conduct_ended(row, steps)
    candidates = _candidates(row, laws, ended)
    barred = barred_steps(row, steps, laws, today)
    names = _names(tx, row)
    return File(
        line=_line(row, around, today, is_repeat=bool(earlier.judged.repeats)),
        author=around.people[row.author_id],
        photos=store.photos(tx, row.inspection_id, row.item),
        steps=steps,
        actors=store.names(tx, {step.actor_id for step in steps}),
        item=_item(tx, row, library),
        names=names,
        searched=_searched(row, names),
        repeated_once=_once(row, laws),
        earlier=earlier,
        agencies=around.agencies,
        candidates=candidates,
        ended=ended,
        offender=offender_of(row),
        laws={rule.decree: laws.laws[rule.decree].label for rule in laws.penalties.values()},
        competences=laws.authority.competences(row.agency_id, [each.rule.code for each in candidates], today),
        standing=standing,
        mine=[(step, rule) for step, rule in steps_for(standing, actor) if step not in barred],
        referring=referring(row, steps, laws, today),
        lawful=lawful_steps(standing),
    )


def _candidates(row: Violation, laws: Laws, ended: date) -> list[Candidate]:
    """The rules that held when the conduct ended, with both amounts; the one that was asked for when none did."""
    told: dict[str, Candidate] = {}
    for code in row.penalties:
        rule = laws.penalties.get(code)
        if rule is None:
            continue  # a code the files no longer know has nothing to show
        for held in laws.rules.applicable(code, ended) or [rule]:
            told.setdefault(held.code, _candidate(held, laws, ended, asked=code))
    return list(told.values())


def _candidate(rule: PenaltyRule, laws: Laws, ended: date, *, asked: str) -> Candidate:
    return Candidate(
        rule,
        laws.laws[rule.decree].label,
        rule.fine(Offender.INDIVIDUAL),
        rule.fine(Offender.ORGANISATION),
        rule.in_force_on(ended),
        asked if asked != rule.code else "",
    )


def _item(tx: Tx, row: Violation, library: Library) -> Item | None:
    version = store.checklist_version(tx, row.inspection_id, row.checklist)
    try:
        return library.get(row.checklist, version).by_id.get(row.item) if version is not None else None
    except KeyError:
        return None


def _searched(row: Violation, names: dict[str, str]) -> list[Searched]:
    told = row.value.get("searched", [])
    return [Searched(moment(each["at"]), each["matches"], names.get(str(each.get("by")), "")) for each in told]


def _once(row: Violation, laws: Laws) -> bool:
    fields = [found for code in row.penalties if (found := laws.rules.field(code))]
    return bool(fields) and all(field.repeated == "once" for field in fields)


def _names(tx: Tx, row: Violation) -> dict[str, str]:
    """Names of the people whose answers stand, by their id as the operations carry it."""
    told = [*row.value.get("heads", []), *row.value.get("searched", [])]
    ids = {UUID(str(head["by"])) for head in told if head.get("by")}
    return {str(person): name for person, name in store.names(tx, ids).items()}
