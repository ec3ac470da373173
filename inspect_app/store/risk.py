"""The points of all sites in one statement, and their pages; the rules are those of domain.risk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, lazyload

from inspect_app.domain import risk
from inspect_app.domain.hazards import HAZARDS
from inspect_app.domain.risk import Reason
from inspect_app.domain.violations import CLOSED_REMEDY
from inspect_app.store.tables import Accident, Inspection, PlanLine, RiskWeights, Site, SiteRisk, Violation

DEFAULT = "default"
VISITED = ("submitted", "complete", "approved")


@dataclass(frozen=True, slots=True)
class Filter:
    """What the suggestions are narrowed to; empty fields narrow nothing."""

    commune: str = ""
    zone: str = ""
    sector: str = ""
    not_in_plan: UUID | None = None


def compute(tx: Session, scheme: str, weights: Mapping[Reason, int], today: date, commune: str = "") -> int:
    """Write the points of every site that is still there under these weights, of one commune or all; how many sites."""
    here = select(Site.id).where(Site.commune_code == commune) if commune else select(Site.id)
    tx.execute(delete(SiteRisk).where(SiteRisk.scheme == scheme, SiteRisk.site_id.in_(here)))
    found, seen, hurt = _violations(today, here), _visits(here), _accidents(today, here)
    shares = _shares(today, found.c, seen.c, hurt.c)
    asked = select(
        literal(scheme), Site.id, *(_whole(share * weights[reason], 100) for reason, share in shares.items())
    )
    for each in (found, seen, hurt):
        asked = asked.outerjoin(each, each.c.site_id == Site.id)
    asked = asked.where(Site.ended_at.is_(None), Site.merged_into.is_(None))
    parts = (asked.where(Site.commune_code == commune) if commune else asked).subquery()
    columns = list(parts.c)
    total: ColumnElement[int] = columns[2]
    for each in columns[3:]:
        total = total + each
    names = ["scheme", "site_id", *(_COLUMNS[reason] for reason in shares), "score"]
    tx.execute(insert(SiteRisk).from_select(names, select(*columns, total)))
    written = select(func.count(SiteRisk.site_id)).where(SiteRisk.scheme == scheme, SiteRisk.site_id.in_(here))
    return tx.scalars(written).one()


def page(
    tx: Session, scheme: str, wanted: Filter, *, after: tuple[int, UUID] | None, limit: int
) -> list[tuple[SiteRisk, Site]]:
    """The highest score first; `after` is the (score, site) of the last row already seen."""
    asked = (
        select(SiteRisk, Site)
        .join(Site, Site.id == SiteRisk.site_id)
        .where(SiteRisk.scheme == scheme, Site.ended_at.is_(None), Site.merged_into.is_(None))
        .order_by(SiteRisk.score.desc(), SiteRisk.site_id.desc())
        .options(lazyload(Site.parties))
        .limit(limit)
    )
    for column, value in (
        (Site.commune_code, wanted.commune),
        (Site.zone_id, wanted.zone),
        (Site.sector, wanted.sector),
    ):
        if value:
            asked = asked.where(column == value)
    if wanted.not_in_plan is not None:
        there = select(PlanLine.id).where(
            PlanLine.plan_id == wanted.not_in_plan, PlanLine.site_id == SiteRisk.site_id, PlanLine.state != "dropped"
        )
        asked = asked.where(~there.exists())
    if after is not None:
        score, site = after
        level = and_(SiteRisk.score == score, SiteRisk.site_id < site)
        asked = asked.where(SiteRisk.score <= score, or_(SiteRisk.score < score, level))
    return [(row, site) for row, site in tx.execute(asked)]


def weights_of(tx: Session, agency: str) -> RiskWeights | None:
    asked = select(RiskWeights).where(RiskWeights.agency_id == agency)
    return tx.scalars(asked.order_by(RiskWeights.number.desc()).limit(1)).first()


def all_weights(tx: Session) -> list[RiskWeights]:
    """The newest setting of each agency that has one."""
    newest = select(RiskWeights.agency_id, func.max(RiskWeights.number).label("number")).group_by(RiskWeights.agency_id)
    latest = newest.subquery()
    same = and_(RiskWeights.agency_id == latest.c.agency_id, RiskWeights.number == latest.c.number)
    return list(tx.scalars(select(RiskWeights).join(latest, same).order_by(RiskWeights.agency_id)))


_COLUMNS = {each: str(each) for each in Reason}


def _shares(today: date, found: Any, seen: Any, hurt: Any) -> dict[Reason, ColumnElement[int]]:
    """domain.risk.shares as expressions over the joined rows."""
    held = cast(Site.hazards, String)
    weight: ColumnElement[int] = literal(0)
    for each in HAZARDS:
        weight = weight + case((held.like(f'%"{each.code}"%'), each.weight), else_=0)
    serious, still_open = func.coalesce(found.serious, 0), func.coalesce(found.still_open, 0)
    return {
        Reason.HAZARDS: _at_most_full(_whole(weight * 100, risk.FULL_HAZARDS)),
        Reason.WORKERS: case(
            (Site.workers.is_(None), risk.WORKERS_UNKNOWN),
            *((Site.workers < limit, share) for limit, share in risk.WORKER_STEPS),
            else_=100,
        ),
        Reason.HISTORY: _at_most_full(_whole(serious * 100, risk.FULL_HISTORY)),
        Reason.SINCE: case(
            *((seen.last >= today - timedelta(days=limit), share) for limit, share in risk.SINCE_STEPS),
            else_=100,
        ),
        Reason.OPEN: _at_most_full(_whole(still_open * 100, risk.FULL_OPEN)),
        Reason.ACCIDENTS: case(
            (hurt.deaths > 0, risk.DEATH),
            (hurt.badly_hurt > 0, risk.SERIOUS_INJURY),
            (hurt.accidents > 0, risk.OTHER_ACCIDENT),
            else_=0,
        ),
    }


def _whole(value: ColumnElement[Any], by: int) -> ColumnElement[int]:
    """Whole division, the same on both databases."""
    return cast(func.floor(value / (by * 1.0)), Integer)


def _at_most_full(share: ColumnElement[int]) -> ColumnElement[int]:
    return case((share > 100, 100), else_=share)


def _violations(today: date, here: Any) -> Any:
    recent = Violation.found_on >= date(today.year - risk.YEARS_BACK, today.month, min(today.day, 28))
    still_open = Violation.remedy_status.not_in(sorted(CLOSED_REMEDY))
    return (
        select(
            Violation.site_id,
            func.sum(case((and_(recent, Violation.remedy_status != "cancelled"), 1), else_=0)).label("serious"),
            func.sum(case((still_open, 1), else_=0)).label("still_open"),
        )
        .where(Violation.severity >= risk.SERIOUS, Violation.site_id.in_(here))
        .group_by(Violation.site_id)
        .subquery("found")
    )


def _visits(here: Any) -> Any:
    last = func.max(func.coalesce(Inspection.visited_on, Inspection.window_end)).label("last")
    visited = Inspection.state.in_(VISITED)
    return (
        select(Inspection.site_id, last)
        .where(visited, Inspection.site_id.in_(here))
        .group_by(Inspection.site_id)
        .subquery("seen")
    )


def _accidents(today: date, here: Any) -> Any:
    since = date(today.year - risk.YEARS_BACK, today.month, min(today.day, 28))
    return (
        select(
            Accident.site_id,
            func.count().label("accidents"),
            func.sum(Accident.seriously_injured).label("badly_hurt"),
            func.sum(Accident.deaths).label("deaths"),
        )
        .where(Accident.happened_on >= since, Accident.withdrawn_at.is_(None), Accident.site_id.in_(here))
        .group_by(Accident.site_id)
        .subquery("hurt")
    )
