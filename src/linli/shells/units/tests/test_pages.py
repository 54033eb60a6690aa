# SPDX-License-Identifier: MulanPSL-2.0
"""Units in the console: who belongs to them, what they lead, and changing who belongs."""

import datetime as dt
from types import SimpleNamespace

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.base.actor import SYSTEM
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.people.factories import PersonFactory
from linli.kernel.places.models import Place
from linli.kernel.units import services
from linli.kernel.units.factories import MembershipFactory
from linli.kernel.units.models import Membership, Unit
from linli.kernel.units.terms import Verb
from linli.kernel.workflow.factories import actor_of, appeal_open
from linli.kernel.workflow.models import HandOver, Matter
from linli.kernel.workflow.services import matter_move, order_accept
from linli.shells.places.tests.towns import enter, links_of, staff, text_of


def _dispatched(here: SimpleNamespace) -> Matter:
    """An appeal that waits for the answer of the water office."""
    matter = appeal_open(here)
    actor = actor_of(here.dispatcher)
    return matter_move(actor=actor, matter=matter, move="dispatch", expected_step="received")


def _newcomer(place: Place, username: str = "lan.xin") -> Account:
    account: Account = AccountFactory.create(username=username, place_path=place.path)
    return account


def _add(client: Client, unit: Unit, **sent: str) -> str:
    """Send the form of a new member, confirmed; gives the text of the answer."""
    given = {"confirmed": "yes", "starts_on": "2026-03-09", **sent}
    return text_of(client.post(f"/console/units/{unit.pk}/members/add/", given, follow=True))


def test_units_are_listed_by_place_with_their_people(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    text = text_of(client.get("/console/units/"))
    assert "区水务局" in text
    assert "柳荫街道办事处" in text
    assert "云海水务局" not in text
    narrow = client.get("/console/units/", {"at": towns.here.subdistrict.code})
    assert "区水务局" not in text_of(narrow)
    exact = client.get("/console/units/", {"at": towns.here.subdistrict.code, "here": "yes"})
    assert [line.unit for line in exact.context["lines"]] == [towns.here.street]
    found = client.get("/console/units/", {"q": "水务"})
    assert [(line.unit, line.members) for line in found.context["lines"]] == [(towns.here.water, 3)]


def test_a_unit_page_tells_members_duties_and_clauses(
    client: Client, towns: SimpleNamespace
) -> None:
    water = towns.here.water
    PersonFactory.create(name="郑国栋", account=towns.here.handler)
    MembershipFactory.create(
        account=towns.here.clerk,
        unit=water,
        starts_on=dt.date(2024, 1, 1),
        ends_on=dt.date(2025, 1, 1),
    )
    enter(client, towns.here.admin)
    page = client.get(f"/console/units/{water.pk}/")
    text = text_of(page)
    assert "郑国栋" in text
    assert "since 1 Jan 2020" in text
    assert "1 Jan 2024 – 1 Jan 2025" in text
    assert "Flooding and drains" in text
    assert "usual practice 派单目录" in text
    assert links_of(page, "/procedures/duties/")


def test_both_figures_open_exactly_their_rows(client: Client, towns: SimpleNamespace) -> None:
    water = towns.here.water
    _dispatched(towns.here)
    taken = _dispatched(towns.here)
    order_accept(actor=actor_of(towns.here.handler), order=HandOver.objects.get(matter=taken))
    enter(client, staff("leader", towns.here.city))
    page = client.get(f"/console/units/{water.pk}/")
    assert (page.context["offered"], page.context["in_hand"]) == (1, 1)
    for address in links_of(page, f"/units/{water.pk}/o"):
        rows = client.get(address)
        assert len(rows.context["rows"]) == 1
        assert links_of(rows, "/go/matter/SQ-20260306-")


def test_figures_count_only_what_the_reader_may_see(client: Client, towns: SimpleNamespace) -> None:
    _dispatched(towns.here)
    clerk = staff("dispatcher", towns.here.other_subdistrict)
    enter(client, clerk)
    assert client.get(f"/console/units/{towns.here.water.pk}/").status_code == 404
    leader = staff("leader", towns.here.district)
    enter(client, leader)
    page = client.get(f"/console/units/{towns.here.water.pk}/")
    assert page.context["offered"] == 1
    assert not links_of(page, "/members/add/")


def test_somebody_is_found_looked_at_once_more_and_added(
    client: Client, towns: SimpleNamespace
) -> None:
    water = towns.here.water
    new = _newcomer(towns.here.city)
    enter(client, towns.here.admin)
    address = f"/console/units/{water.pk}/members/add/"
    assert f'value="{new.pk}"' in client.get(address, {"q": "lan"}).content.decode()
    sent = {"account": str(new.pk), "starts_on": "2026-03-09", "ends_on": ""}
    asked = client.post(address, sent)
    assert "lan.xin joins 区水务局" in text_of(asked)
    assert not Membership.objects.filter(account=new).exists()
    done = client.post(address, {**sent, "confirmed": "yes"}, follow=True)
    assert "lan.xin belongs to this unit now." in text_of(done)
    kept = Membership.objects.get(account=new)
    assert (kept.unit, kept.starts_on) == (water, dt.date(2026, 3, 9))
    row = AuditRecord.objects.get(verb=Verb.MEMBERSHIP_ADDED)
    assert row.actor_id == towns.here.admin.pk


def test_a_stand_in_is_named_with_whom_they_stand_in_for(
    client: Client, towns: SimpleNamespace
) -> None:
    water, new = towns.here.water, _newcomer(towns.here.city)
    PersonFactory.create(name="郑国栋", account=towns.here.handler)
    standing = Membership.objects.get(account=towns.here.handler)
    enter(client, towns.here.admin)
    _add(client, water, account=str(new.pk), stand_in_for=str(standing.pk), starts_on="2026-03-06")
    assert "stands in for 郑国栋" in text_of(client.get(f"/console/units/{water.pk}/"))


def test_a_refusal_is_said_on_the_form_and_writes_nothing(
    client: Client, towns: SimpleNamespace
) -> None:
    water, new = towns.here.water, _newcomer(towns.here.city)
    enter(client, towns.here.admin)
    early = _add(client, water, account=str(new.pk), ends_on="2026-03-01")
    assert "The last day lies before the first." in early
    assert "lan.xin" in early
    assert "Write the day like 2026-03-31." in _add(
        client, water, account=str(new.pk), starts_on="morgen"
    )
    assert "Choose whom you mean." in _add(client, water, account="")
    services.unit_end(actor=SYSTEM, unit=water, on=dt.date(2026, 3, 1))
    assert "This unit has ended." in _add(client, water, account=str(new.pk))
    assert not Membership.objects.filter(account=new).exists()


def test_nobody_adds_people_elsewhere_or_without_the_permission(
    client: Client, towns: SimpleNamespace
) -> None:
    new = _newcomer(towns.here.city)
    for account in (towns.there.admin, staff("leader", towns.here.city), towns.here.resident):
        enter(client, account)
        answer = client.post(
            f"/console/units/{towns.here.water.pk}/members/add/",
            {"account": str(new.pk), "confirmed": "yes"},
        )
        assert answer.status_code == 404
    assert not Membership.objects.filter(account=new).exists()


def test_an_account_of_another_city_is_neither_found_nor_taken(
    client: Client, towns: SimpleNamespace
) -> None:
    foreign = _newcomer(towns.there.city)
    enter(client, towns.here.admin)
    address = f"/console/units/{towns.here.water.pk}/members/add/"
    assert "Nobody is called so" in text_of(client.get(address, {"q": "lan"}))
    assert "Choose whom you mean." in _add(client, towns.here.water, account=str(foreign.pk))
    assert not Membership.objects.filter(account=foreign).exists()


def test_residents_are_not_found_by_their_names(client: Client, towns: SimpleNamespace) -> None:
    resident = _newcomer(towns.here.city, "r1")
    PersonFactory.create(name="陈桂兰", account=resident)
    enter(client, towns.here.admin)
    address = f"/console/units/{towns.here.water.pk}/members/add/"
    assert "Nobody is called so" in text_of(client.get(address, {"q": "陈桂兰"}))
    assert "陈桂兰" not in text_of(client.get(address, {"q": "r1"}))
    PersonFactory.create(name="郑国栋", account=towns.here.handler)
    Account.objects.filter(pk=towns.here.handler.pk).update(place_path=towns.here.city.path)
    assert "郑国栋" in text_of(client.get(address, {"q": "国栋"}))


def test_a_membership_ends_with_its_reason_on_the_record(
    client: Client, towns: SimpleNamespace
) -> None:
    water = towns.here.water
    standing = Membership.objects.get(account=towns.here.handler)
    enter(client, towns.here.admin)
    address = f"/console/units/{water.pk}/members/{standing.pk}/end/"
    assert "no longer sees the orders" in text_of(client.get(address))
    refused = client.post(address, {"on": "soon"})
    assert refused.status_code == 422
    assert "Write the day like" in text_of(refused)
    client.post(address, {"on": "2026-03-31", "reason": "调到区里"})
    standing.refresh_from_db()
    assert standing.ends_on == dt.date(2026, 3, 31)
    assert AuditRecord.objects.get(verb=Verb.MEMBERSHIP_ENDED).reason == "调到区里"
    enter(client, towns.there.admin)
    assert client.post(address, {}).status_code == 404
    wrong = f"/console/units/{towns.here.upkeep.pk}/members/{standing.pk}/end/"
    enter(client, towns.here.admin)
    assert client.get(wrong).status_code == 404


def test_a_longer_list_costs_no_more_queries(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/console/units/").status_code == 200
            assert client.get(f"/console/units/{towns.here.water.pk}/").status_code == 200
        return len(queries)

    _dispatched(towns.here)
    cost()  # what is kept for later is read once
    few = cost()
    for number in range(5):
        _dispatched(towns.here)
        MembershipFactory.create(
            unit=towns.here.water, account=_newcomer(towns.here.city, f"n{number}")
        )
    assert cost() == few <= 60
