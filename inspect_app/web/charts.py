"""Bars for server-made charts: where each one stands, in numbers that a template draws as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360.0, 140.0
TOP, BOTTOM = 18.0, 22.0  # room for the number above a bar and the month beneath
SHARE = 0.68  # of its place that a bar fills


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. told: what its number is; None: not counted yet."""

    label: str
    told: int | None
    href: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart: its bars, the line they stand on, and the greatest number."""

    bars: list[Bar]
    most: int

    width = WIDTH
    height = HEIGHT
    floor = HEIGHT - BOTTOM


def bars(values: Sequence[tuple[str, int | None, str]]) -> Bars:
    """(label, number, address) for each. An empty bar is a hairline: nothing is something that was counted."""
    most = max((value or 0 for _, value, _ in values), default=0)
    place = WIDTH / max(1, len(values))
    room = HEIGHT - TOP - BOTTOM
    drawn = []
    for at, (label, value, href) in enumerate(values):
        height = round(room * (value or 0) / most, 1) if most else 0.0
        x = at * place + place * (1 - SHARE) / 2
        drawn.append(Bar(label, value, href, round(x, 1), HEIGHT - BOTTOM - height, round(place * SHARE, 1), height))
    return Bars(drawn, most)


def share(value: int, most: int, *, width: float = 96.0) -> float:
    """The length of a bar inside a table's cell."""
    return round(width * value / most, 1) if most else 0.0
