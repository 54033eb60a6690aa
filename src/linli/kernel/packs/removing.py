# SPDX-License-Identifier: MulanPSL-2.0
"""Rows of the base that a city takes away (definitions.md 2.6): nothing that stays may need
them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from linli.kernel.packs.reading import Entry, Problem, strings_of

_BARE = {"class": "part_of", "unit": "part_of"}
"""Tables whose rows point to one another by a bare key, and the column in which they do."""


def removal_problems(
    removed: Mapping[str, Entry], known: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> Iterator[Problem]:
    """Each removed row that is still needed, with what needs it."""
    if not removed:
        return
    for kind, definitions in known.items():
        for key, body in definitions.items():
            for name in dict.fromkeys(_needs(kind, body)):
                entry = removed.get(name)
                if entry is not None:
                    text = f"is removed here, and {kind}:{key} still needs it"
                    yield Problem(entry.file, entry.line, text, name)


def _needs(kind: str, body: Mapping[str, Any]) -> Iterator[str]:
    """What a definition points to, as "kind:id"."""
    if kind in _BARE and body.get(_BARE[kind]):
        yield f"{kind}:{body[_BARE[kind]]}"
    for _path, text in strings_of(body):
        for part in text.split(";"):
            yield part.strip().partition(".")[0]
