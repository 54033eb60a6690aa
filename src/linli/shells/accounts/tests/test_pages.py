# SPDX-License-Identifier: MulanPSL-2.0
"""The console's pages about accounts, from the invitation to the first sign-in."""

import re
from types import SimpleNamespace

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from linli.kernel.accounts.adapter import BACKEND
from linli.kernel.accounts.factories import AccountFactory, log_in
from linli.kernel.accounts.models import Account
from linli.kernel.people.models import Person
from linli.shells.places.tests.towns import enter, links_of, staff, text_of

pytestmark = pytest.mark.both_databases

PASSWORD = "梧桐里-4-rain"


def opened(client: Client, towns: SimpleNamespace, **sent: str) -> str:
    """What the page says after an account was to be opened."""
    page = f"/console/accounts/open/?at={towns.here.city.code}"
    answer = client.post(page, {"username": "zhou.m", "name": "周敏", **sent}, follow=True)
    return answer.content.decode()


def test_a_colleague_gets_an_account_and_sets_a_password(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    shown = opened(client, towns)
    address = re.search(r"http://testserver(/accounts/begin/[\w-]+/)", shown)
    assert address is not None
    new = Client()
    both = {"password1": PASSWORD, "password2": PASSWORD}
    assert new.post(address[1], both | {"password2": "other"}).status_code == 422
    assert new.post(address[1], both)["Location"] == "/accounts/login/"
    assert new.get(address[1]).status_code == 404
    new.post("/accounts/login/", {"login": "zhou.m", "password": PASSWORD})
    account = Account.objects.get(username="zhou.m")
    assert new.session[SESSION_KEY] == str(account.pk)
    person = Person.objects.get(account=account)
    assert (person.name, person.phone, person.name_key) == ("周敏", "", account.name_key)


@pytest.mark.parametrize(
    ("sent", "said"),
    [({"username": "周 敏"}, "Use letters and digits"), ({"name": " "}, "name")],
)
def test_a_refusal_is_said_on_the_form(
    client: Client, towns: SimpleNamespace, sent: dict[str, str], said: str
) -> None:
    enter(client, towns.here.admin)
    before = Account.objects.count()
    assert said in opened(client, towns, **sent)
    assert Account.objects.count() == before


def test_an_account_is_closed_and_reopened(client: Client, towns: SimpleNamespace) -> None:
    account = staff("dispatcher", towns.here.subdistrict, name="何倩")
    theirs = Client()
    log_in(theirs, account)
    enter(client, towns.here.admin)
    page = f"/console/accounts/{account.pk}/"
    assert "何倩" in text_of(client.get(page))
    client.post(f"{page}do/", {"deed": "close", "reason": "调离"})
    assert "closed" in text_of(client.get(page))
    assert theirs.get("/console/")["Location"].startswith("/accounts/login/")
    client.post(f"{page}do/", {"deed": "reopen", "reason": "调回"})
    account.refresh_from_db()
    assert account.is_active


def test_somebody_is_signed_out_everywhere(client: Client, towns: SimpleNamespace) -> None:
    account, theirs = staff("dispatcher", towns.here.subdistrict), Client()
    log_in(theirs, account)
    enter(client, towns.here.admin)
    client.post(f"/console/accounts/{account.pk}/do/", {"deed": "sign_out"})
    assert SESSION_KEY not in theirs.session


def test_the_name_of_a_resident_is_not_shown(client: Client, towns: SimpleNamespace) -> None:
    account = AccountFactory.create(place_path=towns.here.grid.path)
    Person.objects.create(
        name="陈桂兰", account=account, name_key=account.name_key, created_at=account.created_at
    )
    enter(client, towns.here.admin)
    for page in ("/console/accounts/", f"/console/accounts/{account.pk}/"):
        assert "陈桂兰" not in text_of(client.get(page))


def test_accounts_of_another_city_are_not_there(client: Client, towns: SimpleNamespace) -> None:
    other = staff("leader", towns.there.city)
    enter(client, towns.here.admin)
    assert not links_of(client.get("/console/accounts/"), f"accounts/{other.pk}/")
    assert client.get(f"/console/accounts/{other.pk}/").status_code == 404
    assert client.post(f"/console/accounts/{other.pk}/do/", {"deed": "close"}).status_code == 404


@pytest.mark.parametrize("role", ["security_administrator", "auditor", "leader"])
def test_who_opens_no_accounts_finds_no_page(
    client: Client, towns: SimpleNamespace, role: str
) -> None:
    enter(client, staff(role, towns.here.city))
    for page in ("", "open/", f"{towns.here.admin.pk}/"):
        assert client.get(f"/console/accounts/{page}").status_code == 404


def test_an_old_proof_is_renewed_first(client: Client, towns: SimpleNamespace) -> None:
    client.force_login(towns.here.admin, backend=BACKEND)
    answer = client.get("/console/accounts/open/")
    assert answer["Location"].startswith("/accounts/prove/?for=prove_again")


def test_a_part_of_a_page_leads_there_too(client: Client, towns: SimpleNamespace) -> None:
    client.force_login(towns.here.admin, backend=BACKEND)
    answer = client.get("/console/accounts/open/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/accounts/prove/")
