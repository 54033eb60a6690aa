# SPDX-License-Identifier: MulanPSL-2.0
"""What a place is called by the pack: its level, kind, tags and the facts kept with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.base import text
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place


@dataclass(frozen=True)
class LevelWords:
    """The levels in force at a place, read once."""

    bodies: Mapping[str, Mapping[str, Any]]

    @classmethod
    def at(cls, path: str) -> "LevelWords":
        """The words of the packs in force at a place path."""
        return cls({row.key: row.body for row in places.levels_in_force(path)})

    def level(self, key: str) -> str:
        """What a level is called; the key itself where no pack names it."""
        return text.label(self.bodies.get(key, {}).get("label", {})) or key

    def counted(self, counts: Iterable[tuple[str, int]]) -> list[tuple[str, str, int]]:
        """How many there are of each level: its key, what it is called, how many."""
        return [(key, self.level(key), count) for key, count in counts]

    def rank(self, key: str) -> int:
        """How far down the tree a level stands, as the pack lists them."""
        known = list(self.bodies)
        return known.index(key) if key in known else len(known)

    def kind(self, place: Place) -> str:
        """What kind of its level a place is; empty if it is of none."""
        if not place.kind:
            return ""
        return self._named(place.level, "kinds", place.kind)

    def tags(self, place: Place) -> list[str]:
        """The tags of a place in words."""
        return [self._named(place.level, "tags", tag) for tag in place.tags]

    def classed(self, level: str, kind: str, tags: Iterable[str]) -> str:
        """A kind and tags in one phrase."""
        kinds = [self._named(level, "kinds", kind)] if kind else []
        named = [self._named(level, "tags", tag) for tag in tags]
        return pgettext("between counts", ", ").join([*kinds, *named])

    def choices(self, level: str, what: str) -> list[tuple[str, str]]:
        """The kinds or tags that a level may have: key and word."""
        return [
            (key, text.label(said))
            for key, said in self.bodies.get(level, {}).get(what, {}).items()
        ]

    def facts(self, place: Place) -> list[tuple[str, str]]:
        """The facts kept with a place: what each is called, and its value in words."""
        fields = self.bodies.get(place.level, {}).get("fields", {})
        return [
            (text.label(field["label"]), _value_words(field, place.fields[key]))
            for key, field in fields.items()
            if place.fields.get(key) not in (None, "", [])
        ]

    def _named(self, level: str, what: str, key: str) -> str:
        known = self.bodies.get(level, {}).get(what, {})
        return text.label(known[key]) if key in known else key


def _value_words(field: Mapping[str, Any], value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    options = field.get("options", {})
    many = value if isinstance(value, list) else [value]
    said = [text.label(options[one]) if one in options else str(one) for one in many]
    return pgettext("between counts", ", ").join(said) + str(field.get("measured_in", ""))
