# SPDX-License-Identifier: MulanPSL-2.0
"""What the pages list: rows of a table with where they come from, limits, names, changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linli.base.text import label
from linli.kernel.packs.checking import Checked
from linli.kernel.packs.diffing import Change, Weight
from linli.kernel.packs.drafts import Files, mark_of
from linli.kernel.packs.said import part_said, value_at
from linli.kernel.packs.tables import FILES as TABLE_FILES
from linli.shells.packs.columns import TableSort
from linli.shells.packs.words import KINDS, Words

OWN, CHANGED, BASE, REMOVED = "own", "changed", "base", "removed"
"""Where a row comes from: the city alone, the city over the base, the base, taken away here."""

NAMED = ("role", "level", "workflow", "calendar")
"""Kinds whose names are edited as values."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table in words."""

    key: str
    name: str
    cells: tuple[tuple[str, str], ...]
    origin: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One value that can be changed by itself."""

    name: str
    path: str
    title: str
    said: str
    is_own: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of a draft in words."""

    kind: str
    name: str
    where: str
    was: str
    now: str
    weight: str
    touches: int
    is_whole: bool
    of: str
    path: str
    seen: str


def table_lines(
    checked: Checked, sort: TableSort, words: Words, changed: frozenset[str]
) -> list[Line]:
    """Every row of a table: the city's own first, then what the base says besides."""
    kind = sort.kind

    def line(key: str, body: Mapping[str, Any], origin: str) -> Line:
        is_new = f"{kind}:{key}" in changed
        return Line(key, words.name_of(kind, key, body), _cells(sort, words, body), origin, is_new)

    own = checked.files.of_kind(kind)
    below = checked.base.known.get(kind, {}) if checked.base is not None else {}
    found = []
    for key, entry in own.items():
        body: Mapping[str, Any] = below.get(key, {}) if entry.is_removal else entry.body
        stands = CHANGED if key in below else OWN
        origin = REMOVED if entry.is_removal else stands
        found.append(line(key, body, origin))
    for key, body in below.items():
        if key not in own:
            found.append(line(key, body, BASE))
    return found


def _cells(sort: TableSort, words: Words, body: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (str(column.label), said)
        for column in sort.columns
        if column.key not in ("class", "zh", "en")
        and (said := words.value(body.get(column.key), column.key))
    )


def limit_lines(
    checked: Checked, words: Words, changed: frozenset[str]
) -> list[tuple[str, list[ValueLine]]]:
    """Every time limit of every procedure that is written there, by procedure."""
    found = []
    for key, body in checked.known.get("workflow", {}).items():
        name = f"workflow:{key}"
        lines = [
            _value_line(checked, words, name, path, value=value, changed=changed)
            for path, value in _limits(body)
            if not str(value).startswith(("class.", "service."))
        ]
        if lines:
            found.append((words.name(name), lines))
    return found


def _limits(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for clock, given in body.get("clocks", {}).items():
        yield from _of(f"clocks.{clock}", given, ("limit", "warn"))
    for step, given in body.get("steps", {}).items():
        yield from _of(f"steps.{step}", given, ("limit", "warn"))
        yield from _of(f"steps.{step}.offer", given.get("offer", {}), ("sign", "answer"))


def _of(where: str, given: Mapping[str, Any], parts: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    yield from ((f"{where}.{part}", given[part]) for part in parts if part in given)


def name_lines(
    checked: Checked, words: Words, kind: str, changed: frozenset[str]
) -> list[tuple[str, list[ValueLine]]]:
    """Every name of a kind; of a procedure also those of its steps and buttons."""
    found = []
    for key, body in checked.known.get(kind, {}).items():
        name = f"{kind}:{key}"
        paths = ["label", *_named_within(body)] if kind == "workflow" else ["label"]
        lines = [
            _value_line(
                checked, words, name, path, value=value_at(body, path_of(path)), changed=changed
            )
            for path in paths
        ]
        found.append((words.name(name), lines))
    if kind == "workflow":
        return found
    return [(str(KINDS[kind]), [line for _name, lines in found for line in lines])]


def _named_within(body: Mapping[str, Any]) -> Iterator[str]:
    for step, given in body.get("steps", {}).items():
        yield f"steps.{step}.label"
        for move, button in given.get("moves", {}).items():
            if "label" in button:
                yield f"steps.{step}.moves.{move}.label"


def _value_line(
    checked: Checked, words: Words, name: str, path: str, *, value: Any, changed: frozenset[str]
) -> ValueLine:
    own = checked.files.of_kind(name.partition(":")[0]).get(name.partition(":")[2])
    is_own = own is not None and value_at(own.body, path_of(path)) is not None
    title = words.path(name, path.removesuffix(".label") if path != "label" else "")
    return ValueLine(
        name,
        path,
        title or words.name(name),
        words.value(value),
        is_own,
        f"{name} {path}" in changed,
    )


def change_lines(changes: list[Change], words: Words, files: Files) -> list[ChangeLine]:
    """The changes of a draft in words, whole rows as one; each with what takes it back: the
    definition, the path, and the sign of what the draft says there.
    """
    return [_change_line(change, words, _seen(change, files)) for change in changes]


def _seen(change: Change, files: Files) -> str:
    """The sign of what a draft says there: of a table as it is written, else as it reads."""
    is_row = change.name.partition(":")[0] in TABLE_FILES
    return sign_of(part_said(files, change.name, path_of(change.path)) if is_row else change.now)


def _change_line(change: Change, words: Words, seen: str) -> ChangeLine:
    kind, _colon, key = change.name.partition(":")
    is_whole = not change.path
    body = (change.now or change.was) if is_whole else {}
    name = words.name_of(kind, key, body) if is_whole else words.name(change.name)
    last = change.path.rpartition(".")[2]
    return ChangeLine(
        kind=str(KINDS.get(kind, kind)),
        name=name,
        where=words.path(change.name, change.path),
        was="" if is_whole and change.was is None else _said(words, change.was, last, kind),
        now="" if is_whole and change.now is None else _said(words, change.now, last, kind),
        weight=change.weight.name.lower(),
        touches=change.touches,
        is_whole=is_whole,
        of=change.name,
        path=change.path,
        seen=seen,
    )


def _said(words: Words, value: Any, last: str, kind: str) -> str:
    if not isinstance(value, Mapping):
        return words.value(value, last)
    if kind == "duty":
        return words.value(value.get("lead"))
    return label(value.get("label", value)) or words.value(value)


def weights(changes: list[Change]) -> dict[str, int]:
    """How many changes of each weight."""
    return {one.name.lower(): sum(c.weight is one for c in changes) for one in Weight}


def path_of(path: str) -> tuple[str, ...]:
    """The keys that lead to a value."""
    return tuple(path.split(".")) if path else ()


def sign_of(value: Any) -> str:
    """The sign that a form carries of what it shows; "" for nothing."""
    return mark_of(value) if value is not None else ""
