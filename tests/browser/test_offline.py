# SPDX-License-Identifier: MulanPSL-2.0
"""A report made without signal outlives the tab and the session, and goes out exactly once."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.visiting import DESK, PHONE, Visit, picture

pytestmark = pytest.mark.browser

WORDS = "二单元楼道堆了三辆旧电瓶车，线从窗户里拉下来充电"

KNOWN = """async () => {
  while (!(await caches.match('/field/appeals/new/'))) await new Promise((go) => setTimeout(go,
  100));
}"""


def test_a_report_without_signal_goes_out_once_after_signing_in_again(visit: Visit) -> None:
    phone = visit.device(PHONE)
    page = visit.enter(phone, "grid_worker")
    _know_the_pages(page)
    phone.set_offline(True)
    page.goto("/field/appeals/new/")
    _write(page)
    expect(page.locator("main")).to_contain_text("已存在手机里")
    page.close()

    phone.clear_cookies(name="sessionid")
    phone.set_offline(False)
    stranger = phone.new_page()
    stranger.goto("/portal/")
    expect(stranger.locator("linli-outbox")).to_contain_text("别的账号")
    assert _reports(visit) == 0

    stranger.close()
    again = visit.enter(phone, "grid_worker")
    again.wait_for_selector("linli-outbox:empty", state="attached")
    again.goto("/field/outbox/")
    expect(again.locator("main")).to_contain_text("都已经发出去了")
    again.reload()
    assert _reports(visit) == 1
    assert _own(phone) == 1


def _know_the_pages(page: Page) -> None:
    """Once opened with signal, the pages of the street are on the phone."""
    page.evaluate(KNOWN)


def _write(page: Page) -> None:
    page.fill("#what", WORDS)
    page.set_input_files("input[type=file][name=photos]", [picture()])
    page.wait_for_selector(".upload[data-taken]")
    page.check("input[name=where][value=map]", force=True)
    page.click("linli-map .leaflet-container")
    page.wait_for_selector(".leaflet-marker-icon.pin")
    page.click(".action-bar button[type=submit]")


def _reports(visit: Visit) -> int:
    """How many cases with these words the dispatcher finds, each with its photo."""
    desk = visit.enter(visit.device(DESK), "dispatcher")
    desk.goto(f"/console/appeals/?view=all&q={WORDS[:8]}")
    rows = desk.locator("#rows .item")
    if rows.count():
        desk.click("#rows .item a")
        expect(desk.locator("#peek img").first).to_be_visible()
    return rows.count()


def _own(phone: BrowserContext) -> int:
    page = phone.new_page()
    page.goto("/field/appeals/")
    return page.locator(".matter-card", has_text=WORDS[:8]).count()
