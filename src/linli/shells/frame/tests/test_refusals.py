# SPDX-License-Identifier: MulanPSL-2.0
"""A refusal is something to read, with its status, on a page or within one."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.usefixtures("with_sample"), pytest.mark.django_db]
STATUS = {"invalid": 422, "conflict": 409, "too-many": 429, "forbidden": 404}


@pytest.mark.parametrize(("how", "status"), STATUS.items())
def test_each_refusal_has_its_status(client: Client, how: str, status: int) -> None:
    assert client.get(f"/sample/refuse/{how}/").status_code == status


def test_an_invalid_form_names_each_field(client: Client) -> None:
    page = client.post("/sample/refuse/invalid/").content.decode()
    assert "Look again" in page
    assert "Six digits, please" in page


def test_a_conflict_says_who_was_first(client: Client) -> None:
    assert "He Qian was first" in client.post("/sample/refuse/conflict/").content.decode()


def test_what_is_forbidden_does_not_say_why(client: Client) -> None:
    assert "Not your street" not in client.get("/sample/refuse/forbidden/").content.decode()


def test_within_a_page_a_notice_goes_to_the_messages(client: Client) -> None:
    response = client.post("/sample/refuse/conflict/", headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#messages"
    assert b"<html" not in response.content
    assert b'data-tone="late"' in response.content


def test_a_script_gets_the_reason_as_data(client: Client) -> None:
    response = client.post("/sample/refuse/invalid/", headers={"Accept": "application/json"})
    assert response.json()["fields"] == {"what": "Six digits, please"}


def test_the_way_back_stays_on_this_site(client: Client) -> None:
    inside = client.get(
        "/sample/refuse/conflict/", headers={"Referer": "http://testserver/sample/"}
    )
    outside = client.get(
        "/sample/refuse/conflict/", headers={"Referer": "http://elsewhere.example/"}
    )
    assert b'data-back href="/sample/"' in inside.content
    assert b"elsewhere" not in outside.content


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_missing_page_says_what_to_do_next_in_both_languages(
    client: Client, language: str
) -> None:
    client.cookies["linli_language"] = language
    page = client.get("/sample/nothing/").content.decode()
    assert ("回到首页" if language == "zh-hans" else "To the first page") in page
    assert f'lang="{"en" if language == "en" else "zh-Hans"}"' in page
