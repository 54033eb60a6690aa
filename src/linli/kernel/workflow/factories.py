# SPDX-License-Identifier: MulanPSL-2.0
"""A small city with the base pack's procedure, and matters in it, for tests."""

import copy
import csv
import datetime as dt
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.conf import settings

from linli.base import clock
from linli.base.actor import SYSTEM, Actor
from linli.base.definitions import DefinitionRow
from linli.kernel.access.factories import GrantFactory, proven
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry
from linli.kernel.sockets.grammar import PackContext
from linli.kernel.units.factories import MembershipFactory, UnitFactory
from linli.kernel.units.models import Unit
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.services import matter_open

FRIDAY = dt.datetime(2026, 3, 6, 16, 30, tzinfo=clock.ZONE)
"""An ordinary Friday afternoon, one working hour before the week ends."""

STARTS = dt.date(2010, 1, 1)
TABLES = {"days.csv": "day", "classes.csv": "class", "duties.csv": "duty"}
KINDS = ("role", "calendar", "choices", "form", "text", "workflow", "ballot")

VERSION = "test"

Entries = dict[str, dict[str, dict[str, Any]]]

_base_rows: dict[type[DefinitionRow], list[dict[str, Any]]] = {}
"""The rows of the base pack by table, once they have been written in this process."""


def pack_entries(folder: Path) -> Entries:
    """The definitions of a pack's folder by kind and key, as they are written."""
    found: Entries = {}
    for path in sorted(folder.rglob("*.toml")):
        for kind, entries in tomllib.loads(path.read_text("utf-8")).items():
            found.setdefault(kind, {}).update(entries)
    for name, kind in TABLES.items():
        found[kind] = dict(_rows(folder / name))
    return found


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            body = {name: cell for name, cell in row.items() if cell}
            yield next(iter(row.values())), body


def definition_keep(
    kind: str, key: str, body: dict[str, Any], *, place_path: str = "", known: Entries | None = None
) -> None:
    """Keep one definition as a pack would, read by its owner's grammar and checked by it."""
    grammar = registry.grammars()[kind]
    spec = grammar.spec.model_validate(body)
    context = PackContext(
        actor=SYSTEM,
        pack="base",
        version=VERSION,
        place_path=place_path,
        starts_on=STARTS,
        ends_on=None,
        clause=str(body.get("clause", "")),
        position=0,
        body=body,
        known=known or {},
    )
    if known is not None and grammar.check is not None:
        problems = grammar.check(context, key, spec)
        assert not problems, f"{kind}:{key} {problems}"  # noqa: S101 - a broken pack breaks the test
    grammar.put(context, key, spec)


def base_pack() -> Entries:
    """Keep what the base pack says of roles, calendars, classes, forms, texts, duties and
    procedures; checked and written one by one only the first time in a process."""
    known = copy.deepcopy(_base_entries())
    if _base_rows:
        for model, rows in _base_rows.items():
            model._default_manager.bulk_create(model(**row) for row in rows)
        return known
    for kind in (*KINDS, *TABLES.values()):
        for key, body in known.get(kind, {}).items():
            definition_keep(kind, key, body, known=known)
    for table in apps.get_models():
        if issubclass(table, DefinitionRow):
            own = table._default_manager.filter(version=VERSION, place_path="").order_by("pk")
            _base_rows[table] = [
                {name: value for name, value in row.items() if name != "id"} for row in own.values()
            ]
    return known


@cache
def _base_entries() -> Entries:
    return pack_entries(Path(settings.LINLI_PACKS) / "base")


def member(unit: Unit, role: str, *, place: Place | None = None) -> Account:
    """An account that belongs to a unit and plays a role in it, or at a place where one is
    given."""
    account: Account = AccountFactory.create()
    MembershipFactory.create(account=account, unit=unit)
    within = None if place is not None else unit
    GrantFactory.create(account=account, role=role, place=place or unit.place, unit=within)
    return account


def small_city(code: str = "519900") -> SimpleNamespace:
    """Places, units and staff for a whole round of the appeal procedure.

    Units: `street` (subdistrict office), `water` (water affairs), `upkeep` (urban management),
    `center` (where the arbiter sits). Accounts: dispatcher, second_dispatcher, clerk, handler,
    colleague, water_leader, upkeep_handler, street_leader, district_leader, arbiter, resident,
    stranger (dispatcher of the other subdistrict).
    """
    city = city_tree(code)
    unit = UnitFactory.create
    city.street = unit(
        key="subdistrict_office", place=city.subdistrict, label=_label("柳荫街道办事处")
    )
    city.other_street = unit(
        key="subdistrict_office", place=city.other_subdistrict, label=_label("桃源街道办事处")
    )
    city.committee = unit(
        key="residents_committee", place=city.community, label=_label("柳荫居委会")
    )
    city.water = unit(key="water_affairs", place=city.district, label=_label("区水务局"))
    city.upkeep = unit(key="urban_management", place=city.district, label=_label("区城管局"))
    city.center = unit(key="response_center", place=city.district, label=_label("区诉求中心"))
    city.dispatcher = member(city.street, "dispatcher", place=city.subdistrict)
    city.second_dispatcher = member(city.street, "dispatcher", place=city.subdistrict)
    city.stranger = member(city.other_street, "dispatcher", place=city.other_subdistrict)
    city.clerk = member(city.committee, "community_clerk", place=city.community)
    city.handler = member(city.water, "handler")
    city.colleague = member(city.water, "handler")
    city.water_leader = member(city.water, "leader")
    city.upkeep_handler = member(city.upkeep, "handler")
    city.street_leader = member(city.street, "leader", place=city.subdistrict)
    city.district_leader = member(city.center, "leader", place=city.district)
    city.arbiter = member(city.center, "arbiter", place=city.district)
    city.resident = AccountFactory.create()
    return city


def _label(name: str) -> dict[str, str]:
    return {"zh": name, "en": name}


def actor_of(account: Account) -> Actor:
    """The actor an account is today, come in with a second factor."""
    return proven(account)


def appeal_open(city: SimpleNamespace, class_key: str = "flooding", **given: Any) -> Matter:
    """An appeal filed by the resident at the first grid."""
    account = given.pop("applicant", city.resident)
    return matter_open(
        actor=given.pop("actor", None) or actor_of(account),
        workflow="appeal",
        place=given.pop("place", city.grid),
        class_key=class_key,
        title=given.pop("title", "6号楼东侧雨水井堵了"),
        values=given.pop("values", {"what": "6号楼东侧的雨水井堵了，一下雨就积水。"}),
        applicant_account_id=account.pk,
        **given,
    )
