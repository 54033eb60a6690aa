# SPDX-License-Identifier: MulanPSL-2.0
"""The table that units own: units.csv (definitions.md 3.1)."""

from typing import Annotated

from pydantic import Field, StringConstraints

from linli.kernel.places import selectors as places
from linli.kernel.sockets.grammar import Grammar, PackContext, keeps
from linli.kernel.sockets.spec import Key, RowSpec
from linli.kernel.units import selectors, services
from linli.kernel.units.models import Definition

Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6,12}[0-9A-Za-z-]*$")]

KIND = "unit"


class UnitSpec(RowSpec):
    """One row of units.csv; without `place` it only says what such a unit is called, wherever there
    is one.
    """

    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(default="", max_length=200)
    place: Code | None = None
    kind: str = Field(default="", max_length=32)
    phone: str = Field(default="", max_length=40)
    part_of: Key | None = None


def _unit_check(context: PackContext, key: str, spec: UnitSpec) -> list[tuple[str, str]]:
    known = context.known.get("place", {})
    found = []
    if spec.place is not None and spec.place not in known:
        found.append(("place", f'"{spec.place}" is not in places.csv'))
    if spec.part_of == key:
        found.append(("part_of", f'"{key}" would be part of itself'))
    elif spec.part_of is not None and spec.part_of not in context.known.get(KIND, {}):
        found.append(("part_of", f'"{spec.part_of}" is not in units.csv'))
    return found


_keep = keeps(Definition, KIND)


def _unit_put(context: PackContext, key: str, spec: UnitSpec) -> bool:
    is_new = _keep(context, key, spec)
    place = places.place_by_code(spec.place) if spec.place is not None else None
    if place is None:
        return is_new
    standing = selectors.unit_at(key, place)
    if context.is_removed:
        if standing is None or standing.ends_on is not None:
            return is_new
        services.unit_end(actor=context.actor, unit=standing, on=context.starts_on)
        return True
    label = {"zh": spec.zh, "en": spec.en}
    parent = selectors.unit_for(spec.part_of, place) if spec.part_of is not None else None
    if standing is None:
        services.unit_add(
            actor=context.actor,
            key=key,
            place=place,
            label=label,
            kind=spec.kind,
            phone=spec.phone,
            parent=parent,
            clause=context.clause,
        )
        return True
    if not is_new:
        return False
    services.unit_rename(actor=context.actor, unit=standing, label=label)
    services.unit_change(
        actor=context.actor, unit=standing, kind=spec.kind, phone=spec.phone, parent=parent
    )
    return True


UNIT = Grammar(KIND, UnitSpec, _unit_put, check=_unit_check, is_table=True)
