# SPDX-License-Identifier: MulanPSL-2.0
"""Every address of the platform × whoever should not get what lies behind it, as one table.

`addresses.csv` says for each address what four strangers are given there:

    sign in   they are sent to sign in, or told 401
    nothing   404, the same whether or not the thing exists (405 where the method is not known)
    page      a page or a list, in which nothing of the city or place stands that is not theirs
    own       the same, and they may write there what is their own; `because` says what
    all       what everybody gets, nobody's data; `because` says why that is right

Whoever gets what the table says has written nothing, except in what is their own.

Whoever has the wrong role holds it over the whole city; whoever is at the wrong place or in the
wrong city holds the very role that opens the page, only elsewhere.
"""

import copy
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache as kept
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from linli.base.actor import SYSTEM
from linli.kernel.access import selectors as access
from linli.kernel.access.services import actor_for
from linli.kernel.accounts.factories import log_in
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.services import account_create
from linli.kernel.places.services import place_add
from linli.modules.appeals.api.schemas import SAMPLE
from linli.shells.frame.page import Page
from tests.stories.conftest import SIBLING, City, TwoCities, employ
from tests.stories.walking import Address, Answer, ask, identifiers

TABLE = Path(__file__).parent / "addresses.csv"
CELLS = ("sign in", "nothing", "page", "own", "all")
EXPLAINED = {"own", "all"}
STRANGERS = ("anonymous", "wrong role", "wrong place", "wrong city")
OTHER_DISTRICT = "511199"
WIDE = ("role:auditor", "role:leader", "role:system_administrator", "role:security_administrator")
"""Roles of a whole district of which one at least lacks what a page needs."""
EXAMPLES = (SAMPLE, "陈桂兰")
"""What the description of the API and the page of components show as examples."""
WRONG_CODE = "?code=22222222"
"""Behind addresses that open to whoever knows the code on the receipt."""
WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(?P<table>\w+)', re.IGNORECASE)
COUNTED = {"access_ratelimitcount", "accounts_session", "accounts_throttle", "frame_submission"}
"""Tables in which a knock itself leaves its trace: how often, by whom, and which form it was."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    address: str
    given: Mapping[str, str]
    because: str


@kept
def table() -> dict[str, Row]:
    """The table by address."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = [
            {name.strip(): cell.strip() for name, cell in line.items()}
            for line in csv.DictReader(file, skipinitialspace=True)
        ]
    return {
        line["address"]: Row(
            line["address"], {each: line[each] for each in STRANGERS}, line["because"]
        )
        for line in lines
    }


def patterns() -> dict[str, Any]:
    """Every address of the running platform with the view behind it."""
    return dict(_patterns(get_resolver().url_patterns, ""))


def _patterns(found: Any, before: str) -> Iterator[tuple[str, Any]]:
    for pattern in found:
        template = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, template)
        elif isinstance(pattern, URLPattern):
            yield template or "/", pattern.callback


def address_filled(template: str, known: Mapping[str, str]) -> str:
    """An address that leads to something that is there."""
    if template.startswith("accounts/"):
        return "/" + re.sub(r"<\w+:\w+>", "1", template)  # nothing lies behind it
    asked = WRONG_CODE if "public/<number>" in template else ""
    return Address(template.removeprefix("/")).with_values(known) + asked


@dataclass
class Town:
    """The city whose things are asked for, and everybody who may ask."""

    own: City
    other: City
    known: dict[str, str]
    clients: dict[int, Client]

    def strangers(self, view: Any) -> dict[str, Sequence[Account | None]]:
        """For an address, who has the wrong role, place and city there."""
        page = view if isinstance(view, Page) else None
        opens = {
            key: page is None or page.is_open_to(actor_for(account))
            for key, account in self.own.accounts.items()
        }
        beside = [key for key in opens if key.startswith("beside:") or key == "upkeep_handler"]
        lacking = [key for key in WIDE if not opens[key]] or list(WIDE[:1] if page is None else ())
        there = [
            account
            for key, account in self.other.accounts.items()
            if key.startswith("role:") and (page is None or page.is_open_to(actor_for(account)))
        ]
        own = self.own.accounts
        return {
            "anonymous": [None],
            "wrong role": [own["passer-by"], *(own[key] for key in lacking[:1])],
            "wrong place": [own[key] for key in beside if opens[key]][:2],
            "wrong city": there[:1],
        }

    def client(self, account: Account | None) -> Client:
        """The browser of somebody, who signed in before the walk."""
        key = account.pk if account else 0
        if key not in self.clients:
            self.clients[key] = Client()
            if account:
                log_in(self.clients[key], account)
        return self.clients[key]


@pytest.fixture
def town(cities: TwoCities) -> Town:
    """Leshan, asked for from everywhere."""
    kept = cities.leshan
    own = replace(kept, places=dict(kept.places), accounts=dict(kept.accounts), people={})
    own.places["other_district"] = place_add(
        actor=SYSTEM,
        code=OTHER_DISTRICT,
        name="远山区",
        level="district",
        parent=own.top,
    )
    own.accounts["passer-by"] = account_create(
        actor=SYSTEM, username="leshan.passer-by", place_path=own.grid.path
    )
    beside = {**SIBLING, "district": "other_district"}
    for role in access.roles_in_force(own.grid.path):
        levels = [at.removeprefix("level:") for at in role.body["at"]]
        for level in [level for level in levels if level in beside][:1]:
            employ(own, f"beside:{role.key}", role.key, own.places[beside[level]])
    return Town(own, cities.binhai, identifiers(own), {})


def test_the_table_names_every_address_and_no_other() -> None:
    found = set(patterns())
    missing = sorted(found - set(table()))
    assert not missing, (
        f"{TABLE.name} says nothing of {missing}: add a line for each, with what somebody who has"
        " not signed in, has the wrong role, is at the wrong place or in the wrong city gets there"
    )
    assert not set(table()) - found, "these addresses are no more"


def test_what_everybody_gets_has_a_reason() -> None:
    for row in table().values():
        assert set(row.given.values()) <= set(CELLS), row
        assert row.because or not EXPLAINED & set(row.given.values()), row


@contextmanager
def writes_noted() -> Iterator[list[str]]:
    """The tables that are written to, but those that only count who knocks."""
    noted: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITES.match(sql)
        if found and found["table"] not in COUNTED:
            noted.append(found["table"])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield noted


def knock(client: Client, method: str, address: str) -> tuple[Answer, list[str]]:
    """Ask, note what was written, and undo it all, a log-out too."""
    cookies = copy.copy(client.cookies)
    with transaction.atomic():
        with writes_noted() as noted:
            answer = ask(client, method, address)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer, noted


def marks(city: City) -> list[str]:
    """Words that only those may read who belong where they stand."""
    found = [*city.plan.people, *city.plan.phones, city.plan.id_number]
    found += [appeal.number for appeal in city.cases.values()]
    return [mark for mark in found if mark not in EXAMPLES]


def trouble(cell: str, address: str, answer: Answer, marks: list[str]) -> str:
    """What is wrong with an answer, "" if it is what the table says."""
    if answer.status >= 500:
        return f"{answer.status}"
    headers = dict(answer.headers)
    is_sign_in = answer.status == 401 or headers["Location"].startswith("/accounts/login/?next=")
    if cell == "sign in" and not is_sign_in and answer.status != 405:
        return f"{answer.status} instead of sign in"
    is_unread = answer.status == 422 and '"unreadable"' in answer.body
    if cell == "nothing" and answer.status not in (404, 405) and not is_unread:
        return f"{answer.status} instead of nothing"
    if cell in ("page", "own") and is_sign_in:
        return f"{answer.status} instead of a page"
    shown = [mark for mark in marks if mark in answer.body and mark not in address]
    return f"shows {shown}" if shown else ""


@pytest.mark.both_in_full
@pytest.mark.ignore_template_errors  # allauth's own pages name what is not there
@pytest.mark.parametrize("stranger", STRANGERS)
def test_every_address_gives_strangers_what_the_table_says(town: Town, stranger: str) -> None:
    found, asked, secret = [], 0, marks(town.own)
    for template, view in patterns().items():
        cell = table()[template].given[stranger]
        address = address_filled(template, town.known)
        strangers = town.strangers(view)[stranger]
        assert strangers, f"nobody has the {stranger} for {template}"
        for account in strangers:
            for method in ("get", "post"):
                answer, noted = knock(town.client(account), method, address)
                wrong = trouble(cell, address, answer, secret)
                if noted and cell != "own":
                    wrong += f" wrote {noted}"
                if wrong:
                    found.append(f"{method} {address} by {account or 'nobody'}: {wrong}")
                asked += 1
    assert not found, "\n".join(found)
    assert asked >= 2 * len(table())


WITHOUT_TOKEN = ("api/open/", "api/v1/appeals/public/", "api/docs/", "api/v1/openapi.json")
"""Where nothing is done in the name of a session: open data, and reports without an account."""


@pytest.mark.ignore_template_errors
def test_nothing_is_written_in_a_session_without_the_token_of_its_pages(town: Town) -> None:
    own, wrong = town.own, []
    for template, view in patterns().items():
        opens = [
            account
            for account in own.roles().values()
            if not isinstance(view, Page) or view.is_open_to(actor_for(account))
        ]
        if template.startswith(WITHOUT_TOKEN):
            continue
        client = Client(enforce_csrf_checks=True)
        log_in(client, opens[0])
        answer, noted = knock(client, "post", address_filled(template, town.known))
        is_api = template.startswith("api/") and answer.status in (404, 405)
        if noted or not (answer.status == 403 or is_api):
            wrong.append(f"{template}: {answer.status} {noted}")
    assert not wrong, "\n".join(wrong)
