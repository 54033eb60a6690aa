# SPDX-License-Identifier: MulanPSL-2.0
"""Exports in the console: asked for on the queue, decided on, watched and fetched."""

import csv
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from linli.base import clock
from linli.kernel.accounts.factories import log_in
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.files.models import Export
from linli.kernel.files.terms import LASTS, ExportState, Verb
from linli.kernel.jobs import worker
from linli.shells.places.tests.towns import enter, links_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

QUEUE, LIST = "/console/appeals/?view=all", "/console/exports/"
FORM = {"purpose": "月度分析会", "personal": "left_out", "format": "csv"}


def asked(client: Client, crew: SimpleNamespace, query: str = "", **sent: str) -> Any:
    """What stands on the page after the dispatcher has asked for the queue."""
    enter(client, crew.dispatcher)
    (address,) = links_of(client.get(QUEUE + query), "exports/ask")
    return client.post(address.replace("&amp;", "&"), FORM | sent, follow=True)


def fetch(client: Client, export: Export) -> Any:
    """The answer to the button."""
    return client.post(f"{LIST}{export.pk}/fetch/")


def content_of(answer: Any) -> bytes:
    """What is streamed; the answer itself would close the database of the test."""
    whole: bytes = b"".join(answer)
    for close in answer._resource_closers:
        close()
    return whole


def test_a_queue_is_asked_for_made_and_fetched(client: Client, crew: SimpleNamespace) -> None:
    page = asked(client, crew, "&q=井盖")
    export = Export.objects.get()
    assert f"{export.number} is being made." in text_of(page)
    assert 'hx-trigger="every 3s"' in page.content.decode()
    worker.run_all()
    page = client.get(LIST)
    assert "1 row · can be fetched until" in text_of(page)
    assert "every 3s" not in page.content.decode()
    answer = fetch(client, export)
    assert answer["Content-Disposition"] == f'attachment; filename="linli-{export.number}.csv"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    rows = list(csv.reader(content_of(answer).decode("utf-8-sig").splitlines()))
    assert "何倩" in rows[0][0]
    assert rows[1] == ["Cases of appeals", "All open · 井盖"]
    assert [row[1] for row in rows[4:-1]] == ["井盖没了"]
    assert AuditRecord.objects.latest("seq").verb == Verb.EXPORT_FETCHED


def test_the_button_carries_the_filters_of_the_list(client: Client, crew: SimpleNamespace) -> None:
    enter(client, crew.dispatcher)
    page = client.get(
        f"{QUEUE}&q=井盖&order=newest", headers={"HX-Request": "true", "HX-Target": "rows"}
    )
    (address,) = links_of(page, "exports/ask")
    given = parse_qs(urlsplit(address.replace("&amp;", "&")).query)
    assert given == {
        "source": ["appeals.cases"],
        "view": ["all"],
        "q": ["井盖"],
        "order": ["newest"],
    }
    assert "1 row" in text_of(client.get(address.replace("&amp;", "&")))


def test_with_people_a_second_person_decides(client: Client, crew: SimpleNamespace) -> None:
    page = asked(client, crew, personal="opened", format="xlsx")
    export = Export.objects.get()
    assert f"{export.number} waits for a second person&#x27;s yes." in text_of(page)
    decide = f"{LIST}{export.pk}/decide/"
    assert client.get(decide).status_code == 404  # nobody decides on their own
    enter(client, crew.beside)
    assert client.get(decide).status_code == 404
    enter(client, crew.leader)
    assert decide in links_of(client.get(LIST), "exports")
    shown = text_of(client.get(decide))
    for words in ("何倩", "月度分析会", "All open", "3 rows", "People, with numbers in plain"):
        assert words in shown
    done = client.post(decide, {"decision": "yes"}, follow=True)
    assert "The export is being made." in text_of(done)
    worker.run_all()
    assert Export.objects.get().state == ExportState.READY
    assert fetch(client, export).status_code == 404  # it is not the leader's
    enter(client, crew.dispatcher)
    answer = fetch(client, export)
    assert content_of(answer).startswith(b"PK")


def test_a_no_is_read_by_who_asked(client: Client, crew: SimpleNamespace) -> None:
    asked(client, crew, personal="masked")
    decide = f"{LIST}{Export.objects.get().pk}/decide/"
    enter(client, crew.leader)
    refused = client.post(decide, {"decision": "no", "reason": " "})
    assert refused.status_code == 422
    assert "Say why not" in text_of(refused)
    client.post(decide, {"decision": "no", "reason": "不需要姓名"})
    assert client.post(decide, {"decision": "yes"}).status_code == 404
    enter(client, crew.dispatcher)
    assert "苏敏: 不需要姓名" in text_of(client.get(LIST))


def test_what_is_wrong_is_said_on_the_form(client: Client, crew: SimpleNamespace) -> None:
    refused = asked(client, crew, purpose=" \x00 ")
    assert refused.status_code == 422
    assert "Say what you need it for" in text_of(refused)
    refused = asked(client, crew, personal="everything")
    assert refused.status_code == 422
    empty = "/console/exports/ask/?source=appeals.cases&q=nothing-of-this"
    assert "There is nothing to export" in text_of(client.post(empty, FORM))
    assert not Export.objects.exists()


@pytest.mark.parametrize("query", ["source=", "source=no.list", "source=%00", "", "view=all"])
def test_from_a_list_that_is_none_one_is_led_to_ones_own(
    client: Client, crew: SimpleNamespace, query: str
) -> None:
    enter(client, crew.dispatcher)
    answer = client.post(f"/console/exports/ask/?{query}", FORM)
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert not Export.objects.exists()


def test_without_a_fresh_proof_one_shows_first_who_one_is(
    client: Client, crew: SimpleNamespace
) -> None:
    asked(client, crew, personal="masked")
    export = Export.objects.get()
    for account, address in (
        (crew.dispatcher, "/console/exports/ask/?source=appeals.cases"),
        (crew.leader, f"{LIST}{export.pk}/decide/"),
    ):
        stale(client, account)
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/prove/?for=prove_again")


def stale(client: Client, account: Account) -> None:
    """Somebody signed in who showed half an hour ago who they are."""
    log_in(client, account)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = timezone.now().timestamp() - 1800
    session.save()


def test_after_its_days_the_file_is_refused(client: Client, crew: SimpleNamespace) -> None:
    asked(client, crew)
    worker.run_all()
    export = Export.objects.get()
    with clock.at(clock.now() + LASTS):
        enter(client, crew.dispatcher)
        assert "Fetch the file" not in text_of(client.get(LIST))
        refused = fetch(client, export)
    assert refused.status_code == 409
    assert "not here any more" in text_of(refused)


def test_whoever_may_not_export_sees_no_button(client: Client, crew: SimpleNamespace) -> None:
    enter(client, crew.handler)
    assert links_of(client.get(QUEUE), "exports") == []
    assert client.get(LIST).status_code == 404
