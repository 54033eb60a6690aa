# SPDX-License-Identifier: MulanPSL-2.0
"""Writing an invented city through the services: places, units, staff, households, residents."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.errors import Refused
from linli.demo import names
from linli.demo.census import PlannedHousehold, PlannedPerson, census
from linli.demo.chance import chance_of
from linli.demo.plan import CityPlan, PlannedPlace, city_plan
from linli.demo.sizes import Size
from linli.demo.staff import COMMITTEE, OFFICE, Post, Role, posts
from linli.demo.terms import username_of
from linli.kernel.access import services as access
from linli.kernel.accounts import services as accounts
from linli.kernel.accounts.models import Account
from linli.kernel.people import households as homes
from linli.kernel.people import services as people
from linli.kernel.people.models import Person
from linli.kernel.people.terms import MemberRole
from linli.kernel.places import selectors as place_selectors
from linli.kernel.places import services as places
from linli.kernel.places.models import Place
from linli.kernel.places.topology import bounded_below
from linli.kernel.units import selectors as unit_selectors
from linli.kernel.units import services as units
from linli.kernel.units.models import Unit
from linli.kernel.workflow.selectors import duties_in_force

Progress = Callable[[str], None]


@dataclass
class Built:
    """What stands after the city was written; places and accounts by code and log-in."""

    plan: CityPlan
    places: dict[str, Place] = field(default_factory=dict)
    units: dict[tuple[str, str], Unit] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str) -> None:
        """One more of something."""
        self.counts[what] = self.counts.get(what, 0) + 1


def city_build(top: Place, size: Size, *, pack: str, seed: int, progress: Progress) -> Built:
    """Write the city below a place that stands already; the moment is that of the clock."""
    plan = city_plan(top.code, top.level, size, seed)
    built = Built(plan, places={top.code: top})
    _places_put(built, top)
    progress(_("%(count)s places") % {"count": len(built.places)})
    _units_put(built, top, seed)
    year = clock.today().year
    for post in posts(plan, _departments(built, top), pack, seed):
        _appoint(built, post)
    progress(
        _("%(count)s posts in %(units)s units")
        % {"count": built.counts["staff"], "units": len(built.units)}
    )
    grids = plan.district.at("grid")
    living = census(grids, households=size.households, year=year, seed=seed)
    for number, household in enumerate(living):
        _move_in(built, household, pack, is_first=number == 0)
    progress(
        _("%(count)s residents in %(households)s households")
        % {"count": built.counts["residents"], "households": len(living)}
    )
    return built


def _places_put(built: Built, top: Place) -> None:
    """Put what the plan holds below the top; where real boundaries stand, no invented one is drawn
    around them.
    """
    district = built.plan.district
    if top.boundary is None and not bounded_below(top):
        places.place_update_boundary(actor=SYSTEM, place=top, boundary=district.boundary)
    if built.plan.is_top:
        for part in district.parts:
            _place_put(built, part, top)
    else:
        _place_put(built, district, top)


def _place_put(built: Built, planned: PlannedPlace, parent: Place) -> None:
    """Put one place and all below it; a kind that this city's levels do not know is left out."""
    level = place_selectors.level_find(planned.level, parent.path)
    kinds = level.body.get("kinds", {}) if level is not None else {}
    compound = built.places.get(planned.compound)
    place = places.place_add(
        actor=SYSTEM,
        code=planned.code,
        name=planned.zh,
        name_en=planned.en,
        level=planned.level,
        kind=planned.kind if planned.kind in kinds else "",
        parent=parent,
        compound=compound,
        boundary=planned.boundary,
        lon=planned.lon,
        lat=planned.lat,
    )
    built.places[place.code] = place
    built.count(place.level)
    for part in planned.parts:
        _place_put(built, part, place)


def _units_put(built: Built, top: Place, seed: int) -> None:
    """An office at each subdistrict, a committee at each community, what the duty list needs."""
    chance = chance_of("telephones", top.code, seed)
    for unit in unit_selectors.units_below(top.path):
        if unit.place_id == top.pk:
            built.units[unit.key, top.code] = units.unit_change(
                actor=SYSTEM,
                unit=unit,
                kind=unit.kind,
                phone=unit.phone or names.office_phone(chance),
                parent=unit.parent,
            )
    local = {OFFICE: "subdistrict", COMMITTEE: "community"}
    suffix = {OFFICE: ("办事处", " Office"), COMMITTEE: ("居民委员会", " Residents' Committee")}
    for key, level in local.items():
        zh, en = suffix[key]
        for planned in built.plan.district.at(level):
            label = {"zh": planned.zh + zh, "en": planned.en + en}
            _unit_put(built, key, planned.code, label, names.office_phone(chance))
    for key in _leads(top):
        if key not in local and (key, top.code) not in built.units:
            label = unit_selectors.unit_label(key, top.path)
            _unit_put(built, key, top.code, label, names.office_phone(chance))


def _unit_put(built: Built, key: str, code: str, label: dict[str, str], phone: str) -> None:
    unit = units.unit_add(actor=SYSTEM, key=key, place=built.places[code], label=label, phone=phone)
    built.units[key, code] = unit


def _leads(top: Place) -> list[str]:
    """The keys of the units that lead something by the duty list, in its order."""
    return list(dict.fromkeys(duty.lead for duty in duties_in_force(top.path)))


def _departments(built: Built, top: Place) -> Iterable[str]:
    return [key for key in _leads(top) if (key, top.code) in built.units]


def _appoint(built: Built, post: Post) -> None:
    """Somebody with a log-in, a unit and roles."""
    place = built.places[post.place]
    account = _account(built, post.username, place)
    person = people.person_register(
        actor=SYSTEM, name=post.name, place=place, phone=post.phone, birth_on=post.birth_on
    )
    people.person_link_account(actor=SYSTEM, person=person, account=account)
    if post.unit:
        unit = built.units[post.unit, post.place]
        units.membership_add(actor=SYSTEM, account=account, unit=unit)
    for role in post.roles:
        _grant(built, account, role)
    built.count("staff")


def _grant(built: Built, account: Account, role: Role) -> None:
    access.grant_give(
        actor=SYSTEM,
        account=account,
        role=role.key,
        place=built.places[role.place],
        unit=built.units[role.unit, role.place] if role.unit else None,
    )


def _account(built: Built, username: str, place: Place) -> Account:
    account = accounts.account_create(
        actor=SYSTEM, username=username, place_path=place.path, is_demo=True
    )
    built.accounts[username] = account
    return account


def _move_in(built: Built, planned: PlannedHousehold, pack: str, *, is_first: bool) -> None:
    """A household with its dwelling and everybody in it."""
    building = built.places[planned.building]
    dwelling = places.place_add(
        actor=SYSTEM,
        code=planned.dwelling,
        name=f"{building.name}{planned.door}",
        name_en=f"{building.name_en}, {planned.door}",
        level="dwelling",
        parent=building,
    )
    built.count("dwelling")
    household = homes.household_register(actor=SYSTEM, dwelling=dwelling)
    grid = building.parent or building
    for number, somebody in enumerate(planned.people):
        person = _resident(grid, dwelling, somebody)
        built.count("residents")
        role = MemberRole(somebody.role)
        homes.member_add(actor=SYSTEM, household=household, person=person, role=role)
        if somebody.has_account:
            is_door = is_first and number == 0
            key = "resident" if is_door else f"resident{built.counts['residents']:03d}"
            account = _account(built, username_of(key, pack), grid)
            people.person_link_account(actor=SYSTEM, person=person, account=account)


def _resident(grid: Place, dwelling: Place, planned: PlannedPerson) -> Person:
    return people.person_register(
        actor=SYSTEM,
        name=planned.name,
        place=grid,
        phone=planned.phone,
        id_number=planned.id_number,
        address=dwelling.name,
        birth_on=planned.birth_on,
    )


def ensure_new(top: Place, plan_code: str) -> None:
    """Refuse to build where something stands already."""
    taken = place_selectors.children(top).filter(code=plan_code).exists()
    if taken or (plan_code == top.code and place_selectors.children(top).exists()):
        message = _(
            "There are places below %(place)s already; a synthetic city needs an empty one."
        )
        raise Refused(message % {"place": top.name}, code="city_stands")
