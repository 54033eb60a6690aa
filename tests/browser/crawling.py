# SPDX-License-Identifier: MulanPSL-2.0
"""Following every link and every form that asks for something, page by page."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from playwright.sync_api import Error, Page, Response

from tests.browser.visiting import Watch

NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{20,}|\d+")
CHANGES_THE_READER = ("/look/", "/accounts/logout/", "/static/", "/api/")
"""These change who looks or how; or they are no pages."""

SEVERAL = "several"

SETTLING = 120
"""Milliseconds that a page has to fetch what it fetches by itself."""

WAYS = """() => {
  const own = [...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'));
  const forms = [...document.querySelectorAll('form')].filter((form) => form.method === 'get');
  const asked = forms.map((form) => {
    const data = new FormData(form);
    form.querySelectorAll('[type=search]').forEach((box) => data.set(box.name, '井'));
    form.querySelectorAll('select').forEach((list) => {
      const last = list.options[list.options.length - 1];
      if (last && list.name) data.set(list.name, last.value);
    });
    return (form.getAttribute('action') || location.pathname) + '?' + new URLSearchParams(data);
  });
  const missing = own.filter((to) => to.length > 1 && to.startsWith('#') &&
  !document.querySelector(to));
  const parts = [...document.querySelectorAll('[hx-get]:not(a)')].map((el) =>
  el.getAttribute('hx-get'));
  return { links: [...own, ...asked], missing, parts };
}"""

PART = """async (address) => {
  const answer = await fetch(address, { headers: { 'HX-Request': 'true' } });
  return answer.status;
}"""

Look = Callable[[Page], Iterable[str]]


@dataclass
class Crawl:
    """A walk through the pages of one person; `look` says what is wrong with each.

    `most_alike` pages of one kind are opened, one where one value is chosen from a list; links of
    pages `deepest` steps from the first are not followed. With `is_quick` pages whose addresses
    choose another value of the same list are alike.
    """

    page: Page
    watch: Watch
    look: Look
    deepest: int
    most_alike: int = 1
    is_quick: bool = False
    seen: dict[str, int] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def walk(self, *starts: str) -> None:
        """Walk from these pages until nothing new is in reach."""
        waiting = deque((start, 0, "") for start in starts)
        while waiting:
            address, depth, source = waiting.popleft()
            if not self._is_new(address):
                continue
            if self._open(address, source) and depth < self.deepest:
                waiting.extend((to, depth + 1, address) for to in self._ways())

    def report(self) -> str:
        """Each fault once, with the pages that it was seen on."""
        return "\n".join(
            f"{fault}\n    on {pages[0]}" + (f" and {len(pages) - 1} more" if pages[1:] else "")
            for fault, pages in self.faults.items()
        )

    def _is_new(self, address: str) -> bool:
        kind = kind_of(address, is_quick=self.is_quick)
        self.seen[kind] = self.seen.get(kind, 0) + 1
        is_chosen = "=" in kind and SEVERAL not in kind
        return self.seen[kind] <= (1 if is_chosen else self.most_alike)

    def _open(self, address: str, source: str) -> bool:
        """Open a page and look at it; whether it is one that leads on."""
        answer = _go(self.page, address)
        self.opened.append(address)
        self._say(f"{address} from {source or 'the start'}", self.watch.taken())
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            return False
        self._say(address, self.look(self.page))
        self._say(address, self.watch.taken())
        return answer.status < 400

    def _ways(self) -> Iterator[str]:
        found = self.page.evaluate(WAYS)
        here = self.page.url
        self._say(here, [f"leads nowhere on the page: {to}" for to in found["missing"]])
        for part in found["parts"]:
            address = inside(here, part)
            if address and self._is_new(f"part {address}"):
                self.page.evaluate(PART, address)
                self._say(f"{address} as a part of {here}", self.watch.taken())
        links = (inside(here, to) for to in found["links"])
        yield from (to for to in links if to and not to.startswith(CHANGES_THE_READER))

    def _say(self, address: str, faults: Iterable[str]) -> None:
        for fault in faults:
            self.faults.setdefault(fault, []).append(address)


def kind_of(address: str, *, is_quick: bool = False) -> str:
    """Pages of one kind differ in numbers, or in which of several choices are put together; for a
    quick look in what is chosen too.
    """
    parts = urlsplit(address)
    asked = sorted((name, NUMBER.sub("#", value)) for name, value in parse_qsl(parts.query))
    chosen = [name for name, value in asked if value.strip("#-")]
    if len(chosen) > 1:
        asked = [(SEVERAL, "")]
    elif is_quick:
        asked = [(name, "") for name, _value in asked]
    return f"{NUMBER.sub('#', parts.path)}?{urlencode(asked)}"


def inside(here: str, to: str) -> str:
    """The path and query of a link of this site; empty for whatever leads away or stays."""
    if to.startswith("#"):
        return ""
    own, parts = urlsplit(here), urlsplit(urljoin(here, to))
    if parts.scheme not in {"http", "https"} or parts.netloc != own.netloc:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _go(page: Page, address: str) -> Response | None:
    """Open an address and give it a moment; None for a file that the browser puts away."""
    try:
        answer = page.goto(address)
    except Error as problem:
        if "Download is starting" in problem.message or "ERR_ABORTED" in problem.message:
            return None
        raise
    page.wait_for_timeout(SETTLING)
    return answer
