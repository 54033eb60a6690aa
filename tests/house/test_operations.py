# SPDX-License-Identifier: MulanPSL-2.0
"""The pages and samples for whoever runs the house: what they name is there."""

import re
from collections.abc import Iterator
from pathlib import Path

from linli.config.environment import ROOT
from linli.config.testing.source import committed, hold, named
from linli.config.variables import OPERATING

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
OUTSIDE = ("http://", "https://", "mailto:")
SAMPLES = ROOT / "docs/operations"


def _links(page: Path) -> Iterator[str]:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return (link for link in LINK.findall(text) if not link.startswith(OUTSIDE))


def test_every_link_of_a_page_leads_somewhere() -> None:
    pages = [path for path in committed() if path.suffix == ".md"]
    wrong = [
        f"{named(page)}: {link}"
        for page in pages
        for link in _links(page)
        if not (page.parent / link).exists()
    ]
    hold(wrong, "nothing is there")


def test_samples_name_only_variables_that_there_are() -> None:
    known = {one.name for one in OPERATING}
    wrong = [
        f"{named(path)}: {name}"
        for path in SAMPLES.iterdir()
        for name in re.findall(r"LINLI_[A-Z_]+", path.read_text(encoding="utf-8"))
        if path.name != "settings.md" and name not in known
    ]
    hold(wrong, "see src/linli/config/variables.py")


def test_samples_of_proxies_log_no_address_and_no_query() -> None:
    nginx = (SAMPLES / "nginx.conf").read_text(encoding="utf-8")
    (form,) = re.findall(r"log_format linli '(.*)';", nginx)
    assert not set(re.findall(r"\$(\w+)", form)) & {
        "remote_addr",
        "request",
        "request_uri",
        "uri",
        "args",
        "http_referer",
        "http_user_agent",
    }
    assert set(re.findall(r"access_log (.+);", nginx)) == {"/var/log/nginx/linli.log linli", "off"}
    assert not re.search(r"^\s*log\b", (SAMPLES / "Caddyfile").read_text("utf-8"), re.MULTILINE)


def test_both_numbers_of_the_version_are_one() -> None:
    ours = re.search(
        r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    front = re.search(r'"version": "(.+)"', (ROOT / "frontend/package.json").read_text("utf-8"))
    assert ours is not None
    assert front is not None
    assert ours[1] == front[1]
