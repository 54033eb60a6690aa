# SPDX-License-Identifier: MulanPSL-2.0
"""What a definition says after `extends` and `remove` (definitions.md 2.6)."""

import copy
from collections.abc import Mapping
from typing import Any

from linli.kernel.packs.reading import Entry

OWN_KEYS = ("label", "clause", "from", "until")
"""Never inherited under a new id."""

LONGEST_CHAIN = 3


class BrokenInheritance(Exception):
    """The definition extends or removes something in a way that cannot be followed."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


Known = Mapping[str, Mapping[str, Mapping[str, Any]]]


def resolve(entry: Entry, own: Mapping[str, Entry], base: Known) -> dict[str, Any]:
    """The entry's body as if it had been written by hand.

    `own` holds the pack's entries by "kind:id", `base` the resolved bodies of its base.
    Raises BrokenInheritance.
    """
    return _resolve(entry, own, base, depth=0)


def _resolve(entry: Entry, own: Mapping[str, Entry], base: Known, *, depth: int) -> dict[str, Any]:
    body = {key: value for key, value in entry.body.items() if key not in ("extends", "remove")}
    parent_name = entry.body.get("extends")
    if parent_name is None:
        if "remove" in entry.body:
            raise BrokenInheritance('"remove" goes with "extends"')
        return copy.deepcopy(body)
    if depth >= LONGEST_CHAIN:
        raise BrokenInheritance(
            f'"extends" runs in a circle or over more than {LONGEST_CHAIN} steps'
        )
    parent = _parent(str(parent_name), entry, own, base, depth)
    if str(parent_name) != entry.name:
        parent = {key: value for key, value in parent.items() if key not in OWN_KEYS}
    missing = [str(path) for path in entry.body.get("remove", ()) if not _remove(parent, str(path))]
    if missing:
        said = (f'"remove" names "{path}", which is not there' for path in missing)
        raise BrokenInheritance(*said)
    return _merge(parent, body)


def _parent(
    name: str, entry: Entry, own: Mapping[str, Entry], base: Known, depth: int
) -> dict[str, Any]:
    kind, _, key = name.partition(":")
    if kind != entry.kind:
        raise BrokenInheritance(f'"{name}" is of another kind')
    if name != entry.name and name in own:
        return _resolve(own[name], own, base, depth=depth + 1)
    if key in base.get(kind, {}):
        return copy.deepcopy(dict(base[kind][key]))
    raise BrokenInheritance(f'"{name}" is not there to be extended')


def _merge(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, Mapping):
            merged[key] = _merge(old, value)
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def _remove(body: dict[str, Any], path: str) -> bool:
    """Take out what a path names; says whether it was there."""
    *way, last = path.split(".")
    inner: Any = body
    for part in way:
        inner = inner.get(part) if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or last not in inner:
        return False
    del inner[last]
    return True
