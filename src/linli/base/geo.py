# SPDX-License-Identifier: MulanPSL-2.0
"""Between the three grids of longitude and latitude that Chinese data come in, pure.

The platform stores WGS-84. National map providers give GCJ-02, one of them BD-09 on top of it.
Outside a box around China GCJ-02 equals WGS-84. All functions take and return (longitude, latitude)
in degrees.
"""

from math import atan2, cos, pi, sin, sqrt

Point = tuple[float, float]

_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_BD_TURN = pi * 3000.0 / 180.0
_BD_SHIFT = (0.0065, 0.006)
_CLOSE_ENOUGH = 1e-9
_MOST_ROUNDS = 30


def wgs84_to_gcj02(lon: float, lat: float) -> Point:
    """From the globe to the shifted grid."""
    if not _is_shifted(lon, lat):
        return lon, lat
    moved_lon, moved_lat = _shift(lon, lat)
    return lon + moved_lon, lat + moved_lat


def gcj02_to_wgs84(lon: float, lat: float) -> Point:
    """Back from the shifted grid, by iteration, to within a millimeter."""
    if not _is_shifted(lon, lat):
        return lon, lat
    found_lon, found_lat = lon, lat
    for _ in range(_MOST_ROUNDS):
        moved_lon, moved_lat = _shift(found_lon, found_lat)
        off_lon, off_lat = lon - moved_lon - found_lon, lat - moved_lat - found_lat
        found_lon, found_lat = found_lon + off_lon, found_lat + off_lat
        if max(abs(off_lon), abs(off_lat)) < _CLOSE_ENOUGH:
            break
    return found_lon, found_lat


def gcj02_to_bd09(lon: float, lat: float) -> Point:
    """From GCJ-02 to BD-09."""
    radius = sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * _BD_TURN)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BD_TURN)
    return radius * cos(angle) + _BD_SHIFT[0], radius * sin(angle) + _BD_SHIFT[1]


def bd09_to_gcj02(lon: float, lat: float) -> Point:
    """From BD-09 to GCJ-02, by iteration."""
    found_lon, found_lat = lon - _BD_SHIFT[0], lat - _BD_SHIFT[1]
    for _ in range(_MOST_ROUNDS):
        there_lon, there_lat = gcj02_to_bd09(found_lon, found_lat)
        off_lon, off_lat = lon - there_lon, lat - there_lat
        found_lon, found_lat = found_lon + off_lon, found_lat + off_lat
        if max(abs(off_lon), abs(off_lat)) < _CLOSE_ENOUGH:
            break
    return found_lon, found_lat


def wgs84_to_bd09(lon: float, lat: float) -> Point:
    """From the globe to BD-09."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: float, lat: float) -> Point:
    """From BD-09 back to the globe."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _is_shifted(lon: float, lat: float) -> bool:
    return 72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271


def _shift(lon: float, lat: float) -> Point:
    """How far GCJ-02 moves a point, in degrees."""
    x, y = lon - 105.0, lat - 35.0
    angle = lat / 180.0 * pi
    magic = 1 - _ECCENTRICITY * sin(angle) ** 2
    root = sqrt(magic)
    east, north = _east(x, y), _north(x, y)
    moved_lat = north * 180.0 / ((_AXIS * (1 - _ECCENTRICITY)) / (magic * root) * pi)
    moved_lon = east * 180.0 / (_AXIS / root * cos(angle) * pi)
    return moved_lon, moved_lat


def _north(x: float, y: float) -> float:
    base = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    return base + _ripple(x) + _waves(y, 160.0, 320.0)


def _east(x: float, y: float) -> float:
    base = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    return base + _ripple(x) + _waves(x, 150.0, 300.0)


def _ripple(x: float) -> float:
    return (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * (2.0 / 3.0)


def _waves(value: float, long: float, longest: float) -> float:
    short = 20.0 * sin(value * pi) + 40.0 * sin(value / 3.0 * pi)
    return (short + long * sin(value / 12.0 * pi) + longest * sin(value / 30.0 * pi)) * (2.0 / 3.0)
