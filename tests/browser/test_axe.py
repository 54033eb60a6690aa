# SPDX-License-Identifier: MulanPSL-2.0
"""What axe-core finds on the pages that most people open: nothing (the full crawl takes all)."""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.crawling import Crawl
from tests.browser.test_crawler import VISITOR, hold
from tests.browser.visiting import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

KEY_PAGES = {
    VISITOR: ("/", "/accounts/login/", "/accounts/phone/", "/demo/phone/", "/api/docs/"),
    "resident": ("/portal/", "/portal/appeals/new/", "/portal/appeals/"),
    "grid_worker": ("/field/", "/field/appeals/new/"),
    "dispatcher": ("/console/", "/console/appeals/"),
    "leader": ("/cockpit/",),
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


def _first_matter(page: Page) -> str:
    """The page of the first matter in the list that is open."""
    link = page.locator("main a[href*='/appeals/SQ'], main a[href*='open=SQ']").first
    address = str(link.get_attribute("href"))
    return f"/console/appeals/{address.rpartition('open=')[2]}/" if "open=" in address else address
