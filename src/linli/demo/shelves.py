# SPDX-License-Identifier: MulanPSL-2.0
"""Rows of an invented city's registers, made of what `data/ledgers/*.toml` says of each.

    [fire_station]
    rows = 12                              # 12 unless it says otherwise
    late = true                            # its records point to others
    days = [30, 60]                        # working days ago on which they were written
    ages = [25, 72]                        # of persons
    [fire_station.fields]
    name = ["{place}微型消防站", "…"]       # texts, dealt so that none comes twice before all have
    crew = [4, 9]                          # a number between
    built_on = {days = [-900, -30]}        # a date, from today
    kind = {community = 6, unit = 2}       # options by weight
    gear = {count = [2, 4]}                # so many of a list of options
    checks = {rows = [1, 3], columns = {what = ["…"], done_on = {days = [-90, -5]}}}

What is not told is filled in by its type: choices at random, phones, persons of the place, units of
the city; texts, files and photos stay empty. `{place}` is the name of where a record lies, `{n}`
the number of the row, `{year}` this year.
"""

import datetime as dt
import random
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

from linli.base import clock
from linli.base.actor import Actor
from linli.base.checks import uscc_last
from linli.base.errors import Conflict, Invalid
from linli.demo.chance import chance_of, dealt, weighted
from linli.demo.names import DATA, office_phone
from linli.demo.scene import Scene, Story
from linli.engines.registers.selectors import Register, records_visible, register_find
from linli.engines.registers.services import record_add
from linli.kernel.forms.grammar import FieldSpec
from linli.kernel.forms.rules.checking import offered
from linli.kernel.forms.selectors import choices_for
from linli.kernel.forms.terms import REFERENCES, FieldType
from linli.kernel.people.models import HouseholdMember, Person
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit
from linli.kernel.workflow.rules.who import who_read

ROWS = 12
_AGES = (25, 72)
_EARLY, _LATE = (0.5, 0.9), (0.05, 0.4)
"""When rows are written unless it is told: shares of the time that the city has been lived in."""
_MOST_KNOWN = 60
_WHOLE = 90
"""Days of life after which a city has all its rows; a shorter one has fewer."""
_DAY = dt.timedelta(days=1)


@cache
def shelves() -> dict[str, Any]:
    """What is told of each register, by its key."""
    found: dict[str, Any] = {}
    for path in sorted((DATA / "ledgers").glob("*.toml")):
        found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def rows_of(register: str) -> int:
    """How many rows of a register an invented city has."""
    told = shelves().get(register)
    return 0 if told is None else int(told.get("rows", ROWS))


def stories() -> tuple[Callable[[Scene], Story], ...]:
    """One story a register, those that others point to first."""
    return tuple(partial(_written, key=key) for key in sorted(shelves(), key=_is_late))


def _is_late(key: str) -> bool:
    """Whether its records point to those of others (`late = true`)."""
    return bool(shelves()[key].get("late"))


def _written(scene: Scene, key: str) -> Story:
    """Its rows, from the earliest on."""
    told, chance = shelves()[key], chance_of("shelf", key)
    register = register_find(key, scene.subdistrict.path)
    if register is None:
        return
    low, high = told.get("days") or _days(scene, _LATE if told.get("late") else _EARLY)
    count = max(2, rows_of(key) * min(scene.days, _WHOLE) // _WHOLE)
    texts = {name: dealt(chance, said, count) for name, said in _pools(told)}
    sites = _sites(scene, register, count, chance)
    for number, (ago, place) in enumerate(
        zip(sorted((chance.randint(low, high) for _ in sites), reverse=True), sites, strict=True)
    ):
        yield scene.back(ago, chance.randint(9, 16), chance.randint(0, 59))
        said = {name: words[number] for name, words in texts.items()}
        Row(scene, register, place, number, chance).write(said)


def _days(scene: Scene, shares: tuple[float, float]) -> tuple[int, int]:
    """Working days back from now."""
    lived = scene.days * 5 // 7
    return int(lived * shares[0]), int(lived * shares[1])


def _pools(told: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for name, said in told.get("fields", {}).items():
        if isinstance(said, list) and said and isinstance(said[0], str):
            yield name, said


def _sites(scene: Scene, register: Register, count: int, chance: random.Random) -> list[Place]:
    """Where the rows lie: in the district, each place once before any comes twice; places that must
    have one are left out once, so that something lacks.
    """
    top = scene.subdistrict.parent or scene.subdistrict
    rows = Place.objects.plain().below(top.path).filter(level__in=register.spec.levels)
    known = [place for place in rows.order_by("code") if _keeper(scene, register, place)]
    known = known or [scene.top]
    once = any(rule.at_most == 1 and rule.by is None for rule in register.spec.coverage)
    if once or ("place",) in register.spec.unique:
        return known[: max(1, min(count, len(known) - 1))]
    return dealt(chance, known, count)


def _keeper(scene: Scene, register: Register, place: Place, turn: int = 0) -> Actor | None:
    """One of those who write in a register at a place."""
    roles = (who_read(text).role for text in register.spec.who or ())
    found = (scene.crew.at(role, place.path, turn) for role in roles)
    return next((each for each in found if each is not None), None)


class Row:
    """One row of a register, and how each of its fields comes about."""

    def __init__(
        self, scene: Scene, register: Register, place: Place, number: int, chance: random.Random
    ) -> None:
        self.scene, self.register, self.place = scene, register, place
        self.number, self.chance = number, chance
        self.told = shelves()[register.key]
        self.choices = choices_for(register.spec, place.path)
        keeper = _keeper(scene, register, place, number)
        if keeper is None:
            raise LookupError(f"{register.key}: nobody writes at {place.name}")
        self.keeper = keeper

    def write(self, said: Mapping[str, str]) -> None:
        """Let one of its keepers add it; what is on file already is left, and what would point to
        nothing: nobody lives there, or no record of another register lies there yet.
        """
        spec = self.register.spec
        values = {name: self._value(name, field, said) for name, field in spec.own.items()}
        subject = self._subject() if spec.asks_subject else ""
        if self._finds_nobody(values) or (spec.asks_subject and not subject):
            return
        try:
            record_add(
                actor=self.keeper,
                register=self.register.key,
                place=self.place,
                subject=subject,
                values={name: value for name, value in values.items() if value not in (None, "")},
            )
        except Conflict:
            return
        except Invalid as error:
            said = {name: str(words) for name, words in error.fields.items()}
            raise ValueError(f"{self.register.key} at {self.place.name}: {said}") from error

    def _finds_nobody(self, values: Mapping[str, Any]) -> bool:
        """Whether something needed that points to somebody or something points to nothing."""
        own = self.register.spec.own.items()
        pointing = {name for name, field in own if field.need and field.kind in REFERENCES}
        return any(values[name] in (None, "") for name in pointing)

    def _value(self, name: str, field: FieldSpec, said: Mapping[str, str]) -> Any:
        """What is told of a field, else what its type makes of chance."""
        if name in said:
            return said[name].format(
                place=self.place.name, n=self.number + 1, year=clock.today().year
            )
        told = self.told.get("fields", {}).get(name)
        return self._made(name, field, told)

    def _made(self, name: str, field: FieldSpec, told: Any) -> Any:
        if field.kind is FieldType.TABLE:
            return self._table(field, told)
        if isinstance(told, dict):
            return self._of_dict(name, field, told)
        if isinstance(told, list) and told and not isinstance(told[0], str):
            return self._number(field.kind, told)
        if isinstance(told, list):
            return self.chance.choice(told)
        return self._by_type(name, field, {}) if told is None else told

    def _of_dict(self, name: str, field: FieldSpec, told: Mapping[str, Any]) -> Any:
        if "days" in told:
            return self._day(told["days"])
        if "count" in told:
            return self._by_type(name, field, told)
        return weighted(self.chance, told)

    def _by_type(self, name: str, field: FieldSpec, told: Mapping[str, Any]) -> Any:
        kind, chance = field.kind, self.chance
        if kind is FieldType.YES_NO:
            return chance.random() < 0.75
        if kind is FieldType.CHOICE:
            return chance.choice(self._options(name, field))
        if kind in (FieldType.CHOICES, FieldType.CHECK_LIST):
            options = self._options(name, field)
            low, high = told.get("count", (1, len(options)))
            return chance.sample(options, min(len(options), chance.randint(low, high)))
        return {
            FieldType.PHONE: lambda: office_phone(chance),
            FieldType.USCC: self._uscc,
            FieldType.PERSON: self._person,
            FieldType.HOUSEHOLD: self._household,
            FieldType.UNIT: self._unit,
            FieldType.PLACE: lambda: self.place.code,
            FieldType.RECORD: lambda: self._record(field),
        }.get(kind, lambda: None)()

    def _options(self, name: str, field: FieldSpec) -> list[str]:
        return list(offered(name, field, self.choices) or {})

    def _number(self, kind: FieldType, told: Sequence[float]) -> str:
        low, high = told
        if kind is FieldType.WHOLE:
            return str(self.chance.randint(int(low), int(high)))
        return f"{self.chance.uniform(low, high):.2f}"

    def _day(self, told: Sequence[int]) -> str:
        low, high = told
        return (clock.today() + self.chance.randint(low, high) * _DAY).isoformat()

    def _table(self, field: FieldSpec, told: Any) -> list[dict[str, Any]]:
        if not told:
            return []
        low, high = told.get("rows", (1, 3))
        columns = told["columns"]
        return [
            {
                name: self._made(name, each, columns.get(name))
                for name, each in field.columns.items()
            }
            for _ in range(self.chance.randint(low, high))
        ]

    def _subject(self) -> str:
        by = {"person": self._person, "household": self._household, "unit": self._unit}
        return by[self.register.spec.about.value]() or ""

    def _person(self) -> str:
        known = self._known()
        return str(self.chance.choice(known).pk) if known else ""

    def _known(self) -> list[Person]:
        """Some of those who live there and are of an age; nobody whose door stands open: they would
        get a post beside what they are.
        """
        low, high = self.told.get("ages", _AGES)
        year = clock.today().year
        rows = HouseholdMember.objects.filter(
            household__dwelling__path__startswith=self.place.path,
            ends_on=None,
            person__account=None,
            person__birth_on__year__range=(year - high, year - low),
        )
        named = rows.select_related("person").order_by("person__name", "pk")
        return [row.person for row in named[:_MOST_KNOWN]]

    def _household(self) -> str:
        rows = HouseholdMember.objects.filter(
            household__dwelling__path__startswith=self.place.path, ends_on=None
        ).order_by("pk")
        found = list(rows.values_list("household_id", flat=True)[:_MOST_KNOWN])
        return str(self.chance.choice(found)) if found else ""

    def _unit(self) -> str:
        units = list(Unit.objects.filter(place=self.scene.top).order_by("key"))
        return str(self.chance.choice(units).pk) if units else ""

    def _uscc(self) -> str:
        body = f"91{self.place.code[:6]}MA{self.chance.randrange(10**7):07d}"
        return body + uscc_last(body)

    def _record(self, field: FieldSpec) -> str:
        wanted = (field.of or "").partition(":")[2]
        register = register_find(wanted, self.place.path)
        if register is None:
            return ""
        near = records_visible(actor=self.keeper, register=register).order_by("pk")
        here = list(near.filter(place_path__startswith=self.place.path)[:_MOST_KNOWN])
        known = here or list(near[:_MOST_KNOWN])
        return str(self.chance.choice(known).pk) if known else ""
