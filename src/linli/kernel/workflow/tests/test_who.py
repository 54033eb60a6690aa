# SPDX-License-Identifier: MulanPSL-2.0
"""Who is meant: the pure answer, the query and the list of accounts say the same."""

from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.base.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Held
from linli.kernel.workflow.factories import actor_of
from linli.kernel.workflow.models import Desk
from linli.kernel.workflow.rules.who import Scene, addresses, is_at, passes, who_read
from linli.kernel.workflow.services.people import accounts_at

ROLES = ("dispatcher", "handler", "leader", "arbiter", "community_clerk")
ENTRIES = (
    *ROLES,
    *(f"{role} at {where}" for role in ROLES for where in ("own", "above", "any")),
    *(f"{role} at {level}" for role in ROLES for level in ("subdistrict", "district")),
    *(f"{role} of {side}" for role in ROLES for side in ("lead", "offered", "sender")),
    "applicant",
    "holder",
)


def scene_of(city: SimpleNamespace) -> Scene:
    levels = {"district": city.district.path, "subdistrict": city.subdistrict.path}
    return Scene(
        path=city.grid.path,
        levels=lambda: levels,
        top=lambda: city.city.path,
        units={"lead": (city.water.pk,), "offered": (city.upkeep.pk,), "sender": (city.street.pk,)},
        applicant_id=city.resident.pk,
        holder_id=city.handler.pk,
    )


def test_actor_query_and_recipients_agree(city: SimpleNamespace) -> None:
    from linli.kernel.workflow.factories import appeal_open

    scene, matter = scene_of(city), appeal_open(city)
    accounts = [each for each in vars(city).values() if hasattr(each, "username")]
    today = clock.today()
    met = 0
    for entry in ENTRIES:
        found = list(addresses([entry], scene))
        Desk.objects.all().delete()
        Desk.objects.bulk_create(
            Desk(
                matter=matter,
                match=each.match,
                role=each.role,
                place_path=each.place_path,
                unit_id=each.unit_id,
                account_id=each.account_id,
            )
            for each in found
        )
        recipients = accounts_at(found, today)
        for account in accounts:
            actor = actor_of(account)
            by_value = any(is_at(actor, each) for each in found)
            assert by_value == Desk.objects.of(actor).exists(), (entry, account)
            assert by_value == (account.pk in recipients), (entry, account)
            met += by_value
    assert met > 20


@pytest.mark.parametrize(
    ("entry", "who"),
    [
        ("dispatcher", {"dispatcher", "second_dispatcher"}),
        ("leader at subdistrict", {"street_leader"}),
        ("leader at district", {"district_leader"}),
        ("handler of lead", {"handler", "colleague"}),
        ("leader of lead", {"water_leader"}),
        ("handler of offered", {"upkeep_handler"}),
        ("arbiter at district", {"arbiter"}),
        ("dispatcher at own", set()),
        ("applicant", {"resident"}),
    ],
)
def test_who_is_meant(city: SimpleNamespace, entry: str, who: set[str]) -> None:
    recipients = accounts_at(list(addresses([entry], scene_of(city))), clock.today())
    names = {
        name
        for name, each in vars(city).items()
        if hasattr(each, "username") and each.pk in recipients
    }
    assert names == who


def test_system_means_the_clock_only() -> None:
    scene = Scene(path="51/", levels=dict, top=lambda: "51/")
    leader = Actor(
        kind=ActorKind.ACCOUNT, account_id=1, grants=(Held("system", "", None, frozenset()),)
    )
    assert passes(SYSTEM, ["system"], scene)
    assert not passes(SYSTEM, ["dispatcher"], scene)
    assert not passes(leader, ["system"], scene)
    assert passes(ANONYMOUS, ["anyone"], scene)
    assert not passes(ANONYMOUS, ["resident"], scene)


@pytest.mark.parametrize(
    "text", ["", "dispatcher in community", "applicant at own", "a b", "a b c d"]
)
def test_words_that_name_nobody(text: str) -> None:
    with pytest.raises(ValueError, match="names nobody"):
        who_read(text)
