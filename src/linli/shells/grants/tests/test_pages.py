# SPDX-License-Identifier: MulanPSL-2.0
"""Grants in the console: who holds what, giving and ending, and every refusal in words."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.access.factories import GrantFactory
from linli.kernel.access.models import Grant
from linli.kernel.access.terms import GrantSource, Verb
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.places.models import Place
from linli.shells.places.tests.towns import enter, links_of, staff, text_of


def _colleague(place: Place, username: str = "lan.xin") -> Account:
    account: Account = AccountFactory.create(username=username, place_path=place.path)
    return account


def _give(client: Client, place: Place, **sent: str) -> str:
    given = {"confirmed": "yes", "starts_on": "2026-03-06", **sent}
    return text_of(client.post(f"/console/grants/give/?at={place.code}", given, follow=True))


def test_the_list_says_who_holds_what_where(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    text = text_of(client.get("/console/grants/"))
    assert "方远 · Security administrator" in text
    assert "only within 区水务局" in text
    assert "白露" not in text
    found = client.get("/console/grants/", {"q": "方远"})
    assert [line.name for line in found.context["lines"]] == ["方远"]
    below = client.get("/console/grants/", {"at": towns.here.subdistrict.code})
    assert {line.grant.place.code for line in below.context["lines"]} <= {
        towns.here.subdistrict.code,
        towns.here.community.code,
    }


def test_ended_grants_show_only_when_asked_for(client: Client, towns: SimpleNamespace) -> None:
    gone = _colleague(towns.here.city)
    GrantFactory.create(
        account=gone, role="leader", place=towns.here.city, ends_on=dt.date(2025, 1, 1)
    )
    enter(client, towns.here.admin)
    assert "lan.xin" not in text_of(client.get("/console/grants/"))
    assert "lan.xin" in text_of(client.get("/console/grants/", {"ended": "yes"}))


def test_a_role_is_chosen_looked_at_once_more_and_given(
    client: Client, towns: SimpleNamespace
) -> None:
    new = _colleague(towns.here.city)
    enter(client, towns.here.admin)
    address = f"/console/grants/give/?at={towns.here.subdistrict.code}"
    form = client.get(f"{address}&q=lan")
    assert "Dispatcher" in text_of(form)
    assert "Grid worker" not in text_of(form)
    sent = {"account": str(new.pk), "role": "dispatcher", "starts_on": "2026-03-06"}
    assert "lan.xin becomes Dispatcher" in text_of(client.post(address, sent))
    assert not Grant.objects.filter(account=new).exists()
    done = _give(client, towns.here.subdistrict, **sent)
    assert "lan.xin holds the role Dispatcher now." in done
    kept = Grant.objects.get(account=new)
    assert (kept.role, kept.place, kept.source) == (
        "dispatcher",
        towns.here.subdistrict,
        GrantSource.HAND,
    )
    assert AuditRecord.objects.get(verb=Verb.GRANT_GIVEN).actor_id == towns.here.admin.pk


def test_a_handler_is_given_within_a_unit(client: Client, towns: SimpleNamespace) -> None:
    new = _colleague(towns.here.city)
    enter(client, towns.here.admin)
    sent = {"account": str(new.pk), "role": "handler", "unit": str(towns.here.water.pk)}
    _give(client, towns.here.district, **sent)
    assert Grant.objects.get(account=new).unit == towns.here.water


@pytest.mark.parametrize(
    ("role", "sent", "reason"),
    [
        ("grid_worker", {}, "is not given at a place of this level"),
        ("arbiter", {}, "The same person cannot also be Handler here."),
        ("dispatcher", {"ends_on": "2026-01-01"}, "The last day lies before the first."),
        ("dispatcher", {"ends_on": "never"}, "Write the day like 2026-03-31."),
        ("", {}, "Choose the role."),
        ("king", {}, "Choose the role."),
        ("dispatcher", {"account": ""}, "Choose whom you mean."),
    ],
)
def test_a_refusal_is_said_in_words_and_gives_nothing(
    client: Client, towns: SimpleNamespace, role: str, sent: dict[str, str], reason: str
) -> None:
    new = _colleague(towns.here.city)
    GrantFactory.create(account=new, role="handler", place=towns.here.district)
    enter(client, towns.here.admin)
    said = _give(client, towns.here.district, **{"account": str(new.pk), "role": role, **sent})
    assert reason in said
    assert Grant.objects.filter(account=new).count() == 1


def test_nobody_gives_a_role_to_themselves(client: Client, towns: SimpleNamespace) -> None:
    admin = towns.here.admin
    enter(client, admin)
    said = _give(client, towns.here.city, account=str(admin.pk), role="dispatcher")
    assert "Nobody gives a role to themselves." in said
    assert Grant.objects.filter(account=admin).count() == 1


def test_nobody_gives_roles_elsewhere_or_without_the_permission(
    client: Client, towns: SimpleNamespace
) -> None:
    new = _colleague(towns.here.city)
    for account in (towns.there.admin, staff("leader", towns.here.city), towns.here.resident):
        enter(client, account)
        answer = client.post(
            f"/console/grants/give/?at={towns.here.subdistrict.code}",
            {"account": str(new.pk), "role": "dispatcher", "confirmed": "yes"},
        )
        assert answer.status_code == 404
    assert not Grant.objects.filter(account=new).exists()


def test_a_colleague_of_another_city_is_neither_found_nor_given_anything(
    client: Client, towns: SimpleNamespace
) -> None:
    foreign = _colleague(towns.there.city)
    enter(client, towns.here.admin)
    address = f"/console/grants/give/?at={towns.here.city.code}"
    assert "Nobody is called so" in text_of(client.get(f"{address}&q=lan"))
    said = _give(client, towns.here.city, account=str(foreign.pk), role="dispatcher")
    assert "Choose whom you mean." in said
    assert not Grant.objects.filter(account=foreign).exists()


def test_a_grant_ends_with_its_reason_on_the_record(client: Client, towns: SimpleNamespace) -> None:
    grant = Grant.objects.get(account=towns.here.dispatcher)
    address = f"/console/grants/{grant.pk}/end/"
    enter(client, towns.there.admin)
    assert client.post(address, {}).status_code == 404
    enter(client, staff("leader", towns.here.city))
    assert client.get(address).status_code == 404
    enter(client, towns.here.admin)
    assert "is no longer Dispatcher at 柳荫街道" in text_of(client.get(address))
    client.post(address, {"on": "2026-03-31", "reason": "换岗"})
    grant.refresh_from_db()
    assert grant.ends_on == dt.date(2026, 3, 31)
    assert AuditRecord.objects.get(verb=Verb.GRANT_ENDED).reason == "换岗"


def test_what_comes_with_a_post_is_not_ended_by_hand(
    client: Client, towns: SimpleNamespace
) -> None:
    grant = GrantFactory.create(
        account=_colleague(towns.here.city),
        role="leader",
        place=towns.here.city,
        source=GrantSource.RECORD,
    )
    enter(client, towns.here.admin)
    page = client.get("/console/grants/", {"q": "lan"})
    assert not links_of(page, f"/grants/{grant.pk}/end/")
    answer = client.post(f"/console/grants/{grant.pk}/end/", {})
    assert answer.status_code == 409
    assert "This role comes with a post and ends with it." in text_of(answer)


def test_a_role_is_told_in_words_with_its_pack_and_clause(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    listed = text_of(client.get("/console/grants/roles/"))
    assert "Arbiter" in listed
    page = client.get("/console/grants/roles/arbiter/")
    text = text_of(page)
    assert "Rule on refusals" in text
    assert "Never together with" in text
    assert "usual practice 派单异议审核" in text
    assert "base test" in text
    (held,) = links_of(page, "role=arbiter")
    assert len(client.get(held).context["lines"]) == page.context["holders"] == 1
    assert client.get("/console/grants/roles/king/").status_code == 404


def test_more_grants_cost_no_more_queries(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/console/grants/").status_code == 200
        return len(queries)

    cost()  # what is kept for later is read once
    few = cost()
    for number in range(6):
        GrantFactory.create(
            account=_colleague(towns.here.city, f"n{number}"),
            role="grid_worker",
            place=towns.here.grid,
        )
    cost()  # a role met for the first time is read once
    assert cost() == few <= 35
