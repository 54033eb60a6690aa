# SPDX-License-Identifier: MulanPSL-2.0
"""`./linli demo --lan`: a phone in the same network works over https by this machine's address."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from linli.config import lan
from tests.browser.standing import Platform, standing
from tests.browser.visiting import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.full]

WORDS = "楼下的单车棚漏雨，电线就在旁边"


@pytest.fixture
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform of its own, as phones reach it."""
    with standing(tmp_path_factory.mktemp("lan"), for_phones=True) as own:
        yield own


def test_a_phone_signs_in_and_sends_by_https(browser: Browser, platform: Platform) -> None:
    port = urlsplit(platform.url).port
    for host in ["localhost", *lan.addresses()[:1]]:
        phone = browser.new_context(viewport=PHONE, ignore_https_errors=True, locale="zh-CN")
        page = phone.new_page()
        page.goto(f"https://{host}:{port}/")
        page.click("form.door:has([name=persona][value=resident]) button[type=submit]")
        page.wait_for_url("**/portal/**")
        page.goto(f"https://{host}:{port}/portal/appeals/new/")
        page.fill("#what", WORDS)
        page.check("input[name=where][value=home]", force=True)
        page.click(".action-bar button[type=submit]")
        expect(page.locator("main")).to_contain_text("SQ-")
        phone.close()
