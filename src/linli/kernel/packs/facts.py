# SPDX-License-Identifier: MulanPSL-2.0
"""The dictionary of facts (definitions.md §7): what is held where, which forms take it over instead
of asking, and how many questions that saves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linli.kernel.forms.terms import HELD_FACTS
from linli.kernel.packs.inheritance import Known

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Use:
    """A field of a form that takes a fact over; `filled` says how often that form was filled in."""

    form: str
    field: str
    through: str
    filled: int

    def __str__(self) -> str:
        through = f" of the {self.through}" if self.through else ""
        return f"{self.form}.{self.field}{through}   {self.filled} times"


@dataclass(frozen=True)
class Fact:
    """A fact that is held, by its owner ("register:resident.phone"), with its users."""

    name: str
    label: Mapping[str, str]
    type: str
    uses: tuple[Use, ...]

    @property
    def saved(self) -> int:
        """How many askings were saved so far."""
        return sum(use.filled for use in self.uses)


@dataclass(frozen=True)
class Dictionary:
    """Every fact that is held, and of how many fields there are in all forms."""

    facts: tuple[Fact, ...]
    fields: int

    @classmethod
    def of(cls, known: Known, filled: Mapping[str, int]) -> "Dictionary":
        """The dictionary of what a pack can see; `filled` says how often each form was filled."""
        fields = list(_fields(known))
        uses: dict[str, list[Use]] = {}
        for form, name, body in fields:
            if "same_as" in body:
                use = Use(form, name, str(body.get("through", "")), filled.get(form, 0))
                uses.setdefault(str(body["same_as"]), []).append(use)
        found = (
            Fact(name, label, type_, tuple(uses.get(name, ())))
            for name, type_, label in _held(known)
        )
        return cls(tuple(found), len(fields))

    @property
    def summary(self) -> str:
        """How much is held, taken over and saved, in one line."""
        uses = sum(len(fact.uses) for fact in self.facts)
        saved = sum(fact.saved for fact in self.facts)
        return (
            f"{len(self.facts)} facts held; {uses} of {self.fields} fields of forms take one over; "
            f"{saved} askings saved so far"
        )

    def lines(self) -> Iterator[str]:
        """One line a fact, and below it one a use."""
        for fact in self.facts:
            said = " / ".join(fact.label[part] for part in ("zh", "en") if fact.label.get(part))
            yield f"{fact.name}   {said}   {fact.type}"
            yield from (f"  {use}" for use in fact.uses)

    def to_json(self) -> list[dict[str, Any]]:
        """The dictionary as plain JSON."""
        return [
            {
                "fact": fact.name,
                "label": dict(fact.label),
                "type": fact.type,
                "users": [vars(use) for use in fact.uses],
                "saved": fact.saved,
            }
            for fact in self.facts
        ]


def _held(known: Known) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """What people and units hold, then what the places of each level do."""
    for name, (type_, label) in HELD_FACTS.items():
        yield name, type_.value, label
    for level, body in known.get("level", {}).items():
        for field, given in body.get("fields", {}).items():
            yield f"level:{level}.{field}", str(given["type"]), given["label"]


def _fields(known: Known) -> Iterator[tuple[str, str, Body]]:
    """Every field of every form, those of tables in it too."""
    for form, body in known.get("form", {}).items():
        for name, field in _inside(body.get("fields", {})):
            yield f"form:{form}", name, field


def _inside(fields: Mapping[str, Body], way: str = "") -> Iterator[tuple[str, Body]]:
    for name, field in fields.items():
        yield f"{way}{name}", field
        yield from _inside(field.get("columns", {}), f"{way}{name}.")
