"""Reads for lists of violations: filters, and pages by key whose cost does not grow with their number."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, exists, func, literal_column, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, defer

from inspect_app.domain import months
from inspect_app.domain.deadlines import due_until
from inspect_app.domain.people import Scope
from inspect_app.domain.search import folded, words
from inspect_app.store.scope import ScopeMissing, across_agencies
from inspect_app.store.tables import Violation, ViolationStep

# Written as literals, in the words of the partial indexes: a database recognises its index by them.
_CLOSED: ColumnElement[str] = literal_column("'closed'", String)
_CANCELLED: ColumnElement[str] = literal_column("'cancelled'", String)
OPEN = and_(Violation.remedy_status != _CLOSED, Violation.remedy_status != _CANCELLED)
CLOSED = or_(Violation.remedy_status == _CLOSED, Violation.remedy_status == _CANCELLED)
# A finding is remedied once: a person accepted the report, or saw it on the spot.
REMEDIED = ViolationStep.after == literal_column("'remedied'", String)
CLOSED_WORDS = frozenset({"closed", "cancelled"})
# Two letters in the middle of words are in every row; at the beginning of a word they say something.
SHORT = 2


_NOT_PRINTED = (Violation.value, Violation.penalties, Violation.search_key)


class Order(StrEnum):
    NEWEST = "newest"
    DEADLINE = "deadline"  # the earliest first, those without one at the end


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; empty fields narrow nothing."""

    text: str = ""
    agency: str = ""
    commune: str = ""
    zone: str = ""
    sector: str = ""
    severity: int | None = None
    kind: str = ""
    remedy: str = ""
    sanction: str = ""
    stop: str = ""
    still_open: bool = False
    overdue: bool = False
    due_in: int | None = None  # days from today, not yet overdue
    repeated: bool = False
    site: UUID | None = None
    organisation: UUID | None = None
    inspection: UUID | None = None
    owner: UUID | None = None
    recorded_in: date | None = None  # a month, by its first day
    remedied_in: date | None = None
    due_month: date | None = None  # open, and the deadline lies in it

    @property
    def by_deadline(self) -> bool:
        return self.overdue or self.due_in is not None or self.due_month is not None


@dataclass(frozen=True, slots=True)
class Place:
    """The last row already seen, as the order sees it."""

    order: Order
    value: date | datetime | None
    id: UUID


def page(
    tx: Session,
    wanted: Filter,
    *,
    order: Order,
    after: Place | None,
    limit: int,
    today: date,
    lean: bool = False,
) -> tuple[list[Violation], Place | None]:
    """A page of rows, and the place where the next one begins (None: this was the last).

    lean: without what no list prints (answers, rules, what is searched); asking such a row for it raises.
    """
    with _seeing_repeats(tx, wanted) as scope:
        asked = select(Violation).where(*_conditions(wanted, today), *_own(scope))
        if lean:
            asked = asked.options(*(defer(each, raiseload=True) for each in _NOT_PRINTED))
        found = _newest(tx, asked, after, limit + 1) if order is Order.NEWEST else _due(tx, asked, after, limit + 1)
    rows = found[:limit]
    if len(found) <= limit:
        return rows, None
    last = rows[-1]
    return rows, Place(order, last.recorded_at if order is Order.NEWEST else last.deadline, last.id)


def count(tx: Session, wanted: Filter, *, today: date, most: int) -> int:
    """How many rows there are, counted no further than `most`."""
    with _seeing_repeats(tx, wanted) as scope:
        some = select(Violation.id).where(*_conditions(wanted, today), *_own(scope)).limit(most).subquery()
        return tx.scalar(select(func.count()).select_from(some)) or 0


def standing(tx: Session, wanted: Filter, *, today: date, most: int) -> list[tuple[UUID, str, date | None]]:
    """(id, remedy status, deadline) of all that the filter leaves, no more than `most`: for looking at it later."""
    with _seeing_repeats(tx, wanted) as scope:
        asked = select(Violation.id, Violation.remedy_status, Violation.deadline)
        rows = tx.execute(asked.where(*_conditions(wanted, today), *_own(scope)).limit(most))
        return [(key, remedy, deadline) for key, remedy, deadline in rows]


def _newest(tx: Session, asked: Select[Violation], after: Place | None, limit: int) -> list[Violation]:
    key = tuple_(Violation.recorded_at, Violation.id)
    if after is not None:
        asked = asked.where(key < (after.value, after.id))
    return list(tx.scalars(asked.order_by(Violation.recorded_at.desc(), Violation.id.desc()).limit(limit)))


def _due(tx: Session, asked: Select[Violation], after: Place | None, limit: int) -> list[Violation]:
    """First those with a deadline, then those without: two walks along one index, never a sort."""
    found: list[Violation] = []
    if after is None or after.value is not None:
        dated = asked.where(Violation.deadline.is_not(None))
        if after is not None:
            dated = dated.where(tuple_(Violation.deadline, Violation.id) > (after.value, after.id))
        found = list(tx.scalars(dated.order_by(Violation.deadline, Violation.id).limit(limit)))
    if len(found) < limit:
        undated = asked.where(Violation.deadline.is_(None))
        if after is not None and after.value is None:
            undated = undated.where(Violation.id > after.id)
        found += tx.scalars(undated.order_by(Violation.deadline, Violation.id).limit(limit - len(found)))
    return found


def _conditions(wanted: Filter, today: date) -> Iterator[ColumnElement[bool]]:
    yield from _equal(wanted)
    yield from _timely(wanted, today)
    yield from in_months(wanted)
    yield from _found_by(wanted.text)
    if wanted.repeated:
        yield failed_before()


def _equal(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    pairs: tuple[tuple[Any, object], ...] = (
        (Violation.agency_id, wanted.agency),
        (Violation.commune_code, wanted.commune),
        (Violation.zone_id, wanted.zone),
        (Violation.sector, wanted.sector),
        (Violation.severity, wanted.severity),
        (Violation.kind, wanted.kind),
        (Violation.sanction_status, wanted.sanction),
        (Violation.stop_status, wanted.stop),
        (Violation.site_id, wanted.site),
        (Violation.organisation_id, wanted.organisation),
        (Violation.inspection_id, wanted.inspection),
        (Violation.owner_id, wanted.owner),
    )
    for column, value in pairs:
        if value:
            yield column == value
    if wanted.remedy:
        yield Violation.remedy_status == wanted.remedy
        yield CLOSED if wanted.remedy in CLOSED_WORDS else OPEN


def _timely(wanted: Filter, today: date) -> Iterator[ColumnElement[bool]]:
    if wanted.still_open or wanted.by_deadline:
        yield OPEN
    if wanted.overdue:
        yield Violation.deadline < today
    if wanted.due_in is not None:
        yield Violation.deadline.between(today, due_until(today, wanted.due_in))


def in_months(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    """What happened, or falls due, in one month of the Vietnamese calendar."""
    if wanted.recorded_in is not None:
        begin, end = months.moments(wanted.recorded_in)
        yield Violation.recorded_at >= begin
        yield Violation.recorded_at < end
    if wanted.due_month is not None:
        yield Violation.deadline >= wanted.due_month
        yield Violation.deadline < months.following(wanted.due_month)
    if wanted.remedied_in is not None:
        begin, end = months.moments(wanted.remedied_in)
        step = (ViolationStep.at >= begin, ViolationStep.at < end, REMEDIED)
        yield Violation.id.in_(select(ViolationStep.violation_id).where(*step))
        yield Violation.recorded_at < end  # nothing is remedied before it is found: the walk begins there


def _found_by(text: str) -> Iterator[ColumnElement[bool]]:
    """Every word, in any order and in the middle of words. Very short words alone are read as one phrase:
    one by one they are in nearly every row, and the database would look at all of them."""
    asked = words(text)
    if asked and all(len(word) <= SHORT for word in asked):
        yield _begins(folded(text))
        return
    for word in asked:
        yield _begins(word) if len(word) <= SHORT else Violation.search_key.contains(word, autoescape=True)


def _begins(phrase: str) -> ColumnElement[bool]:
    """At the beginning of a word."""
    key = Violation.search_key
    return or_(key.startswith(phrase, autoescape=True), key.contains(f" {phrase}", autoescape=True))


def failed_before() -> ColumnElement[bool]:
    """An earlier visit found the same item failing at this site or at this organisation (domain.repeats)."""
    earlier = aliased(Violation)
    same = (
        earlier.item == Violation.item,
        earlier.found_on < Violation.found_on,
        earlier.inspection_id != Violation.inspection_id,
        earlier.remedy_status != _CANCELLED,
    )
    return or_(
        exists().where(earlier.site_id == Violation.site_id, *same),
        exists().where(earlier.organisation_id == Violation.organisation_id, *same),
    )


@contextmanager
def _seeing_repeats(tx: Session, wanted: Filter) -> Iterator[Scope | None]:
    """A repeat may have been found by any agency; the rows that are shown stay the reader's own.

    Only the filter "repeated" looks beyond, and then the reader's agencies are written into the statement.
    """
    if not wanted.repeated:
        yield None
        return
    scope = tx.info.get("scope")
    if not isinstance(scope, Scope):
        raise ScopeMissing("say who asks (tx.info['scope'])")
    with across_agencies(tx):
        yield scope


def _own(scope: Scope | None) -> Iterator[ColumnElement[bool]]:
    if scope is not None and scope.agencies is not None:
        yield Violation.agency_id.in_(sorted(scope.agencies))
