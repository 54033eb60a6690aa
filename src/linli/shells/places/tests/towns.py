# SPDX-License-Identifier: MulanPSL-2.0
"""Two cities in one house, each with an administrator, for tests of the console's pages."""

import re
from types import SimpleNamespace
from typing import Any

from django.test import Client

from linli.kernel.access.factories import GrantFactory
from linli.kernel.access.terms import Administrator
from linli.kernel.accounts.factories import AccountFactory, log_in
from linli.kernel.accounts.models import Account
from linli.kernel.people.factories import PersonFactory
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.kernel.units.factories import UnitFactory
from linli.kernel.units.models import Unit
from linli.kernel.workflow.factories import base_pack, small_city


def two_towns(admin: str = "system_administrator") -> SimpleNamespace:
    """`here` (see `small_city`) and `there`, each with its `admin`, of one of the three sorts, and
    its `auditor`; the base pack is in force.
    """
    base_pack()
    here = small_city()
    here.admin = staff(admin, here.city, name="方远")
    there = city_tree("529900", "云海市", lon=110.0)
    there.admin = staff(admin, there.city, name="白露")
    for town in (here, there):
        town.auditor = staff("auditor", town.city, name="顾文静")
    there.office = UnitFactory.create(
        key="water_affairs", place=there.city, label={"zh": "云海水务局", "en": "Yunhai Water"}
    )
    return SimpleNamespace(here=here, there=there)


SORTS = {
    "system_administrator": Administrator.SYSTEM,
    "security_administrator": Administrator.SECURITY,
    "auditor": Administrator.AUDIT,
}


def staff(role: str, place: Place, *, unit: Unit | None = None, name: str = "") -> Account:
    """Somebody who holds a role at a place, looked after from there, perhaps with a name."""
    account: Account = AccountFactory.create(place_path=place.path)
    sort = SORTS.get(role, "")
    GrantFactory.create(account=account, role=role, place=place, unit=unit, administrator=sort)
    if name:
        PersonFactory.create(name=name, account=account)
    return account


def enter(client: Client, account: Account, language: str = "en") -> Client:
    """Sign somebody in who reads in that language."""
    log_in(client, account)
    client.cookies["linli_language"] = language
    return client


def text_of(response: Any) -> str:
    """What stands on a page, without its tags."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def links_of(response: Any, part: str) -> list[str]:
    """The addresses on a page that contain a piece."""
    found = re.findall(r'href="([^"]+)"', response.content.decode())
    return [address.replace("&amp;", "&") for address in found if part in address]


def count_beside(client: Client, address: str) -> str:
    """The number that the navigation shows beside a page, empty where nothing waits."""
    said = client.get(address).content.decode()
    menu = said[said.index('class="side-nav"') :]
    entry = re.findall(rf'<a href="{address}" [^>]*>(.*?)</a>', menu, re.DOTALL)[0]
    count = re.search(r'class="count">(\d+)<', entry)
    return count[1] if count else ""
