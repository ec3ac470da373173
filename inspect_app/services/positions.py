"""Where a pin lies: in which commune, by outlines that need no network. It tells and never refuses."""

from collections.abc import Mapping
from dataclasses import dataclass

from inspect_app.domain.distance import Box
from inspect_app.domain.polygons import Polygon
from inspect_app.store import communes
from inspect_app.store.sites import outlines


@dataclass(frozen=True, slots=True)
class Stray:
    """A pin that does not lie in the commune that was named. found: the name of the one it lies in, "" outside all."""

    named: str
    found: str
    found_code: str
    metres: int


def stray(code: str, lat: float, lon: float) -> Stray | None:
    """None when the pin lies in the commune, or in the seam between two simplified outlines."""
    if code not in communes.polygons():
        return None
    away = communes.metres_from(code, lat, lon)
    if away <= communes.GAP_METRES:
        return None
    names = {each.code: each.name for each in outlines()}
    found = communes.commune_at(lat, lon) or ""
    return Stray(names[code], names.get(found, ""), found, round(away))


def shapes(view: Box | None = None) -> Mapping[str, tuple[str, Polygon]]:
    """Code → (name, outline) of the communes that touch the view; all of them without one."""
    names = {each.code: each.name for each in outlines()}
    return {
        code: (names[code], each) for code, each in communes.polygons().items() if view is None or _meet(each.box, view)
    }


def around(code: str) -> Box:
    """The commune with some of its neighbours. Raises KeyError for an unknown code."""
    box = communes.polygons()[code].box
    high, wide = (box.max_lat - box.min_lat) * 0.25, (box.max_lon - box.min_lon) * 0.25
    return Box(box.min_lat - high, box.min_lon - wide, box.max_lat + high, box.max_lon + wide)


def _meet(one: Box, other: Box) -> bool:
    return (
        one.min_lat <= other.max_lat
        and other.min_lat <= one.max_lat
        and one.min_lon <= other.max_lon
        and other.min_lon <= one.max_lon
    )
