# SPDX-License-Identifier: MulanPSL-2.0
"""A test that opens a browser says so: it runs alone, at the end, not among a thousand others."""

import re

from linli.config.testing.source import committed, hold, named

OPENS = re.compile(r"\bfrom tests\.browser\.visiting\b|\bsync_playwright\b")


def test_whatever_opens_a_browser_is_marked() -> None:
    tests = [path for path in committed() if path.name.startswith("test_")]
    opening = {path: path.read_text(encoding="utf-8") for path in tests if path.suffix == ".py"}
    opening = {path: text for path, text in opening.items() if OPENS.search(text)}
    assert opening
    hold(
        [named(path) for path, text in opening.items() if "pytest.mark.browser" not in text],
        "set `pytestmark = pytest.mark.browser`",
    )
