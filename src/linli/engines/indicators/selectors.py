# SPDX-License-Identifier: MulanPSL-2.0
"""Reading indicators: what bounds hold for a place, and counts of measures given by code."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from linli.base import clock
from linli.base.conditions import holds
from linli.base.definitions import body_as
from linli.engines.indicators.models import Definition
from linli.engines.indicators.rules import Bound, IndicatorSpec, Target, limits_of
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry

INDICATOR = "indicator"


def measured(measure: str, paths: Iterable[str]) -> Mapping[str, int]:
    """What a measure given by code counts at each of these place paths and below.

    Raises LookupError for a name that no manifest declares.
    """
    given = registry.measures().get(measure)
    if given is None:
        raise LookupError(f'no part gives the measure "{measure}"')
    return given.counts(tuple(paths))


def bounds_at(place: Place, measure: str, on: dt.date | None = None) -> tuple[Bound, ...]:
    """How large a measure may be at a place on a day (today), by the indicators in force there.

    They are those tested at each place of its level whose formula is that one measure; of their
    targets, those that are compared with a number and whose `where` fits the place.
    """
    day = on or clock.today()
    return tuple(_bounds(place, measure, day))


def _bounds(place: Place, measure: str, day: dt.date) -> Iterator[Bound]:
    values = place_values(place)
    for row in Definition.objects.in_force(INDICATOR, place.path, day):
        spec = body_as(row, IndicatorSpec)
        if spec.formula.strip() != measure or spec.each != f"level:{place.level}":
            continue
        if not holds(spec.where, values, day):
            continue
        for target in spec.targets:
            if target.value is not None and _counts(target, values, day):
                yield _bound(row, spec, target)


def _counts(target: Target, values: Mapping[str, Any], day: dt.date) -> bool:
    return target.holds_on(day) and holds(target.where, values, day)


def _bound(row: Definition, spec: IndicatorSpec, target: Target) -> Bound:
    least, most = limits_of(target)
    return Bound(
        indicator=row.key,
        label=spec.label.as_label(),
        clause=row.clause,
        is_=target.is_,
        least=least,
        most=most,
        help=spec.help.as_label() if spec.help else {},
        by=target.by,
    )


def place_values(place: Place) -> Mapping[str, Any]:
    """What conditions of an indicator may ask of a place."""
    about = {"kind": place.kind, "tags": list(place.tags), "level": place.level}
    return {"place": {**about, "code": place.code, "fields": place.fields}}
