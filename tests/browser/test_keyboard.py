# SPDX-License-Identifier: MulanPSL-2.0
"""Without a mouse: the queue by letters, a report by tabs, and the way past the head of a page."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visiting import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

MOST_TABS = 60
SEEN = """() => {
  const own = document.activeElement;
  const box = own.getBoundingClientRect();
  if (!box.width || !box.height || own.matches('body, .visually-hidden')) return null;
  const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 20)];
  const top = document.elementFromPoint(x, y);
  return top && (own.contains(top) || top.contains(own)) ? null : own.outerHTML.slice(0, 120);
}"""
"""What has the focus and lies under something else, or nothing; of a hidden box its label shows
the focus.
"""
WORDS = "三岔路口的路灯不亮，晚上走路看不清"


def test_the_queue_is_walked_by_letters(visit: Visit) -> None:
    page = visit.enter(visit.device(DESK), "dispatcher")
    page.goto("/console/appeals/?view=all")
    rows = [str(row.get_attribute("id")) for row in page.locator("#rows .item").all()]
    assert len(rows) > 2
    page.wait_for_selector(f"#peek [data-number='{_number(rows[0])}']")
    for key, at in (("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        page.wait_for_selector(f"#peek [data-number='{_number(rows[at])}']")
        assert page.locator("#rows .item[aria-current]").get_attribute("id") == rows[at]
    page.keyboard.press("x")
    expect(page.locator(".bulk [data-picked]").first).to_have_text("1")
    page.keyboard.press("/")
    expect(page.locator("#queue-find")).to_be_focused()
    page.locator("#queue-find").blur()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/appeals/{_number(rows[1])}/**")


def test_something_is_reported_by_keyboard_alone(visit: Visit) -> None:
    page = visit.device(DESK).new_page()
    page.goto("/portal/appeals/new/")
    _tab_to(page, "#what")
    page.keyboard.type(WORDS)
    _tab_to(page, "[name=where]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=where][value=list]")).to_be_checked()
    for number in (1, 2, 3):
        _choose(page, number)
    _tab_to(page, ".action-bar button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt/")
    expect(page.locator("main")).to_contain_text(WORDS[:9])


@pytest.mark.parametrize("address", ["/", "/portal/", "/accounts/login/", "/console/appeals/"])
def test_the_first_tab_leads_past_the_head_of_a_page(visit: Visit, address: str) -> None:
    page = visit.enter(visit.device(DESK), "dispatcher")
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#main') !== null")


def _number(row: str) -> str:
    return row.removeprefix("item-")


def _choose(page: Page, number: int) -> None:
    """Go down a list of places until one is chosen that has places below it."""
    below = page.locator(f"#place-{number + 1}")
    for _press in range(MOST_TABS):
        _tab_to(page, f"#place-{number}")
        with page.expect_response("**/places/**"):
            page.keyboard.press("ArrowDown")
        page.wait_for_timeout(100)
        if below.count():
            return
    pytest.fail(f"nothing below any place of list {number}")


def _tab_to(page: Page, target: str) -> None:
    """Press Tab until the target has the focus; fails when it is never reached."""
    for _press in range(MOST_TABS):
        if page.evaluate("(target) => document.activeElement.matches(target)", target):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no Tab leads to {target}")


@pytest.mark.parametrize("is_large", [False, True], ids=["usual", "large"])
@pytest.mark.parametrize("address", ["/portal/me/", "/portal/appeals/new/", "/portal/appeals/"])
def test_no_bar_covers_what_has_the_focus(visit: Visit, address: str, *, is_large: bool) -> None:
    page = visit.enter(visit.device(PHONE, large=is_large), "resident")
    page.goto(address)
    covered = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        covered.append(page.evaluate(SEEN))
        if page.evaluate("document.activeElement === document.body"):
            break
    assert [each for each in covered if each] == []
