# SPDX-License-Identifier: MulanPSL-2.0
"""Handing over what an absent person has in hand: who may, what it shows, what it does."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from linli.kernel.audit.models import AuditRecord
from linli.kernel.people.factories import PersonFactory
from linli.kernel.units.models import Membership
from linli.kernel.workflow.factories import actor_of, appeal_open
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.selectors import order_open
from linli.kernel.workflow.services import matter_move, order_accept
from linli.kernel.workflow.terms import Verb
from linli.shells.places.tests.towns import enter, links_of, text_of


def in_hand(here: SimpleNamespace, title: str) -> Matter:
    """A matter that the water office's handler has accepted."""
    matter = appeal_open(here, title=title)
    actor = actor_of(here.dispatcher)
    matter = matter_move(actor=actor, matter=matter, move="dispatch", expected_step="received")
    order = order_open(matter)
    assert order is not None
    order_accept(actor=actor_of(here.handler), order=order)
    return Matter.objects.get(pk=matter.pk)


def address(here: SimpleNamespace) -> str:
    membership = Membership.objects.get(account=here.handler, unit=here.water)
    return f"/console/units/{here.water.pk}/members/{membership.pk}/hand-over/"


def sent(here: SimpleNamespace, *matters: Matter, **more: str) -> dict[str, Any]:
    ids = [str(matter.pk) for matter in matters]
    return {"matter": ids, "to": str(here.colleague.pk), "why": "出差两周", **more}


@pytest.fixture
def here(towns: SimpleNamespace) -> SimpleNamespace:
    """The city with two matters in the handler's hands."""
    found: SimpleNamespace = towns.here
    PersonFactory.create(name="郑国栋", account=found.handler)
    PersonFactory.create(name="何春梅", account=found.colleague)
    found.first, found.second = in_hand(found, "雨水井堵了"), in_hand(found, "路灯不亮")
    return found


def holders(*matters: Matter) -> list[int | None]:
    return [Matter.objects.get(pk=matter.pk).holder_account_id for matter in matters]


def test_the_head_of_a_unit_hands_on_what_an_absent_colleague_has_in_hand(
    client: Client, here: SimpleNamespace
) -> None:
    enter(client, here.water_leader)
    listed = client.get("/console/units/")
    (own,) = links_of(listed, f"/console/units/{here.water.pk}/")
    page = client.get(own)
    assert address(here) in links_of(page, "/hand-over/")
    form = text_of(client.get(address(here)))
    for words in ("郑国栋", "何春梅", "雨水井堵了", "路灯不亮"):
        assert words in form
    shown = client.post(address(here), sent(here, here.first, here.second))
    assert "2 matters go from 郑国栋 to 何春梅" in text_of(shown)
    assert holders(here.first, here.second) == [here.handler.pk] * 2
    done = client.post(
        address(here), sent(here, here.first, here.second, confirmed="yes"), follow=True
    )
    assert "2 matters are in the hands of 何春梅 now" in text_of(done)
    assert holders(here.first, here.second) == [here.colleague.pk] * 2
    records = AuditRecord.objects.filter(verb=Verb.MATTER_REASSIGNED)
    assert {row.actor_id for row in records} == {here.water_leader.pk}
    assert records.count() == 2


def test_only_the_matters_that_were_ticked_pass(client: Client, here: SimpleNamespace) -> None:
    enter(client, here.water_leader)
    client.post(address(here), sent(here, here.first, confirmed="yes"))
    assert holders(here.first, here.second) == [here.colleague.pk, here.handler.pk]
    left = text_of(client.get(address(here)))
    assert "雨水井堵了" not in left
    client.post(address(here), sent(here, here.second, confirmed="yes"))
    assert "has nothing in hand" in text_of(client.get(address(here)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"matter": []}, "at least one matter"),
        ({"why": " "}, "write why"),
        ({"to": "0"}, "who takes it over"),
        ({"to": "self"}, "who takes it over"),
        ({"to": "stranger"}, "who takes it over"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_passes(
    client: Client, here: SimpleNamespace, change: dict[str, Any], said: str
) -> None:
    enter(client, here.water_leader)
    people = {"self": here.handler, "stranger": here.upkeep_handler}
    if change.get("to") in people:
        change = {"to": str(people[change["to"]].pk)}
    for confirmed in ({}, {"confirmed": "yes"}):
        page = client.post(address(here), {**sent(here, here.first), **change, **confirmed})
        assert page.status_code == 422
        assert said in text_of(page)
    assert holders(here.first) == [here.handler.pk]


def test_nobody_else_gets_the_form(
    client: Client, here: SimpleNamespace, towns: SimpleNamespace
) -> None:
    for account in (here.handler, here.colleague, here.dispatcher, here.admin, towns.there.admin):
        enter(client, account)
        assert client.get(address(here)).status_code in (403, 404)
        answer = client.post(address(here), sent(here, here.first, confirmed="yes"))
        assert answer.status_code in (403, 404)
    enter(client, here.district_leader)
    assert client.get(address(here)).status_code == 200
    assert holders(here.first) == [here.handler.pk]


def test_a_matter_of_another_unit_does_not_pass_along(
    client: Client, here: SimpleNamespace
) -> None:
    elsewhere = appeal_open(here, title="别家的事")
    Matter.objects.filter(pk=elsewhere.pk).update(
        holder_account=here.handler, lead_unit=here.upkeep
    )
    enter(client, here.water_leader)
    client.post(address(here), sent(here, here.first, elsewhere, confirmed="yes"))
    assert holders(here.first, elsewhere) == [here.colleague.pk, here.handler.pk]


def test_what_belongs_to_no_unit_passes_along_with_whoever_holds_it(
    client: Client, here: SimpleNamespace
) -> None:
    own = appeal_open(here, title="没有单位的事")
    Matter.objects.filter(pk=own.pk).update(holder_account=here.handler)
    enter(client, here.district_leader)
    assert "没有单位的事" in text_of(client.get(address(here)))
    client.post(address(here), sent(here, here.first, own, confirmed="yes"))
    assert holders(here.first, own) == [here.colleague.pk] * 2


def test_what_cannot_pass_is_named_and_the_rest_passes(
    client: Client, here: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listed(*_given: object) -> list[Matter]:
        return [here.first, here.second]

    monkeypatch.setattr("linli.shells.units.handing.matters_held", listed)
    Matter.objects.filter(pk=here.second.pk).update(lead_unit=here.upkeep)
    enter(client, here.district_leader)
    page = client.post(
        address(here), sent(here, here.first, here.second, confirmed="yes"), follow=True
    )
    assert "1 matter is in the hands of 何春梅 now" in text_of(page)
    assert f"{here.second.number}: Please choose a colleague of the same unit." in text_of(page)
    assert holders(here.first, here.second) == [here.colleague.pk, here.handler.pk]
