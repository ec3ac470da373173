"""A sheet of a map: where a position lies on it, outlines as SVG paths, and the tiles that would lie beneath.

The projection is that of every tile server (Web Mercator); for a province any other would draw the same shape.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asinh, ceil, floor, log2, pi, radians, tan

from inspect_app.domain.distance import Box
from inspect_app.domain.polygons import Ring

TILE = 256
DEEPEST = 18
SMALLEST = 0.0008  # degrees; below that positions of phones say nothing


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of a tile server, and where it lies on the sheet."""

    zoom: int
    column: int
    row: int
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A box of degrees drawn `width` units wide; the height follows."""

    box: Box
    width: float

    @property
    def height(self) -> float:
        return round((_up(self.box.max_lat) - _up(self.box.min_lat)) * self._scale, 1)

    @property
    def _scale(self) -> float:
        return self.width / (radians(self.box.max_lon) - radians(self.box.min_lon))

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        """x to the right, y downwards."""
        x = (radians(lon) - radians(self.box.min_lon)) * self._scale
        y = (_up(self.box.max_lat) - _up(lat)) * self._scale
        return round(x, 1), round(y, 1)

    def path(self, rings: Sequence[Ring]) -> str:
        """The outline in whole units and relative steps: what is finer than a unit nobody sees."""
        return "".join(self._ring(ring) for ring in rings)

    def _ring(self, ring: Ring) -> str:
        corners = [(round(x), round(y)) for x, y in (self.place(lat, lon) for lon, lat in ring)]
        kept = [corner for at, corner in enumerate(corners) if corner != corners[at - 1]] or corners[:1]
        (x, y), steps = kept[0], list[str]()
        for before, here in pairwise(kept):
            steps.append(f"{here[0] - before[0]} {here[1] - before[1]}")
        return f"M{x} {y}l{' '.join(steps)}z" if steps else f"M{x} {y}z"

    def tiles(self) -> Iterator[Tile]:
        """The tiles of the zoom whose pixels are nearest to the sheet's units."""
        across = (self.box.max_lon - self.box.min_lon) / 360
        zoom = max(0, min(DEEPEST, floor(log2(self.width / TILE / across))))
        count = 2**zoom
        left, right = ((lon + 180) / 360 * count for lon in (self.box.min_lon, self.box.max_lon))
        top, bottom = ((1 - _up(lat) / pi) / 2 * count for lat in (self.box.max_lat, self.box.min_lat))
        size = round(self.width / (right - left), 2)
        for column in range(floor(left), ceil(right)):
            for row in range(floor(top), ceil(bottom)):
                x, y = (column - left) * size, (row - top) * size
                yield Tile(zoom, column, row, round(x, 1), round(y, 1), size)


def _up(lat: float) -> float:
    return asinh(tan(radians(lat)))


def around(boxes: Sequence[Box], margin: float = 0.02) -> Box:
    """The box of all of them with some room."""
    low_lat, low_lon = min(each.min_lat for each in boxes), min(each.min_lon for each in boxes)
    high_lat, high_lon = max(each.max_lat for each in boxes), max(each.max_lon for each in boxes)
    room = max(high_lat - low_lat, high_lon - low_lon, SMALLEST) * margin
    return Box(low_lat - room, low_lon - room, high_lat + room, high_lon + room)


def read_box(text: str) -> Box | None:
    """ "21.5,105.8,21.6,105.9"; None for what is no box, or one too small to look into."""
    try:
        numbers = [float(each) for each in text.split(",")]
        low_lat, low_lon, high_lat, high_lon = numbers
    except ValueError:
        return None
    is_on_earth = -85 <= low_lat < high_lat <= 85 and -180 <= low_lon < high_lon <= 180
    return Box(low_lat, low_lon, high_lat, high_lon) if is_on_earth else None


def write_box(box: Box) -> str:
    return ",".join(f"{each:.5f}" for each in (box.min_lat, box.min_lon, box.max_lat, box.max_lon))
