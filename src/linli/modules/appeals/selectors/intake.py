# SPDX-License-Identifier: MulanPSL-2.0
"""What the report page needs: where somebody is at home, what may be chosen, by when an answer
comes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from linli.base import calendar, clock
from linli.base.actor import SYSTEM, Actor
from linli.base.derivation import Due
from linli.base.spans import Span
from linli.base.text import clean_line
from linli.kernel.access import services as access
from linli.kernel.access.terms import Where
from linli.kernel.forms import selectors as forms
from linli.kernel.forms.selectors import MatterClass
from linli.kernel.people import selectors as people
from linli.kernel.people.models import Person
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Level
from linli.kernel.units import selectors as units
from linli.kernel.units.models import Unit
from linli.kernel.workflow import definitions
from linli.kernel.workflow.selectors import name_of
from linli.kernel.workflow.terms import OFFICE
from linli.modules.appeals.terms import CONTACT_LIMIT, ROOT_CLASS

MOST_PROPOSED = 4
"""So many classes are proposed as chips; the rest is in the list."""

GRID_WORKER = "grid_worker"
"""The role of whoever looks after a grid (packs/base/roles.toml)."""

PHONE_WIDTH = 390
"""Pixels of a phone, for which boundaries are thinned."""


@dataclass(frozen=True)
class PlaceSelect:
    """One select of the list of places: what may be chosen, and what is."""

    number: int
    choices: tuple[Place, ...]
    chosen: str


@dataclass(frozen=True)
class Group:
    """A class and the classes right below it, for a list with headings."""

    label: str
    classes: tuple[MatterClass, ...]


def home_for_list(actor: Actor) -> Place | None:
    """Where somebody lives as far as a list of places may show it: no dwelling."""
    person = people.person_for_account(actor.account_id)
    home = people.home_of(person) if person is not None else None
    return home.parent if home is not None and home.level == Level.DWELLING else home


def post_of(actor: Actor) -> Place | None:
    """The first place where somebody works, deepest first: the own grid of a grid worker."""
    paths = sorted({held.path for held in actor.grants if held.path}, key=lambda path: -len(path))
    return places.place_by_path(paths[0]) if paths else None


def top_for(place: Place | None) -> Place | None:
    """The city that a list begins in: the place's own, else the only one there is."""
    if place is not None:
        return places.place_by_path(f"{place.codes[0]}/")
    tops = places.place_choices()
    return tops[0] if len(tops) == 1 else None


def place_levels(chosen: Place | None, top: Place | None) -> list[PlaceSelect]:
    """The selects of the list of places, from below the top down to what may be chosen next."""
    line = places.chain(chosen) if chosen is not None else []
    if top is not None:
        line = [place for place in line if place.path != top.path and place.is_under(top.path)]
    found: list[PlaceSelect] = []
    parent = top
    for number, place in enumerate([*line, None], start=1):
        choices = tuple(places.place_choices(parent))
        if not choices:
            break
        found.append(PlaceSelect(number, choices, place.code if place is not None else ""))
        parent = place
        if place is None:
            break
    return found


def place_chosen(codes: Iterable[str]) -> Place | None:
    """The deepest place of a chain of choices; a choice that does not lie in the one before is
    left out.
    """
    wanted = [code for code in codes if code]
    known = places.places_by_codes(wanted)
    chosen: Place | None = None
    for code in wanted:
        place = known.get(code)
        if place is None or place.level == Level.DWELLING or not place.exists_on(clock.today()):
            continue
        if chosen is None or place.is_under(chosen.path):
            chosen = place
    return chosen


def place_name_at(lon: float, lat: float) -> str:
    """What people call the place at a point: the community and what lies below; "" outside the
    area.
    """
    place = places.place_at(lon, lat)
    if place is None:
        return ""
    line = places.chain(place)
    levels = [each.level for each in line]
    start = levels.index(Level.COMMUNITY) if Level.COMMUNITY in levels else max(len(line) - 2, 0)
    return " ".join(places.name_of(each) for each in line[start:])


def areas_around(place: Place | None, top: Place | None) -> dict[str, Any]:
    """Boundaries for the map of a report: the grids of a community, else the widest useful part of
    the city.
    """
    around = places.ancestor(place, Level.COMMUNITY) if place is not None else None
    if around is None:
        around = _branching(top) if top is not None else None
    if around is None:
        return {"type": "FeatureCollection", "features": []}
    return places.map_features_public(parent=around, width=PHONE_WIDTH)


def _branching(place: Place) -> Place:
    """The first place from here down with more than one child: a city of one district opens that
    district.
    """
    below = places.place_choices(place)
    while len(below) == 1:
        place, below = below[0], places.place_choices(below[0])
    return place


def class_groups(path: str) -> list[Group]:
    """Every class in force at a place, under the headings right below the root, for a list."""
    tree = forms.class_tree(path)
    heads = tree.children.get(ROOT_CLASS, ())
    return [Group(tree.classes[head].name, tuple(tree.under(head))) for head in heads]


def class_chips(what: str, chosen: str, path: str) -> list[MatterClass]:
    """The classes shown as chips: what the words speak of, and what was chosen before."""
    tree = forms.class_tree(path)
    keys = [proposal.key for proposal in tree.propose(what, ROOT_CLASS, MOST_PROPOSED)]
    if chosen in tree.classes and chosen != ROOT_CLASS and chosen not in keys:
        keys.append(chosen)
    return [tree.classes[key] for key in keys]


def class_proposed(what: str, path: str) -> str:
    """The class that some words speak of most; "" if of none."""
    found = forms.class_propose(what, ROOT_CLASS, path, most=1)
    return found[0].key if found else ""


def answer_due(class_key: str, path: str) -> Due | None:
    """By when somebody answers what is reported now, by the limit of its class; None where none is
    set.
    """
    tree = forms.class_tree(path)
    found = tree.classes.get(class_key) or tree.classes.get(ROOT_CLASS)
    limit = found.limits.get(CONTACT_LIMIT) if found is not None else None
    if found is None or not limit:
        return None
    hours = definitions.calendar_get(found.calendar or OFFICE, path)
    return calendar.due(hours, clock.now(), Span.parse(limit))


def duty_unit(place: Place) -> Unit | None:
    """The nearest office with a telephone, for somebody who would rather talk."""
    return units.units_choosable(place).exclude(phone="").first()


@dataclass(frozen=True)
class Near:
    """Who looks after the grid somebody lives in, and the telephone where they are reached."""

    name: str
    place: Place
    phone: str


def near_to(actor: Actor) -> Near | None:
    """The grid worker of somebody's own grid; None where there is none, or no telephone."""
    home = home_for_list(actor)
    if home is None:
        return None
    for place in reversed(places.chain(home)):
        workers = access.accounts_holding(GRID_WORKER, place, where=Where.OWN)
        unit = duty_unit(place) if workers else None
        if unit is not None:
            return Near(name_of(workers[0]), place, unit.phone)
    return None


def person_told(name: str, phone: str, place: Place) -> Person | None:
    """Somebody of the place's city on file under exactly this name and phone.

    The platform itself asks, to tell them; whoever reports for them never learns whether they are
    on file, unless it is a child, for whom a guardian has to agree.
    """
    if not (name and phone):
        return None
    known = people.person_find(actor=SYSTEM, phone=phone).filter(name=clean_line(name))
    return known.filter(place__path__under=f"{place.codes[0]}/").first()
