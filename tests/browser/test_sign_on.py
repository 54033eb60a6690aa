# SPDX-License-Identifier: MulanPSL-2.0
"""The whole way there and back in a real browser, with a provider that is a process of its own."""

import json
import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from linli.config.environment import ROOT
from linli.config.testing.processes import process_beside
from tests.browser.standing import LINLI, city_copy, demo_running, environment
from tests.browser.visiting import PHONE, Visit

pytestmark = pytest.mark.browser

PROVIDER = ROOT / "src/linli/shells/identity/tests/provider.py"


def named(folder: Path, port: int) -> Path:
    """The file that names the provider."""
    path = folder / "oidc.toml"
    told = {"issuer": f"http://localhost:{port}", "client_id": "linli"}
    lines = [f"{name} = {json.dumps(value)}" for name, value in told.items()]
    names = '{zh = "政务统一认证", en = "City sign-on"}'
    path.write_text("\n".join([*lines, 'client_secret = "between-us-two"', f"name = {names}"]))
    return path


def test_who_binds_it_comes_in_through_it(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("sign-on")
    city_copy(folder / "data")
    command = [sys.executable, str(PROVIDER), str(folder)]
    with process_beside(command) as provider:
        assert provider.stdout
        oidc = named(folder, int(provider.stdout.readline()))
        variables = environment(folder / "data") | {"LINLI_OIDC": str(oidc)}
        with demo_running(LINLI, folder, variables) as url:
            visit = Visit(browser, url)
            _walk(visit)
            visit.leave()
            assert visit.watch.complaints == []


def _walk(visit: Visit) -> None:
    device = visit.device(PHONE, language="en")
    page = visit.enter(device, "dispatcher")
    page.goto("/accounts/security/")
    page.get_by_role("button", name="Bind it").click()
    expect(page.get_by_text("The single sign-on is bound to your account.")).to_be_visible()
    device.clear_cookies(name="sessionid")

    page.goto("/accounts/login/?next=/console/messages/")
    page.get_by_role("button", name="Sign in with City sign-on").click()
    page.wait_for_url(re.compile(r"^[^?]+/console/messages/$"))
    page.goto("/accounts/security/")
    expect(page.get_by_text("bound", exact=True)).to_be_visible()
