# SPDX-License-Identifier: MulanPSL-2.0
"""Every number on a page opens exactly that many rows, for each face of the round."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit

import pytest
from django.test import Client

from linli.config.testing.numbers import faults, joined, opened_by, read
from tests.stories.conftest import City

pytestmark = pytest.mark.django_db

PERSONAS = {
    "resident": ("/portal/",),
    "grid_worker": ("/field/", "/console/"),
    "clerk": ("/console/", "/field/"),
    "dispatcher": ("/console/", "/cockpit/"),
    "handler": ("/console/", "/field/"),
    "leader": ("/cockpit/", "/console/"),
    "role:system_administrator": ("/console/", "/cockpit/"),
    "arbiter": ("/console/",),
}
QUICK = ("resident", "grid_worker")
"""Whose pages are walked each time; the others' with `--full`."""
FACES = ("/portal/", "/field/", "/console/", "/cockpit/")
VARIES = re.compile(r"[^/]*\d[^/]*")
SHOWN_BY = ("view", "set", "state", "level")
"""What stands behind these names makes another page of it."""
LINK = re.compile(r'<a [^>]*?href="([^"]+)"')


@dataclass
class Walk:
    """The pages within reach of somebody, one of each kind, and what their numbers open."""

    client: Client
    pages: dict[str, str] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    numbers: int = 0

    def fetch(self, address: str) -> str:
        """The HTML of an address, asked for once; "" for what is no page."""
        if address not in self.pages:
            answer = self.client.get(address)
            is_page = answer.status_code == 200 and "text/html" in answer.get("Content-Type", "")
            self.pages[address] = answer.content.decode() if is_page else ""
        return self.pages[address]

    def faults(self, *starts: str) -> Iterator[str]:
        """Every number that opens another number of rows, on every kind of page."""
        waiting = deque(starts)
        while waiting:
            address = waiting.popleft()
            kind = kind_of(address)
            if kind in self.kinds:
                continue
            self.kinds.add(kind)
            html = self.fetch(address)
            self.numbers += sum(one.value is not None for one in read(html).numbers)
            yield from (f"{address}: {fault}" for fault in faults(address, html, self.fetch))
            waiting.extend(self._ways(address, html))

    def _ways(self, address: str, html: str) -> Iterator[str]:
        for href in LINK.findall(html):
            to = urldefrag(joined(address, unescape(href)))[0]
            if to.startswith(FACES):
                yield to


def kind_of(address: str) -> str:
    """Pages of one kind differ in numbers, in what is chosen from a list, or in how several choices
    are put together.
    """
    parts = urlsplit(address)
    given = parse_qsl(parts.query)
    is_alone = len(given) == 1
    asked = [(name, value if name in SHOWN_BY and is_alone else "") for name, value in given]
    return f"{VARIES.sub('#', parts.path)}?{urlencode(sorted(asked))}"


@pytest.mark.parametrize(
    "persona",
    [each if each in QUICK else pytest.param(each, marks=pytest.mark.full) for each in PERSONAS],
)
def test_every_number_opens_exactly_that_many_rows(city: City, persona: str) -> None:
    walk = Walk(city.client(persona))
    found = list(walk.faults(*PERSONAS[persona]))
    assert not found, "\n".join(found)
    assert walk.numbers, "no number was met"


def test_a_number_that_opens_other_rows_is_found() -> None:
    pages = {
        "/whole/": '<ul data-total="3"><li><ul><li>in it</li></ul></li><li></li>'
        '</ul><a rel="next" href="?page=2">next</a>',
        "/whole/?page=2": '<ul data-total="3"><li></li></ul>',
        "/parts/": '<b data-total="9"></b><p id="in"><u data-total="1"><i data-row></i></u></p>',
        "/sums/": '<ul data-total="2"><li data-people="2"></li><li data-people="5"></li></ul>',
        "/none/": "<p>no list</p>",
    }
    page = (
        '<a class="opens" href="/whole/">3 cases</a><a class="opens" href="/parts/#in">1</a>'
        '<nav class="tabs"><a href="/whole/">All <span class="count">4</span></a></nav>'
        '<a class="opens" data-adds="people" href="/sums/">7 people</a>'
        '<div class="desk-counts"><a href="/none/"><b>1</b></a></div>'
        '<a class="opens" href="/none/">85%</a><a href="/none/">12 of another kind</a>'
    )
    wrong = list(faults("/", page, pages.__getitem__))
    assert [fault.split(" ->")[0] for fault in wrong] == ["'4'", "'1'"]
    three = next(one for one in read(page).numbers if one.value == 3)
    assert opened_by(three, "/", page, pages.__getitem__) == (3, 3)
