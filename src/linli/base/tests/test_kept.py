# SPDX-License-Identifier: MulanPSL-2.0
"""Rows asked for with a statement that is made once."""

import threading

import pytest
from django.db import connection, transaction
from django.db.models import F, Model, QuerySet
from django.test.utils import CaptureQueriesContext

from linli.base.kept import related_keep, rows_kept
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place

pytestmark = pytest.mark.django_db


def values_of(row: Model) -> dict[str, object]:
    """The values of a row, and those of the row that came with it."""
    values = {name: value for name, value in row.__dict__.items() if name != "_state"}
    return values | {"with": [values_of(each) for each in row._state.fields_cache.values() if each]}


def plain(*paths: str, floor: str = "grid") -> QuerySet[Place]:
    """Places with the one above them, and a column that the database makes."""
    rows = Place.objects.filter(path__in=paths).exclude(level=floor)
    return rows.select_related("parent").annotate(up=F("parent__code")).order_by("path")


def test_rows_are_what_a_plain_question_gives_and_the_statement_is_made_once() -> None:
    tree, made = city_tree(), []

    @rows_kept
    def ask(*paths: str, floor: str = "grid") -> QuerySet[Place]:
        made.append(paths)
        return plain(*paths, floor=floor)

    for asked in (
        (tree.city.path, tree.grid.path),
        (tree.grid.path, tree.community.path),
        ("nowhere/", "'; --%s/"),
        (tree.city.path, tree.city.path),
    ):
        found = ask(*asked)
        assert [values_of(row) for row in found] == [values_of(row) for row in plain(*asked)]
    assert len(made) == 1
    assert [row.path for row in ask(tree.grid.path, floor="city")] == [tree.grid.path]
    assert len(made) == 2


@rows_kept
def below(parent_id: int, names: tuple[str, ...]) -> QuerySet[Place, tuple[int, str]]:
    return Place.objects.filter(parent_id=parent_id, name__in=names).values_list("pk", "name")


@rows_kept
def first(code: str) -> QuerySet[Place]:
    return Place.objects.filter(code=code).select_for_update()[:1]


def test_values_of_tuples_and_flat_rows_and_locks() -> None:
    tree = city_tree()
    given = (tree.grid.name, "somewhere")
    assert below(tree.community.pk, given) == [(tree.grid.pk, tree.grid.name)]
    assert below(tree.city.pk, given) == []
    assert below(tree.community.pk, ()) == []
    assert below(tree.community.pk, (*given, "else", "and more")) == [
        (tree.grid.pk, tree.grid.name)
    ]
    with transaction.atomic():
        assert [row.pk for row in first(tree.grid.code)] == [tree.grid.pk]
        assert first("0") == []


def test_a_value_that_is_not_compared_as_it_is_is_refused() -> None:
    @rows_kept
    def ask(path: str) -> QuerySet[Place]:
        return Place.objects.filter(path__startswith=path)

    with pytest.raises(ValueError, match="not compared as it is"):
        ask("51/")


def test_rows_that_hang_on_one_are_known_as_if_prefetched() -> None:
    tree = city_tree()
    owner = Place.objects.get(pk=tree.community.pk)
    rows = list(Place.objects.filter(parent_id=owner.pk))
    related_keep(owner, "children", rows)
    with CaptureQueriesContext(connection) as asked:
        assert list(owner.children.all()) == rows
        assert all(each.parent is owner for each in owner.children.all())
    assert len(asked) == 0
    assert owner.children.filter(name="nowhere").count() == 0


@pytest.mark.django_db(transaction=True)
def test_many_threads_ask_at_once_and_each_gets_its_own() -> None:
    tree = city_tree()
    wanted = [tree.city, tree.community, tree.grid] * 4
    got: dict[int, list[str]] = {}

    def ask(number: int, place: Place) -> None:
        try:
            got[number] = [row.path for _ in range(20) for row in named(place.path)]
        finally:
            connection.close()

    threads = [
        threading.Thread(target=ask, args=(number, place)) for number, place in enumerate(wanted)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {number: [place.path] * 20 for number, place in enumerate(wanted)}


@rows_kept
def named(path: str) -> QuerySet[Place]:
    return Place.objects.filter(path=path)
