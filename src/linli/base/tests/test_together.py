# SPDX-License-Identifier: MulanPSL-2.0
"""Several questions in one statement."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.base.together import answered, counted, listed, listed_once, rows_of, totals_of
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


def test_totals_over_one_set_are_one_row() -> None:
    tree = city_tree()
    rows = Place.objects.filter(path__startswith=tree.community.path).order_by("name")
    wanted = {"grids": Count("pk", filter=Q(level="grid")), "all": Count("pk")}
    grids = rows.filter(level="grid").count()
    assert answered([], [totals_of(rows, wanted)])[1] == [[(grids, rows.count())]]
    assert grids > 0
    assert answered([], [totals_of(rows.filter(name="nowhere"), wanted)])[1] == [[(0, 0)]]


def test_a_question_is_asked_again_at_another_moment() -> None:
    then = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)
    tree = city_tree()
    rows = Place.objects.filter(updated_at__lt=then, name=tree.grid.name).values_list("pk")
    question = rows_of(rows)
    now = clock.now()
    moments = [now - dt.timedelta(days=1), now + dt.timedelta(days=1)]
    found = answered([], [question, *(question.at({then: moment}) for moment in moments)])[1]
    assert found == [[(tree.grid.pk,)], [], [(tree.grid.pk,)]]


def test_what_is_listed_once_is_made_once_and_asked_every_time() -> None:
    made: list[str] = []

    @listed_once
    def below(path: str) -> tuple[QuerySet[Place, tuple[str]], ...]:
        made.append(path)
        rows = Place.objects.filter(path__startswith=path).order_by("path")
        return (rows.values_list("name"),)

    tree = city_tree()
    (before,) = below(tree.grid.path)
    Place.objects.filter(pk=tree.grid.pk).update(name="新名")
    (after,) = below(tree.grid.path)
    assert (before[0], after[0]) == ((tree.grid.name,), ("新名",))
    assert below(tree.other_grid.path)[0][0] == (tree.other_grid.name,)
    assert made == [tree.grid.path, tree.other_grid.path]
