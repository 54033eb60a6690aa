# SPDX-License-Identifier: MulanPSL-2.0
"""Role × permission × place as a table: what `may` answers and what `visible_to` shows are the
same.
"""

from itertools import product
from types import SimpleNamespace

import pytest

from linli.base.actor import ANONYMOUS, SYSTEM
from linli.base.errors import Forbidden
from linli.kernel.access import services as access
from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.access.terms import Perm as AccessPerm
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Perm as PlacesPerm
from linli.kernel.units.factories import UnitFactory
from linli.kernel.units.models import Unit
from linli.kernel.units.terms import Perm as UnitsPerm

pytestmark = pytest.mark.django_db

PERMISSIONS = (PlacesPerm.VIEW, PlacesPerm.EDIT, UnitsPerm.VIEW, AccessPerm.GRANT)

ROLES: dict[str, tuple[str, set[str]]] = {
    "grid_worker": ("grid", {PlacesPerm.VIEW}),
    "community_clerk": ("community", {PlacesPerm.VIEW, UnitsPerm.VIEW}),
    "dispatcher": ("subdistrict", {PlacesPerm.VIEW, UnitsPerm.VIEW}),
    "administrator": ("city", set(PERMISSIONS)),
    "guest": ("district", set()),
}
"""Each role with where it is held and what it gives."""

PLACES = {
    "grid_worker": {"own": "grid", "below": "grid", "sibling": "other_grid", "above": "community"},
    "community_clerk": {
        "own": "community",
        "below": "grid",
        "sibling": "other_community",
        "above": "subdistrict",
    },
    "dispatcher": {
        "own": "subdistrict",
        "below": "grid",
        "sibling": "other_subdistrict",
        "above": "district",
    },
    "administrator": {"own": "city", "below": "grid", "sibling": "city", "above": "city"},
    "guest": {"own": "district", "below": "grid", "sibling": "district", "above": "city"},
}

TABLE = [
    (role, permission, where, where in ("own", "below") and permission in gives)
    for (role, (_level, gives)), permission, where in product(
        ROLES.items(), PERMISSIONS, ("own", "below", "sibling", "above", "other_city")
    )
    if where not in ("sibling", "above") or PLACES[role][where] != PLACES[role]["own"]
]


def city_and_other() -> tuple[SimpleNamespace, SimpleNamespace]:
    for role, (_level, gives) in ROLES.items():
        role_define(role, gives)
    return city_tree(), city_tree("529900", "别的市", lon=110.0)


@pytest.mark.parametrize(("role", "permission", "where", "expected"), TABLE)
def test_a_role_permits_at_its_place_and_below_and_nowhere_else(
    role: str, permission: str, where: str, expected: bool
) -> None:
    tree, other = city_and_other()
    account = AccountFactory.create()
    GrantFactory.create(account=account, role=role, place=getattr(tree, ROLES[role][0]))
    actor = access.actor_for(account)
    level = PLACES[role].get(where, "grid")
    place: Place = getattr(other if where == "other_city" else tree, level)
    decision = access.may(actor, permission, at=place)
    assert bool(decision) is expected
    assert bool(decision.reason) is not expected
    assert Place.objects.visible_to(actor, permission).filter(pk=place.pk).exists() is expected
    unit = UnitFactory.create(place=place)
    assert (unit in Unit.objects.visible_to(actor, permission)) is expected
    if expected:
        access.require(actor, permission, at=place)
    else:
        with pytest.raises(Forbidden):
            access.require(actor, permission, at=place)


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_the_public_may_nothing_and_the_platform_everything(permission: str) -> None:
    tree, _other = city_and_other()
    assert not access.may(ANONYMOUS, permission, at=tree.city)
    assert not Place.objects.visible_to(ANONYMOUS, permission).exists()
    assert access.may(SYSTEM, permission, at=tree.city)
    assert access.may(SYSTEM, permission, at="")
    assert Place.objects.visible_to(SYSTEM, permission).count() == Place.objects.count()


def test_a_resident_without_a_role_may_nothing_of_the_staff() -> None:
    tree, _other = city_and_other()
    actor = access.actor_for(AccountFactory.create())
    assert not any(access.may(actor, permission, at=tree.grid) for permission in PERMISSIONS)
    assert not any(access.may_anywhere(actor, permission) for permission in PERMISSIONS)
    assert access.holds(actor, "resident", tree.grid)


def test_several_grants_add_up() -> None:
    tree, other = city_and_other()
    account = AccountFactory.create()
    for place in (tree.grid, tree.other_community, other.city):
        GrantFactory.create(account=account, role="community_clerk", place=place)
    actor = access.actor_for(account)
    assert actor.reach(UnitsPerm.VIEW) == (
        tree.grid.path,
        tree.other_community.path,
        other.city.path,
    )
    assert Place.objects.visible_to(actor, UnitsPerm.VIEW).count() == 10
