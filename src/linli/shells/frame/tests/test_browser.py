# SPDX-License-Identifier: MulanPSL-2.0
"""What only a browser can show: nothing written is lost, and nothing is sent twice."""

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from linli.config.testing.machine import CHROMIUM
from linli.kernel.accounts.factories import AccountFactory
from linli.shells.frame.tests.sample import sizes, taken

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("with_sample"),
]
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A phone with nothing on it."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    taken.clear()
    sizes.clear()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM.find(), args=["--no-sandbox"])
        context = browser.new_context(viewport=PHONE, base_url=live_server.url, locale="zh-CN")
        yield context
        browser.close()


@pytest.fixture
def page(phone: BrowserContext) -> Iterator[Page]:
    """A page of it; anything the page complains about fails the test."""
    tab = phone.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    assert complaints == []


def _sign_in(page: Page, next_page: str) -> None:
    account = AccountFactory.create(username="lin")
    account.set_password("a long enough phrase")
    account.save()
    page.goto(f"/accounts/login/?next={next_page}")
    page.fill("#id_login", "lin")
    page.fill("#id_password", "a long enough phrase")
    page.click("button[type=submit]")
    page.wait_for_url(f"**{next_page}")


def _photo(width: int = 3000, height: int = 2000) -> FilePayload:
    picture = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(picture, "JPEG", quality=90)
    return {"name": "drain.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


def test_what_was_typed_survives_a_reload_and_goes_away_once_taken(page: Page) -> None:
    page.goto("/sample/form/")
    page.fill("#what", "the drain is blocked")
    page.wait_for_timeout(500)
    page.reload()
    assert page.input_value("#what") == "the drain is blocked"
    page.click("text=Send")
    page.wait_for_url("**/sample/")
    page.goto("/sample/form/")
    assert page.input_value("#what") == ""
    assert taken == ["the drain is blocked 0"]


def test_a_draft_may_be_thrown_away(page: Page) -> None:
    page.goto("/sample/form/")
    page.fill("#what", "never mind")
    page.wait_for_timeout(500)
    page.reload()
    page.click("text=重新写")
    assert page.input_value("#what") == ""
    page.reload()
    assert page.input_value("#what") == ""


def test_a_photo_goes_out_small_and_can_be_taken_away(page: Page) -> None:
    page.goto("/sample/form/")
    page.set_input_files("input[type=file]", [_photo(), _photo(800, 600)])
    page.wait_for_selector(".upload[data-taken] >> nth=1")
    page.click(".upload[data-taken] >> nth=1 >> .drop")
    page.fill("#what", "drain")
    page.click("text=Send")
    page.wait_for_url("**/sample/")
    assert taken == ["drain 1"]
    assert sizes[0] < len(_photo()["buffer"])


def test_without_signal_it_is_kept_and_goes_out_exactly_once(
    phone: BrowserContext, page: Page
) -> None:
    page.goto("/sample/form/")
    phone.set_offline(True)
    page.fill("#what", "drain")
    page.set_input_files("input[type=file]", [_photo(900, 700)])
    page.wait_for_selector(".upload[data-taken]")
    page.click("text=Send")
    page.wait_for_selector("text=已存在手机里")
    assert taken == []
    phone.set_offline(False)
    page.wait_for_selector("linli-outbox:empty", state="attached")
    page.goto("/portal/outbox/")
    page.wait_for_timeout(800)
    assert taken == ["drain 1"]


def test_it_goes_out_after_the_tab_was_closed_and_the_session_ended(
    phone: BrowserContext, page: Page
) -> None:
    _sign_in(page, "/sample/form/")
    phone.set_offline(True)
    page.fill("#what", "lamp")
    page.click("text=Send")
    page.wait_for_selector("text=已存在手机里")
    page.close()
    phone.clear_cookies(name="sessionid")
    phone.set_offline(False)

    other = phone.new_page()
    other.goto("/portal/outbox/")
    other.wait_for_selector("text=别的账号写的")
    assert taken == []
    other.goto("/accounts/login/?next=/portal/outbox/")
    other.fill("#id_login", "lin")
    other.fill("#id_password", "a long enough phrase")
    other.click("button[type=submit]")
    other.wait_for_selector("text=都已经发出去了")
    assert taken == ["lamp 0"]


def test_what_was_refused_is_shown_beside_the_field_and_nothing_is_lost(page: Page) -> None:
    page.goto("/sample/form/")
    page.set_input_files("input[type=file]", [_photo(300, 200)])
    page.wait_for_selector(".upload[data-taken]")
    page.click("text=Send")
    page.wait_for_selector(".problem")
    assert page.locator(".upload[data-taken]").count() == 1
    page.fill("#what", "now with words")
    page.click("text=Send")
    page.wait_for_url("**/sample/")
    assert taken == ["now with words 1"]


def test_a_field_asked_under_a_condition_comes_and_goes(page: Page) -> None:
    page.goto("/sample/form/")
    assert page.locator("[name=more]").is_hidden()
    page.check("[name=kind][value=b]")
    assert page.locator("[name=more]").is_visible()


@pytest.mark.parametrize("address", ["/portal/", "/accounts/login/", "/components/", "/nothing/"])
@pytest.mark.parametrize("width", [360, 390, 1440])
def test_no_page_scrolls_sideways(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_form_opens_without_signal_once_the_phone_knows_it(
    phone: BrowserContext, page: Page
) -> None:
    page.goto("/portal/outbox/")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("caches.has('linli-pages').then((yes) => yes)")
    page.wait_for_timeout(1000)
    phone.set_offline(True)
    page.goto("/portal/outbox/")
    page.wait_for_selector("text=没信号")
    page.wait_for_selector("text=都已经发出去了")


def test_a_page_that_was_open_too_long_offers_to_be_loaded_again(page: Page) -> None:
    asked = re.compile(r"/live/\?of=")
    page.route(asked, lambda route: route.fulfill(status=404, json={"code": "unknown"}))
    page.goto("/sample/live/")
    notice = page.get_by_role("status").filter(has_text="不再跟着更新")
    notice.wait_for()
    page.unroute(asked)
    with page.expect_navigation():
        notice.get_by_role("button").click()
    assert page.locator("#stale-page").count() == 0
