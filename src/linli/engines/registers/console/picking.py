# SPDX-License-Identifier: MulanPSL-2.0
"""Choosing what a field points to: a few characters are typed, and what is found is chosen."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest

from linli.base.actor import Actor
from linli.base.errors import Refused
from linli.engines.registers import selectors
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.selectors import Asked, Words
from linli.engines.registers.selectors.showing import target_words
from linli.engines.registers.services.pointing import city_of, found_by_key
from linli.engines.registers.terms import SUBJECT
from linli.kernel.forms.terms import FieldType
from linli.kernel.people import selectors as people
from linli.kernel.people.models import Person
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.shells.frame.filling import OWN

FIND = f"{OWN}find."
LOOK = f"{OWN}look"
"""The button that only looks, and the field that it looks for."""
MOST = 12
LONGEST = 60
PICKED = (FieldType.PERSON, FieldType.HOUSEHOLD, FieldType.PLACE, FieldType.RECORD)

Found = dict[str, str]
"""What may be chosen, by key, with what it is called."""


def kind_of(spec: RegisterSpec, name: str) -> tuple[FieldType, str]:
    """What a field points to, and of which register."""
    if name == SUBJECT:
        return FieldType(spec.about.value), ""
    field = spec.fields[name]
    return field.kind, (field.of or "").partition(":")[2]


def picks_of(
    request: HttpRequest, actor: Actor, spec: RegisterSpec, place: Place, given: Mapping[str, str]
) -> dict[str, Found]:
    """For each field that points somewhere what may be chosen now: what stands in it, and what was
    looked for.
    """
    names = [name for name, field in spec.own.items() if field.kind in PICKED]
    if spec.asks_subject and FieldType(spec.about.value) in PICKED:
        names.append(SUBJECT)
    return {
        name: pick(
            actor, spec, place, name, typed=_typed(request, name), chosen=given.get(name, "")
        )
        for name in names
    }


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(f"{FIND}{name}", "").strip()[:LONGEST]


def pick(
    actor: Actor, spec: RegisterSpec, place: Place, name: str, *, typed: str, chosen: str
) -> Found:
    """What may be chosen in a field, what is chosen already first."""
    kind, of = kind_of(spec, name)
    found: Found = {}
    if chosen:
        target = found_by_key(actor, place, kind, chosen, of)
        if target is not None:
            found[chosen] = target_words(target)
    if typed:
        found |= _LOOKS[kind](actor, place, typed, of)
    return found


def _persons(actor: Actor, place: Place, typed: str, of: str) -> Found:
    del place, of
    rows = people.people_named(actor=actor, beginning=typed)[:MOST]
    found = list(rows.select_related("place"))
    if not found and any(each.isdigit() for each in typed):
        found = _by_number(actor, typed)
    return {str(each.pk): _person_words(each) for each in found}


def _by_number(actor: Actor, typed: str) -> list[Person]:
    for which in ("phone", "id_number"):
        try:
            return list(people.person_find(actor=actor, **{which: typed})[:MOST])
        except Refused:
            continue
    return []


def _person_words(person: Person) -> str:
    shown = people.masked(person)
    born = f"{person.birth_on.year}" if person.birth_on else ""
    where = places.name_of(person.place) if person.place else ""
    return " · ".join(filter(None, [shown.name, born, where, shown.phone]))


def _households(actor: Actor, place: Place, typed: str, of: str) -> Found:
    del of
    rows = people.households_named(actor=actor, text=typed, within=city_of(place.path))
    return {str(each.pk): places.name_of(each.dwelling) for each in rows[:MOST]}


def _places(actor: Actor, place: Place, typed: str, of: str) -> Found:
    del of
    rows = places.places_search(actor=actor, text=typed, limit=MOST)
    same = (each for each in rows if city_of(each.path) == city_of(place.path))
    return {each.code: places.name_of(each) for each in same}


def _records(actor: Actor, place: Place, typed: str, of: str) -> Found:
    register = selectors.register_find(of, place.path)
    if register is None:
        return {}
    rows = selectors.records_visible(actor=actor, register=register).below(city_of(place.path))
    narrowed = selectors.records_narrowed(rows, register, Asked(text=typed, sort="place"))
    keys = list(narrowed.values_list("pk", flat=True)[:MOST])
    words = Words(register, place.path)
    lined = selectors.records_lined(rows, keys)
    return {str(key): words.title(lined[key]) for key in keys}


_LOOKS: Mapping[FieldType, Callable[[Actor, Place, str, str], Found]] = {
    FieldType.PERSON: _persons,
    FieldType.HOUSEHOLD: _households,
    FieldType.PLACE: _places,
    FieldType.RECORD: _records,
}
