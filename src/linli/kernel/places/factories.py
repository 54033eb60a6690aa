# SPDX-License-Identifier: MulanPSL-2.0
"""Places for tests."""

from types import SimpleNamespace
from typing import Any

from factory.declarations import LazyAttribute, LazyFunction, Sequence
from factory.django import DjangoModelFactory

from linli.base import clock
from linli.kernel.places import lookup
from linli.kernel.places.models import Place
from linli.kernel.places.rules import path_of


class PlaceFactory(DjangoModelFactory[Place]):
    """A community unless told otherwise; its path follows from parent and code."""

    class Meta:
        model = Place

    code = Sequence(lambda number: f"9999990{number:05d}")
    name = Sequence(lambda number: f"春风社区{number}")
    level = "community"
    parent: Any = None
    path = LazyAttribute(
        lambda place: path_of(place.parent.path if place.parent else "", place.code)
    )
    updated_at = LazyFunction(clock.now)

    @classmethod
    def _create(cls, model_class: type[Place], *args: Any, **kwargs: Any) -> Place:
        place: Place = super()._create(model_class, *args, **kwargs)
        lookup.forget()
        return place


def square(lon: float, lat: float, size: float) -> dict[str, Any]:
    """A GeoJSON square with its south-west corner at a point; `size` in degrees."""
    east, north = lon + size, lat + size
    ring = [[lon, lat], [east, lat], [east, north], [lon, north], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def city_tree(
    code: str = "519900", name: str = "春江市", *, lon: float = 103.0, lat: float = 29.0
) -> SimpleNamespace:
    """A small city: one district with two subdistricts; in the first two communities, in the first
    two grids.

    `city district subdistrict community grid` are the first of each level, the seconds are called
    `other_subdistrict other_community other_grid`. All have square boundaries inside one another;
    the city's is 1 degree wide and begins at `lon`, `lat`. Another city: another `code` (six
    digits, last two 00), and another corner.
    """
    base = code[:4]
    district, first, second = f"{base}02", f"{base}02001", f"{base}02002"
    tree = SimpleNamespace()

    def put(
        code: str, name: str, level: str, parent: Place | None, at: tuple[float, float]
    ) -> Place:
        east, size = at
        return PlaceFactory.create(
            code=code,
            name=name,
            level=level,
            parent=parent,
            boundary=square(lon + east, lat, size),
            lon=lon + east + size / 2,
            lat=lat + size / 2,
        )

    tree.city = put(code, name, "city", None, (0, 1.0))
    tree.district = put(district, "东江区", "district", tree.city, (0, 0.8))
    tree.subdistrict = put(first, "柳荫街道", "subdistrict", tree.district, (0, 0.4))
    tree.other_subdistrict = put(second, "桃源街道", "subdistrict", tree.district, (0.4, 0.4))
    tree.community = put(f"{first}001", "柳荫社区", "community", tree.subdistrict, (0, 0.2))
    tree.other_community = put(f"{first}002", "河畔社区", "community", tree.subdistrict, (0.2, 0.2))
    tree.grid = put(f"{first}001-g01", "第一网格", "grid", tree.community, (0, 0.1))
    tree.other_grid = put(f"{first}001-g02", "第二网格", "grid", tree.community, (0.1, 0.1))
    return tree
