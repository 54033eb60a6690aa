# SPDX-License-Identifier: MulanPSL-2.0
"""What changes between two versions of a pack: line by line, how much of life it touches, and
whether it is harmless, needs a look, or is refused (definitions.md §5).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from linli.base import clock
from linli.kernel.sockets import registry

Bodies = Mapping[str, Mapping[str, Any]]
"""The definitions of a pack by "kind:id", as they read after inheritance."""


class Weight(StrEnum):
    """How much a change asks for before it may be loaded."""

    HARMLESS = "harmless"
    REVIEW = "needs review"
    REFUSED = "refused"


WORDS = {"label", "help", "zh", "en", "body", "position", "words", "clause"}
"""Keys that only say it in other words."""

FIXED = {"type", "items", "same_as", "of"}
"""Attributes of a field that never change once something was filled in."""

USED = {"workflow", "class", "role", "unit", "register", "form"}
"""Kinds that matters, people or records hold on to."""


@dataclass(frozen=True)
class Change:
    """One difference: where it stands, what was there and what is now (None for nothing).

    `touches` counts the live matters, people or records that hold on to the definition.
    """

    name: str
    path: str
    was: Any
    now: Any
    weight: Weight
    touches: int

    def __str__(self) -> str:
        where = f"{self.name} {self.path}".strip()
        touched = f", touches {self.touches}" if self.touches else ""
        return f"{where}: {_short(self.was)} → {_short(self.now)}   [{self.weight}{touched}]"


def pack_diff(old: Bodies, new: Bodies, place_path: str) -> list[Change]:
    """Every change from one version to the next, in order of the new one; removals last."""
    found: list[Change] = []
    for name in [*new, *(name for name in old if name not in new)]:
        touches = _touched(name, place_path) if name in old and old[name] != new.get(name) else 0
        for path, was, now in _differences(old.get(name), new.get(name), ()):
            weight = _weight(name, path, was, now, touches)
            found.append(Change(name, ".".join(path), was, now, weight, touches))
    return found


def _differences(
    was: Any, now: Any, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if was == now:
        return
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys([*was, *now]):
            yield from _differences(was.get(key), now.get(key), (*path, key))
        return
    yield path, was, now


def _weight(name: str, path: tuple[str, ...], was: Any, now: Any, touches: int) -> Weight:
    if not path:
        return _weight_of_whole(name, now, touches)
    is_field = "fields" in path[:-1]
    is_option = path[-2:-1] == ("options",) and now is not None
    if is_field and was is not None and (path[-1] in FIXED or is_option):
        return Weight.REFUSED
    if path == ("from",) and now is not None and str(now) < clock.today().isoformat():
        return Weight.REFUSED
    if path[-1] in WORDS or path[0] in WORDS or path[-2:-1] == ("label",):
        return Weight.HARMLESS
    if path[0] == "until" or (is_field and was is None and not _is_needed(now)):
        return Weight.HARMLESS
    return Weight.REVIEW


def _weight_of_whole(name: str, now: Any, touches: int) -> Weight:
    """A whole definition that is new, or gone."""
    if now is not None:
        return Weight.HARMLESS
    is_held = name.partition(":")[0] in USED and touches > 0
    return Weight.REFUSED if is_held else Weight.REVIEW


def _is_needed(now: Any) -> bool:
    """Whether a new field must be filled in."""
    return bool(now.get("need")) if isinstance(now, Mapping) else now is True


def _touched(name: str, place_path: str) -> int:
    kind, _colon, key = name.partition(":")
    return sum(counter(key, place_path) for counter in registry.counters(kind))


def _short(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
