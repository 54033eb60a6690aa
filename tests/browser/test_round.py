# SPDX-License-Identifier: MulanPSL-2.0
"""The guided round as it is walked in a browser, from the first word to the leader's figures."""

import re
import time
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.standing import Platform
from tests.browser.visiting import DESK, PHONE, Visit, picture

pytestmark = pytest.mark.browser

WORDS = "榕树下第三个雨水井的井盖裂了一道大口子，孩子放学都从那儿走过"
REPLY = "井盖换好了，四周补平，您看看。"
MINUTE = 60
SOON = 3_000
"""Milliseconds within which a console shows what a phone has reported."""

COURSE = ("反映上来", "派给", "签收", "接下", "已联系居民", "答复", "核查通过", "已办结")
"""What the one timeline tells, in this order."""


def test_the_round_is_walked_through_the_doors(visit: Visit, platform: Platform) -> None:
    desk = _dispatcher_at_the_queue(visit)
    leader = visit.enter(visit.device(PHONE), "leader")
    before = _rates(leader)

    phone, began = _resident_reports(visit), time.monotonic()
    number = phone.inner_text(".receipt-facts dd >> nth=0")
    case = _shows_up(desk)
    assert time.monotonic() - began < MINUTE
    _dispatch(desk, case)
    _handler_works(visit)
    _clerk_verifies(visit)
    _resident_rates(phone, number)

    leader.goto("/cockpit/")
    _figures_moved(leader, before)
    _reads_as_one_timeline(desk, case)
    platform.ask("audit", "verify")


def _dispatcher_at_the_queue(visit: Visit) -> Page:
    """Sits before the queue, newest first; the mark on the window goes away with a reload."""
    page = visit.enter(visit.device(DESK), "dispatcher")
    page.click(".side-nav a[href='/console/appeals/']")
    page.click(".queue-head a[href*='order=newest']")
    page.wait_for_selector("#peek .peek-title")
    page.evaluate("window.stayed = true")
    return page


def _resident_reports(visit: Visit) -> Page:
    """One click on the door that is next, a sentence, a photo, a point; under a minute."""
    page = visit.device(PHONE).new_page()
    page.goto("/")
    assert page.locator("form.door.is-next [name=persona]").input_value() == "resident"
    page.click("form.door.is-next button[type=submit]")
    began = time.monotonic()
    page.click("a[href='/portal/appeals/new/']")
    page.fill("#what", WORDS)
    page.set_input_files("input[type=file][name=photos]", [picture()])
    page.wait_for_selector(".upload[data-taken]")
    page.check("input[name=where][value=map]", force=True)
    page.click("linli-map .leaflet-container")
    expect(page.locator("#where-name")).to_contain_text("网格")
    page.click(".action-bar button[type=submit]")
    page.wait_for_url("**/receipt/")
    assert time.monotonic() - began < MINUTE
    expect(page.locator(".receipt-code")).to_have_text(re.compile(r"^\w{8}$"))
    return page


def _shows_up(desk: Page) -> str:
    """The number of the case, once the queue shows it by itself."""
    row = desk.locator("#rows .item", has_text=WORDS[:12])
    expect(row).to_be_visible(timeout=SOON)
    assert desk.evaluate("window.stayed"), "the queue was loaded anew"
    return str(row.get_attribute("id")).removeprefix("item-")


def _dispatch(desk: Page, case: str) -> None:
    desk.click(f"#item-{case} a")
    desk.click(f"#peek [data-open-full][href*='{case}']")
    desk.wait_for_url(f"**/console/appeals/{case}/**")
    expect(desk.locator(".peek-photos img, .photo img").first).to_be_visible()
    _do(desk, "dispatch")


def _handler_works(visit: Visit) -> None:
    page = _next_door(visit, "handler")
    page.click("form[action$='/do/sign/'] button")
    page.click("form[action$='/do/accept/'] button")
    _do(page, "contacted", {"how": "phone", "reached": "yes", "note": "说好今天换"})
    answer = {"outcome": "solved", "done": "换了新井盖", "reply": REPLY}
    _do(page, "answer", answer, photo=True)


def _clerk_verifies(visit: Visit) -> None:
    page = _next_door(visit, "community_clerk")
    expect(page.locator("#matter-lines")).to_contain_text(REPLY)
    _do(page, "pass", {"how": "on_site", "note": "踩上去稳了"})


def _resident_rates(phone: Page, number: str) -> None:
    phone.goto("/portal/")
    phone.click(".tab-bar a[href='/portal/me/']")
    expect(phone.locator("main")).to_contain_text(number)
    phone.goto(f"/portal/appeals/{number}/")
    expect(phone.locator(".card.reply")).to_contain_text(REPLY)
    phone.check("#judge [name=mark][value=very_good]", force=True)
    phone.click("#judge button[type=submit]")
    expect(phone.locator(".ended")).to_contain_text("非常满意")


def _rates(leader: Page) -> Mapping[str, tuple[int, int]]:
    """Numerator and denominator of each rate, as the cockpit writes them."""
    leader.wait_for_selector("dl.rates")
    found = {}
    for row in leader.locator("dl.rates > div").all():
        sides = row.locator(".formula a")
        above, below = (int(text.replace(",", "")) for text in sides.all_inner_texts())
        found[_set_of(sides.first)] = (above, below)
    return found


def _set_of(link: Locator) -> str:
    """Which set of rows a number opens."""
    return parse_qs(urlsplit(link.get_attribute("href") or "").query)["set"][0]


def _figures_moved(leader: Page, before: Mapping[str, tuple[int, int]]) -> None:
    """Response, resolution and satisfaction have more on both sides; the case is among the rows."""
    after = _rates(leader)
    for name in ("contact_in_time", "solved", "satisfied"):
        moved = [now - then for now, then in zip(after[name], before[name], strict=True)]
        assert min(moved) >= 1, (name, before[name], after[name])
    leader.click("dl.rates a[href*='set=satisfied']")
    total = leader.locator("[data-total]")
    expect(total).to_have_attribute("data-total", str(after["satisfied"][0]))
    expect(leader.locator("#rows")).to_contain_text(WORDS[:12])


def _reads_as_one_timeline(desk: Page, case: str) -> None:
    """From the first word to the end, the newest on top."""
    desk.goto(f"/console/appeals/{case}/")
    titles = desk.locator("#matter-lines li header b").all_inner_texts()[::-1]
    assert len(titles) == len(COURSE), titles
    for title, word in zip(titles, COURSE, strict=True):
        assert word in title, titles


def _next_door(visit: Visit, persona: str) -> Page:
    """Through the door that is next: it leads straight to the case."""
    page = visit.device(DESK).new_page()
    page.goto("/")
    assert page.locator("form.door.is-next [name=persona]").input_value() == persona
    page.click("form.door.is-next button[type=submit]")
    page.wait_for_url("**/console/appeals/**")
    return page


def _do(
    page: Page, move: str, values: Mapping[str, str] | None = None, *, photo: bool = False
) -> None:
    """Press a button of the case, fill in what its dialog asks, and send it."""
    page.click(f"[data-dialog=do-{move}]")
    dialog = page.locator(f"#do-{move}")
    for name, value in (values or {}).items():
        box = dialog.locator(f"[name={name}]").first
        if box.get_attribute("type") == "radio":
            dialog.locator(f"[name={name}][value={value}]").check(force=True)
        else:
            box.fill(value)
    if photo:
        dialog.locator("input[type=file]").set_input_files([picture()])
        expect(dialog.locator(".upload[data-taken]")).to_be_visible()
    dialog.locator("button[type=submit]").click()
    expect(page.locator("#messages .notice")).to_be_visible()
