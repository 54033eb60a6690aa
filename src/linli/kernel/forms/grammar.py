# SPDX-License-Identifier: MulanPSL-2.0
"""The kinds that forms own: form, choices, class (definitions.md 3.4, 3.5)."""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from linli.base.conditions import Condition
from linli.base.spans import Span
from linli.kernel.forms.terms import COUNTED, HELD_FACTS, LONGEST, NUMBERS, FieldType
from linli.kernel.sockets.spec import Bilingual, DefinitionSpec, Key, Listed, RowSpec, Strict

Bound = int | float | dt.date
Privacy = Literal["normal", "personal", "sensitive", "minor"]
Reference = Annotated[
    str, StringConstraints(pattern=r"^[a-z]+:[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")
]

_BOUNDED = {FieldType.DATE, FieldType.SHARE, *NUMBERS, *COUNTED, *LONGEST}
_BESIDE_SAME_AS = {"same_as", "need", "through", "below"}


class FieldSpec(Strict):
    """One thing that is filled in, or a pointer to where the fact is already held."""

    type: FieldType | None = None
    label: Bilingual | None = None
    help: Bilingual | None = None
    need: bool = False
    at_least: Bound | None = None
    at_most: Bound | None = None
    privacy: Privacy = "normal"
    measured_in: str | None = None
    when: Condition | None = None
    options: dict[Key, Bilingual] = Field(default_factory=dict)
    of: Reference | None = None
    items: dict[Key, Bilingual] = Field(default_factory=dict)
    columns: dict[Key, "FieldSpec"] = Field(default_factory=dict)
    find: bool = False
    same_as: Reference | None = None
    through: Key | None = None
    also_called: tuple[str, ...] = ()
    below: Key | None = None

    @model_validator(mode="after")
    def _whole(self) -> "FieldSpec":
        if self.same_as is not None:
            extra = sorted(self.model_fields_set - _BESIDE_SAME_AS)
            if extra:
                raise ValueError(
                    f'"{extra[0]}" does not stand beside same_as: the owner of the fact says it'
                )
            return self
        if self.through is not None:
            raise ValueError('"through" goes with same_as')
        if self.type is None or self.label is None:
            raise ValueError("a field has a type and a label, or same_as")
        self._of_its_type(self.type)
        return self

    def _of_its_type(self, kind: FieldType) -> None:
        if (self.at_least is not None or self.at_most is not None) and kind not in _BOUNDED:
            raise ValueError(f"at_least and at_most bound numbers, dates and counts, not {kind}")
        if kind in (FieldType.CHOICE, FieldType.CHOICES) and bool(self.options) == (
            self.of is not None
        ):
            raise ValueError("choices come from options or from a list (of), one of the two")
        if kind in (FieldType.CLASS, FieldType.RECORD) and self.of is None:
            raise ValueError(f'a {kind} says of what: of = "…"')
        if (kind is FieldType.CHECK_LIST) != bool(self.items):
            raise ValueError("items belong to a check_list, and a check_list has some")
        if (kind is FieldType.TABLE) != bool(self.columns):
            raise ValueError("columns belong to a table, and a table has some")

    @property
    def kind(self) -> FieldType:
        """The type, that of the held fact where it is one."""
        if self.type is not None:
            return self.type
        return HELD_FACTS[self.same_as or ""][0]

    @property
    def title(self) -> dict[str, str]:
        """The name in both languages, that of the held fact where it is one."""
        if self.label is not None:
            return self.label.as_label()
        return HELD_FACTS[self.same_as or ""][1]


class FormSpec(DefinitionSpec):
    """What is filled in on one occasion."""

    privacy: Privacy = "normal"
    fields: dict[Key, FieldSpec] = Field(min_length=1)

    def in_order(self) -> Iterator[tuple[str, FieldSpec]]:
        """Fields as they stand on the page: `below` moves one under another."""
        order = [name for name, field in self.fields.items() if field.below is None]
        for name, field in self.fields.items():
            if field.below is not None:
                at = order.index(field.below) + 1 if field.below in order else len(order)
                order.insert(at, name)
        return ((name, self.fields[name]) for name in order)


class ChoicesSpec(DefinitionSpec):
    """A list of options that several forms and moves share."""

    options: dict[Key, Bilingual] = Field(min_length=1)


class ClassRow(RowSpec):
    """One row of the class system; any further column must be a limit, read as a span.

    `open` lets anybody read in the open data that there was a case of this class, where the class
    above is open too; a class that says nothing is not open.
    """

    model_config = ConfigDict(extra="allow")

    part_of: Key | None = None
    zh: str = Field(min_length=1)
    en: str = ""
    workflow: Annotated[str, StringConstraints(pattern=r"^workflow:[a-z][a-z0-9_]*$")] | None = None
    urgency: Literal["normal", "urgent"] = "normal"
    calendar: Annotated[str, StringConstraints(pattern=r"^calendar:[a-z][a-z0-9_]*$")] | None = None
    open: Literal["true", "false"] = "false"
    words: Listed = ()

    @model_validator(mode="after")
    def _limits(self) -> "ClassRow":
        for column, value in (self.__pydantic_extra__ or {}).items():
            if not column.endswith("_limit"):
                raise ValueError(
                    f'"{column}" is no column of classes.csv; a further column ends in "_limit"'
                )
            Span.parse(str(value))
        return self

    @property
    def limits(self) -> dict[str, str]:
        """The columns that a time limit may name."""
        return {column: str(value) for column, value in (self.__pydantic_extra__ or {}).items()}
