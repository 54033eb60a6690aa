# SPDX-License-Identifier: MulanPSL-2.0
"""A passkey is made and used in a real browser, whose device is a virtual one."""

import pytest
from playwright.sync_api import Page

from tests.browser.visiting import PHONE, Visit

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plugged_in(page: Page) -> None:
    """A device that keeps passkeys, and whose owner nods to everything."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def test_a_passkey_is_made_once_and_then_opens_without_a_password(visit: Visit) -> None:
    page = visit.enter(visit.device(PHONE), "auditor")
    plugged_in(page)
    page.goto("/accounts/passkey/")
    page.fill("#id_name", "我的钥匙")
    page.click("#mfa_webauthn_add")
    page.click("#mfa_webauthn_reauthenticate")  # before the codes are shown: is it you?
    page.wait_for_selector("ul.codes li")
    assert page.locator("ul.codes li").count() == 10
    page.goto("/accounts/logout/")
    page.click("main button[type=submit]")
    page.wait_for_selector("#main")

    page.goto("/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_url(lambda address: "/accounts/" not in address)
    page.goto("/accounts/security/")
    assert page.get_by_text("我的钥匙").first.is_visible()
