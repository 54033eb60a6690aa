# SPDX-License-Identifier: MulanPSL-2.0
"""A minute before somebody who left the page is signed out the page says so, in a real browser."""

import datetime as dt
import sqlite3
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.standing import Platform
from tests.browser.visiting import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

MOST = 15 * 60


def left_alone(platform: Platform, seconds: int) -> None:
    """Nobody has touched any page until the end is so near."""
    ends_at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
    seen_at = ends_at - dt.timedelta(seconds=MOST)
    row = [f"{moment:%Y-%m-%d %H:%M:%S.%f}" for moment in (ends_at, seen_at)]
    _changed(platform, "UPDATE accounts_session SET expire_date = ?, seen_at = ?", row)


def _changed(platform: Platform, sql: str, values: list[str]) -> None:
    with sqlite3.connect(platform.data / "linli.sqlite3", timeout=20) as database:
        database.execute(f"{sql} WHERE account_id IS NOT NULL", values)
    database.close()


def opened(visit: Visit, size: object = DESK) -> Page:
    """A page with a form on a device whose clock can be moved."""
    device = visit.device(size, language="en")  # type: ignore[arg-type]
    device.clock.install()
    return visit.enter(device, "dispatcher")


def warning(page: Page) -> Locator:
    """What <linli-rest> says."""
    return page.locator("linli-rest [role=alert]")


def passes(page: Page, minutes: int = 14) -> None:
    """So much time passes in the browser, without a key or a touch."""
    page.clock.fast_forward(minutes * 60_000 + 1000)


def test_the_page_warns_and_one_key_stays(visit: Visit, platform: Platform) -> None:
    page = opened(visit)
    page.wait_for_timeout(100)
    passes(page)  # the server knows of somebody since: nothing is said
    expect(warning(page)).to_have_count(0)
    left_alone(platform, 50)
    passes(page)
    expect(warning(page)).to_contain_text("In a minute you are signed out")
    button = page.get_by_role("button", name="Stay signed in")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(warning(page)).to_have_count(0)
    assert page.evaluate("fetch('/rest/').then(a => a.json())")["seconds"] > MOST - 30


def test_another_tab_counts_for_this_one(visit: Visit, platform: Platform) -> None:
    page = opened(visit)
    other = page.context.new_page()
    other.goto(page.url)
    left_alone(platform, 50)
    passes(page)
    for each in (page, other):
        each.clock.fast_forward(1000)
        expect(warning(each)).to_have_count(1)
    other.bring_to_front()
    other.get_by_role("button", name="Stay signed in").click()
    for each in (page, other):
        expect(warning(each)).to_have_count(0)


def test_who_is_signed_out_is_told_and_comes_back(visit: Visit, platform: Platform) -> None:
    page = opened(visit, PHONE)
    page.goto("/console/messages/")
    left_alone(platform, -1)
    passes(page)
    expect(warning(page)).to_contain_text("You were signed out")
    assert visit.watch.taken() == ["401 for GET /rest/"]
    page.get_by_role("link", name="Sign in and come back here").click()
    page.wait_for_url("**/accounts/login/**")
    assert page.locator("input[name=next]").first.get_attribute("value") == "/console/messages/"
    assert page.get_by_text("Nobody touched the page for a while").is_visible()


def test_the_warning_counts_down_and_becomes_the_end(visit: Visit, platform: Platform) -> None:
    page = opened(visit)
    left_alone(platform, 3)
    passes(page)
    expect(warning(page)).to_contain_text("In a minute you are signed out")
    time.sleep(3.5)
    page.clock.fast_forward(5000)
    expect(warning(page)).to_contain_text("You were signed out")
    assert visit.watch.taken() == ["401 for GET /rest/"]
