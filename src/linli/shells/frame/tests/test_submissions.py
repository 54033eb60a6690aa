# SPDX-License-Identifier: MulanPSL-2.0
"""The same form sent twice is taken once."""

import uuid

import pytest
from django.test import Client

from linli.kernel.accounts.factories import AccountFactory, log_in
from linli.shells.frame.models import Submission
from linli.shells.frame.tests.sample import taken

pytestmark = [
    pytest.mark.usefixtures("with_sample"),
    pytest.mark.django_db,
    pytest.mark.both_databases,
]
SEND = "/sample/send/"


@pytest.fixture(autouse=True)
def _nothing_taken() -> None:
    taken.clear()


def _parcel(client: Client, key: str, what: str, account: str = "") -> int:
    headers = {"Idempotency-Key": key, "Linli-Account": account}
    return client.post(SEND, {"what": what}, headers=headers).status_code


def test_a_parcel_sent_again_is_taken_once_and_lands_on_the_same_page(client: Client) -> None:
    headers = {"Idempotency-Key": str(uuid.uuid4()), "Linli-Account": ""}
    first = client.post(SEND, {"what": "drain"}, headers=headers)
    again = client.post(SEND, {"what": "drain"}, headers=headers)
    assert taken == ["drain"]
    assert first["Location"] == again["Location"]


def test_a_double_tap_without_script_is_taken_once(client: Client) -> None:
    form = {"what": "drain", "_once": str(uuid.uuid4())}
    client.post(SEND, form)
    client.post(SEND, form)
    assert taken == ["drain"]


def test_a_second_thing_written_on_the_same_page_is_taken_too(client: Client) -> None:
    key = str(uuid.uuid4())
    client.post(SEND, {"what": "drain", "_once": key})
    client.post(SEND, {"what": "lamp", "_once": key})
    assert taken == ["drain", "lamp"]


def test_what_was_refused_may_be_sent_again_under_its_key(client: Client) -> None:
    key = str(uuid.uuid4())
    assert _parcel(client, key, "") == 422
    assert Submission.objects.count() == 0
    assert _parcel(client, key, "drain") == 302


def test_a_parcel_never_goes_in_under_another_name(client: Client) -> None:
    writer, other = AccountFactory.create(), AccountFactory.create()
    log_in(client, other)
    assert _parcel(client, str(uuid.uuid4()), "drain", str(writer.pk)) == 401
    client.logout()
    assert _parcel(client, str(uuid.uuid4()), "drain", str(writer.pk)) == 401
    assert taken == []


def test_a_key_that_is_none_is_simply_ignored(client: Client) -> None:
    client.post(SEND, {"what": "drain", "_once": "not a key"})
    assert taken == ["drain"]
    assert Submission.objects.count() == 0


def test_the_page_hears_which_draft_was_taken(client: Client) -> None:
    response = client.post(SEND, {"what": "drain", "_draft": "report"})
    refused = Client().post(SEND, {"what": "", "_draft": "report"})
    assert response.cookies["linli_sent"].value == "report"
    assert "linli_sent" not in refused.cookies
