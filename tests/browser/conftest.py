# SPDX-License-Identifier: MulanPSL-2.0
"""A demo that stands, a browser, and people who come in through its doors."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from linli.config.testing.machine import CHROMIUM
from tests.browser.standing import Platform, standing
from tests.browser.visiting import Visit


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The platform that all tests of this run share: each works on what it made itself."""
    with standing(tmp_path_factory.mktemp("platform")) as shared:
        yield shared


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser without anything in it."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM.find(), args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def visit(browser: Browser, platform: Platform) -> Iterator[Visit]:
    """Opens devices on the platform; whatever their pages complained about fails the test."""
    visit = Visit(browser, platform.url)
    yield visit
    visit.leave()
    assert visit.watch.complaints == []
