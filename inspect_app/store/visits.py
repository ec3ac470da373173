"""Reads of inspections for the office: lists, what is due today, and what was done at a site by whichever agency."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, defaultload, lazyload

from inspect_app.domain.search import words
from inspect_app.domain.violations import CLOSED_REMEDY
from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import Agency, Inspection, InspectionChecklist, Site, TeamMember, Violation

RUNNING = ("assigned", "in-progress", "returned")


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """What a list of inspections is narrowed to; empty fields narrow nothing."""

    text: str = ""
    state: str = ""
    kind: str = ""
    agency: str = ""
    since: date | None = None
    until: date | None = None
    conflicts: bool = False
    held: bool = False
    failing: bool = False
    running: bool = False
    site: UUID | None = None
    member: UUID | None = None


@dataclass(frozen=True, slots=True)
class SeenVisit:
    """What agencies may know of one another's visits, so that nobody is visited twice: no findings, no names."""

    id: UUID
    number: str
    agency_id: str
    agency: str
    kind: str
    state: str
    first_day: date
    last_day: date
    visited_on: date | None
    failing: int | None  # None: not told to whoever asks
    content: frozenset[str]


@dataclass(frozen=True, slots=True)
class SeenViolation:
    """An open violation of a site, of any agency, as far as others may know it."""

    id: UUID
    code: str
    title: str
    severity: int
    deadline: date | None
    remedy_status: str
    agency_id: str
    agency: str


def inspection(tx: Session, inspection_id: UUID, *, lock: bool = False) -> Inspection | None:
    """`lock`: nobody else decides about it, and no phone writes into it, until this transaction ends."""
    asked = select(Inspection).where(Inspection.id == inspection_id)
    return tx.scalar(asked.with_for_update(of=Inspection) if lock else asked)


def inspections(
    tx: Session, wanted: VisitFilter, *, after: tuple[date, UUID] | None, limit: int, ascending: bool = False
) -> list[Inspection]:
    """By first day, newest first unless `ascending`; `after` is the (first day, id) of the last row already seen."""
    order = (Inspection.window_start, Inspection.id)
    asked = _light(select(Inspection)).where(*_conditions(wanted)).limit(limit)
    asked = asked.order_by(*(order if ascending else [column.desc() for column in order]))
    if after is not None:
        day, last = after
        beyond = Inspection.window_start > day if ascending else Inspection.window_start < day
        level = Inspection.id > last if ascending else Inspection.id < last
        asked = asked.where(or_(beyond, and_(Inspection.window_start == day, level)))
    return list(tx.scalars(asked))


def _light(asked: Select[tuple[Inspection]]) -> Select[tuple[Inspection]]:
    """A row of a list shows no parties."""
    return asked.options(defaultload(Inspection.site).options(lazyload(Site.parties)))


def _conditions(wanted: VisitFilter) -> Iterable[ColumnElement[bool]]:
    yield from _word_conditions(wanted.text)
    for column, value in (
        (Inspection.state, wanted.state),
        (Inspection.kind, wanted.kind),
        (Inspection.agency_id, wanted.agency),
        (Inspection.site_id, wanted.site),
    ):
        if value:
            yield column == value
    yield from _further_conditions(wanted)


def _further_conditions(wanted: VisitFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.since:
        yield Inspection.window_start >= wanted.since
    if wanted.until:
        yield Inspection.window_start <= wanted.until
    if wanted.running:
        yield Inspection.state.in_(RUNNING)
    if wanted.member:
        team = select(TeamMember.inspection_id).where(TeamMember.removed_at.is_(None))
        yield Inspection.id.in_(team.where(TeamMember.person_id == wanted.member))
    for flag, count in (
        (wanted.conflicts, Inspection.conflicts),
        (wanted.held, Inspection.held),
        (wanted.failing, Inspection.failing),
    ):
        if flag:
            yield count > 0


def _word_conditions(text: str) -> Iterable[ColumnElement[bool]]:
    """Each word stands in our number or in what the site is found by."""
    for word in words(text):
        at_site = select(Site.id).where(Site.search_key.contains(word, autoescape=True))
        yield or_(
            func.lower(Inspection.number).contains(word, autoescape=True),
            Inspection.site_id.in_(at_site),
        )


def open_today(tx: Session, today: date, *, limit: int) -> list[Inspection]:
    """Visits whose window is open and that nobody has sent in yet, those that end first on top."""
    window = and_(Inspection.window_start <= today, Inspection.window_end >= today)
    asked = _light(select(Inspection)).where(window, Inspection.state.in_(RUNNING))
    return list(tx.scalars(asked.order_by(Inspection.window_end, Inspection.id).limit(limit)))


def seen_visits(
    tx: Session, *, site: UUID, organisation: UUID, first_day: date, last_day: date, limit: int = 100
) -> list[SeenVisit]:
    """The visits of every agency at the site or at the organisation's other sites, newest first; cancelled ones not."""
    rows = _seen().where(
        or_(Inspection.site_id == site, Inspection.organisation_id == organisation),
        Inspection.window_start <= last_day,
        Inspection.window_end >= first_day,
        Inspection.state != "cancelled",
    )
    return _read_seen(tx, rows.order_by(Inspection.window_start.desc(), Inspection.id.desc()).limit(limit))


def seen_visit(tx: Session, inspection_id: UUID) -> SeenVisit | None:
    """One visit of whichever agency, as short as in the lists."""
    return next(iter(_read_seen(tx, _seen().where(Inspection.id == inspection_id))), None)


def _seen() -> Select[*tuple[Any, ...]]:
    return select(
        Inspection.id,
        Inspection.number,
        Inspection.agency_id,
        Agency.short_name,
        Inspection.kind,
        Inspection.state,
        Inspection.window_start,
        Inspection.window_end,
        Inspection.visited_on,
        Inspection.failing,
    ).join(Agency, Agency.id == Inspection.agency_id)


def _read_seen(tx: Session, asked: Select[*tuple[Any, ...]]) -> list[SeenVisit]:
    with across_agencies(tx):
        rows = tx.execute(asked).all()
    content = _content(tx, [row.id for row in rows])
    return [
        SeenVisit(
            id=row.id,
            number=row.number,
            agency_id=row.agency_id,
            agency=row.short_name,
            kind=row.kind,
            state=row.state,
            first_day=row.window_start,
            last_day=row.window_end,
            visited_on=row.visited_on,
            failing=row.failing,
            content=content.get(row.id, frozenset()),
        )
        for row in rows
    ]


def _content(tx: Session, inspections: list[UUID]) -> dict[UUID, frozenset[str]]:
    asked = select(InspectionChecklist.inspection_id, InspectionChecklist.code)
    found: dict[UUID, set[str]] = {}
    for inspection_id, code in tx.execute(asked.where(InspectionChecklist.inspection_id.in_(inspections))):
        found.setdefault(inspection_id, set()).add(code)
    return {inspection_id: frozenset(codes) for inspection_id, codes in found.items()}


def seen_violations(tx: Session, *, site: UUID, limit: int = 100) -> list[SeenViolation]:
    """What is still open at a site, whoever found it; the worst first."""
    with across_agencies(tx):
        rows = tx.execute(
            select(
                Violation.id,
                Violation.code,
                Violation.title,
                Violation.severity,
                Violation.deadline,
                Violation.remedy_status,
                Violation.agency_id,
                Agency.short_name,
            )
            .join(Agency, Agency.id == Violation.agency_id)
            .where(Violation.site_id == site, Violation.remedy_status.not_in(sorted(CLOSED_REMEDY)))
            .order_by(Violation.severity.desc(), Violation.deadline, Violation.id)
            .limit(limit)
        ).all()
    return [SeenViolation(*row) for row in rows]
