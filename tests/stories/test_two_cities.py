# SPDX-License-Identifier: MulanPSL-2.0
"""Two cities live in one database, and nobody of one sees anything of the other."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core import signing
from django.test import Client

from linli.base.actor import Actor
from linli.base.errors import Forbidden
from linli.kernel.access import selectors as access
from linli.kernel.audit import selectors as audit
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event
from linli.kernel.files.models import StoredFile
from linli.kernel.files.services import file_read
from linli.kernel.notify import selectors as notify
from linli.kernel.people import selectors as people
from linli.kernel.places import selectors as places
from linli.kernel.units import selectors as units
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow.models import HandOver
from linli.modules.appeals import services as appeals
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.selectors import cases, figures
from linli.modules.appeals.services.importing import ImportReport, appeals_import
from linli.modules.appeals.services.mappings import mapping_read
from linli.modules.appeals.terms import Perm
from linli.modules.grids.selectors import call_ups, plans
from linli.shells.frame import live
from linli.shells.frame.faces import FACES
from tests.stories.conftest import City, TwoCities, case_bring, file_appeal, fresh
from tests.stories.walking import (
    WORDS,
    Address,
    address_of,
    addresses,
    ask,
    ensure_same,
    identifiers,
    nowhere,
)

STAFF = ("dispatcher", "leader", "role:system_administrator", "handler", "clerk", "grid_worker")
"""Those who between them get every page of the house."""

ALL_WAYS = (("get", "page"), ("get", "part"), ("post", "page"), ("post", "script"))
GUESSERS = {
    "dispatcher": ALL_WAYS,
    "handler": ALL_WAYS[3:],
    "leader": ALL_WAYS[:1],
    "role:system_administrator": ALL_WAYS[2:3],
    "role:auditor": ALL_WAYS[:1],
    "resident": ALL_WAYS[::3],
    "": ALL_WAYS[::3],
}
"""Whoever may guess an address, and how they ask; "" is nobody known."""

NOTHING = (204, 302, 401, 404, 405, 422, 429)
"""To sign in, not here, not so: answers that come whether or not the thing exists."""

PUBLIC = re.compile(
    r"^(portal/place-at/|portal/appeals/new/|api/v1/appeals/(classes|places/at)|look/|sw\.js"
    r"|components/|api/open/)"
)
"""What shows everybody the public map, or the same to all."""


def marks_of(city: City) -> list[str]:
    """Words that stand in a page only if it shows something of this city."""
    found = [*city.plan.names.values(), *city.plan.people, *city.plan.phones, city.plan.id_number]
    found += [appeal.number for appeal in city.cases.values()]
    found += [person.name for person in city.people.values()]
    found += [account.username for account in city.accounts.values()]
    return [*found, city.grid.code, city.grid.path]


def shown_of(text: str, marks: Iterable[str]) -> list[str]:
    """Those of the words that stand in a text."""
    return [mark for mark in marks if mark in text]


def everything(cities: TwoCities) -> tuple[int, int]:
    """How much has been written so far."""
    return AuditRecord.objects.count(), Event.objects.count()


def test_the_marks_do_show_in_their_own_city(cities: TwoCities) -> None:
    for own, other in cities.each():
        page = own.client("dispatcher").get("/console/appeals/", {"view": "all"}).content.decode()
        assert own.cases["received"].number in page
        assert shown_of(page, marks_of(own))
        assert not shown_of(page, marks_of(other))


@pytest.mark.both_in_full
@pytest.mark.parametrize("key", GUESSERS)
def test_a_guessed_address_tells_nothing(cities: TwoCities, key: str) -> None:
    own, other = cities.leshan, cities.binhai
    real = identifiers(other)
    unknown = nowhere(real)
    before = everything(cities)
    client = own.client(key)
    walked = 0
    for address in addresses():
        if not address.is_of_something:
            continue
        for method, way in GUESSERS[key]:
            told = _ask(client, method, address, real, way)
            nothing = _ask(client, method, address, unknown, way)
            ensure_same(told, nothing, address, method, way)
            assert told.status in NOTHING, (address, method, told.status)
            walked += 1
    assert walked > 25
    assert everything(cities) == before


def _ask(client: Client, method: str, address: Address, values: dict[str, str], way: str) -> Any:
    used = [values[name] for name in address.names if name not in WORDS]
    return ask(client, method, address.with_values(values), used, way=way)


@pytest.mark.both_in_full
@pytest.mark.parametrize("key", STAFF[:4])
def test_no_list_map_count_or_search_shows_anything_of_the_other_city(
    cities: TwoCities, key: str
) -> None:
    own, other = cities.leshan, cities.binhai
    marks, client = marks_of(other), own.client(key)
    for address in addresses():
        if address.is_of_something or PUBLIC.match(address.template):
            continue
        for asked in questions(other)[: 3 if key == "dispatcher" else 1]:
            plain = f"{address.with_values(WORDS)}?{urlencode(asked)}"
            told = ask(client, "get", plain, asked.values())
            assert told.status < 500, (address, asked)
            found = shown_of(told.body, [mark for mark in marks if mark not in asked.values()])
            assert not found, (address, asked, found)


def questions(city: City) -> list[dict[str, str]]:
    """What somebody may put behind an address to look for things of a city."""
    number = city.cases["handling"].number
    return [
        {"view": "all", "open": number, "at": city.top.code},
        {"view": "all", "q": "雨水井", "place": city.grid.code, "set": "open"},
        {"view": "all", "q": city.plan.people[0]},
    ]


@pytest.mark.both_in_full
@pytest.mark.parametrize("names", ["place at open", "q unit subject class show"])
def test_a_guessed_word_behind_an_address_tells_nothing(cities: TwoCities, names: str) -> None:
    own, other = cities.leshan, cities.binhai
    number, unit = other.cases["handling"].number, str(other.units["office"].pk)
    pairs = {
        "place": (other.places["dwelling"].code, "120116001001-b9-999"),
        "at": (other.grid.code, "120116001001-g9"),
        "open": (number, "SQ-20260310-9999"),
        "q": (other.plan.people[0], "郭秀郭"),
        "unit": (unit, "999999"),
        "subject": (f"appeal:{number}", "appeal:SQ-20260310-9999"),
        "class": ("old_block_care", "old_block_cars"),
        "show": ("old_block_care", "old_block_cars"),
    }
    asked = [(name, *pairs[name]) for name in names.split()]
    told_by = urlencode({"view": "all"} | {name: real for name, real, _unknown in asked})
    nothing_by = urlencode({"view": "all"} | {name: unknown for name, _real, unknown in asked})
    for key in ("dispatcher", "leader"):
        client = own.client(key)
        for address in addresses():
            if address.is_of_something or PUBLIC.match(address.template):
                continue
            plain = address.with_values(WORDS)
            told = ask(client, "get", f"{plain}?{told_by}", [number, *(each[1] for each in asked)])
            echoes = ["SQ-20260310-9999", *(each[2] for each in asked)]
            nothing = ask(client, "get", f"{plain}?{nothing_by}", echoes)
            ensure_same(told, nothing, key, address, names)


@pytest.mark.both_in_full
def test_a_page_follows_only_places_of_its_reader(cities: TwoCities) -> None:
    followed: list[str] = []
    for own, key in ((cities.leshan, "dispatcher"), (cities.binhai, "leader")):
        client = own.client(key)
        for address in addresses():
            if address.is_of_something:
                continue
            body = client.get(address.with_values(WORDS)).content.decode("utf-8", "replace")
            for token in re.findall(r'<linli-live[^>]* data-of="([^"]+)"', body):
                paths = signing.loads(token, salt=live.SALT)
                assert all(path.startswith(own.top.path) for path in paths)
                followed += paths
    assert followed


def test_a_forged_question_what_is_new_is_not_answered(cities: TwoCities) -> None:
    forged = signing.dumps([cities.binhai.top.path], key="guessed", salt=live.SALT)
    client = cities.leshan.client("dispatcher")
    assert client.get("/live/", {"of": forged, "since": "0"}).status_code == 404
    assert client.get("/live/", {"of": cities.binhai.top.path}).status_code == 404


def _map_of(actor: Actor, city: City) -> list[Any]:
    """The places that a map of a subdistrict draws."""
    shown = places.map_features(actor=actor, parent=city.places["subdistrict"])["features"]
    return [places.place_by_code(feature["id"]) for feature in shown]


Reader = Callable[[Actor, City], Iterable[Any]]

READERS: dict[str, Reader] = {
    "places": lambda actor, _: places.places_visible(actor=actor),
    "places found": lambda actor, other: places.places_search(actor=actor, text=other.grid.name),
    "places by code": lambda actor, other: places.places_search(actor=actor, text=other.grid.code),
    "map": _map_of,
    "units": lambda actor, _: units.units_visible(actor=actor),
    "people": lambda actor, _: people.people_visible(actor=actor),
    "people by phone": lambda actor, other: people.person_find(
        actor=actor, phone=other.plan.phones[0]
    ),
    "people by id number": lambda actor, other: people.person_find(
        actor=actor, id_number=other.plan.id_number
    ),
    "people by name": lambda actor, other: people.people_named(
        actor=actor, beginning=other.plan.people[0]
    ),
    "grants": lambda actor, _: access.grants_visible(actor=actor),
    "abuse": lambda actor, _: access.abuse_visible(actor=actor),
    "matters": lambda actor, _: workflow.matters_open_to(actor, Perm.VIEW),
    "orders": lambda actor, _: workflow.orders_offered(actor),
    "todos": lambda actor, _: [todo.matter for todo in workflow.todos_for(actor)],
    "cases": lambda actor, _: cases.cases_seen(actor=actor),
    "appeals": lambda actor, _: Appeal.objects.visible_to(actor, Perm.VIEW),
    "orders seen": lambda actor, _: HandOver.objects.visible_to(actor, Perm.VIEW),
    "notices": lambda actor, _: notify.notices_for(actor),
    "division plans": lambda actor, _: plans.plans_visible(actor=actor),
    "call-ups": lambda actor, _: call_ups.call_ups_visible(actor=actor),
}


def path_of(row: Any) -> str:
    """Where a row of any of these lists lies."""
    ways = (("place_path",), ("path",), ("place", "path"), ("matter", "place", "path"))
    for names in (*ways, ("community", "path")):
        found = row
        for name in names:
            found = getattr(found, name, None)
        if found is not None:
            return str(found)
    raise AssertionError(f"{row!r} lies nowhere")


@pytest.mark.parametrize("name", READERS)
def test_what_is_read_for_somebody_lies_in_their_own_city(cities: TwoCities, name: str) -> None:
    for own, other in cities.each():
        for account in own.accounts:
            actor = own.actor(account)
            found = list(READERS[name](actor, other))
            wrong = [row for row in found if not path_of(row).startswith(own.top.path)]
            assert not wrong, (account, wrong)


def test_these_lists_are_not_all_empty(cities: TwoCities) -> None:
    own = cities.leshan
    keys = (*STAFF, "arbiter", "resident")
    for name, read in READERS.items():
        if name != "abuse":
            assert any(list(read(own.actor(key), own)) for key in keys), name


def test_figures_count_the_own_city_alone(cities: TwoCities) -> None:
    for own, other in cities.each():
        actor = own.actor("leader")
        period = figures.period_of(7)
        names = ("filed", "open", "ended", "late")
        here = figures.counts(actor=actor, place=own.top, names=names, period=period)
        there = figures.counts(actor=actor, place=other.top, names=names, period=period)
        assert here["filed"] == len(own.cases)
        assert set(there.values()) == {0}


@pytest.mark.both_in_full
def test_one_more_case_in_one_city_changes_no_page_of_the_other(cities: TwoCities) -> None:
    own, other = cities.leshan, cities.binhai
    clients = [own.client(key) for key in ("leader", "role:system_administrator")]
    plain = [each.with_values(WORDS) for each in addresses() if not each.is_of_something]

    def seen() -> list[Any]:
        return [ask(client, "get", each) for client in clients for each in plain]

    before = seen()
    case_bring(other, file_appeal(other), "handling")
    for one, two in zip(before, seen(), strict=True):
        ensure_same(one, two)


@pytest.mark.parametrize("key", ["dispatcher", "handler", "resident", "role:system_administrator"])
def test_services_refuse_what_lies_in_the_other_city(cities: TwoCities, key: str) -> None:
    own, other = cities.leshan, cities.binhai
    actor, appeal = own.actor(key), fresh(other.cases["handling"])
    photo = StoredFile.objects.filter(owner_key=appeal.number).get()
    rating, purpose = fresh(other.cases["rating"]), "回访"
    person = other.people["resident"]
    attempts: dict[str, Callable[[], object]] = {
        "file": lambda: file_read(actor=actor, key=photo.key),
        "reporter": lambda: appeals.reporter_open(actor=actor, appeal=appeal, purpose=purpose),
        "rate": lambda: appeals.appeal_rate(actor=actor, appeal=rating, mark="good"),
        "urge": lambda: appeals.case_urge(actor=actor, case=appeal.case),
        "withdraw": lambda: appeals.appeal_withdraw(actor=actor, appeal=appeal),
        "note": lambda: appeals.appeal_correct(actor=actor, appeal=appeal, addition="还有一处"),
        "move": lambda: appeals.case_move(
            actor=actor, case=appeal.case, move="contacted", expected_step="handling"
        ),
        "open": lambda: _personal_open(actor, person),
    }
    before = everything(cities)
    for name, attempt in attempts.items():
        with pytest.raises(Forbidden):
            attempt()
        assert everything(cities) == before, name


def _personal_open(actor: Actor, person: Any) -> None:
    from linli.kernel.people.services import personal_open

    personal_open(actor=actor, person=person, field="phone", purpose="回访")


MAPPING = """
label = {zh = "旧表", en = "Old list"}
place = "community:1"
[columns]
what = ["诉求"]
number = ["编号"]
place = ["地点"]
lon = ["经度"]
lat = ["纬度"]
[places]
"A1区" = "community:1"
"A2区" = "community:2"
"A3区" = "community:3"
"A4区" = "community:4"
"""


def imported(city: City, folder: Path, rows: list[str]) -> ImportReport:
    """A list taken in by a clerk of the city."""
    mapping, table = folder / "old.toml", folder / f"{city.plan.pack}.csv"
    mapping.write_text(MAPPING, "utf-8")
    table.write_text("\n".join(["编号,诉求,地点,经度,纬度", *rows]), "utf-8")
    return appeals_import(
        actor=city.actor("role:subdistrict_clerk"),
        file=table,
        mapping=mapping_read(str(mapping)),
        place=city.places["subdistrict"],
    )


def test_an_imported_list_stays_in_its_city(cities: TwoCities, tmp_path: Path) -> None:
    for own, other in cities.each():
        lon, lat = other.point
        there = Appeal.objects.below(other.top.path).count()
        rows = [f"{number},{number}号楼的路灯不亮,A{number}区,," for number in range(1, 5)]
        rows += [f"8,路灯不亮,{other.grid.code},,", f"9,路灯不亮,,{lon},{lat}"]
        report = imported(own, tmp_path, rows)
        assert Appeal.objects.below(other.top.path).count() == there
        assert report.taken == 4
        assert len(report.skipped) == 2
        assert report.known == 0


def test_the_record_of_one_city_is_not_read_in_the_other(cities: TwoCities) -> None:
    for own, other in cities.each():
        actor = own.actor("role:auditor")
        rows = AuditRecord.objects.visible_to(actor, "audit.view_record")
        assert rows.filter(place_path__startswith=own.top.path).exists()
        assert not rows.filter(place_path__startswith=other.top.path).exists()
        opened = people.openings_of(actor=own.actor("dispatcher"), person=other.people["resident"])
        assert opened == []
        assert audit.records_of(other.people["resident"]).exists()


def test_both_cities_may_know_the_same_person(cities: TwoCities) -> None:
    from linli.kernel.people.services import person_register

    own, other = cities.leshan, cities.binhai
    number, phone = other.plan.id_number, other.plan.phones[0]
    person = person_register(
        actor=own.actor("clerk"),
        name=other.plan.people[0],
        place=own.places["community"],
        phone=phone,
        id_number=number,
    )
    found = people.person_find(actor=own.actor("clerk"), id_number=number)
    assert list(found) == [person]


def test_every_page_of_every_face_was_among_those_walked() -> None:
    walked = {address.template for address in addresses()}
    for face in FACES:
        for page in face.pages.values():
            assert address_of(page).template in walked
