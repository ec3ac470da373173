"""Bản đồ: what is open by commune and zone, and the sites of one commune; drawn by the server, the same as a table."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from inspect_app.domain.distance import Box
from inspect_app.domain.map_sheet import SMALLEST, Sheet, Tile, around, read_box, write_box
from inspect_app.domain.people import DESK_ROLES
from inspect_app.services import map_figures, sites
from inspect_app.services.map_figures import CommuneMap, Point, Province
from inspect_app.web.auth import allow
from inspect_app.web.pages.figures import COLUMNS
from inspect_app.web.request import Tx, now, reading, settings

bp = Blueprint("maps", __name__)

WIDTH, COMMUNE_WIDTH = 640.0, 760.0
CLASSES = 5
SHOWN: Mapping[str, str] = {
    "open": "Chưa đóng",
    "overdue": "Quá hạn",
    "due_soon": "Sắp đến hạn",
    "imminent": "Nguy cơ trực tiếp",
    "sites": "Số cơ sở",
}


@dataclass(frozen=True, slots=True)
class Area:
    """A commune on the map. rank: 0 for nothing, else 1 … CLASSES."""

    code: str
    name: str
    path: str
    rank: int
    value: int
    x: float
    y: float
    told: bool  # there is room for its number


@dataclass(frozen=True, slots=True)
class Mark:
    """Sites close together: one circle. href leads closer, or to the one site."""

    point: Point
    x: float
    y: float
    radius: float
    href: str
    tone: str


@bp.get("/map")
@allow(*DESK_ROLES)
def province() -> ResponseReturnValue:
    shown, at = request.args.get("show", "open"), now()
    shown = shown if shown in SHOWN else "open"

    def read(tx: Tx) -> tuple[Province, dict[str, str], dict[str, str]]:
        names = {each.code: each.name for each in sites.list_communes(tx)}
        return map_figures.province(tx, now=at), names, {each.id: each.name for each in sites.list_zones(tx)}

    found, names, zones = reading(read)
    values = {code: _value(found, code, shown) for code in names}
    limits = _limits([value for value in values.values() if value])
    areas = [_area(code, names[code], values[code], limits) for code in sorted(_paths()) if code in names]
    return render_template(
        "figures/map.html",
        found=found,
        areas=areas,
        sheet=_sheet(),
        shown=shown,
        choices=SHOWN,
        limits=limits,
        names=names,
        zones=zones,
        marks=[(zone, *_sheet().place(*zone.middle)) for zone in found.zones if zone.middle],
        order=sorted(names, key=lambda code: (-values[code], names[code])),
        values=values,
        href=_href,
    )


@bp.get("/map/<code>")
@allow(*DESK_ROLES)
def commune(code: str) -> ResponseReturnValue:
    at, box = now(), read_box(request.args.get("box", ""))
    found = reading(lambda tx: map_figures.commune(tx, code, box, now=at))
    sheet = Sheet(found.box, COMMUNE_WIDTH)
    tiles = settings().tile_url
    return render_template(
        "figures/commune.html",
        found=found,
        sheet=sheet,
        path=sheet.path(map_figures.polygons()[code].rings),
        marks=[_mark(found, point, sheet) for point in found.points],
        tiles=[(tile, _tile_href(tiles, tile)) for tile in sheet.tiles()] if tiles else [],
        credit=settings().tile_credit,
        href=_href,
        most=map_figures.ROWS,
    )


# --- the province ---------------------------------------------------------------------------------


@cache
def _sheet() -> Sheet:
    return Sheet(around([each.box for each in map_figures.polygons().values()], 0.01), WIDTH)


@cache
def _paths() -> Mapping[str, str]:
    """Outlines change with a release only."""
    return {code: _sheet().path(each.rings) for code, each in map_figures.polygons().items()}


def _value(found: Province, code: str, shown: str) -> int:
    if shown == "sites":
        return found.sites.get(code, 0)
    sums = found.sums.get(code)
    return int(getattr(sums, shown)) if sums else 0


def _limits(values: Sequence[int]) -> list[int]:
    """Where each class after the first begins: as many communes in each, as far as their numbers differ."""
    ordered = sorted(values)
    cuts = {ordered[len(ordered) * each // CLASSES] for each in range(1, CLASSES)} if ordered else set[int]()
    return sorted(cuts - set(ordered[:1]))


def _area(code: str, name: str, value: int, limits: Sequence[int]) -> Area:
    box = map_figures.polygons()[code].box
    x, y = _sheet().place((box.min_lat + box.max_lat) / 2, (box.min_lon + box.max_lon) / 2)
    left, right = (_sheet().place(box.min_lat, lon)[0] for lon in (box.min_lon, box.max_lon))
    rank = 1 + bisect_right(limits, value) if value else 0
    return Area(code, name, _paths()[code], rank, value, x, y, right - left > 8 * len(str(value)) + 14)


def _href(column: str, **narrowed: str) -> str:
    """The rows behind a number."""
    if column == "sites":
        return url_for("sites.index", **narrowed)  # type: ignore[arg-type]
    return url_for("violations.listing", **narrowed, **COLUMNS[column])  # type: ignore[arg-type]


# --- one commune ----------------------------------------------------------------------------------


def _mark(found: CommuneMap, point: Point, sheet: Sheet) -> Mark:
    x, y = sheet.place(point.lat, point.lon)
    tone = "late" if point.overdue else "open" if point.open else "calm"
    return Mark(point, x, y, round(min(17.0, 6 + 2 * sqrt(point.sites)), 1), _closer(found, point), tone)


def _closer(found: CommuneMap, point: Point) -> str:
    if point.sites == 1:
        return url_for("sites.page", site_id=point.site)
    box = around([point.box], 0.25)
    smaller = Box(*(round(each, 5) for each in (box.min_lat, box.min_lon, box.max_lat, box.max_lon)))
    wide = max(found.box.max_lat - found.box.min_lat, found.box.max_lon - found.box.min_lon)
    if wide <= SMALLEST * 2:  # they stand at one spot: the table beneath tells them apart
        return "#sites"
    return url_for(".commune", code=found.commune.code, box=write_box(smaller))


def _tile_href(pattern: str, tile: Tile) -> str:
    return pattern.format(z=tile.zoom, x=tile.column, y=tile.row)
