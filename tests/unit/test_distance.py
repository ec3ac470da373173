"""Distances and boxes against values known from elsewhere."""

import pytest

from inspect_app.domain.distance import PROVINCE, Box, metres


def test_a_degree_of_latitude_here_is_its_length_on_the_ellipsoid() -> None:
    # 111,132.95 - 559.85 cos 2φ + 1.18 cos 4φ metres at φ = 21.5°: the series of the WGS84 meridian.
    assert metres(21.0, 105.8, 22.0, 105.8) == pytest.approx(110_723.6, abs=1)


def test_a_few_steps_are_measured_in_metres() -> None:
    assert metres(21.5942, 105.8482, 21.5943, 105.8482) == pytest.approx(11.07, abs=0.05)


def test_nowhere_is_zero_metres_away() -> None:
    assert metres(21.5942, 105.8482, 21.5942, 105.8482) == 0


def test_the_edges_belong_to_a_box() -> None:
    box = Box(21.0, 105.0, 22.0, 106.0)

    assert box.holds(21.0, 106.0)
    assert not box.holds(20.999999, 106.0)
    assert not box.holds(21.5, 106.000001)


@pytest.mark.parametrize(
    ("lat", "lon", "inside"),
    [(21.5942, 105.8482, True), (22.1470, 105.8348, True), (21.0285, 105.8542, False), (105.8482, 21.5942, False)],
    ids=["Thái Nguyên", "Bắc Kạn", "Hà Nội", "latitude and longitude exchanged"],
)
def test_the_box_of_the_province_knows_its_towns(lat: float, lon: float, inside: bool) -> None:
    assert PROVINCE.holds(lat, lon) is inside
