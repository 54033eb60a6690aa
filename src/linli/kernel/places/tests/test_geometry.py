# SPDX-License-Identifier: MulanPSL-2.0
"""Boundaries: mended, refused, thinned."""

from typing import Any

import pytest
from shapely.geometry import shape

from linli.base import geo
from linli.kernel.places.factories import square
from linli.kernel.places.geometry import BadBoundary, boundary_read, thinned
from linli.kernel.places.terms import Crs


def polygon(*ring: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(point) for point in (*ring, ring[0])]]}


def test_a_sound_polygon_is_kept_with_a_point_inside_it() -> None:
    boundary = boundary_read(square(103.0, 29.0, 0.5))
    assert boundary.mended == ""
    assert shape(boundary.geometry).area == pytest.approx(0.25)
    assert (boundary.lon, boundary.lat) == (103.25, 29.25)


def test_the_point_lies_inside_even_a_crescent() -> None:
    crescent = polygon((0, 0), (10, 0), (10, 10), (0, 10), (0, 9), (9, 9), (9, 1), (0, 1))
    boundary = boundary_read(crescent)
    found = shape(boundary.geometry)
    assert not found.contains(found.centroid)
    assert found.contains(shape({"type": "Point", "coordinates": [boundary.lon, boundary.lat]}))


def test_a_ring_with_a_small_knot_is_mended_and_only_polygons_stay() -> None:
    knotted = polygon(
        (0, 0), (10, 0), (10, 10), (5, 10), (5.2, 10.2), (5.2, 9.9), (5, 10.1), (0, 10)
    )
    boundary = boundary_read(knotted)
    assert "Self-intersection" in boundary.mended
    assert shape(boundary.geometry).is_valid
    assert boundary.geometry["type"] in ("Polygon", "MultiPolygon")
    assert shape(boundary.geometry).area == pytest.approx(100, rel=0.01)


def test_a_bow_tie_is_refused_since_mending_would_be_a_guess() -> None:
    with pytest.raises(BadBoundary, match=r"\d+%"):
        boundary_read(polygon((0, 0), (10, 10), (10, 0), (0, 8)))


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {},
        {"type": "Point", "coordinates": [103, 29]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": [[[103, 29], [104]]]},
        {"type": "Polygon", "coordinates": [[["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]]},
        {"type": "Polygon", "coordinates": [[[103, 29], [104, 29], [103, 29], [103, 29]]]},
        {"type": "Polygon", "coordinates": [[[1030, 29], [1040, 29], [1040, 30], [1030, 29]]]},
        {"type": "Polygon", "coordinates": [[[103, 29], [float("nan"), 29], [104, 30], [103, 29]]]},
    ],
)
def test_what_is_no_polygon_on_the_globe_is_refused(geometry: Any) -> None:
    with pytest.raises(BadBoundary):
        boundary_read(geometry)


def test_the_shifted_grid_is_moved_back() -> None:
    true = (103.7, 29.5)
    shifted = geo.wgs84_to_gcj02(*true)
    boundary = boundary_read(square(*shifted, 0.01), Crs.GCJ02)
    corners = boundary.geometry["coordinates"][0]
    nearest = min(max(abs(lon - true[0]), abs(lat - true[1])) for lon, lat in corners)
    assert nearest < 2e-6


def test_thinning_keeps_neighbors_together_and_keeps_small_ones() -> None:
    jagged = [(1 + (0.001 if step % 2 else -0.001), step / 100) for step in range(101)]
    left = polygon((0, 0), *jagged, (0, 1))
    right = polygon((2, 0), (2, 1), *reversed(jagged))
    small = square(3, 3, 0.00001)
    thin = thinned([left, right, small], width=500)
    shapes = [shape(one) for one in thin]
    assert len(thin[0]["coordinates"][0]) < len(jagged) / 2
    assert shapes[0].intersection(shapes[1]).area == pytest.approx(0, abs=1e-9)
    assert shapes[0].union(shapes[1]).area == pytest.approx(2, abs=0.01)
    assert not shapes[2].is_empty
