"""Reads of plans and their lines."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, defaultload, lazyload

from inspect_app.store.tables import Inspection, Plan, PlanLine, Site

MOST_LINES = 2000


def plans(tx: Session, *, after: tuple[date, UUID] | None, limit: int) -> list[tuple[Plan, int, int]]:
    """The newest first, each with its number of lines and of those that have a visit."""
    alive = and_(PlanLine.plan_id == Plan.id, PlanLine.state != "dropped")
    asked = (
        select(Plan, func.count(PlanLine.id), func.sum(case((PlanLine.inspection_id.is_not(None), 1), else_=0)))
        .outerjoin(PlanLine, alive)
        .group_by(Plan.id)
        .order_by(Plan.first_day.desc(), Plan.id.desc())
        .limit(limit)
    )
    if after is not None:
        day, last = after
        asked = asked.where(or_(Plan.first_day < day, and_(Plan.first_day == day, Plan.id < last)))
    return [(plan, lines, visits or 0) for plan, lines, visits in tx.execute(asked)]


def plan(tx: Session, plan_id: UUID, *, lock: bool = False) -> Plan | None:
    asked = select(Plan).where(Plan.id == plan_id)
    return tx.scalar(asked.with_for_update() if lock else asked)


def lines(tx: Session, plan_id: UUID) -> list[PlanLine]:
    """By the month or week, then by site; those without a day last."""
    asked = (
        select(PlanLine)
        .join(Site, Site.id == PlanLine.site_id)
        .where(PlanLine.plan_id == plan_id, PlanLine.state != "dropped")
        .order_by(PlanLine.starts_on.is_(None), PlanLine.starts_on, Site.name, PlanLine.id)
        .options(
            defaultload(PlanLine.site).options(lazyload(Site.parties)),
            defaultload(PlanLine.inspection).options(lazyload(Inspection.site), lazyload(Inspection.organisation)),
        )
        .limit(MOST_LINES)
    )
    return list(tx.scalars(asked))


def has_lines(tx: Session, plan_id: UUID) -> bool:
    asked = select(PlanLine.id).where(PlanLine.plan_id == plan_id, PlanLine.state == "planned").limit(1)
    return tx.scalar(asked) is not None


def line(tx: Session, line_id: UUID) -> PlanLine | None:
    return tx.scalar(select(PlanLine).where(PlanLine.id == line_id))


def line_of_site(tx: Session, plan_id: UUID, site: UUID) -> PlanLine | None:
    return tx.scalar(select(PlanLine).where(PlanLine.plan_id == plan_id, PlanLine.site_id == site))


def planned_days(tx: Session, people: Collection[UUID], first_day: date, last_day: date) -> dict[UUID, int]:
    """Days that lines of any plan already ask of these people between two days."""
    asked = (
        select(PlanLine.leader_id, func.sum(PlanLine.days))
        .where(
            PlanLine.leader_id.in_(people),
            PlanLine.state != "dropped",
            PlanLine.starts_on >= first_day,
            PlanLine.starts_on <= last_day,
        )
        .group_by(PlanLine.leader_id)
    )
    return {person: int(days) for person, days in tx.execute(asked) if person is not None}
