# SPDX-License-Identifier: MulanPSL-2.0
"""Definitions of a pack in words: what they are called, and what their values say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from linli.base.spans import Span, SpanError
from linli.base.text import label
from linli.shells.procedures.lists import LISTS

KINDS = {
    "duty": gettext_lazy("Duty list"),
    "class": gettext_lazy("Class"),
    "day": gettext_lazy("Holidays"),
    "unit": gettext_lazy("Unit"),
    "role": gettext_lazy("Role"),
    "level": gettext_lazy("Level"),
    "calendar": gettext_lazy("Office hours"),
    "workflow": gettext_lazy("Procedure"),
    "form": gettext_lazy("Form"),
    "choices": gettext_lazy("List of reasons"),
    "text": gettext_lazy("Notice"),
    "service": gettext_lazy("Service"),
    "place": gettext_lazy("Place"),
    "pack": gettext_lazy("Plan pack"),
    "source": gettext_lazy("Document"),
    "ballot": gettext_lazy("Rating or vote"),
    "story": gettext_lazy("Example that must hold"),
}
PARTS = {
    "label": gettext_lazy("name"),
    "zh": gettext_lazy("Chinese name"),
    "en": gettext_lazy("English name"),
    "help": gettext_lazy("explanation"),
    "limit": gettext_lazy("time limit"),
    "warn": gettext_lazy("warning before"),
    "sign": gettext_lazy("sign within"),
    "answer": gettext_lazy("answer within"),
    "hours": gettext_lazy("opening hours"),
    "class": gettext_lazy("Class"),
    "lead": gettext_lazy("Lead unit"),
    "support": gettext_lazy("With the help of"),
    "list": gettext_lazy("Kind of duty"),
    "where_kind": gettext_lazy("Only at this kind of place"),
    "part_of": gettext_lazy("Part of"),
    "urgency": gettext_lazy("Urgency"),
    "contact_limit": gettext_lazy("Contact within"),
    "close_limit": gettext_lazy("Close within"),
    "calendar": gettext_lazy("Counted by"),
    "words": gettext_lazy("Words people use for it"),
    "open": gettext_lazy("Told in the open data"),
    "workflow": gettext_lazy("Procedure"),
    "clause": gettext_lazy("Clause"),
    "day": gettext_lazy("What kind of day"),
}
VALUES = {
    **LISTS,
    "normal": gettext_lazy("ordinary"),
    "urgent": gettext_lazy("urgent"),
    "off": gettext_lazy("day off"),
    "work": gettext_lazy("make-up working day"),
    "true": gettext_lazy("yes"),
    "false": gettext_lazy("no"),
}
_LONGEST = 120
_OWN_SOURCES = ("practice", "house")

Known = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class Words:
    """What the definitions that a draft can see are called, in the reader's language."""

    known: Known

    def name(self, reference: str) -> str:
        """What "kind:id" is called; the id where nothing says."""
        kind, _colon, key = reference.partition(":")
        return self.name_of(kind, key, self.known.get(kind, {}).get(key, {}))

    def name_of(self, kind: str, key: str, body: Mapping[str, Any]) -> str:
        """What a definition is called, by its body."""
        if kind == "duty":
            about = str(body.get("class", ""))
            return self.name(about) if about else key
        if kind == "day":
            said = label(body)
            return f"{key} {said}".strip()
        return label(body.get("label", body) or {}) or key

    def named(self, kind: str) -> tuple[tuple[str, str], ...]:
        """Every definition of a kind as "kind:id" with its name."""
        return tuple(
            (f"{kind}:{key}", self.name_of(kind, key, body))
            for key, body in self.known.get(kind, {}).items()
        )

    def kinds(self) -> tuple[tuple[str, str], ...]:
        """Every kind of place with its name."""
        return tuple(
            (key, label(words) or key)
            for level in self.known.get("level", {}).values()
            for key, words in level.get("kinds", {}).items()
        )

    def sources(self) -> tuple[tuple[str, str], ...]:
        """Every document that a clause may name."""
        own = (("practice", _("usual practice")), ("house", _("rule of the platform")))
        found = ((ref.partition(":")[2], name) for ref, name in self.named("source"))
        return (*own, *found)

    def clause(self, clause: str) -> str:
        """A clause as people read it."""
        source, _gap, rest = clause.partition(" ")
        return f"{dict(self.sources()).get(source, source)} {rest}".strip()

    def value(self, value: Any, column: str = "") -> str:
        """A value as people read it."""
        if value is None or value == "":
            return ""
        if isinstance(value, Mapping):
            return label(value) or self._short(value)
        if isinstance(value, list | tuple):
            return self._short(pgettext("between counts", ", ").join(map(self.value, value)))
        return self._text(str(value), column)

    def _text(self, text: str, column: str) -> str:
        own: dict[str, Callable[[str], str]] = {
            "clause": self.clause,
            "words": lambda given: given.replace(";", "、"),
            "where_kind": lambda given: dict(self.kinds()).get(given, given),
            "part_of": lambda given: self.name(f"class:{given}"),
        }
        if column in own:
            return own[column](text)
        if column in ("list", "urgency", "day", "open") and text in VALUES:
            return str(VALUES[text])
        parts = [part.strip() for part in text.split(";")]
        if all(":" in part and part.partition(":")[0] in KINDS for part in parts):
            return pgettext("between counts", ", ").join(self.name(part) for part in parts)
        try:
            return Span.parse(text).words(get_language() or "zh")
        except SpanError:
            return self._short(text)

    def entry(self, name: str, path: str = "") -> str:
        """A definition, or a value of it, with what sort of thing it is."""
        kind = name.partition(":")[0]
        said = [str(KINDS.get(kind, kind)), self.name(name), self.path(name, path)]
        return " · ".join(part for part in said if part)

    def path(self, name: str, path: str) -> str:
        """Where in a definition a value stands, in words."""
        kind, _colon, key = name.partition(":")
        inner: Any = self.known.get(kind, {}).get(key, {})
        said = []
        for part in path.split(".") if path else ():
            inner = inner.get(part) if isinstance(inner, Mapping) else None
            named = label(inner.get("label", {})) if isinstance(inner, Mapping) else ""
            if part in ("steps", "clocks", "moves", "offer", "fields", "options", "kinds", "tags"):
                continue
            said.append(named or str(PARTS.get(part, part)))
        return " · ".join(said)

    @staticmethod
    def _short(value: object) -> str:
        text = str(value)
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
