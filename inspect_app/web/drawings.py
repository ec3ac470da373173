"""Pictures the server draws itself: signatures from their strokes, positions as a small map without map tiles."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from inspect_app.web.words import number_vi

# Ink on white in every theme: it is a picture of paper.
INK, SOFT, ACTION, BAD = "#0f1819", "#5c6a6b", "#0b4850", "#881313"
WIDTH, HEIGHT, EDGE = 640, 400, 48
METRES_OF_A_DEGREE = 111_320
WHOLE, LOWEST_PAD = 1000, 320
LEAST_SPAN = 60  # metres: a single spot is not blown up into nonsense


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of the map. kind: site | visit | fail | photo | answer."""

    lat: float
    lon: float
    kind: str
    label: str = ""
    accuracy: float | None = None


def signature(strokes: Sequence[Sequence[int]]) -> str:
    """Strokes [x0, y0, x1, y1, …] in thousandths of the pad's width, as an SVG file as high as the name reaches."""
    drawn = [stroke for stroke in strokes if len(stroke) >= 2 and all(isinstance(each, int | float) for each in stroke)]
    lowest = max((round(y) for stroke in drawn for y in stroke[1::2]), default=0)
    height = min(max(LOWEST_PAD, lowest + 24), WHOLE)
    paths = "".join(
        f'<path d="{_path(stroke)}" fill="none" stroke="{INK}" stroke-width="8" stroke-linecap="round" '
        f'stroke-linejoin="round"/>'
        for stroke in drawn
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WHOLE} {height}">'
        f'<rect width="{WHOLE}" height="{height}" fill="#fff"/>{paths}</svg>'
    )


def _path(stroke: Sequence[int]) -> str:
    points = [f"{round(x)} {round(y)}" for x, y in zip(stroke[::2], stroke[1::2], strict=False)]
    return f"M{points[0]}" + "".join(f"L{point}" for point in points[1:]) + ("" if points[1:] else "h1")


def positions(spots: Sequence[Spot]) -> str:
    """North up, one scale for both ways, a bar that tells it; circles show how sure a phone was."""
    plan = _Plan(spots)
    order = {"answer": 0, "photo": 1, "visit": 2, "fail": 3, "site": 4}
    drawn = "".join(plan.draw(spot) for spot in sorted(spots, key=lambda spot: order[spot.kind]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="system-ui, sans-serif" font-size="13">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{plan.circles(spots)}{drawn}{plan.bar()}'
        f'<path d="M{WIDTH - 24} 40V14m-5 8 5-8 5 8" fill="none" stroke="{SOFT}" stroke-width="1.5"/>'
        f'<text x="{WIDTH - 24}" y="56" text-anchor="middle" fill="{SOFT}">B</text></svg>'
    )


class _Plan:
    """A flat piece of the earth, small enough that a degree has one length each way."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        self._lat = sum(spot.lat for spot in spots) / max(1, len(spots))
        self._lon = sum(spot.lon for spot in spots) / max(1, len(spots))
        flat = [self._metres(spot) for spot in spots] or [(0.0, 0.0)]
        xs, ys = [x for x, _ in flat], [y for _, y in flat]
        self._middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
        wide, high = max(max(xs) - min(xs), LEAST_SPAN), max(max(ys) - min(ys), LEAST_SPAN)
        self._scale = min((WIDTH - 2 * EDGE) / wide, (HEIGHT - 2 * EDGE) / high)

    def _metres(self, spot: Spot) -> tuple[float, float]:
        east = (spot.lon - self._lon) * METRES_OF_A_DEGREE * math.cos(math.radians(self._lat))
        return east, (spot.lat - self._lat) * METRES_OF_A_DEGREE

    def _place(self, spot: Spot) -> tuple[float, float]:
        east, north = self._metres(spot)
        return (
            round(WIDTH / 2 + (east - self._middle[0]) * self._scale, 1),
            round(HEIGHT / 2 - (north - self._middle[1]) * self._scale, 1),
        )

    def circles(self, spots: Sequence[Spot]) -> str:
        rings = []
        for spot in spots:
            if spot.accuracy:
                x, y = self._place(spot)
                radius = round(min(spot.accuracy * self._scale, WIDTH), 1)
                rings.append(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{ACTION}" fill-opacity=".06"/>')
        return "".join(rings)

    def draw(self, spot: Spot) -> str:
        """Each kind has a shape of its own, so that it reads in black and white."""
        x, y = self._place(spot)
        shapes = {
            "site": f'<path d="M{x - 9} {y + 8}V{y - 3}l9-8 9 8v11z" fill="#fff" stroke="{INK}" stroke-width="2"/>',
            "visit": f'<path d="M{x - 6} {y}h12M{x} {y - 6}v12" stroke="{ACTION}" stroke-width="2.5"/>',
            "fail": f'<path d="M{x} {y - 7}l7 7-7 7-7-7z" fill="{BAD}"/>',
            "photo": f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" fill="{ACTION}"/>',
            "answer": f'<circle cx="{x}" cy="{y}" r="3" fill="{SOFT}"/>',
        }
        right = x < WIDTH * 0.75
        side = f'x="{x + 12}"' if right else f'x="{x - 12}" text-anchor="end"'
        told = f'<text {side} y="{y + 4}" fill="{INK}">{escape(spot.label)}</text>' if spot.label else ""
        return shapes[spot.kind] + told

    def bar(self) -> str:
        """The longest round number of metres that fits a quarter of the width."""
        most = WIDTH / 4 / self._scale
        unit = 10 ** math.floor(math.log10(most))
        metres = max(step * unit for step in (1, 2, 5) if step * unit <= most)
        length = round(metres * self._scale, 1)
        told = f"{number_vi(int(metres))} m" if metres < 1000 else f"{number_vi(int(metres / 1000))} km"
        y = HEIGHT - 20
        return (
            f'<path d="M16 {y - 5}v5h{length}v-5" fill="none" stroke="{SOFT}" stroke-width="1.5"/>'
            f'<text x="{16 + length + 8}" y="{y}" fill="{SOFT}">{told}</text>'
        )
