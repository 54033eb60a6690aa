# SPDX-License-Identifier: MulanPSL-2.0
"""The abuse list in the console: a source is put on it, seen masked, and taken off."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.test import Client

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.errors import Refused
from linli.kernel.access import services as access
from linli.kernel.access.models import AbuseEntry
from linli.kernel.access.terms import AbuseKind, Perm, Verb
from linli.kernel.audit.models import AuditRecord
from linli.shells.places.tests.towns import enter, links_of, staff, text_of

LIST, ADD = "/console/abuse/", "/console/abuse/add/"
PHONE, REASON = "13800132046", "一天发了三百条广告"


def put(client: Client, town: SimpleNamespace, **sent: str) -> str:
    """What stands on the page after a source was put on the list of a town's district."""
    form = {"kind": "phone", "key": PHONE, "reason": REASON, **sent}
    return text_of(client.post(f"{ADD}?at={town.district.code}", form, follow=True))


def blocked(town: SimpleNamespace, **source: object) -> bool:
    """Whether a source is refused in a grid of the town."""
    try:
        access.abuse_check(at=town.grid, **source)  # type: ignore[arg-type]
    except Refused:
        return True
    return False


def test_a_phone_is_put_on_the_list_and_taken_off(client: Client, towns: SimpleNamespace) -> None:
    here = towns.here
    enter(client, staff("dispatcher", here.city))
    first = client.get(LIST)
    assert "Nobody is on the list" in text_of(first)
    assert ADD in links_of(first, "abuse")
    said = put(client, here, key="+86 138-0013-2046")
    assert "138****2046 can send nothing here now." in said
    assert REASON in said
    assert PHONE not in said
    assert blocked(here, phone=PHONE)
    entry = AbuseEntry.objects.get()
    assert PHONE not in str(entry.__dict__)
    assert "Let phone number 138****2046 send again" in text_of(
        client.get(f"{LIST}{entry.pk}/end/")
    )
    done = client.post(f"{LIST}{entry.pk}/end/", {"reason": "误封"}, follow=True)
    assert "may send again" in text_of(done)
    assert not blocked(here, phone=PHONE)
    rows = AuditRecord.objects.filter(subject_kind="access.abuseentry").order_by("seq")
    told = [(row.verb, row.reason) for row in rows]
    assert told == [(Verb.SOURCE_BLOCKED, REASON), (Verb.SOURCE_UNBLOCKED, "误封")]
    assert PHONE not in str([row.detail for row in rows])


def test_it_holds_to_the_end_of_its_last_day(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    last = clock.today() + dt.timedelta(days=2)
    put(client, towns.here, until=last.isoformat())
    evening = dt.datetime.combine(last, dt.time(23, 59), tzinfo=clock.ZONE)
    with clock.at(evening):
        assert blocked(towns.here, phone=PHONE)
        assert "138****2046" in text_of(client.get(LIST))
    with clock.at(evening + dt.timedelta(minutes=1)):
        assert not blocked(towns.here, phone=PHONE)
        assert "Nobody is on the list" in text_of(client.get(LIST))


def test_an_address_has_one_form_and_is_shown_in_half(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    said = put(client, towns.here, kind="address", key="2001:DB8:0::0007")
    assert "network address 2001:db8:*" in said
    assert blocked(towns.here, address="2001:db8::7")


def test_an_account_is_put_on_the_list_by_its_log_in(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    account = staff("grid_worker", towns.here.grid)
    said = put(client, towns.here, kind="account", key=f" {account.username.upper()} ")
    assert "can send nothing here now" in said
    assert account.username not in said
    assert blocked(towns.here, account_id=account.pk)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"key": ""}, "Say which account, address or phone number is meant."),
        ({"key": "1380013204"}, "10 characters; 1 are missing"),
        ({"key": "hello"}, "Please give a mobile number of 11 digits"),
        ({"kind": "address", "key": "everywhere"}, "Write a network address like"),
        ({"kind": "account", "key": "nobody.here"}, "No account at your places is called so."),
        ({"kind": "king"}, "Say by what the source is known."),
        ({"reason": " "}, "Say why; whoever is refused will read it."),
        ({"until": "2020-01-01"}, "The end lies in the past."),
        ({"until": "soon"}, "Write the day like 2026-03-31."),
    ],
)
def test_a_refusal_is_said_on_the_form(
    client: Client, towns: SimpleNamespace, sent: dict[str, str], reason: str
) -> None:
    enter(client, towns.here.admin)
    assert reason in put(client, towns.here, **sent)
    assert not AbuseEntry.objects.exists()


def test_an_account_of_another_town_is_like_none(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    said = put(client, towns.here, kind="account", key=towns.there.admin.username)
    assert "No account at your places is called so." in said
    assert not AbuseEntry.objects.exists()


def test_nothing_of_another_town_is_seen_or_reached(client: Client, towns: SimpleNamespace) -> None:
    theirs = access.abuse_add(
        actor=SYSTEM, kind=AbuseKind.PHONE, key=PHONE, at=towns.there.city, reason=REASON
    )
    enter(client, towns.here.admin)
    assert REASON not in text_of(client.get(LIST))
    for answer in (
        client.get(f"{LIST}{theirs.pk}/end/"),
        client.post(f"{LIST}{theirs.pk}/end/"),
        client.get(f"{LIST}{theirs.pk + 1}/end/"),
        client.post(f"{ADD}?at={towns.there.city.code}", {"kind": "phone", "key": PHONE}),
    ):
        assert answer.status_code == 404
    assert AbuseEntry.objects.count() == 1


@pytest.mark.parametrize("role", ["grid_worker", "handler", "leader", "system_administrator"])
def test_who_may_not_keep_the_list_finds_no_page(
    client: Client, towns: SimpleNamespace, role: str
) -> None:
    account = staff(role, towns.here.city)
    enter(client, account)
    assert not access.may_anywhere(access.actor_for(account), Perm.BLOCK)
    for page in (LIST, ADD, f"{LIST}1/end/"):
        assert client.get(page).status_code == 404
    assert not links_of(client.get("/console/"), "abuse")


def test_somebody_may_be_first_in_taking_it_off(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    put(client, towns.here)
    page = f"{LIST}{AbuseEntry.objects.get().pk}/end/"
    client.post(page)
    assert client.post(page).status_code == 404


def test_it_reads_in_chinese(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin, "zh-hans")
    assert "电话号码 138****2046在这里暂时不能再提交。" in put(client, towns.here)
