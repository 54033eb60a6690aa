# SPDX-License-Identifier: MulanPSL-2.0
"""What stands in the registers of an invented city: most of what the plan asks for, some of it
running out, and a few places where something lacks.
"""

import datetime as dt
import random
import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from linli.base import clock
from linli.base.actor import Actor
from linli.base.checks import uscc_last
from linli.demo.chance import chance_of, weighted
from linli.demo.names import DATA, office_phone
from linli.demo.scene import Scene, Story
from linli.engines.registers.services import record_add, record_end
from linli.kernel.people.models import HouseholdMember, Person
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit

_GROWN = 25
_OLD = 72
_DAY = dt.timedelta(days=1)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((DATA / "ledgers.toml").read_text(encoding="utf-8"))


def _places(top: Place, level: str) -> list[Place]:
    """The places of a level below one."""
    return list(Place.objects.plain().below(top.path).filter(level=level).order_by("code"))


def _district(scene: Scene) -> Place:
    return scene.subdistrict.parent or scene.subdistrict


def _day(days: int) -> str:
    """So many days from now, before it if negative."""
    return (clock.today() + days * _DAY).isoformat()


def _neighbors(place: Place) -> list[Person]:
    """Grown people who live at a place, by name."""
    today = clock.today()
    rows = HouseholdMember.objects.filter(
        household__dwelling__path__startswith=place.path, ends_on=None
    )
    born = today.year - _OLD, today.year - _GROWN
    rows = rows.filter(person__birth_on__year__range=born).exclude(person__phone_index="")
    return [row.person for row in rows.select_related("person").order_by("person__name", "pk")]


def _heads(scene: Scene) -> Story:
    """Building heads are found house by house; some houses have none yet, one has moved away."""
    yield scene.back(45, 10)
    for community in _places(scene.subdistrict, "community"):
        houses = _places(community, "building")
        chance = chance_of("heads", community.code)
        clerk = scene.who("community_clerk", community)
        added = [_head(clerk, house, chance) for house in houses if chance.random() < 0.85]
        gone = [each for each in added if each is not None][:1]
        for record in gone:
            reasons: Sequence[str] = _data()["heads"]["reasons"]
            record_end(actor=clerk, record=record, reason=chance.choice(reasons))


def _head(clerk: Actor, house: Place, chance: random.Random) -> Any:
    known = _neighbors(house)
    if not known:
        return None
    duties = ["visit", "report", "publicity", "safety"]
    return record_add(
        actor=clerk,
        register="building_head",
        place=house,
        subject=str(chance.choice(known).pk),
        values={
            "origin": weighted(chance, {"elected": 5, "volunteer": 3, "named": 2}),
            "party": chance.random() < 0.4,
            "lives_here": True,
            "entrances": str(chance.randint(1, 4)),
            "group_size": str(chance.randint(18, 140)),
            "strengths": chance.sample(["mediation", "health", "repair", "arts", "law"], 2),
            "duties": duties[: chance.randint(2, 4)],
            "until_date": _day(chance.choice((30, 200, 400, 700, 900))),
        },
    )


def _officers(scene: Scene) -> Story:
    """Each community has its disaster officer, but for the last one."""
    yield scene.back(38, 15, 20)
    for community in _places(_district(scene), "community")[:-1]:
        chance = chance_of("officer", community.code)
        known = _neighbors(community)
        if not known:
            continue
        dialects: Sequence[str] = _data()["officers"]["dialects"]
        record_add(
            actor=scene.who("community_secretary", community),
            register="disaster_officer",
            place=community,
            subject=str(chance.choice(known).pk),
            values={
                "main_job": weighted(chance, {"community_worker": 4, "grid_worker": 3, "other": 1}),
                "level_of": "community",
                "trained_on": _day(-chance.randint(20, 300)),
                "certified": chance.random() < 0.7,
                "languages": chance.choice(dialects),
                "equipment": ["phone", "horn", "light", "gauge"][: chance.randint(2, 4)],
                "until_date": _day(chance.choice((60, 400, 800))),
            },
        )


def _committees(scene: Scene) -> Story:
    """The certificates of the committees, some new since the election; some run out before long."""
    yield scene.back(52, 9, 40)
    for number, community in enumerate(_places(_district(scene), "community")):
        chance = chance_of("committee", community.code)
        known = _neighbors(community)
        if not known:
            continue
        clerk = scene.who("community_clerk", community)
        values = _certificate(scene, community, number, chance)
        head, former = chance.sample(known, 2) if len(known) > 1 else known * 2
        if number % 4 == 0:
            old = {**values, "head": str(former.pk), "until_date": _day(5)}
            ended = record_add(actor=clerk, register="legal_person", place=community, values=old)
            record_end(actor=clerk, record=ended, reason=_data()["renewed"])
        record_add(
            actor=clerk,
            register="legal_person",
            place=community,
            values={**values, "head": str(head.pk)},
        )


def _certificate(
    scene: Scene, community: Place, number: int, chance: random.Random
) -> dict[str, Any]:
    return {
        "code": _credit_code(community, chance),
        "committee": "villagers" if community.kind == "village" else "residents",
        "head_role": weighted(chance, {"both": 3, "chair": 1}),
        "issuer": _data()["issuer"].format(city=scene.top.name),
        "issued_on": _day(-900 + 10 * number),
        "until_date": _day((80, 600, 900, 71)[number % 4]),
        "term": str(chance.randint(8, 12)),
        "seal": number % 3 != 1,
    }


def _credit_code(community: Place, chance: random.Random) -> str:
    """A credit code as such committees have: 54, the division, nine characters, a check."""
    body = f"54{community.code[:6]}{chance.randrange(10**9):09d}"
    return body + uscc_last(body)


def _agreements(scene: Scene) -> Story:
    """What offices and companies of the area have promised; some of it is kept already."""
    for number, community in enumerate(_places(_district(scene), "community")):
        yield scene.back(max(2, 40 - number), 14, number % 60)
        chance = chance_of("agreements", community.code)
        units = _partners(scene)
        for unit in chance.sample(units, min(len(units), chance.randint(1, 3))):
            record_add(
                actor=scene.who("community_clerk", community),
                register="partner_agreement",
                place=community,
                values=_agreement(unit, chance),
            )


def _partners(scene: Scene) -> list[Unit]:
    return list(Unit.objects.filter(place=scene.top).order_by("key"))


def _agreement(unit: Unit, chance: random.Random) -> dict[str, Any]:
    said: Sequence[str] = _data()["agreements"]["promises"]
    signed = -chance.randint(30, 340)
    return {
        "partner": str(unit.pk),
        "signed_on": _day(signed),
        "until_date": _day(signed + 365 + chance.choice((0, 0, 365))),
        "fields_of": chance.sample(["organization", "activities", "resources", "services"], 2),
        "promises": [
            {"what": words, "due": _day(chance.randint(-60, 200)), "kept": chance.random() < 0.5}
            for words in chance.sample(said, chance.randint(2, 4))
        ],
        "members": str(chance.randint(6, 80)),
    }


def _contracts(scene: Scene) -> Story:
    """Who manages each compound; some had another company before, the last one has nobody yet."""
    yield scene.back(33, 16)
    for number, compound in enumerate(_places(_district(scene), "compound")[:-1]):
        chance = chance_of("contract", compound.code)
        clerk = scene.who("community_clerk", compound)
        if number % 3 == 0:
            old = {**_contract(f"{number + 1:03d}-0", "company", chance), "until_date": _day(90)}
            before = record_add(
                actor=clerk, register="property_contract", place=compound, values=old
            )
            record_end(actor=clerk, record=before, reason=_data()["left"])
        mode = weighted(chance, {"company": 6, "state": 2, "trust": 2, "own": 1})
        record_add(
            actor=clerk,
            register="property_contract",
            place=compound,
            values=_contract(f"{number + 1:03d}", mode, chance),
        )


def _contract(number: str, mode: str, chance: random.Random) -> dict[str, Any]:
    signed = -chance.randint(60, 700)
    values: dict[str, Any] = {
        "number": f"WY-{clock.today().year - 1}-{number}",
        "mode": mode,
        "area": str(1000 * chance.randint(8, 90)),
        "signed_on": _day(signed),
        "until_date": _day(signed + 365 * chance.choice((2, 3))),
        "services": ["guard", "clean", "green", "repair"][: chance.randint(2, 4)],
        "duty_phone": office_phone(chance),
    }
    if mode in ("company", "state"):
        values["fee"] = f"{chance.randint(6, 28) / 10:.2f}"
    return values


STORIES: tuple[Callable[[Scene], Story], ...] = (
    _heads,
    _officers,
    _committees,
    _agreements,
    _contracts,
)
