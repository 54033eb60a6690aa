# SPDX-License-Identifier: MulanPSL-2.0
"""Which registers are in force, and how their records are found."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from linli.base import clock
from linli.base.definitions import body_as
from linli.base.text import label
from linli.engines.registers.models import Definition, Slot
from linli.engines.registers.rules.spec import RegisterSpec


@dataclass(frozen=True)
class Register:
    """A register as it is in force at a place."""

    key: str
    definition: Definition
    spec: RegisterSpec
    words: Mapping[str, str]
    """By field declared `find`, the column of a record that repeats it."""

    def remind_until(self, today: dt.date) -> dt.date | None:
        """The last day that lies within the time by which it reminds; None if it does not."""
        return None if self.spec.remind is None else self.spec.remind.last_day(today)

    @property
    def label(self) -> str:
        """Its name in the language of the page."""
        return label(self.spec.label.as_label())


def register_find(key: str, path: str, day: dt.date | None = None) -> Register | None:
    """The register of that key in force at a place, or None."""
    row = Definition.objects.find("register", key, path, day or clock.today())
    return None if row is None else _register(row, _words(row.key))


def registers_in_force(path: str, day: dt.date | None = None) -> list[Register]:
    """All registers in force at a place, in pack order."""
    rows = Definition.objects.in_force("register", path, day or clock.today())
    words = _all_words()
    return [_register(row, words.get(row.key, {})) for row in rows]


def _register(row: Definition, words: Mapping[str, str]) -> Register:
    return Register(row.key, row, body_as(row, RegisterSpec), words)


def _words(key: str) -> Mapping[str, str]:
    """By field of one register, the column that repeats it."""

    def read() -> dict[str, str]:
        rows = Slot.objects.filter(register=key).values_list("field", "number")
        return {field: f"word_{number}" for field, number in rows}

    found: Mapping[str, str] = Definition.objects.kept(f"slots:{key}", read)
    return found


def _all_words() -> Mapping[str, Mapping[str, str]]:
    """The same of all registers by key, with one question."""

    def read() -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for key, field, number in Slot.objects.values_list("register", "field", "number"):
            found.setdefault(key, {})[field] = f"word_{number}"
        return found

    found: Mapping[str, Mapping[str, str]] = Definition.objects.kept("slots", read)
    return found
