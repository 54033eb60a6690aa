# SPDX-License-Identifier: MulanPSL-2.0
"""Every link among the console's pages about the kernel leads somewhere, in both languages."""

import re
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from linli.kernel.workflow.factories import actor_of, appeal_open
from linli.kernel.workflow.services import matter_move
from linli.shells.places.tests.towns import enter, links_of, staff

ROOTS = ("places", "units", "grants", "procedures", "record", "status")
A_KIND = 3
"""Pages that differ only in what they are about are visited so often."""


def _kind(address: str) -> str:
    """The view behind an address, and which filters are set."""
    parts = urlsplit(address)
    return f"{resolve(parts.path).view_name} {sorted(parse_qs(parts.query))}"


@pytest.mark.parametrize(
    ("role", "level", "language"),
    [
        ("system_administrator", "city", "zh-hans"),
        ("system_administrator", "city", "en"),
        ("auditor", "city", "zh-hans"),
        ("leader", "city", "en"),
        ("dispatcher", "subdistrict", "zh-hans"),
        ("community_clerk", "community", "en"),
        ("grid_worker", "grid", "zh-hans"),
    ],
)
def test_every_link_leads_to_a_page(
    client: Client, towns: SimpleNamespace, role: str, level: str, language: str
) -> None:
    matter_move(
        actor=actor_of(towns.here.dispatcher),
        matter=appeal_open(towns.here),
        move="dispatch",
        expected_step="received",
    )
    enter(client, staff(role, getattr(towns.here, level), name="林晓雯"), language)
    waiting = links_of(client.get("/console/"), "/console/")
    seen: dict[str, int] = {}
    kinds: dict[str, int] = {}
    while waiting:
        address = waiting.pop()
        path = address.partition("#")[0]
        kind = _kind(path)
        if path in seen or kinds.get(kind, 0) >= A_KIND or path.split("/")[2] not in ROOTS:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        page = client.get(path)
        seen[path] = page.status_code
        text = page.content.decode()
        assert not re.search(r"\sstyle=|\son[a-z]+=\"", text), path
        if language == "zh-hans":
            assert not re.search(r">\s*(Search|Places|Units|Record|End|Clause)\s*<", text), path
        waiting += [
            link if link.startswith("/") else path.partition("?")[0] + link
            for link in links_of(page, "")
            if link.startswith(("/console/", "?"))
        ]
    assert {path: status for path, status in seen.items() if status != 200} == {}
    assert len(seen) > 15
