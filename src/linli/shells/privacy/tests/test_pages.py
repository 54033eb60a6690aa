# SPDX-License-Identifier: MulanPSL-2.0
"""Notices from draft to the portal, and My data: agreeing and withdrawing, each one's own."""

from types import SimpleNamespace

import pytest
from django.test import Client

from linli.base.actor import SYSTEM
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.people.factories import PersonFactory
from linli.kernel.places.models import Place
from linli.kernel.privacy import services
from linli.kernel.privacy.models import Consent, PrivacyNotice
from linli.kernel.privacy.rules import Draft
from linli.shells.places.tests.towns import enter, links_of, staff, text_of

LIST, NEW, MINE = "/console/privacy/", "/console/privacy/new/", "/portal/me/data/"
WRITTEN = {
    "version": "2026-12",
    "starts_on": "2026-01-01",
    "text_zh": "用途\n只为办事。\n\n最后一段",
    "text_en": "Why\nFor your matter.",
    "changes_zh": "",
    "changes_en": "",
    "asks_again": ["messages"],
}


def resident(place: Place, name: str = "陈桂兰") -> Account:
    account: Account = AccountFactory.create()
    PersonFactory.create(account=account, place=place, name=name)
    return account


def published(town: SimpleNamespace, version: str, *again: str) -> PrivacyNotice:
    draft = Draft(version, "新的", "New", town.today, "变了", "Changed", again)
    notice = services.notice_draft(actor=SYSTEM, place=town.city, draft=draft)
    return services.notice_publish(actor=SYSTEM, notice=notice)


@pytest.fixture
def here(towns: SimpleNamespace) -> SimpleNamespace:
    """The town, and its day."""
    from linli.base import clock

    towns.here.today = clock.today()
    town: SimpleNamespace = towns.here
    return town


def test_a_notice_is_written_read_and_published(client: Client, here: SimpleNamespace) -> None:
    enter(client, here.admin)
    assert NEW in links_of(client.get(LIST), "new")
    drafted = client.post(NEW, WRITTEN, follow=True)
    assert "A draft: residents do not see it." in text_of(drafted)
    notice = PrivacyNotice.objects.get()
    page = f"{LIST}{notice.pk}/"
    edited = client.post(f"{page}edit/", {**WRITTEN, "text_en": "Why\nFor you."}, follow=True)
    assert "For you." in text_of(edited)
    assert "asked again for" in text_of(client.get(f"{page}publish/"))
    assert "2026-12 is published" in text_of(client.post(f"{page}publish/", follow=True))
    assert client.get(f"{page}edit/").status_code == 404
    refused = client.post(f"{page}drop/")
    assert (refused.status_code, PrivacyNotice.objects.count()) == (409, 1)
    reader = enter(Client(), resident(here.grid))
    shown = reader.get("/portal/privacy/")
    assert "For you." in text_of(shown)
    assert "/portal/privacy/2026-11/" in links_of(shown, "privacy")
    older = text_of(reader.get("/portal/privacy/2026-11/"))
    assert "not in force any more" in older
    assert reader.get("/portal/privacy/nonsense/").status_code == 404


def test_a_refusal_is_said_and_what_was_written_stays(
    client: Client, here: SimpleNamespace
) -> None:
    enter(client, here.admin)
    answer = client.post(NEW, {**WRITTEN, "text_en": ""})
    assert answer.status_code == 422
    assert "Write it in both languages." in text_of(answer)
    assert "最后一段" in text_of(answer)
    assert not PrivacyNotice.objects.exists()


def test_others_neither_see_nor_publish_it(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    client.post(NEW, WRITTEN)
    page = f"{LIST}{PrivacyNotice.objects.get().pk}/"
    enter(client, towns.there.admin)
    for address in (page, f"{page}edit/", f"{page}publish/", f"{page}drop/"):
        assert client.get(address).status_code == 404
    assert "No version of your own yet" in text_of(client.get(LIST))
    enter(client, staff("dispatcher", towns.here.city))
    assert client.get(LIST).status_code == 404
    assert PrivacyNotice.objects.get().published_at is None


def test_agreeing_and_withdrawing_take_one_press_each(
    client: Client, here: SimpleNamespace
) -> None:
    enter(client, resident(here.grid))
    assert MINE in links_of(client.get("/portal/me/"), "data")
    said = client.post(
        f"{MINE}consents/", {"purpose": "messages", "version": "2026-11"}, follow=True
    )
    assert "notice 2026-11" in text_of(said)
    given = Consent.objects.get()
    said = client.post(f"{MINE}consents/", {"withdraw": given.pk}, follow=True)
    assert "Taken back." in text_of(said)
    given.refresh_from_db()
    assert given.withdrawn_at is not None


def test_a_newer_notice_asks_again(client: Client, here: SimpleNamespace) -> None:
    enter(client, resident(here.grid))
    client.post(f"{MINE}consents/", {"purpose": "messages", "version": "2026-11"})
    assert "say again" not in text_of(client.get("/portal/"))
    published(here, "2026-12", "messages")
    assert "say again what you agree to" in text_of(client.get("/portal/"))
    assert "it has changed" in text_of(client.get(MINE))
    late = client.post(f"{MINE}consents/", {"purpose": "messages", "version": "2026-11"})
    assert late.status_code == 409
    client.post(f"{MINE}consents/", {"purpose": "messages", "version": "2026-12"})
    assert "say again" not in text_of(client.get("/portal/"))


def test_nobody_withdraws_for_another(client: Client, here: SimpleNamespace) -> None:
    enter(client, resident(here.grid))
    client.post(f"{MINE}consents/", {"purpose": "messages", "version": "2026-11"})
    given = Consent.objects.get()
    enter(client, resident(here.grid, "李爱华"))
    for key in (str(given.pk), "x", "9" * 30):
        assert client.post(f"{MINE}consents/", {"withdraw": key}).status_code == 404
    assert client.post(f"{MINE}consents/", {"purpose": "messages", "ward": "1"}).status_code == 404
    given.refresh_from_db()
    assert given.withdrawn_at is None
    assert Client().get(MINE).status_code == 302
