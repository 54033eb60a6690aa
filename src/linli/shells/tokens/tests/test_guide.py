# SPDX-License-Identifier: MulanPSL-2.0
"""The page about the API says what the document says, whole and in both languages; and what it says
of scopes is what is asked for.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from linli.base import clock
from linli.config.api import api, open_api
from linli.kernel.access import services as access
from linli.kernel.access.factories import GrantFactory, proven
from linli.kernel.access.terms import GrantSource
from linli.kernel.accounts.factories import AccountFactory
from linli.shells.places.tests.towns import enter, links_of, text_of
from linli.shells.tokens.bearer import ACTING, SCOPE
from linli.shells.tokens.described import said, sentences_of
from linli.shells.tokens.examples import address_of, body_of
from linli.shells.tokens.guide import document_of

PAGE = "/api/docs/"
SCOPES = ("appeals.view", "appeals.register_for")


class Reading(HTMLParser):
    """What a page holds that a reader may meet: ids, links, headings, whatever is loaded."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.levels: list[int] = []
        self.styled = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        self.loaded += [given.get("src") or ""] if tag in {"script", "img"} else []
        self.loaded += [given["href"] or ""] if tag == "link" else []
        self.styled += tag == "style" or "style" in given
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation of the API: method, path, description."""
    for path, methods in document_of(api)["paths"].items():
        for method, told in methods.items():
            yield method, path, told


def page(language: str) -> Any:
    """The page as anybody gets it."""
    client = Client()
    client.cookies["linli_language"] = language
    return client.get(PAGE)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
class TestPage:
    def test_anybody_reads_every_operation_and_object(self, language: str) -> None:
        answer = page(language)
        assert answer.status_code == 200
        ids = set(Reading(answer.content.decode()).ids)
        for each in (api, open_api):
            document = document_of(each)
            for methods in document["paths"].values():
                assert {told["operationId"] for told in methods.values()} <= ids
            assert {f"shape-{name}" for name in document["components"]["schemas"]} <= ids

    def test_every_sentence_of_the_document_is_on_it(self, language: str) -> None:
        found = re.sub(r"\s", "", text_of(page(language)))
        with translation.override(language):
            for text in sentences_of(document_of(api)):
                plain = re.sub(r"[\s`]", "", said(text))
                assert plain.replace("'", "&#x27;").replace('"', "&quot;") in found, text

    def test_its_links_lead_somewhere_and_nothing_comes_from_elsewhere(self, language: str) -> None:
        answer = page(language)
        reading = Reading(answer.content.decode())
        assert len(reading.ids) == len(set(reading.ids))
        inside = {link[1:] for link in reading.links if link.startswith("#")}
        assert inside <= set(reading.ids)
        for link in {each for each in reading.links if each.startswith("/api/")}:
            assert Client().get(link).status_code == 200
        assert not [each for each in reading.loaded if "//" in each]
        assert reading.styled == 0
        assert "unsafe" not in answer["Content-Security-Policy"]

    def test_its_headings_go_down_one_step_at_a_time(self, language: str) -> None:
        levels = Reading(page(language).content.decode()).levels
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.django_db
def test_each_operation_says_who_may_and_shows_an_example() -> None:
    text = page("en").content.decode()
    part = text.split('aria-labelledby="appeals_photos_add"')[1].split("</article>")[0]
    assert "Register for somebody" in part
    assert "<code>appeals.register_for</code>" in part
    assert "-F &quot;photos=@drain.jpg&quot;" in part
    assert "Authorization: Bearer $TOKEN" in part
    moved = text.split('aria-labelledby="cases_move"')[1].split("</article>")[0]
    assert "the token must act in procedures" in moved
    public = text.split('aria-labelledby="appeals_file_public"')[1].split("</article>")[0]
    assert "anybody, without a token" in public
    assert "Bearer" not in public


@pytest.mark.django_db
def test_it_is_only_read() -> None:
    assert Client().post(PAGE).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("each", [api, open_api], ids=["partners", "open data"])
def test_every_sentence_has_its_chinese(each: Any) -> None:
    with translation.override("zh-hans"):
        texts = {" ".join(text.split()) for text in sentences_of(document_of(each)) if text}
        assert [text for text in texts if said(text) == text] == []


@pytest.mark.django_db
def test_every_parameter_and_field_says_what_it_is() -> None:
    for each in (api, open_api):
        document = document_of(each)
        wordless = [
            f"{told['operationId']}: {parameter['name']}"
            for methods in document["paths"].values()
            for told in methods.values()
            for parameter in told["parameters"]
            if not parameter.get("description")
        ]
        wordless += [
            f"{name}: {field}"
            for name, schema in document["components"]["schemas"].items()
            for field, told in schema["properties"].items()
            if not told.get("description")
        ]
        assert wordless == []


def test_the_page_of_tokens_leads_there(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    assert links_of(client.get("/console/tokens/"), PAGE) == [PAGE]


class TestScopes:
    def test_what_the_description_says_is_what_is_asked_for(self, towns: SimpleNamespace) -> None:
        clients = {scope: _hub(towns.here, scope) for scope in SCOPES}
        for method, path, told in operations():
            if "security" not in told:
                continue
            for scope, client in clients.items():
                answer = _call(client, method, path, told)
                is_refused = answer.status_code == 403 and SCOPE in told
                assert is_refused == (_is_short(told, scope)), (path, scope, answer.content)
                if is_refused and told[SCOPE] != scope:
                    assert told[SCOPE] in answer.json()["message"]

    def test_every_operation_that_writes_names_a_scope(self) -> None:
        assert [
            path
            for method, path, told in operations()
            if method != "get" and "security" in told and SCOPE not in told
        ] == []


def _is_short(told: dict[str, Any], scope: str) -> bool:
    """Whether a token with that scope alone, which does not act, does not get through."""
    if SCOPE not in told:
        return False
    return told[SCOPE] != scope or bool(told.get(ACTING))


def _hub(town: SimpleNamespace, scope: str) -> Client:
    account = AccountFactory.create()
    account.set_unusable_password()
    account.save()
    grant = GrantFactory.create(
        account=account, role="dispatcher", place=town.city, source=GrantSource.PARTNER
    )
    issued = access.token_issue(
        actor=proven(town.admin),
        grant=grant,
        label="热线平台",
        scopes=[scope],
        ends_on=clock.today() + dt.timedelta(days=30),
    )
    return Client(headers={"Authorization": f"Bearer {issued.text}", "Accept-Language": "en"})


def _call(client: Client, method: str, path: str, told: dict[str, Any]) -> Any:
    """The request of the example on the page."""
    address = address_of(path, told)
    body = body_of(told, document_of(api)["components"]["schemas"])
    if body is not None:
        return client.post(address, json.dumps(body), content_type="application/json")
    if method == "post":
        return client.post(address, {"photos": [SimpleUploadedFile("a.jpg", b"x")]})
    return client.get(address)
