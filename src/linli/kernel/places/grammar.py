# SPDX-License-Identifier: MulanPSL-2.0
"""The kinds that places own: `[level.…]` and places.csv (definitions.md 3.1)."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from linli.kernel.places import selectors, services
from linli.kernel.places.models import Definition
from linli.kernel.places.rules import CODE
from linli.kernel.sockets.grammar import Grammar, PackContext, keeps
from linli.kernel.sockets.spec import Bilingual, DefinitionSpec, Key, Strict

Code = Annotated[str, StringConstraints(pattern=CODE.pattern)]
LevelReference = Annotated[str, StringConstraints(pattern=r"^level:[a-z][a-z0-9_]*$")]


def _parted(value: object) -> object:
    """A cell's list, its items parted by ";"."""
    return tuple(part.strip() for part in value.split(";")) if isinstance(value, str) else value


class LevelField(Strict):
    """A fact kept with each place of a level, such as the number of its households."""

    type: Literal["text", "long_text", "whole", "number", "date", "yes_no", "choice", "choices"]
    label: Bilingual
    help: Bilingual | None = None
    need: bool = False
    measured_in: str = ""
    at_least: float | None = None
    at_most: float | None = None
    options: dict[Key, Bilingual] = Field(default_factory=dict)


class LevelSpec(DefinitionSpec):
    """A level of the tree: what it stands below, how its code is made, its kinds and tags."""

    part_of: tuple[LevelReference, ...] = ()
    code: Literal[6, 9, 12] | None = None
    kinds: dict[Key, Bilingual] = Field(default_factory=dict)
    tags: dict[Key, Bilingual] = Field(default_factory=dict)
    fields: dict[Key, LevelField] = Field(default_factory=dict)


class PlaceSpec(Strict):
    """One row of places.csv: the top place of the pack, or one that the plan names."""

    code: Code
    part_of: Code | None = None
    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(default="", max_length=200)
    level: LevelReference | Key
    kind: str = ""
    tags: Annotated[tuple[Key, ...], BeforeValidator(_parted)] = ()
    clause: str = Field(min_length=1)
    from_: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = None

    @property
    def level_key(self) -> str:
        """The level's key, whether written bare or as a reference."""
        return self.level.removeprefix("level:")


def _level_check(context: PackContext, key: str, spec: LevelSpec) -> list[tuple[str, str]]:
    known = context.known.get("level", {})
    found = []
    seen = {key}
    waiting = [above.removeprefix("level:") for above in spec.part_of]
    while waiting:
        above = waiting.pop()
        if above == key:
            return [("part_of", f'"{key}" would stand below itself')]
        if above not in seen:
            seen.add(above)
            body = known.get(above, {})
            waiting += [str(one).removeprefix("level:") for one in body.get("part_of", ())]
    found += [
        (f"fields.{name}", "a choice needs options")
        for name, field in spec.fields.items()
        if field.type in ("choice", "choices") and not field.options
    ]
    return found


def _place_check(context: PackContext, key: str, spec: PlaceSpec) -> list[tuple[str, str]]:
    level = context.known.get("level", {}).get(spec.level_key)
    if level is None:
        return [("level", f'"{spec.level_key}" is no level')]
    found = []
    digits = level.get("code")
    if digits is not None and (len(key) != digits or not key.isdigit()):
        found.append(("code", f"a code of this level has {digits} digits, trailing zeros cut"))
    if spec.kind and spec.kind not in level.get("kinds", {}):
        found.append(("kind", f'"{spec.kind}" is no kind of {spec.level_key}'))
    found += [
        ("tags", f'"{tag}" is no tag of {spec.level_key}')
        for tag in spec.tags
        if tag not in level.get("tags", {})
    ]
    if spec.part_of == key:
        found.append(("part_of", f'"{key}" would stand below itself'))
    elif spec.part_of and spec.part_of not in context.known.get("place", {}):
        found.append(("part_of", f'"{spec.part_of}" is not in places.csv'))
    return found


def _place_put(context: PackContext, key: str, spec: PlaceSpec) -> bool:
    standing = selectors.place_by_code(key)
    if context.is_removed:
        if standing is None or standing.ends_on is not None:
            return False
        services.place_end(actor=context.actor, place=standing, on=context.starts_on)
        return True
    particulars: dict[str, Any] = {
        "name": spec.zh,
        "name_en": spec.en,
        "kind": spec.kind,
        "tags": spec.tags,
    }
    if standing is not None:
        fixed = services.place_fix(actor=context.actor, place=standing)
        changed = services.place_change(actor=context.actor, place=fixed, **particulars)
        return changed.updated_at != standing.updated_at
    parent = selectors.place_by_code(spec.part_of) if spec.part_of else None
    services.place_add(
        actor=context.actor, code=key, level=spec.level_key, parent=parent, **particulars
    )
    return True


LEVEL = Grammar("level", LevelSpec, keeps(Definition, "level"), check=_level_check)
PLACE = Grammar("place", PlaceSpec, _place_put, check=_place_check, is_table=True)
