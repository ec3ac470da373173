"""The outlines of the communes: in which one a position lies, without any network. Not legal boundaries."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType

from inspect_app.domain.polygons import Polygon, Ring, polygon

FILE = Path(__file__).parent / "reference" / "communes.outlines"
PER_DEGREE = 100_000
# Neighbours were simplified apart: between two outlines there may be a gap of this width.
GAP_METRES = 150.0


@cache
def polygons() -> Mapping[str, Polygon]:
    """Commune code → its outline; read once, it changes with a release only."""
    with FILE.open(encoding="utf-8") as lines:
        return MappingProxyType(dict(_line(line) for line in lines if not line.startswith("#")))


def commune_at(lat: float, lon: float) -> str | None:
    """The code of the commune that holds the position; in a gap between outlines the nearest; None outside."""
    around = [(code, each) for code, each in polygons().items() if _is_near(each, lat, lon)]
    for code, each in around:
        if each.holds(lat, lon):
            return code
    away = sorted((each.metres_to(lat, lon), code) for code, each in around)
    return away[0][1] if away and away[0][0] <= GAP_METRES else None


def metres_from(code: str, lat: float, lon: float) -> float:
    """How far a position is from a commune: 0 inside. Raises KeyError for a code without an outline."""
    return polygons()[code].metres_to(lat, lon)


def _is_near(each: Polygon, lat: float, lon: float) -> bool:
    room = 0.003  # more than the widest gap, in degrees of either axis
    box = each.box
    return box.min_lat - room <= lat <= box.max_lat + room and box.min_lon - room <= lon <= box.max_lon + room


def _line(line: str) -> tuple[str, Polygon]:
    code, _, rings = line.partition(": ")
    return code, polygon([tuple(_corners(ring)) for ring in rings.split(" / ")])


def _corners(ring: str) -> Iterator[tuple[float, float]]:
    steps = [(int(lon), int(lat)) for lon, lat in (pair.split(",") for pair in ring.split())]
    for lon, lat in accumulate(steps, lambda at, step: (at[0] + step[0], at[1] + step[1])):
        yield lon / PER_DEGREE, lat / PER_DEGREE


__all__ = ["GAP_METRES", "Ring", "commune_at", "metres_from", "polygons"]
