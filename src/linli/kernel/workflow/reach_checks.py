# SPDX-License-Identifier: MulanPSL-2.0
"""Whom a workflow reaches: somebody holds the role where it is looked for, and the procedure that a
matter is handed on to takes matters of its class.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from linli.kernel.forms.rules.fitting import nearest
from linli.kernel.workflow.grammar import WorkflowSpec, effects_of
from linli.kernel.workflow.rules.who import NEAR, PARTIES, SIDES, Who, who_read

Problem = tuple[str, str]
Known = Mapping[str, Mapping[str, Mapping[str, Any]]]


def who_problems(
    known: Known, at: Iterable[str], where: str, who: Iterable[str]
) -> Iterator[Problem]:
    """What is wrong with a `who` list of something that lives at some levels."""
    roles, levels = known.get("role", {}), known.get("level", {})
    for text in who:
        entry = who_read(text)
        if not entry.is_party and entry.role not in roles:
            yield where, f'"{entry.role}" is no role{nearest(entry.role, [*roles, *PARTIES])}'
        if entry.at and entry.at not in (*NEAR, *levels):
            yield where, f'"{entry.at}" is no level{nearest(entry.at, [*levels, *NEAR])}'
        if entry.role in roles and entry.at in ("", *NEAR, *levels):
            yield from _role_problems(known, at, where, entry)
        if entry.of and entry.of not in SIDES:
            yield where, f'"{entry.of}" is no side of a matter{nearest(entry.of, SIDES)}'


def _role_problems(known: Known, at: Iterable[str], where: str, entry: Who) -> Iterator[Problem]:
    """A role that nobody can hold at the places where it is looked for."""
    levels = known.get("level", {})
    own = {level.partition(":")[2] for level in at}
    granted = {str(level).partition(":")[2] for level in known["role"][entry.role].get("at", ())}
    if entry.of or entry.at == "any" or not granted or not own <= set(levels):
        return
    above = {each for level in own for each in _above(levels, level)}
    here = " / ".join(level for level in levels if level in own)
    if entry.at in levels:
        if entry.at not in granted:
            yield where, f'"{entry.role}" is held by nobody at level "{entry.at}"'
        elif entry.at not in own | above:
            yield where, f'level "{entry.at}" does not stand above level "{here}"'
    elif entry.at == "own" and not granted & own:
        yield where, f'"{entry.role}" is held by nobody at level "{here}"'
    elif entry.at == "above" and not granted & above:
        yield where, f'"{entry.role}" is held by nobody above level "{here}"'
    elif not entry.at and not granted & (own | above):
        yield where, f'"{entry.role}" is held by nobody at or above level "{here}"'


def _above(levels: Mapping[str, Mapping[str, Any]], level: str) -> set[str]:
    """The levels above one, however far."""
    found: set[str] = set()
    waiting = [level]
    while waiting:
        body = levels.get(waiting.pop(), {})
        new = {str(one).partition(":")[2] for one in body.get("part_of", ())} - found
        found |= new
        waiting += new
    return found


def class_problems(known: Known, spec: WorkflowSpec) -> Iterator[Problem]:
    """A matter that is handed on to a procedure which does not take its class."""
    own = (spec.classes or "").partition(":")[2]
    for where, workflow, named in _handed_on(spec):
        takes = str(known.get("workflow", {}).get(workflow, {}).get("classes") or "")
        root, given = takes.partition(":")[2], named or own
        if root and given and root not in _chain(known.get("class", {}), given):
            yield where, f'"{workflow}" takes matters of class "{root}", and "{given}" is none'


def _chain(classes: Mapping[str, Mapping[str, Any]], key: str) -> list[str]:
    """A class and those above it."""
    found: list[str] = []
    above: Any = key
    while above is not None and above not in found:
        found.append(str(above))
        above = classes.get(above, {}).get("part_of")
    return found


def _handed_on(spec: WorkflowSpec) -> Iterator[tuple[str, str, str]]:
    """Where a procedure hands on or opens another, its key, and the class if one is named."""
    for name, step in spec.steps.items():
        kind, _colon, key = (step.waits_for or "").partition(":")
        if kind == "workflow":
            yield f"steps.{name}.waits_for", key, ""
    for where, effects in effects_of(spec):
        for number, effect in enumerate(effects):
            if effect.verb == "refer":
                given = (effect.class_ or "").partition(":")[2]
                yield f"{where}.{number}", effect.target, given
