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

Stated = Mapping[str, Mapping[str, Any] | None]
"""What a city's pack says of each definition: how it reads, or None where it takes it away."""


class Weight(StrEnum):
    """How much a change asks for before it may be loaded."""

    HARMLESS = "harmless"
    REVIEW = "needs review"
    REFUSED = "refused"


WORDS = {"label", "help", "zh", "en", "body", "position", "words", "clause"}
"""Keys that only say it in other words."""

FIXED = {"type", "items", "same_as", "of"}
"""Attributes of a field that never change once something was filled in."""

PRIVACY = ("normal", "personal", "sensitive", "minor")
"""Record classes, the most open first; nothing said is the first."""

USED = {"workflow", "class", "role", "unit", "register", "form", "calendar"}
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


def changes_between(old: Stated, new: Stated, below: Bodies, place_path: str) -> list[Change]:
    """What changes at a place from what one version of its pack states to what another does.

    What a version does not state is as the base has it (`below`), so that a row of its own that a
    city drops is no removal.
    """
    names = dict.fromkeys([*new, *old])
    sides = [
        {name: body for name in names if (body := side.get(name, below.get(name))) is not None}
        for side in (old, new)
    ]
    return pack_diff(sides[0], sides[1], place_path)


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
    last = path[-1]
    if last in WORDS or path[0] in WORDS or path[-2:-1] == ("label",):
        return Weight.HARMLESS
    if path in (("from",), ("until",)):
        return _weight_of_day(last, was, now)
    if last == "privacy" and not isinstance(was or now, Mapping):
        return _weight_of_privacy(was, now)
    if "fields" in path[:-1]:
        return _weight_in_field(path, was, now)
    is_option = was is None and path[-2:-1] == ("options",)
    is_harmless = is_option or _only_tells_more(last, was, now)
    return Weight.HARMLESS if is_harmless else Weight.REVIEW


def _weight_of_day(which: str, was: Any, now: Any) -> Weight:
    """A first day is never put back; a later last day does nobody harm."""
    if which == "from":
        return Weight.REFUSED if _is_past(now) else Weight.REVIEW
    is_later = now is None or (was is not None and str(was) <= str(now))
    return Weight.HARMLESS if is_later else Weight.REVIEW


def _weight_in_field(path: tuple[str, ...], was: Any, now: Any) -> Weight:
    """A field, or one of its attributes: what people filled in must go on to mean the same."""
    last, above = path[-1], path[-2]
    if above in ("fields", "columns", "options"):
        is_asked = above != "options" and _is_needed(now)
        if above == "options" and was is not None and now is not None:
            return Weight.REFUSED
        return Weight.HARMLESS if was is None and not is_asked else Weight.REVIEW
    if above == "items" or (last in FIXED and was is not None):
        return Weight.REFUSED
    return Weight.HARMLESS if last in ("below", "also_called") else Weight.REVIEW


def _weight_of_privacy(was: Any, now: Any) -> Weight:
    """Raised it asks for a look; what was filled in as private is never opened again."""
    order = [PRIVACY.index(one) if one in PRIVACY else 0 for one in (was, now)]
    return Weight.REVIEW if order[0] <= order[1] else Weight.REFUSED


def _only_tells_more(last: str, was: Any, now: Any) -> bool:
    """Whether effects are those of before and some more notices."""
    if last not in ("then", "late") or not isinstance(now, list):
        return False
    added = [one for one in now if one not in (was or ())]
    kept = [one for one in now if one in (was or ())]
    return kept == list(was or ()) and all("notify" in one for one in added)


def _weight_of_whole(name: str, now: Any, touches: int) -> Weight:
    """A whole definition that is new, or gone."""
    kind = name.partition(":")[0]
    if isinstance(now, Mapping):
        if kind != "pack" and _is_past(now.get("from")):
            return Weight.REFUSED
        is_opened = kind == "class" and str(now.get("open", "")).lower() == "true"
        return Weight.REVIEW if is_opened else Weight.HARMLESS
    is_held = kind in USED and touches > 0
    return Weight.REFUSED if is_held else Weight.REVIEW


def _is_past(day: Any) -> bool:
    return day is not None and str(day) < clock.today().isoformat()


def _is_needed(now: Any) -> bool:
    """Whether a new field must be filled in."""
    return bool(now.get("need")) if isinstance(now, Mapping) else now is True


def _touched(name: str, place_path: str) -> int:
    kind, _colon, key = name.partition(":")
    return sum(counter(key, place_path) for counter in registry.counters(kind))


def _short(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
