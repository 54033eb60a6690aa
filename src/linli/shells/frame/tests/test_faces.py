# SPDX-License-Identifier: MulanPSL-2.0
"""Who gets which page, and what the navigation shows them."""

from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from linli.base.actor import ANONYMOUS, Actor, ActorKind, Held
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.shells.frame.faces import Face
from linli.shells.frame.menu import Menu
from linli.shells.frame.tests.sample import sample

SignIn = Callable[..., Account]
pytestmark = pytest.mark.usefixtures("with_sample")
HTMX = {"HX-Request": "true"}


def _worker() -> Actor:
    held = Held("worker", "37/", None, frozenset({"sample.work"}))
    return Actor(ActorKind.ACCOUNT, account_id=1, grants=(held,))


def _request(rf: RequestFactory, address: str, actor: Actor) -> HttpRequest:
    request = rf.get(address)
    request.__dict__["actor"] = actor
    return request


def test_anybody_gets_a_public_page(client: Client, db: None) -> None:
    assert client.get("/sample/").content == b"open"


def test_a_stranger_is_sent_to_sign_in_and_comes_back_to_the_same_page(
    client: Client, db: None
) -> None:
    response = client.get("/sample/mine/?page=2")
    address = urlsplit(response["Location"])
    assert response.status_code == 302
    assert parse_qs(address.query)["next"] == ["/sample/mine/?page=2"]


def test_a_part_asked_for_by_a_stranger_moves_the_whole_page_to_sign_in(
    client: Client, db: None
) -> None:
    headers = HTMX | {"HX-Current-URL": "http://testserver/sample/mine/?page=3"}
    response = client.get("/sample/mine/", headers=headers)
    assert response.status_code == 204
    assert parse_qs(urlsplit(response["HX-Redirect"]).query)["next"] == ["/sample/mine/?page=3"]


def test_a_script_without_sign_in_gets_401(client: Client, db: None) -> None:
    response = client.get("/sample/mine/", headers={"Accept": "application/json"})
    assert response.status_code == 401


def test_whoever_lacks_the_permission_finds_nothing_there(
    client: Client, signed_in: SignIn
) -> None:
    signed_in("sample.other")
    forbidden = client.get("/sample/work/")
    missing = client.get("/sample/no-such-page/")
    assert forbidden.status_code == missing.status_code == 404
    pages = [
        page.content.replace(b"work/", b"").replace(b"no-such-page/", b"")
        for page in (forbidden, missing)
    ]
    assert pages[0] == pages[1]


def test_whoever_holds_the_permission_gets_the_page(client: Client, signed_in: SignIn) -> None:
    signed_in("sample.work")
    response = client.get("/sample/work/")
    assert response.content == b"work"
    assert response["Cache-Control"] == "private, no-cache"


def test_the_navigation_shows_what_is_open_in_order_with_what_waits(
    rf: RequestFactory, db: None
) -> None:
    AccountFactory.create_batch(7)
    request = _request(rf, "/sample/work/", _worker())
    entries = sample.entries(request)
    assert [entry.label for entry in entries] == ["Open to all", "Work", "Mine"]
    assert [entry.count for entry in entries] == [0, 7, 0]
    assert [entry.is_current for entry in entries] == [False, True, False]


def test_a_stranger_sees_only_public_entries(rf: RequestFactory, db: None) -> None:
    request = _request(rf, "/sample/", ANONYMOUS)
    assert [entry.label for entry in sample.entries(request)] == ["Open to all"]


def test_a_page_cannot_be_public_and_need_something() -> None:
    with pytest.raises(ValueError, match="is public"):
        Face("odd", root="odd/").page("", name="home", public=True, needs="a.b")


def test_two_pages_cannot_have_one_name() -> None:
    face = Face("odd", root="odd/")
    register = face.page("", name="home", public=True)
    register(lambda request: HttpResponse())
    with pytest.raises(ValueError, match="already"):
        face.page("again/", name="home", public=True)


def test_a_fixed_address_is_not_hidden_by_one_that_varies() -> None:
    face = Face("odd", root="odd/")
    face.page("w/<str:key>/", name="one", public=True)(lambda r, key: HttpResponse())
    face.page("w/all/", name="all", public=True)(lambda r: HttpResponse())
    found = next(each for each in face.urlpatterns() if each.resolve("w/all/"))
    assert found.name == "all"


def test_cards_come_in_order_for_those_who_may_see_them() -> None:
    face = Face("odd", root="odd/")
    face.card("desk", "second.html", order=20)(lambda request: {"n": 2})
    face.card("desk", "first.html", order=10, needs="sample.work")(lambda request: {"n": 1})
    face.card("desk", "empty.html", order=5)(lambda request: None)
    worker: HttpRequest = SimpleNamespace(actor=_worker())  # type: ignore[assignment]
    stranger: HttpRequest = SimpleNamespace(actor=ANONYMOUS)  # type: ignore[assignment]
    assert [card.template for card in face.filled(worker, "desk")] == ["first.html", "second.html"]
    assert [card.template for card in face.filled(stranger, "desk")] == ["second.html"]


def test_a_face_with_nothing_for_somebody_is_closed_to_them() -> None:
    face = Face("odd", root="odd/")
    face.page("w/", name="w", needs="sample.work", menu=Menu("W", "desk"))(lambda r: HttpResponse())
    assert face.is_open_to(_worker())
    assert not face.is_open_to(ANONYMOUS)
