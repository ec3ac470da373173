"""Where a position lies: distances on the ellipsoid, boxes, and the box of the province."""

from dataclasses import dataclass

from geopy.distance import geodesic


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of WGS84 degrees; its edges belong to it."""

    min_lat: float
    min_lon: float
    max_lat: float
    max_lon: float

    def holds(self, lat: float, lon: float) -> bool:
        return self.min_lat <= lat <= self.max_lat and self.min_lon <= lon <= self.max_lon


# Tỉnh Thái Nguyên (code 19), the union of its 92 communes. A fix outside is told to the inspector and never blocks.
PROVINCE = Box(min_lat=21.3257, min_lon=105.4296, max_lat=22.7417, max_lon=106.2472)


def metres(from_lat: float, from_lon: float, to_lat: float, to_lon: float) -> float:
    """The shortest way along WGS84 in metres."""
    return float(geodesic((from_lat, from_lon), (to_lat, to_lon)).meters)
