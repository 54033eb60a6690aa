# SPDX-License-Identifier: MulanPSL-2.0
"""Where registers are as they must be, and where something lacks (definitions.md 3.7)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.db.models.functions import Cast

from linli.base import clock
from linli.base.actor import Actor
from linli.base.conditions import holds
from linli.base.text import label
from linli.engines.registers.rules.spec import CoverageSpec
from linli.engines.registers.rules.words import words_of
from linli.engines.registers.selectors.records import reach, records_among
from linli.engines.registers.selectors.registers import Register
from linli.kernel.forms.rules.checking import offered
from linli.kernel.forms.selectors import choices_for
from linli.kernel.forms.terms import FieldType
from linli.kernel.places import asof
from linli.kernel.places.models import Place

Counts = dict[str, list[tuple[str, dt.date, int]]]
"""By what is asked (`Wanted.key`), how many valid records lie at each path today."""


class Covered(StrEnum):
    """How it stands with a place."""

    LACKING = "lacking"
    OVER = "over"
    RIGHT = "right"


@dataclass(frozen=True)
class CoverageRow:
    """One place that must have records of a register, and how many valid ones it has.

    `said` is what is asked for where a rule tells: an option, its own words, or both.
    """

    place: Place
    count: int
    state: Covered
    said: str = ""


@dataclass(frozen=True)
class Wanted:
    """One thing that a register asks of places: a rule, or one option of a rule `by` a choice."""

    register: Register
    number: int
    rule: CoverageSpec
    option: str = ""
    said: str = ""

    @property
    def key(self) -> str:
        """Its own among all that is asked."""
        return f"{self.register.key}.{self.number}.{self.option}"


def coverage(*, actor: Actor, register: Register, top: Place) -> list[CoverageRow]:
    """Each place below `top` that the register's rule asks about, as far as the actor sees it: what
    lacks first.
    """
    rows = coverages(actor=actor, registers=[register], top=top)[register.key]
    order = list(Covered)
    return sorted(rows, key=lambda row: (order.index(row.state), row.place.path))


def coverages(
    *, actor: Actor, registers: Iterable[Register], top: Place
) -> dict[str, list[CoverageRow]]:
    """The same for many registers, by key: as many queries for all that the actor sees at the same
    places as one register has rules at most, however many registers and places there are.
    """
    found: dict[str, list[CoverageRow]] = {}
    for paths, same in by_reach(actor, registers):
        wanted = [each for register in same for each in _wanted(register, top)]
        places = _places({each.rule.level for each in wanted}, paths, top)
        counts = _counted(wanted, paths, top)
        sums = asof.roll_up_at(counts, paths=[each.path for each in places])
        found |= {each.key: [] for each in same}
        for each in wanted:
            found[each.register.key] += _rows(each, places, sums[each.key])
    return found


def _wanted(register: Register, top: Place) -> Iterator[Wanted]:
    """Everything that a register asks of places."""
    for number, rule in enumerate(register.spec.coverage):
        said = label(rule.say.as_label()) if rule.say is not None else ""
        if rule.by is None:
            yield Wanted(register, number, rule, said=said)
            continue
        field = register.spec.fields[rule.by]
        choices = choices_for(register.spec, top.path)
        for key, words in (offered(rule.by, field, choices) or {}).items():
            name = label(words if isinstance(words, dict) else words.as_label())
            yield Wanted(register, number, rule, key, f"{said} · {name}" if said else name)


def by_reach(
    actor: Actor, registers: Iterable[Register]
) -> Iterator[tuple[tuple[str, ...], list[Register]]]:
    """The registers that the actor sees at the same places, with these."""
    found: dict[tuple[str, ...], list[Register]] = defaultdict(list)
    for each in registers:
        found[("",) if actor.is_system else reach(actor, each.spec)].append(each)
    yield from found.items()


def _places(levels: set[str], paths: Sequence[str], top: Place) -> list[Place]:
    rows = Place.objects.plain().on(clock.today()).below(top.path).below(*paths)
    return list(rows.filter(level__in=levels).order_by("path")) if levels else []


def _counted(wanted: Sequence[Wanted], paths: Sequence[str], top: Place) -> Counts:
    """One query for all rules that stand first in their registers, one for all second ones …"""
    today = clock.today()
    found: Counts = {each.key: [] for each in wanted}
    rules = {(each.number, each.register.key): each for each in wanted}
    for number in sorted({number for number, _key in rules}):
        same = [each for (at, _key), each in rules.items() if at == number]
        rows = records_among([each.register.key for each in same], paths, top).valid(today)
        asked = Case(*map(_option, same), default=Value(None), output_field=CharField())
        rows = rows.annotate(option=asked).filter(option__isnull=False).order_by()
        names = ("register", "place_path", "option")
        for key, path, word, count in rows.values_list(*names).annotate(Count("pk")):
            at = f"{key}.{number}.{word.removeprefix('=')}"
            if at in found:
                found[at].append((path, today, count))
    return found


def _option(wanted: Wanted) -> When:
    """Which records a rule counts, and the word of the option that they count for."""
    register, rule = wanted.register, wanted.rule
    asked = Q(register=register.key)
    for name, options in rule.having.items():
        asked &= _has(register, name, options)
    word = F(register.words[rule.by]) if rule.by is not None else Value("=")
    return When(asked, then=Cast(word, CharField()))


def _has(register: Register, name: str, wanted: bool | tuple[str, ...]) -> Q:
    column = register.words[name]
    values = [wanted] if isinstance(wanted, bool) else wanted
    if isinstance(wanted, bool) or register.spec.fields[name].kind is FieldType.CHOICE:
        found = [word for each in values for word in words_of(register.spec, name, each)]
        return Q(**{f"{column}__in": found})
    both = Q()
    for each in wanted:
        both &= Q(**{f"{column}__contains": f";{each};"})
    return both


def _rows(
    wanted: Wanted, places: Sequence[Place], sums: Mapping[str, int]
) -> Iterator[CoverageRow]:
    rule = wanted.rule
    for place in places:
        if place.level == rule.level and holds(rule.where, facts_of(place)):
            count = sums[place.path]
            yield CoverageRow(place, count, _state(rule, count), wanted.said)


def facts_of(place: Place) -> dict[str, object]:
    """What a condition may ask of a place: its kind, its tags and the fields of its level."""
    return {**place.fields, "kind": place.kind, "tags": list(place.tags)}


def _state(rule: CoverageSpec, count: int) -> Covered:
    if rule.at_least is not None and count < rule.at_least:
        return Covered.LACKING
    if rule.at_most is not None and count > rule.at_most:
        return Covered.OVER
    return Covered.RIGHT
