# SPDX-License-Identifier: MulanPSL-2.0
"""Two changes of one pack put together: rows that only one side changed go along, the same row
changed on both sides is a clash that people settle.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from linli.kernel.packs.reading import Entry, files_read
from linli.kernel.packs.tables import row_drop, row_put
from linli.kernel.packs.values import Unchangeable, definition_put, value_drop, value_put

Files = Mapping[str, str]


class Crossed(Exception):
    """Both sides changed these definitions or rows ("duty:noise")."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def entries_of(files: Files) -> dict[str, Entry]:
    """What files say, by "kind:id"."""
    read = files_read({file: text.encode() for file, text in files.items()}, "")
    return {entry.name: entry for entry in read.entries}


def names_changed(old: Files, new: Files) -> dict[str, tuple[Entry | None, Entry | None]]:
    """The definitions and rows that differ, each as it was and as it is."""
    was, now = entries_of(old), entries_of(new)
    return {
        name: (was.get(name), now.get(name))
        for name in [*now, *(name for name in was if name not in now)]
        if _said(was.get(name)) != _said(now.get(name))
    }


def joined(old: Files, ours: Files, theirs: Files) -> dict[str, str]:
    """Their files with our changes since the old ones. Raises Crossed."""
    mine, others = names_changed(old, ours), names_changed(old, theirs)
    crossed = [
        name for name in mine if name in others and _said(mine[name][1]) != _said(others[name][1])
    ]
    if crossed:
        raise Crossed(crossed)
    result = dict(theirs)
    for file in [*ours, *(file for file in old if file not in ours)]:
        if ours.get(file) == old.get(file):
            continue
        if theirs.get(file) == old.get(file):
            result = _taken(result, file, ours.get(file))
            continue
        try:
            result[file] = _merged(theirs.get(file, ""), file, mine)
        except Unchangeable:
            raise Crossed([name for name in mine if _stands_in(mine[name], file)]) from None
    return result


def _taken(result: dict[str, str], file: str, text: str | None) -> dict[str, str]:
    if text is not None:
        return {**result, file: text}
    return {name: one for name, one in result.items() if name != file}


def _stands_in(change: tuple[Entry | None, Entry | None], file: str) -> bool:
    return any(entry is not None and entry.file == file for entry in change)


def _merged(text: str, file: str, mine: Mapping[str, tuple[Entry | None, Entry | None]]) -> str:
    """Their text of a file with our rows and values put in."""
    for name, (was, now) in mine.items():
        kind, _colon, key = name.partition(":")
        if now is not None and now.file == file:
            text = _put(text, was, now)
        elif was is not None and was.file == file:
            is_table = file.endswith(".csv")
            text = row_drop(text, kind, key) if is_table else value_drop(text, kind, key)
    return text


def _put(text: str, was: Entry | None, now: Entry) -> str:
    if now.file.endswith(".csv"):
        return row_put(text, now.kind, now.key, now.body)
    if was is None:
        return definition_put(text, now.kind, now.key, now.body)
    for path, value in _leaves(was.body, now.body):
        if value is None:
            text = value_drop(text, now.kind, now.key, path)
        else:
            text = value_put(text, now.kind, now.key, path, value)
    return text


def _leaves(
    was: Mapping[str, Any], now: Mapping[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The values that differ, with the keys that lead to them; None for one that is gone."""
    for key in dict.fromkeys([*was, *now]):
        old, new = was.get(key), now.get(key)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _leaves(old, new, (*path, key))
        else:
            yield (*path, key), new


def _said(entry: Entry | None) -> Any:
    return None if entry is None else (entry.file, entry.body)
