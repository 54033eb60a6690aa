# SPDX-License-Identifier: MulanPSL-2.0
"""Tokens in the console: a partner is let in, its token is shown once, and it is shut out again."""

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from linli.base import clock
from linli.base.address import networks_read
from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.access.models import Grant, Token
from linli.kernel.access.terms import Perm, Verb
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.places.terms import Perm as PlacesPerm
from linli.shells.places.tests.towns import enter, links_of, staff, text_of

TOKEN = re.compile(r"linli_[0-9a-z]{8}_[0-9a-f]{64}")


def partner_open(client: Client, town: SimpleNamespace, **sent: str) -> Grant | None:
    """Let a partner's system have an account; gives its grant."""
    address = f"/console/tokens/partner/?at={town.district.code}"
    form = {"username": "hotline-hub", "role": "dispatcher", **sent}
    client.post(address, form, follow=True)
    return Grant.objects.filter(account__username="hotline-hub").first()


def issue(client: Client, grant: Grant, **sent: object) -> str:
    """What stands on the page after a token was asked for."""
    form = {
        "grant": str(grant.pk),
        "label": "热线平台",
        "scopes": ["appeals.view", "appeals.register_for"],
        "ends_on": (clock.today() + dt.timedelta(days=30)).isoformat(),
        **sent,
    }
    return text_of(client.post("/console/tokens/issue/", form))


def test_a_partner_is_let_in_and_its_token_is_shown_once(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    first = client.get("/console/tokens/")
    assert "No other system has a token yet" in text_of(first)
    assert "/console/tokens/issue/" in links_of(first, "tokens")
    assert "No partner has an account yet" in text_of(client.get("/console/tokens/issue/"))
    grant = partner_open(client, towns.here)
    assert grant is not None
    assert not grant.account.has_usable_password()
    form = text_of(client.get(f"/console/tokens/issue/?grant={grant.pk}"))
    assert "appeals.view" in form
    assert "people.open_personal" not in form
    shown = issue(client, grant)
    found = TOKEN.findall(shown)
    assert len(found) == 1
    token = Token.objects.get()
    assert found[0].startswith(f"linli_{token.public_id}_")
    listed = text_of(client.get("/console/tokens/"))
    assert "热线平台" in listed
    assert "hotline-hub" in listed
    assert "not used yet" in listed
    assert not TOKEN.search(listed)


def test_the_page_with_the_secret_is_kept_nowhere(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    grant = partner_open(client, towns.here)
    assert grant is not None
    form = {
        "grant": str(grant.pk),
        "label": "热线",
        "scopes": "appeals.view",
        "ends_on": clock.today().isoformat(),
        "_once": "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
    }
    answer = client.post("/console/tokens/issue/", form)
    assert "no-store" in answer["Cache-Control"]
    again = client.post("/console/tokens/issue/", form)
    assert (again.status_code, Token.objects.count()) == (302, 1)


def test_a_token_is_revoked_after_a_look(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    grant = partner_open(client, towns.here)
    assert grant is not None
    issue(client, grant)
    address = f"/console/tokens/{Token.objects.get().public_id}/revoke/"
    assert "Shut out 热线平台" in text_of(client.get(address))
    done = text_of(client.post(address, {"reason": "合同到期"}, follow=True))
    assert "热线平台 is shut out now." in done
    assert "revoked" in done
    assert AuditRecord.objects.get(verb=Verb.TOKEN_REVOKED).reason == "合同到期"
    assert "This token was revoked before." in text_of(client.post(address))


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"scopes": []}, "Choose at least one thing that it may do."),
        ({"scopes": ["people.open_personal"]}, "cannot carry: people.open_personal"),
        ({"label": ""}, "Say in a few words which system uses it."),
        ({"ends_on": ""}, "Say until when it lasts."),
        ({"ends_on": "soon"}, "Write the day like 2026-03-31."),
        ({"ends_on": "2020-01-01"}, "The last day lies in the past."),
        ({"networks": "10.1.0.0/16, nowhere"}, "is no network"),
    ],
)
def test_a_refusal_is_said_on_the_form(
    client: Client, towns: SimpleNamespace, sent: dict[str, object], reason: str
) -> None:
    enter(client, towns.here.admin)
    grant = partner_open(client, towns.here)
    assert grant is not None
    said = issue(client, grant, **sent)
    assert reason in said
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"role": ""}, "Choose the role."),
        ({"role": "king"}, "This role is not defined here."),
        ({"username": ""}, "Use letters and digits"),
        ({"ends_on": "2020-01-01"}, "The last day lies before the first."),
    ],
)
def test_a_partner_that_will_not_do_is_refused_and_gets_no_account(
    client: Client, towns: SimpleNamespace, sent: dict[str, str], reason: str
) -> None:
    enter(client, towns.here.admin)
    before = Account.objects.count()
    address = f"/console/tokens/partner/?at={towns.here.district.code}"
    said = client.post(address, {"username": "hotline-hub", "role": "dispatcher", **sent})
    assert reason in text_of(said)
    assert Account.objects.count() == before


def test_a_partner_may_be_let_in_within_a_unit(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    grant = partner_open(client, towns.here, role="handler", unit=str(towns.here.water.pk))
    assert grant is not None
    assert grant.unit == towns.here.water


def test_nothing_of_another_town_is_seen_or_reached(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    grant = partner_open(client, towns.here)
    assert grant is not None
    issue(client, grant)
    public_id = Token.objects.get().public_id
    enter(client, towns.there.admin)
    assert "热线平台" not in text_of(client.get("/console/tokens/"))
    assert client.get(f"/console/tokens/{public_id}/revoke/").status_code == 404
    assert client.get(f"/console/tokens/issue/?grant={grant.pk}").status_code == 404
    form = {"grant": str(grant.pk), "label": "x", "scopes": "appeals.view"}
    assert client.post("/console/tokens/issue/", form).status_code == 404


def test_behind_a_proxy_a_token_is_taken_from_its_networks_only(
    client: Client, towns: SimpleNamespace, settings: Settings
) -> None:
    enter(client, towns.here.admin)
    grant = partner_open(client, towns.here)
    assert grant is not None
    found = TOKEN.search(issue(client, grant, networks="203.0.113.0/24"))
    assert found is not None

    def called(**meta: Any) -> int:
        headers = {"Authorization": f"Bearer {found[0]}"}
        return Client().get("/api/v1/appeals/", headers=headers, **meta).status_code

    assert called(HTTP_X_FORWARDED_FOR="203.0.113.9") == 401
    settings.LINLI_TRUSTED_PROXIES = networks_read("127.0.0.1")
    assert called(HTTP_X_FORWARDED_FOR="203.0.113.9") == 200
    assert called(HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7") == 401
    assert called(HTTP_X_FORWARDED_FOR="203.0.113.9", REMOTE_ADDR="198.51.100.7") == 401


def test_who_issues_no_tokens_finds_no_page(client: Client, towns: SimpleNamespace) -> None:
    enter(client, staff("dispatcher", towns.here.subdistrict))
    for page in ("", "issue/", "partner/"):
        assert client.get(f"/console/tokens/{page}").status_code == 404


def test_who_only_issues_tokens_asks_for_the_account(
    client: Client, towns: SimpleNamespace
) -> None:
    role_define("token_keeper", [Perm.ISSUE_TOKEN, PlacesPerm.VIEW])
    enter(client, staff("token_keeper", towns.here.city))
    page = client.get("/console/tokens/issue/")
    assert "Ask the system administrator" in text_of(page)
    assert links_of(page, "partner") == []
    assert client.get("/console/tokens/partner/").status_code == 404


def test_a_persons_grant_is_never_offered(client: Client, towns: SimpleNamespace) -> None:
    clerk = staff("dispatcher", towns.here.subdistrict, name="何倩")
    GrantFactory.create(account=clerk, role="handler", place=towns.here.district)
    enter(client, towns.here.admin)
    assert "No partner has an account yet" in text_of(client.get("/console/tokens/issue/"))
