# SPDX-License-Identifier: MulanPSL-2.0
"""Conditions on places."""

import pytest
from django.db import connection
from django.db.models import Q

from linli.base.scope import PathField
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_among_finds_what_in_finds() -> None:
    tree = city_tree()
    few = Place.objects.filter(level="grid").values("pk")
    below = Q(path__under=tree.other_community.path)
    for rows in (few, few.none(), [tree.city.pk, tree.grid.pk], []):
        among, plain = Q(pk__among=rows), Q(pk__in=rows)
        for one, other in ((among, plain), (below | among, below | plain), (~among, ~plain)):
            found = Place.objects.filter(one).order_by("pk")
            assert list(found) == list(Place.objects.filter(other).order_by("pk"))
    is_read_first = "ANY(ARRAY(" in str(Place.objects.filter(pk__among=few).query)
    assert is_read_first == (connection.vendor == "postgresql")


@pytest.mark.parametrize("has_index", [True, False])
def test_migrations_say_whether_a_path_has_an_index(*, has_index: bool) -> None:
    _name, _path, args, kwargs = PathField(db_index=has_index).deconstruct()
    assert PathField(*args, **kwargs).db_index is has_index  # type: ignore[attr-defined]


def test_none_of_leaves_out_keys_and_nothing_else() -> None:
    city_tree()
    kinds = set(Place.objects.values_list("level", flat=True))
    for left_out in ([], ["grid"], ["grid", "city"], ["city", "grid", "nothing_of_this"]):
        found = Place.objects.filter(Q(level__none_of=left_out)).values_list("level", flat=True)
        assert set(found) == kinds - set(left_out)


@pytest.mark.parametrize("key", ["", "Grid", "gr'id", "9grid", "grid "])
def test_only_keys_stand_in_a_statement(key: str) -> None:
    with pytest.raises(ValueError, match="only keys"):
        str(Place.objects.filter(Q(level__none_of=[key])).query)
