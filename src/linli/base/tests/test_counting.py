# SPDX-License-Identifier: MulanPSL-2.0
"""Several counts in one question."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.base.counting import counted
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


def test_nothing_is_asked_for_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert counted() == []
    assert len(asked) == 0
