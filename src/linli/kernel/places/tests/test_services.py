# SPDX-License-Identifier: MulanPSL-2.0
"""Adding, changing and ending places: works, wrong place, wrong state, what it recorded."""

import datetime as dt
from typing import Any

import pytest

from linli.base import clock
from linli.base.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Held
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.putting import definition_put
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.places import selectors, services
from linli.kernel.places.factories import city_tree, square
from linli.kernel.places.models import Definition, Place
from linli.kernel.places.terms import Event, Perm, Verb

pytestmark = pytest.mark.django_db


def keeper(path: str) -> Actor:
    """An account that keeps the places below a path."""
    held = Held("administrator", path, None, frozenset({Perm.EDIT, Perm.VIEW}))
    return Actor(kind=ActorKind.ACCOUNT, account_id=7, grants=(held,))


def level_put(key: str, **body: Any) -> None:
    definition_put(
        Definition,
        kind="level",
        key=key,
        place_path="",
        pack="base",
        version="1",
        starts_on=dt.date(2020, 1, 1),
        ends_on=None,
        clause="practice",
        body={"label": {"zh": key}, **body},
    )


def test_a_grid_is_added_below_its_community() -> None:
    tree = city_tree()
    place = services.place_add(
        actor=keeper(tree.district.path),
        code=f"{tree.community.code}-g03",
        name=" 第三 网格 ",
        level="grid",
        parent=tree.community,
        boundary=square(103.15, 29.15, 0.01),
    )
    assert place.path == f"{tree.community.path}{tree.community.code}-g03/"
    assert (place.name, place.lon) == ("第三 网格", 103.155)
    row = AuditRecord.objects.get()
    assert (row.verb, row.place_path, row.subject_key) == (
        Verb.PLACE_ADDED,
        place.path,
        str(place.pk),
    )
    told = EventRow.objects.get()
    assert (told.name, told.payload) == (Event.PLACE_ADDED, {"place_id": place.pk})
    found = selectors.place_at(103.155, 29.155)
    assert found == place


@pytest.mark.parametrize("who", ["nobody", "sibling"])
def test_nobody_adds_a_place_outside_their_own(who: str) -> None:
    tree = city_tree()
    actor = ANONYMOUS if who == "nobody" else keeper(tree.other_community.path)
    with pytest.raises(Forbidden):
        services.place_add(actor=actor, code="x", name="x", level="grid", parent=tree.community)
    assert not AuditRecord.objects.exists()


def test_a_code_is_given_once_even_as_a_former_one() -> None:
    tree = city_tree()
    services.place_alias_add(actor=SYSTEM, place=tree.grid, code="519902001001-g77")
    for code in (tree.grid.code, "519902001001-g77"):
        with pytest.raises(Conflict) as refused:
            services.place_add(
                actor=SYSTEM, code=code, name="又一个", level="grid", parent=tree.community
            )
        assert refused.value.code == "place_code_taken"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "51990200101"}, "code"),
        ({"code": "五一"}, "code"),
        ({"name": " \t"}, "name"),
        ({"kind": "castle"}, "kind"),
        ({"tags": ["haunted"]}, "tags"),
        ({"level": "galaxy"}, "level"),
        ({"level": "subdistrict", "code": "519902009"}, "parent"),
        ({"boundary": {"type": "Point", "coordinates": [1, 2]}}, "boundary"),
    ],
)
def test_what_the_level_does_not_allow_is_refused_with_the_field(
    change: dict[str, Any], field: str
) -> None:
    tree = city_tree()
    level_put("subdistrict", part_of=["level:district"], code=9)
    level_put(
        "community", part_of=["level:subdistrict"], code=12, kinds={"urban": {"zh": "城"}}, tags={}
    )
    given = {
        "code": "519902001009",
        "name": "新社区",
        "level": "community",
        "kind": "urban",
        **change,
    }
    with pytest.raises(Invalid) as refused:
        services.place_add(actor=SYSTEM, parent=tree.subdistrict, **given)
    assert list(refused.value.fields) == [field]


def test_changing_a_place_records_what_changed_and_saying_the_same_records_nothing() -> None:
    tree = city_tree()
    services.place_change(
        actor=keeper(tree.city.path), place=tree.grid, name="东门网格", kind="urban"
    )
    row = AuditRecord.objects.get()
    assert (row.verb, row.detail) == (Verb.PLACE_CHANGED, {"changed": ["kind", "name"]})
    services.place_change(actor=SYSTEM, place=tree.grid, name="东门网格", kind="urban")
    assert AuditRecord.objects.count() == 1
    with pytest.raises(Forbidden):
        services.place_change(actor=keeper(tree.other_grid.path), place=tree.grid, name="别人的")


def test_a_boundary_moves_the_lookup_at_once() -> None:
    tree = city_tree()
    assert selectors.place_at(103.05, 29.05) == tree.grid
    services.place_update_boundary(
        actor=keeper(tree.community.path), place=tree.grid, boundary=square(103.06, 29.06, 0.01)
    )
    assert selectors.place_at(103.05, 29.05) == tree.community
    services.place_update_boundary(actor=SYSTEM, place=tree.grid, boundary=None)
    assert selectors.place_at(103.065, 29.065) == tree.community
    verbs = list(AuditRecord.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs == [Verb.BOUNDARY_CHANGED, Verb.BOUNDARY_CHANGED]
    with pytest.raises(Forbidden):
        services.place_update_boundary(actor=ANONYMOUS, place=tree.grid, boundary=None)


def test_a_place_ends_with_its_day_and_is_found_no_more_after_it() -> None:
    tree = city_tree()
    day = clock.today()
    services.place_end(actor=SYSTEM, place=tree.grid, on=day, into=tree.other_grid, reason="并入")
    assert selectors.place_at(103.05, 29.05, on=day) == tree.grid
    assert selectors.place_at(103.05, 29.05, on=day + dt.timedelta(days=1)) == tree.community
    assert tree.grid not in selectors.children(tree.community, day + dt.timedelta(days=1))
    assert AuditRecord.objects.get().detail["into"] == tree.other_grid.code
    with pytest.raises(Conflict):
        services.place_end(actor=SYSTEM, place=tree.grid, on=day)


def test_a_place_with_places_below_does_not_end() -> None:
    tree = city_tree()
    with pytest.raises(Conflict) as refused:
        services.place_end(actor=SYSTEM, place=tree.community, on=clock.today())
    assert refused.value.code == "place_has_children"
    assert Place.objects.get(pk=tree.community.pk).ends_on is None


def test_nothing_is_added_below_a_place_that_has_ended() -> None:
    tree = city_tree()
    services.place_end(actor=SYSTEM, place=tree.grid, on=clock.today())
    tree.grid.refresh_from_db()
    with pytest.raises(Conflict):
        services.place_add(
            actor=SYSTEM,
            code=f"{tree.grid.code}-b1",
            name="1号楼",
            level="building",
            parent=tree.grid,
        )
