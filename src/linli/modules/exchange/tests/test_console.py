# SPDX-License-Identifier: MulanPSL-2.0
"""Webhooks and open data in the console: set, looked at, sent again, switched on and off."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from linli.base.wire import Trouble
from linli.kernel.audit.models import AuditRecord
from linli.kernel.sockets import registry
from linli.modules.exchange.models import Attempt, Message, Opening, Webhook
from linli.modules.exchange.services import hooks as services
from linli.modules.exchange.terms import Perm, Standing, Verb
from linli.shells.places.tests.towns import enter, links_of, staff, text_of, two_towns

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")
ADDRESS = "https://partner.example/linli"


@pytest.fixture(name="towns")
def fixture_towns(db: None) -> SimpleNamespace:
    """`here` and `there`, each with an `admin` who keeps security."""
    del db
    return two_towns("security_administrator")


def event() -> str:
    """Something that partners may hear of."""
    return min(registry.tellings())


def set_here(client: Client, towns: SimpleNamespace, **sent: Any) -> Any:
    """Set a webhook on the page."""
    address = f"/console/webhooks/set/?at={towns.here.district.code}"
    return client.post(
        address, {"label": "热线平台", "address": ADDRESS, "events": event(), **sent}
    )


def message_of(webhook: Webhook, standing: str = Standing.GIVEN_UP) -> Message:
    """A message that had trouble."""
    now = timezone.now()
    message = Message.objects.create(
        key="msg_1",
        webhook=webhook,
        seq=1,
        event=event(),
        body="{}",
        standing=standing,
        made_at=now,
        next_try_at=now,
    )
    Attempt.objects.create(
        message=message, at=now, status=500, trouble=Trouble.STATUS, answer="<b>ill</b>"
    )
    return message


def test_a_webhook_is_set_and_its_secret_shown_once(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    empty = client.get("/console/webhooks/")
    assert "Nobody outside is told of anything" in text_of(empty)
    assert "/console/webhooks/set/" in links_of(empty, "webhooks")
    assert event() in text_of(client.get("/console/webhooks/set/"))
    shown = set_here(client, towns)
    webhook = Webhook.objects.get()
    assert SECRET.findall(text_of(shown)) == services.signing_secrets(webhook)
    assert "no-store" in shown["Cache-Control"]
    assert webhook.place == towns.here.district
    listed = client.get("/console/webhooks/")
    assert "热线平台" in text_of(listed)
    page = text_of(client.get(f"/console/webhooks/{webhook.pk}/"))
    assert not SECRET.search(page + text_of(listed))
    assert "Nothing has happened since" in page


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"address": "https://10.0.0.1/"}, "Addresses of the inner network"),
        ({"address": "http://partner.example/"}, "Use https"),
        ({"address": "partner"}, "Write the whole address"),
        ({"label": ""}, "Say in a few words who is told."),
        ({"events": "x.y"}, "Choose what it is told of."),
    ],
)
def test_what_will_not_do_is_said_on_the_form(
    client: Client, towns: SimpleNamespace, sent: dict[str, str], reason: str
) -> None:
    enter(client, towns.here.admin)
    answer = set_here(client, towns, **sent)
    assert (answer.status_code, reason in text_of(answer)) == (422, True)
    assert not Webhook.objects.exists()


def test_its_page_shows_each_call_and_sends_again(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    set_here(client, towns)
    webhook = Webhook.objects.get()
    message = message_of(webhook)
    page = client.get(f"/console/webhooks/{webhook.pk}/")
    said = text_of(page)
    assert "500 · It did not take the message" in said
    assert "&lt;b&gt;ill" in page.content.decode()
    address = f"/console/webhooks/{webhook.pk}/replay/"
    done = text_of(client.post(address, follow=True))
    assert "To be sent again: 1." in done
    message.refresh_from_db()
    assert (message.standing, message.failures) == (Standing.WAITING, 0)
    assert client.post(address).status_code == 409
    assert client.post(address, {"message": "msg_1"}, follow=True).status_code == 200
    assert client.post(address, {"message": "msg_2"}).status_code == 404
    assert AuditRecord.objects.filter(verb=Verb.REPLAYED).count() == 2


def test_it_is_changed_paused_resumed_renewed_and_ended(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    set_here(client, towns)
    webhook = Webhook.objects.get()
    at = f"/console/webhooks/{webhook.pk}/"
    assert ADDRESS in client.get(f"{at}change/").content.decode()
    form = {"label": "城市中枢", "address": ADDRESS, "events": event()}
    assert "It is changed." in text_of(client.post(f"{at}change/", form, follow=True))
    assert client.post(f"{at}change/", {**form, "label": ""}).status_code == 422
    assert "Sending pauses." in text_of(client.post(f"{at}pause/", follow=True))
    assert "Paused." in text_of(client.get(at))
    assert "Sending goes on." in text_of(client.post(f"{at}resume/", follow=True))
    renewed = text_of(client.post(f"{at}renew/"))
    webhook.refresh_from_db()
    assert SECRET.findall(renewed) == services.signing_secrets(webhook)[:1]
    assert "nothing any more" in text_of(client.get(f"{at}end/"))
    ended = client.post(f"{at}end/", {"reason": "合同到期"}, follow=True)
    assert "it is told nothing any more" in text_of(ended)
    assert links_of(ended, f"{webhook.pk}/change") == []
    assert client.post(f"{at}pause/").status_code == 409


def test_nothing_of_another_town_is_seen_or_touched(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    set_here(client, towns)
    webhook = Webhook.objects.get()
    enter(client, towns.there.admin)
    assert "热线平台" not in text_of(client.get("/console/webhooks/"))
    for deed in ("", "change/", "end/"):
        assert client.get(f"/console/webhooks/{webhook.pk}/{deed}").status_code == 404
    for deed in ("pause/", "resume/", "renew/", "replay/", "end/", "change/"):
        assert client.post(f"/console/webhooks/{webhook.pk}/{deed}").status_code == 404
    address = f"/console/webhooks/set/?at={towns.here.district.code}"
    assert client.post(address, {"label": "x"}).status_code == 404


def test_who_keeps_no_security_finds_no_page(client: Client, towns: SimpleNamespace) -> None:
    enter(client, staff("system_administrator", towns.here.city))
    for page in ("webhooks/", "webhooks/set/", "open-data/", "open-data/cases/open/"):
        assert client.get(f"/console/{page}").status_code == 404


def test_a_data_set_is_opened_after_a_look_and_closed_again(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    page = client.get("/console/open-data/", {"at": towns.here.district.code})
    links = links_of(page, "/open/?at=")
    assert links == [f"/console/open-data/cases/open/?at={towns.here.district.code}"]
    look = text_of(client.get(links[0]))
    assert "what somebody has copied by then stays copied" in look
    assert "Class" in look
    done = client.post(links[0], {"reason": "市政府数据开放清单"}, follow=True)
    assert "Anybody may read it now." in text_of(done)
    opening = Opening.objects.get()
    assert (opening.data_set, opening.place) == ("cases", towns.here.district)
    assert AuditRecord.objects.get(verb=Verb.DATA_OPENED).reason == "市政府数据开放清单"
    assert client.post(links[0]).status_code == 409
    close = f"/console/open-data/{opening.pk}/close/"
    assert "Nobody reads it any more." in text_of(client.post(close, follow=True))
    assert AuditRecord.objects.filter(verb=Verb.DATA_CLOSED).count() == 1
    assert client.post(close).status_code == 404


def test_data_is_opened_nowhere_else_and_only_what_there_is(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    here, there = towns.here.city.code, towns.there.city.code
    assert client.post(f"/console/open-data/cases/open/?at={there}").status_code == 404
    assert client.post(f"/console/open-data/people/open/?at={here}").status_code == 404
    assert client.post(f"/console/open-data/places/open/?at={here}").status_code == 404
    assert client.post("/console/open-data/cases/open/").status_code == 404
    assert not Opening.objects.exists()
    assert Perm.OPEN_DATA in registry.permissions()


def test_the_page_about_the_platform_tells_of_messages_of_its_own_city(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    set_here(client, towns)
    message_of(Webhook.objects.get())
    watcher = staff("system_administrator", towns.here.city)
    page = enter(client, watcher).get("/console/status/")
    assert "waiting 0 given up 1" in text_of(page)
    assert not links_of(page, "/console/webhooks/")
    enter(client, staff("system_administrator", towns.there.city))
    assert "waiting 0 given up 0" in text_of(client.get("/console/status/"))


def test_figures_for_whoever_runs_it_are_of_all_cities(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    set_here(client, towns)
    message_of(Webhook.objects.get())
    gauges = registry.gauges()
    assert gauges["exchange.messages_waiting"].read() == 0
    assert gauges["exchange.messages_given_up"].read() == 1
