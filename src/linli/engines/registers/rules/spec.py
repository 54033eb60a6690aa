# SPDX-License-Identifier: MulanPSL-2.0
"""What a register is as data (definitions.md 3.7)."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from linli.base.conditions import Condition, leaves_of
from linli.base.spans import Span
from linli.engines.registers.terms import FROM, UNTIL, About
from linli.kernel.forms.grammar import FieldSpec, FormSpec
from linli.kernel.forms.terms import FieldType
from linli.kernel.sockets.spec import Bilingual, Key, Strict
from linli.kernel.workflow.grammar import OneOrMore, Whos

_IMPLIED: dict[str, dict[str, Any]] = {
    FROM: {"type": "date", "label": {"zh": "起始日期", "en": "From"}},
    UNTIL: {"type": "date", "label": {"zh": "截止日期", "en": "Until"}},
}
_SUBJECT_TYPES = {
    About.PERSON: FieldType.PERSON,
    About.HOUSEHOLD: FieldType.HOUSEHOLD,
    About.UNIT: FieldType.UNIT,
}


def _refers(*kinds: str) -> StringConstraints:
    return StringConstraints(pattern=rf"^({'|'.join(kinds)}):[a-z][a-z0-9_]*$")


def _listed(given: Any) -> Any:
    return [given] if isinstance(given, dict) else given


def _by_day(span: Span) -> Span:
    if span.unit.is_working or not span.unit.is_by_day:
        raise ValueError("remind is a span in days, weeks, months or years")
    return span


class CoverageSpec(Strict):
    """How many valid records there must be at each place of a level.

    `by` names a choice: the rule asks for each of its options. `having` counts only records that
    have these options; of a list of options, and of a check list, all that are named.
    """

    each: Annotated[str, _refers("level")]
    where: Condition | None = None
    by: Key | None = None
    having: dict[Key, bool | OneOrMore] = Field(default_factory=dict)
    say: Bilingual | None = None
    at_least: int | None = Field(default=None, ge=0)
    at_most: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _bounded(self) -> "CoverageSpec":
        if self.at_least is None and self.at_most is None:
            raise ValueError("coverage says at_least, at_most or both")
        if None not in (self.at_least, self.at_most) and self.at_least > self.at_most:  # type: ignore[operator]
            raise ValueError("at_least is more than at_most")
        return self

    @property
    def level(self) -> str:
        """The key of the level."""
        return self.each.partition(":")[2]


class MustSpec(Condition):
    """What must hold of a record, and what is said when it does not."""

    say: Bilingual

    @property
    def named(self) -> str:
        """The field beside which it is said: the first that it asks about."""
        return next((leaf.field.partition(".")[0] for leaf in leaves_of(self) if leaf.field), "")


class RegisterSpec(FormSpec):
    """A register: its fields, what a record is about and where it lies, and the rules it keeps.

    The fields between which a record is valid are added where a pack does not write them.
    """

    at: OneOrMore = Field(min_length=1)
    about: About
    unique: tuple[tuple[Key, ...], ...] = ()
    coverage: Annotated[tuple[CoverageSpec, ...], BeforeValidator(_listed)] = ()
    must: tuple[MustSpec, ...] = ()
    due: Key | None = None
    remind: Annotated[Span, AfterValidator(_by_day)] | None = None
    approve: Annotated[str, _refers("workflow")] | None = None
    gives: Annotated[str, _refers("role")] | None = None
    public: tuple[Key, ...] = ()
    who: Whos | None = None
    readers: Whos | None = None
    keep: Span | None = None

    @model_validator(mode="before")
    @classmethod
    def _dated(cls, body: Any) -> Any:
        if not isinstance(body, dict) or not isinstance(body.get("fields"), dict):
            return body
        implied = {name: each for name, each in _IMPLIED.items() if name not in body["fields"]}
        return {**body, "fields": {**body["fields"], **implied}}

    @property
    def levels(self) -> tuple[str, ...]:
        """The keys of the levels at which its records lie."""
        return tuple(level.partition(":")[2] for level in self.at)

    @property
    def subject_field(self) -> str | None:
        """The field that names what a record is about: the first of its type that is always asked.

        None where nothing has to be asked (a place is where the record lies), or where the subject
        is asked for beside the fields.
        """
        wanted = _SUBJECT_TYPES.get(self.about)
        names = (
            name
            for name, field in self.in_order()
            if field.need and field.when is None and field.type is wanted
        )
        return None if wanted is None else next(names, None)

    @property
    def asks_subject(self) -> bool:
        """Whether the form asks for the subject beside the fields."""
        return self.about in _SUBJECT_TYPES and self.subject_field is None

    @property
    def found_by(self) -> dict[str, FieldSpec]:
        """The fields by which records are listed, sorted, filtered and matched."""
        return {name: field for name, field in self.in_order() if field.find}

    @property
    def own(self) -> dict[str, FieldSpec]:
        """The fields whose values a record keeps itself, in order; others are held elsewhere."""
        return {name: field for name, field in self.in_order() if field.same_as is None}
