# SPDX-License-Identifier: MulanPSL-2.0
"""Several questions in one statement."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Exists, F, OuterRef
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.base.together import counted, listed
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place

pytestmark = pytest.mark.django_db


def test_each_count_is_what_its_own_question_says() -> None:
    tree = city_tree()
    below = Place.objects.filter(parent=OuterRef("pk"))
    sets = [
        Place.objects.all(),
        Place.objects.filter(path__startswith=tree.community.path).order_by("-name"),
        Place.objects.filter(Exists(below), name__contains="%"),
        Place.objects.filter(children__isnull=False).distinct(),
        Place.objects.on(clock.today() + dt.timedelta(days=400)),
        Place.objects.none(),
        Place.objects.filter(pk__in=[]),
    ]
    with CaptureQueriesContext(connection) as asked:
        found = counted(*sets)
    assert len(asked) == 1
    assert found == [rows.count() for rows in sets]
    assert found[0] > found[3] > 0


def test_each_list_is_what_its_own_question_says() -> None:
    tree = city_tree()
    Place.objects.filter(pk=tree.grid.pk).update(name="九\"里'堤\n%", name_en="")
    sets = [
        Place.objects.order_by("-path").values_list("path", "pk", "parent_id"),
        Place.objects.filter(parent__name=tree.city.name).values_list("name", "parent__name_en"),
        Place.objects.filter(pk=tree.grid.pk).annotate(up=F("parent__path")).values_list("up"),
        Place.objects.filter(pk=tree.grid.pk).values_list("name", "name_en"),
        Place.objects.filter(name="nowhere").values_list("pk"),
        Place.objects.none().values_list("pk"),
    ]
    with CaptureQueriesContext(connection) as asked:
        found = listed(*sets)
    assert len(asked) == 1
    assert found == [list(rows) for rows in sets]
    assert [len(rows) > 0 for rows in found] == [True, True, True, True, False, False]


def test_nothing_is_asked_for_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert counted() == []
    assert len(asked) == 0
