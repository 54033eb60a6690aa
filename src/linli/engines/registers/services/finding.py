# SPDX-License-Identifier: MulanPSL-2.0
"""Whom and what the words of a list mean: places, people, units and records, each asked once."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from linli.base import pinyin
from linli.base.actor import Actor
from linli.base.errors import Refused
from linli.base.text import digits, narrow
from linli.engines.registers.models import Record
from linli.engines.registers.rules.columns import ID_NUMBER, NAME, PHONE, SUBJECT, text_of
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.selectors import Register, records_visible, register_find
from linli.engines.registers.services.pointing import city_of
from linli.engines.registers.terms import About, State
from linli.kernel.access import services as access
from linli.kernel.forms.terms import FieldType
from linli.kernel.people import selectors as people
from linli.kernel.people import services as people_services
from linli.kernel.people.models import Person
from linli.kernel.people.terms import Perm as PeoplePerm
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit

_Row = TypeVar("_Row", bound=models.Model)
_MOST, _MOST_ALIKE = 2, 20
_PHONE = re.compile(r"1[0-9]{10}|0[0-9]{2,3}-?[0-9]{7,8}")
_ID = re.compile(r"[0-9]{17}[0-9Xx]")


class Unclear(Exception):
    """A cell that means nothing here, or more than one thing; the message is for people."""


class Finder:
    """What is meant in the cells of one list, below one place, by one person."""

    def __init__(self, actor: Actor, register: Register, top: Place) -> None:
        self.actor, self.register, self.top = actor, register, top
        self._places: dict[str, list[Place]] = {}
        self._units: dict[str, list[Unit]] = {}
        self._known: dict[tuple[str, ...], Any] = {}

    def place(self, text: str) -> Place:
        """Where a record lies: by code or name; the place of the list where the row names none.

        Raises Unclear.
        """
        spec = self.register.spec
        if not text:
            if self.top.level in spec.levels:
                return self.top
            raise Unclear(_("Say where it is: a name or a code."))
        return self._one(self._place_names(spec).get(_plain(text), []), text)

    def _place_names(self, spec: RegisterSpec) -> Mapping[str, list[Place]]:
        if not self._places:
            rows = (
                Place.objects.plain()
                .below(self.top.path)
                .filter(level__in=spec.levels, ends_on=None)
            )
            self._places = defaultdict(list)
            for place in rows:
                for name in {_plain(place.code), _plain(place.name)}:
                    self._places[name].append(place)
        return self._places

    def subject(self, cells: Mapping[str, Any], place: Place) -> models.Model | None:
        """Whom or what a row is about, where the register asks for that beside its fields; None for
        a person whom nobody knows yet, of whom number or phone are told. Raises Unclear.
        """
        spec = self.register.spec
        if not spec.asks_subject:
            return None
        if spec.about is not About.PERSON:
            return self.target(FieldType(spec.about.value), text_of(cells.get(SUBJECT)), place, "")
        said = _said_of(cells)
        found = self._kept(("who", *said), lambda: self._who(*said))
        if found is None:
            self._ensure_newcomer(*said, place)
        return found

    def _ensure_newcomer(self, name: str, number: str, phone: str, place: Place) -> None:
        if not name or not (number or phone):
            raise Unclear(_("Nobody on file is called so. Give an ID number or a phone as well."))
        if not access.may(self.actor, PeoplePerm.REGISTER, place):
            raise Unclear(_("This person is not on file, and no role of yours registers people."))

    def newcomer(self, cells: Mapping[str, Any], place: Place) -> Person:
        """Register whom nobody knew, once. Raises Unclear."""
        name, number, phone = said = _said_of(cells)

        def register() -> Person:
            found: Person = people_services.person_register(
                actor=self.actor, name=name, place=place, phone=phone, id_number=number
            )
            return found

        try:
            person = self._kept(("who", *said), register)
        except Refused as error:
            raise Unclear(_said(error)) from error
        assert person is not None  # noqa: S101 - registered if not known
        return person

    def _who(self, name: str, number: str, phone: str) -> Person | None:
        """Somebody on file: by ID number, by phone and name, or the only one of that name here."""
        for wanted in ({"id_number": number}, {"phone": phone}):
            if not any(wanted.values()):
                continue
            rows = self._numbered(wanted)
            same = [row for row in rows if not name or row.name == name]
            if same:
                return self._one(same, name)
            if rows and "id_number" in wanted:
                raise Unclear(_("This ID number belongs to somebody of another name."))
        if number or phone:
            return None
        rows = list(people.people_named(actor=self.actor, beginning=name).filter(name=name)[:_MOST])
        return self._one(rows, name) if rows else None

    def _numbered(self, wanted: Mapping[str, str]) -> list[Person]:
        try:
            rows = people.person_find(actor=self.actor, **wanted).filter(erased_at=None)
        except Refused as error:
            raise Unclear(_said(error)) from error
        return list(rows[:_MOST_ALIKE])

    def target(self, kind: FieldType, text: str, place: Place, of: str) -> models.Model:
        """What a field that points to something means. Raises Unclear."""
        key = (kind, text, of)
        found = self._kept(key, lambda: self._target(kind, text, place, of))
        if found is None:
            raise Unclear(_("“%(text)s” is not on file here.") % {"text": text[:40]})
        return found

    def _target(self, kind: FieldType, text: str, place: Place, of: str) -> models.Model | None:
        if kind is FieldType.PERSON:
            plain = _compact(text)
            if _ID.fullmatch(plain):
                return self._who("", plain, "")
            return self._who("", "", plain) if _PHONE.fullmatch(plain) else self._who(text, "", "")
        if kind is FieldType.UNIT:
            return self._one(self._unit_names(place).get(_plain(text), []), text)
        if kind is FieldType.PLACE:
            rows = Place.objects.plain().below(city_of(place.path)).filter(ends_on=None)
            return self._one(
                list(rows.filter(models.Q(code=text) | models.Q(name=text))[:_MOST]), text
            )
        if kind is FieldType.HOUSEHOLD:
            homes = people.households_named(actor=self.actor, text="", within=self.top.path)
            called = models.Q(dwelling__name=text) | models.Q(dwelling__code=text)
            return self._one(list(homes.filter(called)[:_MOST]), text)
        return self._record(text, place, of)

    def _unit_names(self, place: Place) -> Mapping[str, list[Unit]]:
        if not self._units:
            self._units = defaultdict(list)
            for unit in Unit.objects.below(city_of(place.path)):
                for name in {_plain(str(word)) for word in unit.label.values()} | {unit.key}:
                    self._units[name].append(unit)
        return self._units

    def _record(self, text: str, place: Place, of: str) -> Record:
        register = register_find(of, place.path)
        names = register.spec.found_by if register is not None else {}
        texts = [name for name, field in names.items() if field.kind in _TEXTS]
        if register is None or not texts:
            raise Unclear(_("“%(text)s” is not on file here.") % {"text": text[:40]})
        wanted = "=" + pinyin.text_key(text)
        asked = models.Q()
        for name in texts:
            asked |= models.Q(**{register.words[name]: wanted})
        rows = records_visible(actor=self.actor, register=register).below(city_of(place.path))
        return self._one(list(rows.filter(asked, state=State.STANDING)[:_MOST]), text)

    def _kept(self, key: tuple[str, ...], ask: Callable[[], _Row | None]) -> _Row | None:
        """What was found under that key; what was not is asked for again."""
        known: _Row | None = self._known.get(key)
        if known is None and (known := ask()) is not None:
            self._known[key] = known
        return known

    def _one(self, found: list[_Row], text: str) -> _Row:
        if len(found) > 1:
            message = _("More than one is called “%(text)s”. Write a number or code instead.")
            raise Unclear(message % {"text": text[:40]})
        if not found:
            raise Unclear(_("“%(text)s” is not on file here.") % {"text": text[:40]})
        return found[0]


_TEXTS = (FieldType.TEXT, FieldType.USCC)


def _said_of(cells: Mapping[str, Any]) -> tuple[str, str, str]:
    """Name, ID number and phone of a row."""
    return text_of(cells.get(NAME)), text_of(cells.get(ID_NUMBER)), text_of(cells.get(PHONE))


def _said(error: Refused) -> str:
    """The refusal in one line, that of a field if it names one."""
    return str(next(iter(error.fields.values()), error.message))


def _plain(text: str) -> str:
    return narrow(text).casefold()


def _compact(text: str) -> str:
    return digits(text).replace(" ", "").replace("-", "").upper()
