# SPDX-License-Identifier: MulanPSL-2.0
"""What the page of security points at is there."""

import re

from linli.config.environment import ROOT
from linli.config.testing.source import committed, hold, named

PAGE = ROOT / "docs/security.md"


def test_every_file_that_the_page_names_is_there() -> None:
    there = {named(path) for path in committed()}
    told = re.findall(r"`([^`]+)`", PAGE.read_text(encoding="utf-8"))
    assert told
    hold([name for name in told if name not in there], "docs/security.md names what is not there")


def test_what_is_said_to_be_done_is_shown_by_something() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").split("\n") if line.startswith("|")]
    done = [row for row in rows if {"D", "P"} & {cell.strip() for cell in row.split("|")}]
    assert done
    hold(
        [row[:60] for row in done if "`" not in row and "the first table" not in row],
        "name the test or page that shows it",
    )
