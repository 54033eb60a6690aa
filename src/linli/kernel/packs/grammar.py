# SPDX-License-Identifier: MulanPSL-2.0
"""The kinds that packs own: the pack itself, its sources, its stories (definitions.md 3.1,
3.15).
"""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from linli.kernel.packs.models import Definition
from linli.kernel.sockets.grammar import Grammar, PackContext, keeps
from linli.kernel.sockets.spec import DefinitionSpec, Strict

Code = Annotated[str, StringConstraints(pattern=r"^\d{6}(\d{3}(\d{3})?)?$")]
Reference = Annotated[str, StringConstraints(pattern=r"^[a-z]+:[a-z][a-z0-9_]*$")]


class PackSpec(DefinitionSpec):
    """A pack: what it is, which place it is bound to, and what it stands on."""

    place: Code | None = None
    base: Literal["pack:base"] | None = None
    modules: tuple[str, ...] = ()
    draft: bool = False


class SourceSpec(DefinitionSpec):
    """A document that clauses point to."""

    clause: str = "house"
    issuer: str = Field(min_length=1)
    number: str | None = None
    issued: dt.date | None = None


class Given(Strict):
    """What happens at the start of a story."""

    open: Reference
    class_: Reference | None = Field(default=None, alias="class")
    place: Code
    at_time: dt.datetime
    by: str | None = None


class Expected(Strict):
    """One thing that must hold afterwards."""

    step: str | None = None
    to: Reference | None = None
    clock: str | None = None
    due: dt.datetime | None = None


class StorySpec(DefinitionSpec):
    """What must hold: given …, expect …."""

    given: Given
    expect: tuple[Expected, ...] = Field(min_length=1)


def _pack_check(context: PackContext, key: str, spec: Any) -> list[tuple[str, str]]:
    if key != "base" and spec.place is None:
        return [("place", "a city's pack says which place it is bound to")]
    return []


def _story_check(context: PackContext, key: str, spec: Any) -> list[tuple[str, str]]:
    kind, _, name = spec.given.open.partition(":")
    body = context.known.get(kind, {}).get(name, {})
    steps = body.get("steps", {})
    clocks = body.get("clocks", {})
    found = [
        ("expect", f'{spec.given.open} has no step "{expected.step}"')
        for expected in spec.expect
        if expected.step is not None and expected.step not in steps
    ]
    return found + [
        ("expect", f'{spec.given.open} has no clock "{expected.clock}"')
        for expected in spec.expect
        if expected.clock is not None and expected.clock not in clocks
    ]


PACK = Grammar("pack", PackSpec, keeps(Definition, "pack"), check=_pack_check)
SOURCE = Grammar("source", SourceSpec, keeps(Definition, "source"))
STORY = Grammar("story", StorySpec, keeps(Definition, "story"), check=_story_check)
