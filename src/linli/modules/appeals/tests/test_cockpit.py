# SPDX-License-Identifier: MulanPSL-2.0
"""The cockpit: every number on a page opens exactly that many rows, for every role at every
place.
"""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.accounts.factories import log_in
from linli.kernel.accounts.models import Account
from linli.modules.appeals.tests.round import filed
from linli.modules.appeals.tests.town import staff

pytestmark = pytest.mark.django_db
ROWS = "/cockpit/appeals/rows/"
LEVELS = ("district", "community", "grid", "other_subdistrict")

SeenBy = Callable[[Account], Client]


class Links(HTMLParser):
    """Collects the links to rows with the number that each shows."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            href = dict(attrs).get("href") or ""
            self._href = href if href.startswith(ROWS) else ""
            if self._href:
                self.found.append((self._href, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._href = ""

    def handle_data(self, data: str) -> None:
        if self._href:
            href, text = self.found[-1]
            self.found[-1] = (href, text + data)


def links_of(page: str) -> list[tuple[str, int]]:
    """The links to rows and the numbers they show."""
    parser = Links()
    parser.feed(page)
    return [(href, int(re.sub(r"\D", "", text))) for href, text in parser.found]


@pytest.fixture
def seen_by() -> SeenBy:
    """A browser signed in as somebody."""

    def sign_in(account: Account) -> Client:
        client = Client()
        log_in(client, account)
        return client

    return sign_in


def rows_shown(client: Client, href: str) -> tuple[int, int]:
    """How many rows a page says there are, and how many it lists on all its pages."""
    first = client.get(href)
    assert first.status_code == 200, href
    total = int(re.search(r'data-total="(\d+)"', first.content.decode())[1])  # type: ignore[index]
    further = list(first.context["page"].paginator.page_range)[1:]
    listed = len(first.context["lines"])
    listed += sum(len(client.get(f"{href}&page={n}").context["lines"]) for n in further)
    return total, listed


ROLES = (
    "leader of the district",
    "dispatcher",
    "dispatcher elsewhere",
    "secretary",
    "grid leader",
    "head of the water bureau",
)


@pytest.mark.parametrize("role", ROLES)
def test_every_number_opens_exactly_that_many_rows(
    month: SimpleNamespace, seen_by: SeenBy, role: str
) -> None:
    client = seen_by(month.by_role[role])
    seen: dict[str, tuple[int, int]] = {}
    for level in LEVELS:
        place = getattr(month.city, level)
        page = client.get(f"/cockpit/?at={place.code}")
        if page.status_code == 404:
            continue
        links = links_of(page.content.decode())
        assert links, (role, level)
        for href, number in links:
            if "&on=" in href and not number:
                continue
            seen[href] = rows_shown(client, href)
            assert seen[href] == (number, number), (role, level, href)
    assert seen


def test_a_leader_reads_the_morning_at_one_glance(month: SimpleNamespace, seen_by: SeenBy) -> None:
    page = seen_by(month.leader).get("/cockpit/")
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("今天反映", "今天办结", "现在超时", "今天到期", "响应率", "满意率", "÷"):
        assert words in text
    assert "place-face" in text
    assert "陈桂兰" not in text


def test_places_lead_down_to_the_grid(month: SimpleNamespace, seen_by: SeenBy) -> None:
    client = seen_by(month.leader)
    for above, below in (("district", "subdistrict"), ("community", "grid")):
        text = client.get(f"/cockpit/?at={getattr(month.city, above).code}").content.decode()
        assert f"?at={getattr(month.city, below).code}" in text
    assert client.get(f"/cockpit/?at={month.city.grid.code}").status_code == 200


def test_the_pin_of_a_place_opens_what_is_late_there(
    month: SimpleNamespace, seen_by: SeenBy
) -> None:
    client, place = seen_by(month.leader), month.city.subdistrict
    text = client.get(f"/cockpit/?at={month.city.district.code}").content.decode()
    pins = [(href, late) for href, late in links_of(text) if f"set=late&place={place.code}" in href]
    assert len(pins) == 2, "on the map, and in the list beside it"
    assert all(rows_shown(client, href) == (late, late) != (0, 0) for href, late in pins)


def test_rows_lead_to_the_case_only_for_whoever_may_see_it(
    month: SimpleNamespace, seen_by: SeenBy
) -> None:
    href = f"{ROWS}?set=open&place={month.city.district.code}&days=1"
    assert "/console/appeals/SQ-" in seen_by(month.leader).get(href).content.decode()
    administrator = seen_by(month.by_role["administrator"])
    assert "/console/appeals/SQ-" not in administrator.get(href).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "set=nonsense&place={here}",
        "set=open&place=no-such-place",
        "set=open",
        "set=open&place={elsewhere}",
        "",
    ],
)
def test_an_address_that_was_made_up_finds_nothing(
    month: SimpleNamespace, seen_by: SeenBy, query: str
) -> None:
    city = month.city
    asked = query.format(here=city.subdistrict.code, elsewhere=city.other_subdistrict.code)
    assert seen_by(month.dispatcher).get(f"{ROWS}?{asked}").status_code == 404


@pytest.mark.parametrize("days", ["-1", "0", "9999999", "drei", "1;DROP TABLE"])
def test_an_odd_period_is_read_as_today_or_the_longest(
    month: SimpleNamespace, seen_by: SeenBy, days: str
) -> None:
    href = f"{ROWS}?set=filed&place={month.city.district.code}&days={days}"
    assert seen_by(month.leader).get(href).context["page"].paginator.count == 2


def test_nobody_without_figures_finds_the_cockpit(month: SimpleNamespace, seen_by: SeenBy) -> None:
    for account in (month.resident.account, month.handler, month.clerk):
        client = seen_by(account)
        assert client.get("/cockpit/").status_code == 404
        assert client.get(f"{ROWS}?set=open&place={month.city.grid.code}").status_code == 404


def test_the_first_page_asks_as_many_questions_for_many_cases_as_for_few(
    month: SimpleNamespace, seen_by: SeenBy
) -> None:
    client = seen_by(month.leader)
    client.get("/cockpit/")
    with CaptureQueriesContext(connection) as few:
        client.get("/cockpit/")
    for number in range(8):
        filed(month, what=f"{number}号楼前积水", place=month.city.other_grid)
    with CaptureQueriesContext(connection) as many:
        client.get("/cockpit/")
    assert len(many) <= len(few) + 2


def test_without_a_single_case_the_cockpit_says_what_comes_next(
    city: SimpleNamespace, seen_by: SeenBy
) -> None:
    page = seen_by(staff("leader", city.district)).get("/cockpit/")
    assert page.status_code == 200
    assert links_of(page.content.decode())
