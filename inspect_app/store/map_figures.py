"""Reads for the map: sites of each commune and zone, and those of one commune as points that lie close together."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Float, Select, String, and_, case, cast, func, select
from sqlalchemy.orm import Session

from inspect_app.domain.distance import Box
from inspect_app.store.registry import OPEN
from inspect_app.store.tables import Site, Violation

_AT_WORK = and_(Site.ended_at.is_(None), Site.merged_into.is_(None))


@dataclass(frozen=True, slots=True)
class Place:
    """The sites at work of one commune that lie in one zone, or in none. lat, lon: sums over those with a position."""

    commune: str
    zone: str | None
    sites: int
    located: int
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Point:
    """Sites that lie in one cell of the grid. site: one of them."""

    sites: int
    lat: float
    lon: float
    box: Box
    open: int
    overdue: int
    site: UUID


@dataclass(frozen=True, slots=True)
class Row:
    """One site of the table beneath the map."""

    id: UUID
    name: str
    address: str
    open: int
    overdue: int


def places(tx: Session, *, commune: str = "") -> list[Place]:
    """One pass over the sites, of a commune or of all."""
    here = (Site.commune_code == commune,) if commune else ()
    asked = (
        select(
            Site.commune_code,
            Site.zone_id,
            func.count(),
            func.count(Site.lat),
            func.sum(Site.lat),
            func.sum(Site.lon),
        )
        .where(_AT_WORK, *here)
        .group_by(Site.commune_code, Site.zone_id)
    )
    return [Place(*row[:4], row[4] or 0.0, row[5] or 0.0) for row in tx.execute(asked)]


def _open_of(commune: str, today: date) -> Select[UUID, int, int]:
    """Open findings of each site, of the reader's agencies."""
    late = func.count(case((Violation.deadline < today, 1)))
    asked = select(Violation.site_id, func.count().label("open"), late.label("overdue"))
    return asked.where(OPEN, Violation.commune_code == commune).group_by(Violation.site_id)


def points(tx: Session, commune: str, box: Box, cells: int, today: date) -> list[Point]:
    """The sites of a commune inside the box, put together by the cells of a grid: the answer does not grow."""
    step = max(box.max_lat - box.min_lat, box.max_lon - box.min_lon) / cells
    mine = _open_of(commune, today).subquery()
    column = func.round((Site.lon - box.min_lon) / step - 0.5)
    row = func.round((Site.lat - box.min_lat) / step - 0.5)
    asked = (
        select(
            func.count(),
            func.avg(Site.lat, type_=Float),
            func.avg(Site.lon, type_=Float),
            func.min(Site.lat),
            func.min(Site.lon),
            func.max(Site.lat),
            func.max(Site.lon),
            func.coalesce(func.sum(mine.c.open), 0),
            func.coalesce(func.sum(mine.c.overdue), 0),
            func.min(cast(Site.id, String)),
        )
        .outerjoin(mine, mine.c.site_id == Site.id)
        .where(*_inside(commune, box))
        .group_by(column, row)
        .order_by(column, row)
    )
    return [
        Point(each[0], each[1], each[2], Box(*each[3:7]), int(each[7]), int(each[8]), UUID(each[9]))
        for each in tx.execute(asked)
    ]


def _inside(commune: str, box: Box) -> tuple[ColumnElement[bool], ...]:
    return (
        _AT_WORK,
        Site.commune_code == commune,
        Site.lat.between(box.min_lat, box.max_lat),
        Site.lon.between(box.min_lon, box.max_lon),
    )


def rows(tx: Session, commune: str, box: Box | None, today: date, limit: int) -> list[Row]:
    """The sites with most that is late, then with most that is open; of a box, or of the whole commune."""
    mine = _open_of(commune, today).subquery()
    late, still = func.coalesce(mine.c.overdue, 0), func.coalesce(mine.c.open, 0)
    here = (_AT_WORK, Site.commune_code == commune) if box is None else _inside(commune, box)
    asked = (
        select(Site.id, Site.name, Site.address, still, late)
        .outerjoin(mine, mine.c.site_id == Site.id)
        .where(*here)
        .order_by(late.desc(), still.desc(), Site.name, Site.id)
        .limit(limit)
    )
    return [Row(*each) for each in tx.execute(asked)]
