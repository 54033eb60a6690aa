# SPDX-License-Identifier: MulanPSL-2.0
"""Every permission × role × place as one table, and every page for everybody who should not get
it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import QuerySet

from linli.base.actor import ANONYMOUS, Actor
from linli.base.errors import Forbidden
from linli.kernel.access import selectors as access_selectors
from linli.kernel.access import services as access
from linli.kernel.access.factories import proven
from linli.kernel.access.models import Grant
from linli.kernel.accounts import services as accounts
from linli.kernel.accounts.models import Account
from linli.kernel.notify.models import Notice
from linli.kernel.people.models import Person
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry
from linli.kernel.units.models import Unit
from linli.kernel.workflow.models import Matter
from linli.modules.appeals.models import Appeal, Case
from linli.modules.grids.models import CallUp, GridPlan
from linli.shells.frame.faces import FACES
from linli.shells.frame.page import Page
from tests.stories.conftest import SIBLING, City, TwoCities
from tests.stories.walking import WORDS, address_of, identifiers

BELOW = {
    "city": "grid",
    "district": "grid",
    "subdistrict": "grid",
    "community": "grid",
    "grid": "building",
}
ABOVE = {
    "district": "top",
    "subdistrict": "district",
    "community": "subdistrict",
    "grid": "community",
    "building": "grid",
}


@dataclass(frozen=True)
class Spot:
    """A place seen from where a role is held, and whether the role reaches it."""

    where: str
    place: Place
    is_reached: bool


def spots(own: City, other: City, held_at: Place) -> Iterator[Spot]:
    """Own, below, sibling, above, and the other city, as far as there are such places."""
    level = held_at.level if held_at.pk != own.top.pk else "city"
    yield Spot("own", held_at, is_reached=True)
    for where, table in (("below", BELOW), ("sibling", SIBLING), ("above", ABOVE)):
        found = own.places.get(table.get(level, ""))
        if found is not None and found.pk != held_at.pk:
            yield Spot(where, found, is_reached=where == "below")
    yield Spot("other city", other.grid, is_reached=False)
    yield Spot("top of the other city", other.top, is_reached=False)


SCOPED: dict[str, QuerySet[Any]] = {
    "places": Place.objects.all(),
    "units": Unit.objects.all(),
    "people": Person.objects.all(),
    "matters": Matter.objects.all(),
    "cases": Case.objects.all(),
    "appeals": Appeal.objects.all(),
    "notices": Notice.objects.all(),
    "grants": Grant.objects.all(),
    "division plans": GridPlan.objects.all(),
    "call-ups": CallUp.objects.all(),
}
"""Everything that somebody reads by `visible_to`."""


def place_path_of(name: str, row: Any) -> str:
    """Where a row of one of the tables lies."""
    if name == "places":
        return str(row.path)
    if name == "notices":
        return str(row.place_path)
    if name == "cases":
        return str(row.matter.place.path)
    if name == "division plans":
        return str(row.community.path)
    return str(row.place.path)


@pytest.fixture
def rows(cities: TwoCities) -> dict[str, list[tuple[int, str]]]:
    """Every row of those tables with where it lies."""
    return {
        name: [(row.pk, place_path_of(name, row)) for row in found.all()]
        for name, found in SCOPED.items()
    }


def test_every_table_has_rows_in_both_cities(
    cities: TwoCities, rows: dict[str, list[tuple[int, str]]]
) -> None:
    for name, found in rows.items():
        for city, _other in cities.each():
            assert any(path.startswith(city.top.path) for _pk, path in found), name


def gives(role: str, path: str) -> frozenset[str]:
    """What the packs say that a role may do."""
    definition = access_selectors.role_find(role, path)
    assert definition is not None
    return frozenset(definition.body["gives"])


def test_every_permission_of_every_role_at_every_place(cities: TwoCities) -> None:
    compared = 0
    for own, other in cities.each():
        for role, account in own.roles().items():
            actor = proven(account)
            (held,) = actor.grants
            held_at = Place.objects.get(path=held.path)
            for permission in registry.permissions():
                is_given = permission in gives(role, held.path)
                for spot in spots(own, other, held_at):
                    expected = is_given and spot.is_reached
                    decision = access.may(actor, permission, at=spot.place)
                    assert bool(decision) is expected, (role, permission, spot)
                    assert bool(decision.reason) is not expected
                    compared += 1
                with pytest.raises(Forbidden):
                    access.require(actor, permission, at=other.grid)
    assert compared > 28 * len(registry.permissions()) * 4


def test_what_a_role_reads_is_exactly_what_lies_at_its_place_and_below(
    cities: TwoCities, rows: dict[str, list[tuple[int, str]]]
) -> None:
    for own, _other in cities.each():
        for role, account in own.roles().items():
            actor = proven(account)
            (held,) = actor.grants
            for permission in registry.permissions():
                path = held.path if permission in held.permissions else None
                _compare(actor, permission, path, rows, role)


def _compare(
    actor: Actor,
    permission: str,
    path: str | None,
    rows: dict[str, list[tuple[int, str]]],
    role: str,
) -> None:
    """`path` is what the actor reaches; None is nothing, which one query is enough to show."""
    for name, found in SCOPED.items():
        scoped: Any = found.all()
        seen = set(scoped.visible_to(actor, permission).values_list("pk", flat=True))
        wanted = {pk for pk, at in rows[name] if path is not None and at.startswith(path)}
        assert seen == wanted, (role, permission, name)
        if path is None:
            return


def test_what_a_role_within_a_unit_permits_it_permits_at_no_place(cities: TwoCities) -> None:
    for own, _other in cities.each():
        for key in ("handler", "water_leader", "granted_only"):
            actor = own.actor(key)
            for permission in registry.permissions():
                assert actor.reach(permission) == ()
                for place in (own.top, own.grid):
                    assert not access.may(actor, permission, at=place), (key, permission)


def test_who_holds_no_role_may_nothing(cities: TwoCities) -> None:
    own = cities.leshan
    for actor in (ANONYMOUS, own.actor("resident"), own.actor("neighbor")):
        for permission in registry.permissions():
            assert not access.may(actor, permission, at=own.grid)
            assert not access.may_anywhere(actor, permission)
            assert not Place.objects.visible_to(actor, permission).exists()


def test_a_grant_that_has_ended_and_an_account_that_was_closed_permit_nothing(
    cities: TwoCities,
) -> None:
    own, administrator = cities.leshan, cities.leshan.actor("role:system_administrator")
    guard = own.actor("role:security_administrator")
    dispatcher, leader = own.accounts["dispatcher"], own.accounts["leader"]
    for grant in Grant.objects.filter(account=dispatcher):
        access.grant_end(actor=guard, grant=grant, reason="调岗")
    accounts.account_close(actor=administrator, account=leader, reason="离职")
    for account in (dispatcher, Account.objects.get(pk=leader.pk)):
        actor = proven(account)
        assert not any(access.may(actor, each, own.grid) for each in registry.permissions())
    client = own.client("dispatcher")
    assert client.get("/console/").status_code == 404


def pages() -> list[Page]:
    """Every page of every face."""
    return [page for face in FACES for page in face.pages.values()]


def test_an_anonymous_reader_is_sent_to_sign_in_from_every_page_that_is_not_public(
    cities: TwoCities,
) -> None:
    own = cities.leshan
    known = identifiers(own)
    client = own.client()
    closed = [page for page in pages() if not page.public]
    assert len(closed) > 5
    for page in closed:
        address = address_of(page).with_values(known)
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/accounts/login/?next="), address


def code_of(actor: Actor) -> str:
    """The code of the place at which a role is held."""
    return actor.grants[0].path.rstrip("/").rpartition("/")[2]


FULL = ("dispatcher", "leader", "auditor", "system_administrator", "grid_worker")
"""Roles for which every page that should open is opened; for all others only what should not.

Whether somebody may begin a procedure is said by its own `who`.
"""


@pytest.mark.both_in_full
def test_a_page_opens_for_who_holds_what_it_needs_and_is_not_there_for_others(
    cities: TwoCities,
) -> None:
    own = cities.leshan
    for role, account in own.roles().items():
        actor, client = proven(account), own.client(f"role:{role}")
        asked = {"set": "open", "place": code_of(actor), "at": code_of(actor)}
        for page in pages():
            is_open = page.is_open_to(actor)
            if address_of(page).is_of_something or (is_open and role not in FULL):
                continue
            address = address_of(page).with_values(WORDS)
            status = client.get(address, asked).status_code
            if is_open and "new key" in address_of(page).names:
                assert status in (200, 404), (role, address, status)
            elif is_open:
                assert status in (200, 302, 405, 422), (role, address, status)
            else:
                assert status == 404, (role, address, status)


STRANGERS = ("stranger", "neighbor", "upkeep_handler")
"""A dispatcher of the next subdistrict, somebody without a role, a handler of another unit."""


@pytest.mark.both_in_full
def test_somebody_at_the_wrong_place_gets_no_page_of_a_case(cities: TwoCities) -> None:
    own = cities.leshan
    known = identifiers(own, case="by_clerk")
    walked = 0
    for key in STRANGERS:
        client = own.client(key)
        for page in pages():
            names = address_of(page).names
            if not address_of(page).is_of_something or "shown key" in names:
                continue  # its sender lets everybody of the city see that photo
            address = address_of(page).with_values(known)
            for answer in (client.get(address), client.post(address)):
                assert answer.status_code in (404, 405), (key, address, answer.status_code)
                walked += 1
    assert walked > 20
