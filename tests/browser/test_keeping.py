# SPDX-License-Identifier: MulanPSL-2.0
"""Words not sent yet outlive a reload and a log-out, and are shown to their writer only."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visiting import DESK, Visit

pytestmark = pytest.mark.browser

WORDS = "已打电话问过物业，说明天上午来人，先记一笔"
WRITING = 500
"""Milliseconds after the last key in which words are kept."""


def test_a_note_outlives_reload_and_log_out_for_its_writer_alone(visit: Visit) -> None:
    device = visit.device(DESK)
    page = visit.enter(device, "dispatcher")
    page.goto("/console/appeals/?view=all")
    case = str(page.locator("#rows .item").first.get_attribute("id")).removeprefix("item-")
    address = f"/console/appeals/{case}/"
    page.goto(address)
    page.fill("#note", WORDS)
    page.wait_for_timeout(WRITING)
    page.reload()
    expect(page.locator("#note")).to_have_value(WORDS)

    _log_out(page)
    page.goto(address)
    page.wait_for_url("**/accounts/login/**")
    other = visit.enter(device, "leader")
    other.goto(address)
    expect(other.locator("h1")).to_be_visible()
    assert WORDS not in other.content()
    _log_out(other)

    again = visit.enter(device, "dispatcher")
    again.goto(address)
    expect(again.locator("#note")).to_have_value(WORDS)


def _log_out(page: Page) -> None:
    page.locator("form[action='/accounts/logout/'] button").first.evaluate("it => it.click()")
    page.wait_for_selector(".door-page")
