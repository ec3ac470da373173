"""In which commune a position lies, from outlines that are in the repository."""

import pytest

from inspect_app.domain.distance import Box
from inspect_app.domain.polygons import polygon
from inspect_app.store import communes
from inspect_app.store.sites import outlines

SQUARE = ((105.0, 21.0), (105.1, 21.0), (105.1, 21.1), (105.0, 21.1))
ISLAND = ((106.0, 22.0), (106.1, 22.0), (106.0, 22.1))


def test_each_commune_of_the_list_has_an_outline_and_holds_its_own_centre() -> None:
    assert communes.polygons().keys() == {each.code for each in outlines()}
    assert [each.code for each in outlines() if communes.commune_at(each.lat, each.lon) != each.code] == []


def test_an_outline_fills_the_box_of_the_list() -> None:
    """Both come from the same shapes, so they may differ by rounding and simplification only."""
    for each in outlines():
        box = communes.polygons()[each.code].box
        for mine, listed in zip(vars_of(box), vars_of(each.box), strict=True):
            assert mine == pytest.approx(listed, abs=0.002), each.code


def vars_of(box: Box) -> tuple[float, ...]:
    return box.min_lat, box.min_lon, box.max_lat, box.max_lon


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        (21.0285, 105.8542, None),  # Hà Nội
        (22.9, 105.8, None),
        (21.0, 105.4, None),
    ],
)
def test_outside_the_province_there_is_no_commune(lat: float, lon: float, code: str | None) -> None:
    assert communes.commune_at(lat, lon) == code


def test_a_position_in_the_gap_between_two_outlines_belongs_to_the_nearest() -> None:
    """Along the common border of all neighbours no position may fall between them."""
    lost = [
        (lat, lon)
        for each in communes.polygons().values()
        for lon, lat in each.rings[0][::17]
        if communes.commune_at(lat, lon) is None
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("lat", "lon", "inside"),
    [
        (21.05, 105.05, True),
        (21.05, 105.15, False),
        (20.95, 105.05, False),
        (22.02, 106.02, True),
        (22.08, 106.08, False),  # in the island's box, behind its slope
    ],
)
def test_inside_is_inside_any_of_the_parts(lat: float, lon: float, inside: bool) -> None:
    assert polygon([SQUARE, ISLAND]).holds(lat, lon) is inside


def test_the_way_to_an_area_is_nothing_inside_and_metres_outside() -> None:
    area = polygon([SQUARE])
    assert area.metres_to(21.05, 105.05) == 0
    assert area.metres_to(21.11, 105.05) == pytest.approx(1112, rel=0.01)  # a hundredth of a degree to the north
    assert area.metres_to(21.11, 105.11) == pytest.approx(1520, rel=0.02)  # past the corner


def test_a_line_is_no_area() -> None:
    with pytest.raises(ValueError, match="three corners"):
        polygon([((1.0, 1.0), (2.0, 2.0))])
