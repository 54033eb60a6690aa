# SPDX-License-Identifier: MulanPSL-2.0
"""The desk: what waits, by module."""

import pytest
from django.test import Client

from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.accounts.factories import log_in
from linli.shells.frame.faces import console

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody for whom one card lies on the desk."""
    monkeypatch.setattr(console, "cards", [])
    card = console.card("desk", "frame/parts/messages.html", needs="test.sit")
    card(lambda request: {})
    role_define("sitter", ["test.sit"])
    log_in(client, GrantFactory.create(role="sitter").account)
    return client


def test_the_desk_opens_for_staff_with_the_navigation(clerk: Client) -> None:
    page = clerk.get("/console/").content.decode()
    assert 'class="side-nav"' in page
    assert 'aria-current="page"' in page


def test_an_empty_desk_says_so(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = clerk.get("/console/").content.decode()
    monkeypatch.setattr(console, "filled", lambda request, slot: [])
    empty = clerk.get("/console/").content.decode()
    assert "没有等您办的" not in page
    assert "没有等您办的" in empty


def test_messages_have_a_page(clerk: Client) -> None:
    assert "还没有消息" in clerk.get("/console/messages/").content.decode()


def test_a_stranger_signs_in_first(client: Client) -> None:
    response = client.get("/console/")
    assert response["Location"] == "/accounts/login/?next=%2Fconsole%2F"
