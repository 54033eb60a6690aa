# SPDX-License-Identifier: MulanPSL-2.0
"""What no database keeps is taken out of a request before anybody looks at it."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from linli.shells.frame.middleware import TextMiddleware

PASSED: list[HttpRequest] = []


def served(request: HttpRequest) -> HttpRequest:
    """The request as the pages get it."""
    PASSED.clear()
    TextMiddleware(_answer)(request)
    return PASSED[0]


def _answer(request: HttpRequest) -> HttpResponse:
    PASSED.append(request)
    return HttpResponse()


def test_a_form_comes_without_it() -> None:
    form = {"what": "井\x00盖", "reasons": ["a\x00", "b"], "name": "𠮷"}
    request = served(RequestFactory().post("/send/?q=a%00b", form))
    assert request.POST["what"] == "井盖"
    assert request.POST.getlist("reasons") == ["a", "b"]
    assert request.POST["name"] == "𠮷"
    assert request.GET["q"] == "ab"


def test_an_ordinary_form_is_passed_on_as_it_is() -> None:
    request = RequestFactory().post("/send/?q=ab", {"what": "井盖\r\n没了"})
    before = request.POST
    assert served(request).POST is before
    assert before["what"] == "井盖\r\n没了"


def test_a_word_of_the_address_stays_another_word() -> None:
    request = served(RequestFactory().get("/portal/appeals/SQ-1%00/"))
    assert request.path_info == "/portal/appeals/SQ-1\N{REPLACEMENT CHARACTER}/"


@pytest.mark.django_db
def test_a_session_that_is_none_is_nobodys() -> None:
    client = Client()
    client.cookies.load('sessionid="\\000abcdefghijkl"')
    assert client.get("/portal/").status_code == 200
