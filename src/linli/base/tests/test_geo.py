# SPDX-License-Identifier: MulanPSL-2.0
"""Three coordinate grids: known points, and there and back again."""

from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.base import geo

CHINA = st.tuples(st.floats(73.5, 135.0), st.floats(18.2, 53.5))


def meters(a: geo.Point, b: geo.Point) -> float:
    return 111_320 * hypot((a[0] - b[0]) * cos(radians(a[1])), a[1] - b[1])


def test_a_published_point_is_shifted_as_published() -> None:
    assert geo.wgs84_to_gcj02(116.404, 39.915) == pytest.approx((116.410244499, 39.916404282))
    assert geo.gcj02_to_bd09(116.404, 39.915) == pytest.approx((116.410369493, 39.921336994))


@given(CHINA)
def test_there_and_back_is_within_a_centimeter(point: geo.Point) -> None:
    assert meters(geo.gcj02_to_wgs84(*geo.wgs84_to_gcj02(*point)), point) < 0.01
    assert meters(geo.bd09_to_gcj02(*geo.gcj02_to_bd09(*point)), point) < 0.01
    assert meters(geo.bd09_to_wgs84(*geo.wgs84_to_bd09(*point)), point) < 0.01


@given(CHINA)
def test_the_shift_is_some_hundred_meters(point: geo.Point) -> None:
    assert 10 < meters(geo.wgs84_to_gcj02(*point), point) < 1500


@pytest.mark.parametrize("point", [(-118.24, 34.05), (2.35, 48.86), (151.2, -33.9), (180.0, 90.0)])
def test_outside_china_nothing_is_shifted(point: geo.Point) -> None:
    assert geo.wgs84_to_gcj02(*point) == point
    assert geo.gcj02_to_wgs84(*point) == point
