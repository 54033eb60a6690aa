# SPDX-License-Identifier: MulanPSL-2.0
"""Language, theme and type size: chosen by a link, remembered, never a way out of the site."""

from collections.abc import Callable

import pytest
from django.test import Client

from linli.kernel.accounts.models import Account

SignIn = Callable[..., Account]
pytestmark = pytest.mark.django_db


def test_pages_are_chinese_until_somebody_chooses(client: Client) -> None:
    page = client.get("/portal/", headers={"Accept-Language": "en"})
    assert 'lang="zh-Hans"' in page.content.decode()


def test_a_link_changes_the_language_and_leads_back(client: Client) -> None:
    response = client.get("/look/?language=en&next=/portal/")
    assert response["Location"] == "/portal/"
    assert 'lang="en"' in client.get("/portal/").content.decode()


def test_the_way_back_never_leaves_the_site(client: Client) -> None:
    for address in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        assert client.get("/look/", {"language": "en", "next": address})["Location"] == "/"


def test_what_cannot_be_chosen_changes_nothing(client: Client) -> None:
    assert not client.get("/look/?language=tlh&theme=pink&size=huge").cookies


def test_theme_and_large_type_are_in_the_first_paint(client: Client) -> None:
    client.get("/look/?theme=dark&size=large")
    page = client.get("/portal/").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-size="large"' in page
    assert "tel:12345" in page


def test_an_account_takes_its_choices_to_another_device(client: Client, signed_in: SignIn) -> None:
    account = signed_in()
    client.get("/look/?language=en&size=large")
    account.refresh_from_db()
    assert (account.language, account.text_size) == ("en", "large")
    for name in ("linli_language", "linli_size"):
        del client.cookies[name]
    page = client.get("/portal/").content.decode()
    assert 'lang="en"' in page
    assert 'data-size="large"' in page


def test_a_request_gets_an_id_and_keeps_one_it_was_given(client: Client) -> None:
    assert len(client.get("/portal/")["X-Request-ID"]) == 32
    given = client.get("/portal/", headers={"X-Request-ID": "abcd-1234"})
    odd = client.get("/portal/", headers={"X-Request-ID": "a b\n<script>"})
    assert given["X-Request-ID"] == "abcd-1234"
    assert len(odd["X-Request-ID"]) == 32
