"""The map: the province by commune and zone, and one commune with its sites. Outlines are not legal boundaries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.distance import Box
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.map_sheet import around
from inspect_app.services import figures
from inspect_app.services.figures import Sums
from inspect_app.services.sites import list_communes
from inspect_app.store import communes, map_figures
from inspect_app.store import figures as figures_store
from inspect_app.store.database import Tx
from inspect_app.store.map_figures import Point, Row
from inspect_app.store.tables import Commune

__all__ = ["CommuneMap", "Point", "Province"]

CELLS = 28  # of the grid on which points of a commune are put together
ROWS = 50
polygons = communes.polygons


@dataclass(frozen=True, slots=True)
class ZonePlace:
    """A zone: its sites, what is open, and the middle of its sites' positions; None when none has one."""

    id: str
    sites: int
    sums: Sums
    middle: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Province:
    """sites, sums: by commune code."""

    sites: dict[str, int]
    sums: dict[str, Sums]
    zones: list[ZonePlace]


@dataclass(frozen=True, slots=True)
class CommuneMap:
    """One commune. box: what is drawn; is_part: less than the whole commune."""

    commune: Commune
    sites: int
    located: int
    sums: Sums
    box: Box
    is_part: bool
    points: list[Point]
    rows: list[Row]

    @property
    def elsewhere(self) -> int:
        """Sites of the commune whose position lies off the sheet; told only of the whole commune."""
        return 0 if self.is_part else self.located - sum(each.sites for each in self.points)


def province(tx: Tx, *, now: datetime) -> Province:
    """A fixed number of reads."""
    cells = figures_store.open_cells(tx, agency="", today=local_day(now), due_days=figures.SOON)
    places = map_figures.places(tx)
    sites: dict[str, int] = defaultdict(int)
    for place in places:
        sites[place.commune] += place.sites
    zones = []
    for zone in sorted({place.zone for place in places if place.zone} | {cell.zone for cell in cells if cell.zone}):
        mine = [place for place in places if place.zone == zone]
        located = sum(place.located for place in mine)
        middle = None
        if located:
            middle = sum(place.lat for place in mine) / located, sum(place.lon for place in mine) / located
        sums = figures.sum_of(cell for cell in cells if cell.zone == zone)
        zones.append(ZonePlace(zone, sum(place.sites for place in mine), sums, middle))
    return Province(dict(sites), figures.by(cells, lambda cell: cell.commune), zones)


def commune(tx: Tx, code: str, box: Box | None, *, now: datetime) -> CommuneMap:
    """The sites of a commune, or of a part of it. RuleBroken "not-found"."""
    found = next((each for each in list_communes(tx) if each.code == code), None)
    if found is None or code not in polygons():
        raise RuleBroken("not-found")
    today = local_day(now)
    cells = figures_store.open_cells(tx, agency="", today=today, due_days=figures.SOON, commune=code)
    places = map_figures.places(tx, commune=code)
    whole = around([polygons()[code].box])
    drawn = box or whole
    points = map_figures.points(tx, code, drawn, CELLS, today)
    rows = map_figures.rows(tx, code, box, today, ROWS)
    sites, located = sum(each.sites for each in places), sum(each.located for each in places)
    return CommuneMap(found, sites, located, figures.sum_of(cells), drawn, box is not None, points, rows)
