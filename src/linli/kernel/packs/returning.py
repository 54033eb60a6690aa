# SPDX-License-Identifier: MulanPSL-2.0
"""Taking one change of a draft back, as text: the value says again what it said before, and a file
in which nothing else differs is again what it was, byte for byte.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from linli.kernel.packs.joining import entries_of
from linli.kernel.packs.said import row_said, value_at, value_said
from linli.kernel.packs.tables import FILES, row_drop, row_put, table_read
from linli.kernel.packs.values import (
    Unchangeable,
    definition_put,
    file_new,
    file_of,
    pruned,
    value_drop,
    value_put,
)

Files = Mapping[str, str]
_DATED = "from"
"""The first day of a row, which nobody writes: a row that differs in it only does not differ."""


def returned(files: Files, before: Files, name: str, path: Sequence[str]) -> dict[str, str]:
    """The files with one value, or without a path a whole row or definition, as it was before.

    Raises Unchangeable where that cannot be written value by value.
    """
    kind, _colon, key = name.partition(":")
    if kind in FILES:
        file, text = FILES[kind], _row(files, before, kind, key, column=".".join(path))
    elif path:
        file, text = _value(files, before, name, tuple(path))
    else:
        file, text = _whole(files, before, name)
    return _settled({**files, file: text}, before, file)


def _row(files: Files, before: Files, kind: str, key: str, *, column: str) -> str:
    text = files.get(FILES[kind], "")
    own = table_read(before.get(FILES[kind], ""), kind).rows.get(key)
    cells = own.cells if own is not None else None
    if column:
        was = row_said(before, kind, key) or {}
        now = {**(row_said(files, kind, key) or {}), column: was.get(column, "")}
        cells = cells if _plain(now) == _plain(was) else now
    return row_drop(text, kind, key) if cells is None else row_put(text, kind, key, cells)


def _plain(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in cells.items() if cell and name != _DATED}


def _value(files: Files, before: Files, name: str, path: tuple[str, ...]) -> tuple[str, str]:
    kind, _colon, key = name.partition(":")
    was = entries_of(before).get(name)
    said = value_at(was.body, path) if was is not None else None
    home = was.file if was is not None else file_new(kind, key)
    file = file_of(files, kind, key) or home
    text = files.get(file, "")
    if said is not None:
        text = value_put(text, kind, key, path, said)
    else:
        text = value_drop(text, kind, key, path)
    own = entries_of({file: text}).get(name)
    if was is None and own is not None and set(pruned(own.body)) <= {"extends"}:
        text = value_drop(text, kind, key)
    result = {**files, file: text}
    if value_said(result, name, path) != value_said(before, name, path):
        raise Unchangeable(".".join(path))
    return file, text


def _whole(files: Files, before: Files, name: str) -> tuple[str, str]:
    kind, _colon, key = name.partition(":")
    was = entries_of(before).get(name)
    file = file_of(files, kind, key)
    if was is None and file is None:
        raise Unchangeable(name)
    if was is None or (file is not None and file != was.file):
        return str(file), value_drop(files.get(str(file), ""), kind, key)
    text = files.get(was.file, "")
    if file is not None:
        text = value_drop(text, kind, key)
    return was.file, definition_put(text, kind, key, was.body)


def _settled(files: dict[str, str], before: Files, file: str) -> dict[str, str]:
    """The files with one of them as it was before, where it says nothing else than then."""
    if _says(files, file) != _says(before, file):
        return files
    if file in before:
        return {**files, file: before[file]}
    return {name: text for name, text in files.items() if name != file}


def _says(files: Files, file: str) -> dict[str, Any]:
    entries = entries_of({file: files[file]} if file in files else {})
    return {name: pruned(entry.body) for name, entry in entries.items()}
