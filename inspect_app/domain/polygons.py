"""Whether a position lies inside a polygon, and how far outside: plane geometry, good enough for a commune."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import TypeAlias

from inspect_app.domain.distance import Box

Corner: TypeAlias = tuple[float, float]  # (longitude, latitude) in degrees, as in GeoJSON
Ring: TypeAlias = tuple[Corner, ...]  # the last corner is joined to the first

METRES_PER_DEGREE = 111_195.0  # of latitude, on a sphere of 6,371 km


@dataclass(frozen=True, slots=True)
class Polygon:
    """Rings without holes: an area may have several parts."""

    rings: tuple[Ring, ...]
    box: Box

    def holds(self, lat: float, lon: float) -> bool:
        return self.box.holds(lat, lon) and any(_holds(ring, lat, lon) for ring in self.rings)

    def metres_to(self, lat: float, lon: float) -> float:
        """0 inside; outside, the way to the nearest edge. Good for some kilometres."""
        return 0.0 if self.holds(lat, lon) else min(_metres(ring, lat, lon) for ring in self.rings)


def polygon(rings: Sequence[Ring]) -> Polygon:
    """Raises ValueError for a ring that encloses nothing."""
    if not rings or any(len(ring) < 3 for ring in rings):
        raise ValueError("a ring needs three corners")
    lons = [lon for ring in rings for lon, _ in ring]
    lats = [lat for ring in rings for _, lat in ring]
    return Polygon(tuple(rings), Box(min(lats), min(lons), max(lats), max(lons)))


def _holds(ring: Ring, lat: float, lon: float) -> bool:
    """Even-odd rule: a ray to the east crosses the border an odd number of times."""
    inside = False
    before_lon, before_lat = ring[-1]
    for here_lon, here_lat in ring:
        is_between = (here_lat > lat) != (before_lat > lat)
        if is_between and lon < (before_lon - here_lon) * (lat - here_lat) / (before_lat - here_lat) + here_lon:
            inside = not inside
        before_lon, before_lat = here_lon, here_lat
    return inside


def _metres(ring: Ring, lat: float, lon: float) -> float:
    east = METRES_PER_DEGREE * cos(radians(lat))
    plane = [((x - lon) * east, (y - lat) * METRES_PER_DEGREE) for x, y in ring]
    return min(_to_edge(a, b) for a, b in zip(plane, (*plane[1:], plane[0]), strict=True))


def _to_edge(a: Corner, b: Corner) -> float:
    """From the origin to the stretch between two corners."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else min(1.0, max(0.0, -(a[0] * dx + a[1] * dy) / length))
    return hypot(a[0] + along * dx, a[1] + along * dy)
