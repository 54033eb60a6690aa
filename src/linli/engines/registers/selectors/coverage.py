# SPDX-License-Identifier: MulanPSL-2.0
"""Where registers are as they must be, and where something lacks (definitions.md 3.7)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count

from linli.base import clock
from linli.base.actor import Actor
from linli.base.conditions import holds
from linli.engines.registers.rules.spec import CoverageSpec
from linli.engines.registers.selectors.records import reach, records_among
from linli.engines.registers.selectors.registers import Register
from linli.kernel.places import asof
from linli.kernel.places.models import Place

Counts = dict[str, list[tuple[str, dt.date, int]]]
"""By register, how many valid records lie at each path today."""


class Covered(StrEnum):
    """How it stands with a place."""

    LACKING = "lacking"
    OVER = "over"
    RIGHT = "right"


@dataclass(frozen=True)
class CoverageRow:
    """One place that must have records of a register, and how many valid ones it has."""

    place: Place
    count: int
    state: Covered


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
    """The same for many registers, by key: two queries for all that the actor sees at the same
    places, however many registers and places there are.
    """
    found: dict[str, list[CoverageRow]] = {}
    for paths, same in by_reach(actor, registers):
        rules = {each.key: each.spec.coverage for each in same if each.spec.coverage is not None}
        places = _places({rule.level for rule in rules.values()}, paths, top)
        counts = _counted(list(rules), paths, top)
        sums = asof.roll_up_at(counts, paths=[each.path for each in places])
        found |= {each.key: [] for each in same}
        found |= {key: _rows(rule, places, sums[key]) for key, rule in rules.items()}
    return found


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


def _counted(keys: Sequence[str], paths: Sequence[str], top: Place) -> Counts:
    today = clock.today()
    found: Counts = {key: [] for key in keys}
    if keys:
        rows = records_among(keys, paths, top).valid(today).order_by()
        for key, path, count in rows.values_list("register", "place_path").annotate(Count("pk")):
            found[key].append((path, today, count))
    return found


def _rows(
    rule: CoverageSpec, places: Sequence[Place], sums: Mapping[str, int]
) -> list[CoverageRow]:
    asked = (each for each in places if each.level == rule.level)
    return [
        CoverageRow(each, sums[each.path], _state(rule, sums[each.path]))
        for each in asked
        if holds(rule.where, facts_of(each))
    ]


def facts_of(place: Place) -> dict[str, object]:
    """What a condition may ask of a place: its kind, its tags and the fields of its level."""
    return {**place.fields, "kind": place.kind, "tags": list(place.tags)}


def _state(rule: CoverageSpec, count: int) -> Covered:
    if rule.at_least is not None and count < rule.at_least:
        return Covered.LACKING
    if rule.at_most is not None and count > rule.at_most:
        return Covered.OVER
    return Covered.RIGHT
