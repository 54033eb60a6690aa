# SPDX-License-Identifier: MulanPSL-2.0
"""Numbers of a page that open rows, and the lists that they open, read from its HTML.

A number is a link of class `opens`, the `.count` of a tab, the `<b>` of a `.desk-counts` or the
`.num` of a `.choice-link`. A list says `data-total` how many there are on all its pages; its rows
are the outermost `li`, `tr` and `[data-row]` in it. A number with `data-adds="households"` opens
rows whose `data-households` add up to it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"))
ROWS = frozenset(("li", "tr"))
DIGITS = re.compile(r"\d[\d,]*(?!\d|[.%\d])")
MOST_PAGES = 20

Attributes = dict[str, str]
Fetch = Callable[[str], str]
"""Gives the HTML of an address."""


@dataclass
class Number:
    """A number that is a link; `adds` names what the rows behind it add up to."""

    href: str
    adds: str = ""
    text: str = ""

    @property
    def value(self) -> int | None:
        """The number, if there is one that counts something: a share does not."""
        found = DIGITS.search(self.text)
        return int(found.group().replace(",", "")) if found else None


@dataclass
class Listed:
    """A list of a page: the ids it stands in, how many it says there are, its rows here."""

    scopes: frozenset[str]
    total: int
    rows: list[Attributes] = field(default_factory=list)


@dataclass
class Read:
    """What a page shows: its numbers, its lists, and where its list goes on."""

    numbers: list[Number] = field(default_factory=list)
    lists: list[Listed] = field(default_factory=list)
    next_href: str = ""

    def list_at(self, fragment: str) -> Listed | None:
        """The first list, or the first within what an address with `#…` points at."""
        found = (one for one in self.lists if not fragment or fragment in one.scopes)
        return next(found, None)


@lru_cache(maxsize=256)
def read(html: str) -> Read:
    """Read a page or a part of one."""
    reader = _Reader()
    reader.feed(html)
    return reader.read


def faults(address: str, html: str, fetch: Fetch) -> Iterator[str]:
    """Every number of a page that does not open exactly that many rows."""
    for number in read(html).numbers:
        if number.value is not None:
            opened = opened_by(number, address, html, fetch)
            if opened != (number.value, number.value):
                yield f"{number.text.strip()!r} -> {number.href}: (total, rows) is {opened}"


def opened_by(number: Number, address: str, html: str, fetch: Fetch) -> tuple[int, int] | None:
    """How many a number's list says it holds, and how many rows all its pages hold; None where it
    opens no list.
    """
    to, fragment = urldefrag(joined(address, number.href))
    here = read(html if to == urldefrag(address)[0] else fetch(to))
    listed = here.list_at(fragment)
    if listed is None:
        return None
    rows = list(listed.rows)
    for _page in range(MOST_PAGES):
        if not here.next_href:
            break
        to = joined(to, here.next_href)
        here = read(fetch(to))
        further = here.list_at(fragment)
        rows += further.rows if further is not None else []
    if number.adds:
        total = sum(int(row.get(f"data-{number.adds}", 0)) for row in rows)
        return total, total
    return listed.total, len(rows)


def joined(address: str, href: str) -> str:
    """Where a link of a page leads; "?" alone leaves the question out, as browsers do."""
    if href.startswith("?"):
        return urlsplit(address)._replace(query="", fragment="").geturl() + href.removesuffix("?")
    return urljoin(address, href)


@dataclass(frozen=True)
class _Open:
    """An element that is not closed yet."""

    tag: str = ""
    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    number: Number | None = None
    said_by: Number | None = None
    listed: Listed | None = None
    is_row: bool = False


class _Reader(HTMLParser):
    """Keeps the way down to where it reads; what is closed late is closed with what holds it."""

    def __init__(self) -> None:
        super().__init__()
        self.read = Read()
        self._way: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        above = self._way[-1] if self._way else _Open()
        classes = frozenset(given.get("class", "").split())
        ids = above.ids | ({given["id"]} if given.get("id") else frozenset())
        number = self._number(given) if tag == "a" else above.number
        listed, is_row = above.listed, above.is_row
        if given.get("data-total", "").isdecimal():
            listed, is_row = Listed(ids, int(given["data-total"])), False
            self.read.lists.append(listed)
        elif listed is not None and not is_row and (tag in ROWS or "data-row" in given):
            listed.rows.append(given)
            is_row = True
        if tag not in VOID:
            said_by = above.said_by or self._said_by(tag, classes, number)
            self._way.append(_Open(tag, classes, ids, number, said_by, listed, is_row))

    def handle_endtag(self, tag: str) -> None:
        tags = [one.tag for one in self._way]
        if tag in tags:
            del self._way[len(tags) - 1 - tags[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        said_by = self._way[-1].said_by if self._way else None
        if said_by is not None:
            said_by.text += data

    def _number(self, given: Attributes) -> Number:
        if given.get("rel") == "next":
            self.read.next_href = given.get("href", "")
        number = Number(given.get("href", ""), given.get("data-adds", ""))
        if "href" in given:
            self.read.numbers.append(number)
        return number

    def _said_by(self, tag: str, classes: frozenset[str], number: Number | None) -> Number | None:
        """The number that the text of an element says."""
        if number is None:
            return None
        around = [each.classes for each in self._way]
        is_said = (
            "opens" in classes
            or ("count" in classes and any("tabs" in one for one in around))
            or (tag == "b" and any("desk-counts" in one for one in around))
            or ("num" in classes and any("choice-link" in one for one in around))
        )
        return number if is_said else None
