# SPDX-License-Identifier: MulanPSL-2.0
"""A newcomer comes in by phone: the code is read on the demo phone, and Enter signs in."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visiting import PHONE, Visit

pytestmark = pytest.mark.browser


def test_a_code_is_sent_read_and_typed(visit: Visit) -> None:
    device = visit.device(PHONE)
    page, phone = device.new_page(), device.new_page()
    phone.goto("/demo/phone/")
    number = phone.locator(".phone header .num").inner_text()
    name = phone.locator("#phone-owner").inner_text()
    page.goto("/accounts/login/?next=/portal/me/")
    page.wait_for_url("**/accounts/phone/?next=*")
    page.fill("#id_phone", number)
    page.click("button[formaction]")
    expect(page.locator("#messages")).to_contain_text("如果社区登记过这个号码")
    newest = phone.locator(".phone-texts li p").first
    expect(newest).to_contain_text("验证码")
    code = re.search(r"\d{6}", newest.inner_text())
    assert code is not None
    page.fill("#id_code", code[0])
    page.press("#id_code", "Enter")
    page.wait_for_url(re.compile(r"^[^?]+/portal/me/$"))
    expect(page.locator("body")).to_contain_text(name)
    assert visit.watch.taken() == []
