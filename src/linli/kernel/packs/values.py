# SPDX-License-Identifier: MulanPSL-2.0
"""Changing one value of a TOML file as text: comments, order and everything else stay.

tomlkit writes; what it wrote is read again by the reader that packs are loaded with, and must say
what was there before but for that value.
"""

import copy
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable

from linli.kernel.packs.tables import BOM

FOLDERS = {
    kind: f"{kind}s" for kind in ("workflow", "form", "text", "ballot", "register", "indicator")
}
FLAT = {"role": "roles.toml", "level": "levels.toml", "calendar": "calendars.toml"}
OTHERS = "changes.toml"
ON_THE_LINE = ("label", "help", "body")
"""Small tables that are written on a line of their own."""


class Unchangeable(ValueError):
    """A file in which this value cannot be changed one by one."""


def file_of(files: Mapping[str, str], kind: str, key: str) -> str | None:
    """The file in which a pack writes a definition; None where it does not."""
    for file, text in files.items():
        if file.endswith(".toml") and key in _read(text).get(kind, {}):
            return file
    return None


def file_new(kind: str, key: str) -> str:
    """Where a pack writes a definition that it has not written yet."""
    if kind in FOLDERS:
        return f"{FOLDERS[kind]}/{key}.toml"
    return FLAT.get(kind, OTHERS)


def value_put(text: str, kind: str, key: str, path: Sequence[str], value: Any) -> str:
    """The file with that value of a definition.

    A definition that is not there is begun as an overlay of the base's. Raises Unchangeable.
    """
    body = text.removeprefix(BOM)
    if key not in _read(body).get(kind, {}):
        head = f'[{kind}.{key}]\nextends = "{kind}:{key}"\n'
        body = f"{body.rstrip()}\n\n{head}" if body.strip() else head
    wanted = _with(_read(body), (kind, key, *path), value)
    return text[: len(text) - len(text.removeprefix(BOM))] + _changed(
        body, (kind, key, *path), value, wanted
    )


def value_drop(text: str, kind: str, key: str, path: Sequence[str] = ()) -> str:
    """The file without that value, or without the whole definition. Raises Unchangeable."""
    body = text.removeprefix(BOM)
    way = (kind, key, *path)
    wanted = _without(_read(body), way)
    return text[: len(text) - len(body)] + _changed(body, way, None, wanted)


def definition_put(text: str, kind: str, key: str, given: Mapping[str, Any]) -> str:
    """The file with a whole definition that it does not hold yet."""
    body = text.rstrip()
    fresh = tomlkit.dumps({kind: {key: given}}).replace(f"[{kind}]\n", "", 1).strip()
    return f"{body}\n\n{fresh}\n" if body else f"{fresh}\n"


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix(BOM))
    except tomllib.TOMLDecodeError as error:
        raise Unchangeable(str(error)) from None


def _changed(text: str, way: Sequence[str], value: Any, wanted: dict[str, Any]) -> str:
    try:
        document = tomlkit.parse(text)
        table: Any = document
        for depth, part in enumerate(way[:-1]):
            if part not in table:
                if part in ON_THE_LINE and depth == len(way) - 2:
                    return _changed(text, way[:-1], {way[-1]: value}, wanted)
                is_inline = isinstance(table, InlineTable)
                table[part] = tomlkit.inline_table() if is_inline else tomlkit.table()
            table = table[part]
        if value is None:
            del table[way[-1]]
        elif way[-1] in table or (under := _under_heading(text, way)) is None:
            table[way[-1]] = _item(value)
        else:
            return _ensured(_inserted(text, under, way[-1], value), way, wanted)
        written = tomlkit.dumps(document)
    except (TOMLKitError, KeyError, TypeError, ValueError) as error:
        raise Unchangeable(str(error)) from error
    return _ensured(written, way, wanted)


def _ensured(written: str, way: Sequence[str], wanted: dict[str, Any]) -> str:
    if pruned(_read(written)) != pruned(wanted):
        raise Unchangeable(".".join(way))
    return written


def _under_heading(text: str, way: Sequence[str]) -> int | None:
    """The line behind the heading that a new value stands under; a comment that follows the table
    belongs to the next one, so nothing new goes behind it.
    """
    lines = [line.strip() for line in text.splitlines()]
    heading = f"[{'.'.join(way[:-1])}]"
    if lines.count(heading) != 1:
        return None
    at = lines.index(heading) + 1
    return at + 1 if at < len(lines) and lines[at].startswith("extends") else at


def _inserted(text: str, at: int, name: str, value: Any) -> str:
    lines = text.splitlines(keepends=True)
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    if at == len(lines) and not lines[-1].endswith("\n"):
        lines[-1] += end
    return "".join([*lines[:at], f"{name} = {_item(value).as_string()}{end}", *lines[at:]])


def _item(value: Any) -> Any:
    """A value as tomlkit writes it; tables within a list stand on the line."""
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        for one in value:
            array.append(_item(one))
        return array
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        for name, one in value.items():
            table[name] = _item(one)
        return table
    return tomlkit.item(value)


def _with(read: dict[str, Any], way: Sequence[str], value: Any) -> dict[str, Any]:
    whole = copy.deepcopy(read)
    table = whole
    for part in way[:-1]:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            raise Unchangeable(".".join(way))
    table[way[-1]] = value
    return whole


def _without(read: dict[str, Any], way: Sequence[str]) -> dict[str, Any]:
    whole = copy.deepcopy(read)
    table = whole
    for part in way[:-1]:
        inner = table.get(part)
        table = inner if isinstance(inner, dict) else {}
    if way[-1] not in table:
        raise Unchangeable(".".join(way))
    del table[way[-1]]
    return whole


def pruned(value: Any) -> Any:
    """The same without empty tables, which say nothing, and with lists as lists."""
    if isinstance(value, Mapping):
        inner = {key: pruned(one) for key, one in value.items()}
        return {key: one for key, one in inner.items() if one != {}}
    if isinstance(value, list | tuple):
        return [pruned(one) for one in value]
    return value
