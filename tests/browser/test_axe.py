# SPDX-License-Identifier: MulanPSL-2.0
"""What axe-core finds on the pages: nothing, in any light and at any size of type."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page

from linli.config import frontend
from linli.config.environment import ROOT
from tests.browser.crawling import Crawl
from tests.browser.test_crawler import PERSONAS, TO_THE_END, VISITOR, hold
from tests.browser.visiting import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
RUN = """async () => {
  const found = await axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
  });
  return found.violations;
}"""

KEY_PAGES = {
    VISITOR: ("/", "/accounts/login/", "/api/docs/"),
    "resident": ("/portal/", "/portal/appeals/new/", "/portal/appeals/"),
    "grid_worker": ("/field/", "/field/appeals/new/"),
    "dispatcher": ("/console/", "/console/appeals/"),
    "leader": ("/cockpit/",),
}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"theme": "dark"},
    "large": {"large": True},
}


@pytest.mark.parametrize("persona", KEY_PAGES)
def test_key_pages_can_be_used_by_everybody(visit: Visit, persona: str) -> None:
    size = DESK if persona in {"dispatcher", "leader"} else PHONE
    device = visit.device(size)
    page = device.new_page() if persona == VISITOR else visit.enter(device, persona)
    crawl = Crawl(page, visit.watch, violations, deepest=0)
    crawl.walk(*KEY_PAGES[persona])
    if persona in {"resident", "dispatcher"}:
        crawl.walk(_first_matter(page))
    hold(crawl)


@pytest.mark.full
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("persona", [VISITOR, *PERSONAS])
def test_all_pages_can_be_used_by_everybody(visit: Visit, persona: str, look: str) -> None:
    device = visit.device(PHONE if look == "large" else DESK, **LOOKS[look])
    page = device.new_page() if persona == VISITOR else visit.enter(device, persona)
    start = "/" if persona == VISITOR else page.url.removeprefix(visit.url)
    crawl = Crawl(page, visit.watch, violations, deepest=TO_THE_END, is_quick=True)
    crawl.walk(start, "/portal/")
    hold(crawl)


def violations(page: Page) -> Iterator[str]:
    """What axe has to say about a page, one line for each rule and element."""
    page.evaluate(LET_GO)
    page.evaluate(_axe())
    for rule in page.evaluate(RUN):
        for node in rule["nodes"][:3]:
            said = " ".join(str(node["failureSummary"]).split("\n")[1:2]).strip()
            yield f"{rule['id']}: {node['target'][0]}: {said}"


LET_GO = """() => document.querySelectorAll('.tab-bar, .action-bar, .elder-call').forEach((bar) => {
  bar.style.position = 'static';
})"""
"""Bars that stick to an edge cover something wherever a page is scrolled to; what they cover can be
scrolled free. That they never cover the focus is a test of the keyboard.
"""


@cache
def _axe() -> str:
    frontend.install_if_changed()
    return AXE.read_text(encoding="utf-8")


def _first_matter(page: Page) -> str:
    """The page of the first matter in the list that is open."""
    link = page.locator("main a[href*='/appeals/SQ'], main a[href*='open=SQ']").first
    address = str(link.get_attribute("href"))
    return f"/console/appeals/{address.rpartition('open=')[2]}/" if "open=" in address else address
