"""Rows a report is counted from: each query gives ids and what each row adds, inside the reader's agencies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import (
    Accident,
    Agency,
    Inspection,
    Organisation,
    OshRecord,
    ReportDraft,
    ReportRow,
    Site,
    TargetChoice,
    Violation,
    ViolationStep,
    YearlyFigure,
)

VIETNAM = timezone(timedelta(hours=7))
Rows = tuple[tuple[UUID, int], ...]
Visit: TypeAlias = tuple[UUID, UUID, UUID, str, bool, str, int, int | None]
Finding: TypeAlias = tuple[UUID, str, int, str, date | None]
Taken: TypeAlias = tuple[UUID, str, dict[str, Any]]
# A phone's clock may stand ahead: a finding is recorded no longer than this before the day it names.
AHEAD = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Period:
    """What is reported about: days, and where; empty fields narrow nothing."""

    first: date
    last: date
    agency: str = ""
    commune: str = ""
    zone: str = ""
    sector: str = ""

    @property
    def has_place(self) -> bool:
        return bool(self.commune or self.zone or self.sector)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the beginning of the first day to the end of the last, in Vietnam."""
        begins = datetime.combine(self.first, time.min, VIETNAM).astimezone(UTC)
        return begins, datetime.combine(self.last + timedelta(days=1), time.min, VIETNAM).astimezone(UTC)


def inspections(tx: Session, period: Period) -> list[Visit]:
    """Visits of the period: id, site, organisation, kind, planned, ground, failing answers, workers of the site."""
    asked = (
        select(
            Inspection.id,
            Inspection.site_id,
            Inspection.organisation_id,
            Inspection.kind,
            Inspection.planned,
            Inspection.ground,
            Inspection.failing,
            Site.workers,
        )
        .join(Site, Site.id == Inspection.site_id)
        .where(*visited(period))
        .order_by(Inspection.id)
    )
    return [(a, b, c, d, e, f, g, h) for a, b, c, d, e, f, g, h in tx.execute(asked)]


def violations(tx: Session, period: Period) -> list[Finding]:
    """Found in the period: id, kind, severity, where the remedy stands, deadline."""
    asked = (
        select(Violation.id, Violation.kind, Violation.severity, Violation.remedy_status, Violation.deadline)
        .where(*found(period))
        .order_by(Violation.id)
    )
    return [(a, b, c, d, e) for a, b, c, d, e in tx.execute(asked)]


def steps(tx: Session, period: Period, names: Sequence[str]) -> list[Taken]:
    """Steps taken in the period: the violation, the step, what was said with it."""
    asked = (
        select(ViolationStep.violation_id, ViolationStep.step, ViolationStep.facts)
        .where(*taken(period, names))
        .order_by(ViolationStep.violation_id, ViolationStep.number)
    )
    return [(a, b, c) for a, b, c in tx.execute(asked)]


def visited(period: Period) -> list[ColumnElement[bool]]:
    """Visits of the period, joined with their site."""
    return [
        Inspection.visited_on.between(period.first, period.last),
        Inspection.state != "cancelled",
        *_place(period, Inspection.agency_id, Site.commune_code, Site.zone_id, Site.sector),
    ]


def found(period: Period) -> list[ColumnElement[bool]]:
    """Findings of the period. Nothing is recorded before it is found: the walk along the newest begins there."""
    return [
        Violation.recorded_at >= period.moments[0] - AHEAD,
        Violation.found_on.between(period.first, period.last),
        Violation.remedy_status != "cancelled",
        *_place(period, Violation.agency_id, Violation.commune_code, Violation.zone_id, Violation.sector),
    ]


def taken(period: Period, names: Sequence[str]) -> list[ColumnElement[bool]]:
    """Steps taken in the period; the violation is asked only for its place."""
    begins, ends = period.moments
    wanted = [ViolationStep.at >= begins, ViolationStep.at < ends, ViolationStep.step.in_(names)]
    if period.agency:
        wanted.append(ViolationStep.agency_id == period.agency)
    if period.has_place:
        there = _place(period, None, Violation.commune_code, Violation.zone_id, Violation.sector)
        wanted.append(exists().where(Violation.id == ViolationStep.violation_id, *there))
    return wanted


def accidents(tx: Session, period: Period) -> list[tuple[UUID, date, bool, int, int, int, int]]:
    """Accidents of the period: id, day, with a contract, deaths, seriously, slightly injured, women."""
    conditions = [
        Accident.withdrawn_at.is_(None),
        Accident.kind == "accident",
        Accident.happened_on.between(period.first, period.last),
    ]
    if period.agency:
        conditions.append(Accident.agency_id == period.agency)
    if period.commune:
        conditions.append(Accident.commune_code == period.commune)
    if period.sector:
        conditions.append(Accident.sector == period.sector)
    if period.zone:
        conditions.append(Accident.site_id.in_(select(Site.id).where(Site.zone_id == period.zone)))
    asked = select(
        Accident.id,
        Accident.happened_on,
        Accident.has_contract,
        Accident.deaths,
        Accident.seriously_injured,
        Accident.injured,
        Accident.women,
    ).where(*conditions)
    return [(a, b, c, d, e, f, g) for a, b, c, d, e, f, g in tx.execute(asked.order_by(Accident.id))]


def records(tx: Session, period: Period) -> list[tuple[UUID, str, int, UUID, dict[str, Any]]]:
    """Declarations of the period: id, kind, year, organisation, figures."""
    asked = select(OshRecord.id, OshRecord.kind, OshRecord.year, OshRecord.organisation_id, OshRecord.figures).where(
        OshRecord.withdrawn_at.is_(None), OshRecord.day.between(period.first, period.last)
    )
    if period.agency:
        asked = asked.where(OshRecord.agency_id == period.agency)
    if period.has_place:
        there = select(Site.id).where(*_place(period, None, Site.commune_code, Site.zone_id, Site.sector))
        asked = asked.where(OshRecord.site_id.in_(there))
    return [(a, b, c, d, e) for a, b, c, d, e in tx.execute(asked.order_by(OshRecord.id))]


def _place(period: Period, agency: Any, commune: Any, zone: Any, sector: Any) -> list[ColumnElement[bool]]:
    pairs = ((agency, period.agency), (commune, period.commune), (zone, period.zone), (sector, period.sector))
    return [column == value for column, value in pairs if value and column is not None]


# --- what is decided, supplied, written and handed in ----------------------------------------------


def choice(tx: Session) -> TargetChoice | None:
    """What the coordinating agency decided, for every agency's report."""
    with across_agencies(tx):
        asked = select(TargetChoice).order_by(TargetChoice.made_at.desc(), TargetChoice.id)
        return tx.scalars(asked.limit(1)).first()


def supplied(tx: Session) -> dict[tuple[str, int], YearlyFigure]:
    """The newest of each name and year."""
    with across_agencies(tx):
        rows = tx.scalars(select(YearlyFigure).order_by(YearlyFigure.made_at, YearlyFigure.id))
        return {(row.name, row.year): row for row in rows}


def draft(tx: Session, agency: str, year: int) -> ReportDraft | None:
    return tx.scalar(select(ReportDraft).where(ReportDraft.agency_id == agency, ReportDraft.year == year))


def one(tx: Session, report: UUID) -> ReportRow | None:
    return tx.scalar(select(ReportRow).where(ReportRow.id == report))


def handed_in(tx: Session, year: int) -> list[ReportRow]:
    """The newest first."""
    asked = select(ReportRow).where(ReportRow.year == year)
    return list(tx.scalars(asked.order_by(ReportRow.made_at.desc(), ReportRow.id)))


def agencies(tx: Session) -> list[Agency]:
    return list(tx.scalars(select(Agency).order_by(Agency.id)))


def names(tx: Session, of: str, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What people call these rows. `of`: as in domain.annual_report.Figure."""
    if of == "accident":
        days = tx.execute(select(Accident.id, Accident.happened_on).where(Accident.id.in_(ids)))
        return {row: f"Vụ ngày {day:%d/%m/%Y}" for row, day in days}
    if of.startswith("record:"):
        asked = select(OshRecord.id, Organisation.name, OshRecord.day).join(
            Organisation, Organisation.id == OshRecord.organisation_id
        )
        return {row: f"{name}, {day:%d/%m/%Y}" for row, name, day in tx.execute(asked.where(OshRecord.id.in_(ids)))}
    table: Any = {
        "inspection": (Inspection.id, Inspection.number),
        "violation": (Violation.id, Violation.code),
        "site": (Site.id, Site.name),
        "organisation": (Organisation.id, Organisation.name),
    }[of]
    key, name = table
    told = tx.execute(select(key, name).where(key.in_(ids))).all()
    return {row: str(name) for row, name in told}
