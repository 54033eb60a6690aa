# SPDX-License-Identifier: MulanPSL-2.0
"""What a register must hold to beyond its keys (definitions.md 3.7, §6), all problems at once."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from typing import Any

from linli.base.conditions import fields_of
from linli.engines.registers.rules.spec import CoverageSpec, RegisterSpec
from linli.engines.registers.rules.words import FINDABLE, is_blind
from linli.engines.registers.terms import MOST_FIND, PLACE, SUBJECT, UNTIL, About
from linli.kernel.forms.grammar import FieldSpec
from linli.kernel.forms.rules.fitting import (
    condition_problems,
    fields_problems,
    nearest,
    options_of,
)
from linli.kernel.forms.rules.sealing import is_personal
from linli.kernel.forms.terms import REFERENCES, FieldType
from linli.kernel.workflow.reach_checks import who_problems

SEVERAL = (FieldType.CHOICES, FieldType.CHECK_LIST)
HAVING = (FieldType.YES_NO, FieldType.CHOICE, *SEVERAL)
"""Types of fields by which a rule of coverage says which records count."""

Problem = tuple[str, str]
Known = Mapping[str, Mapping[str, Mapping[str, Any]]]


def register_problems(known: Known, spec: RegisterSpec) -> Iterator[Problem]:
    """Everything that is wrong with a register, each with the place in it."""
    yield from fields_problems(known, spec)
    yield from _levels(known, spec)
    yield from _found(spec)
    yield from _unique(spec)
    yield from _conditions(known, spec)
    yield from _due(spec)
    yield from _people(known, spec)
    yield from _shown(spec)
    if spec.approve is not None:
        yield "approve", '"approve" is not carried yet for registers'
    if spec.keep is not None:
        yield "keep", '"keep" is not carried yet for registers'


def _levels(known: Known, spec: RegisterSpec) -> Iterator[Problem]:
    levels = known.get("level", {})
    for level in spec.levels:
        if level not in levels:
            yield "at", f'"{level}" is no level{nearest(level, levels)}'


def _found(spec: RegisterSpec) -> Iterator[Problem]:
    if len(spec.found_by) > MOST_FIND:
        yield "fields", f"{MOST_FIND} fields at most are declared find"
    for name, field in spec.found_by.items():
        if field.kind not in FINDABLE:
            yield f"fields.{name}", f"nobody can look for a {field.kind}"
    for name, field in spec.fields.items():
        for column, inner in field.columns.items():
            if inner.type in REFERENCES or inner.find:
                yield f"fields.{name}.columns.{column}", "a column neither points nor is found by"


def _unique(spec: RegisterSpec) -> Iterator[Problem]:
    for number, names in enumerate(spec.unique):
        for name in names:
            if name == PLACE or (name == SUBJECT and spec.about is not About.THING):
                continue
            field = spec.fields.get(name)
            if field is None:
                near = nearest(name, [*spec.fields, PLACE, SUBJECT])
                yield f"unique.{number}", f'there is no field "{name}"{near}'
            elif not field.find:
                yield f"unique.{number}", f'"{name}" is to be unique: declare it find'
            elif is_blind(spec, name):
                yield f"unique.{number}", f'"{name}" is personal: its owner holds it unique'


def _conditions(known: Known, spec: RegisterSpec) -> Iterator[Problem]:
    for number, must in enumerate(spec.must):
        for text in condition_problems(must, spec.fields, partial(options_of, known)):
            yield f"must.{number}", text
        for path in fields_of(must):
            field = spec.fields.get(path.partition(".")[0])
            if field is not None and field.same_as is not None:
                yield f"must.{number}", f'"{path}" is held elsewhere; its owner checks it'
    for number, rule in enumerate(spec.coverage):
        for where, text in chain(_places_asked(known, rule), _records_counted(known, spec, rule)):
            yield f"coverage.{number}.{where}", text


def _places_asked(known: Known, rule: CoverageSpec) -> Iterator[Problem]:
    level = known.get("level", {}).get(rule.level, {})
    asked = {"kind", "tags", *level.get("fields", {})}
    for path in fields_of(rule.where) if rule.where is not None else ():
        name = path.partition(".")[0]
        if name not in asked:
            yield "where", f'"{name}" is no field of {rule.each}{nearest(name, asked)}'


def _records_counted(known: Known, spec: RegisterSpec, rule: CoverageSpec) -> Iterator[Problem]:
    if rule.by is not None:
        yield from _counted_by(spec, rule.by)
    for name, wanted in rule.having.items():
        field = spec.found_by.get(name)
        if field is None or field.kind not in HAVING:
            yield "having", f'"{name}" is no choice, check list or yes and no that is declared find'
        elif field.kind in SEVERAL and is_blind(spec, name):
            yield "having", f'"{name}" is personal: nobody counts by it'
        else:
            yield from (("having", text) for text in _wanted(known, name, field, wanted))


def _wanted(
    known: Known, name: str, field: FieldSpec, wanted: bool | tuple[str, ...]
) -> Iterator[str]:
    if isinstance(wanted, bool):
        if field.kind is not FieldType.YES_NO:
            yield f'"{name}" takes the names of options'
        return
    if field.kind is FieldType.YES_NO:
        yield f'"{name}" takes true or false'
        return
    options = field.items or options_of(known, field)
    for key in wanted:
        if options is not None and key not in options:
            yield f'"{key}" is no option of "{name}"{nearest(key, options)}'


def _counted_by(spec: RegisterSpec, name: str) -> Iterator[Problem]:
    field = spec.found_by.get(name)
    if field is None or field.kind is not FieldType.CHOICE:
        yield "by", f'"{name}" is no choice that is declared find'
    elif is_blind(spec, name):
        yield "by", f'"{name}" is personal: nobody counts by it'


def _due(spec: RegisterSpec) -> Iterator[Problem]:
    if spec.due is None:
        return
    field = spec.own.get(spec.due)
    if field is None or field.kind is not FieldType.DATE:
        yield "due", f'"{spec.due}" is no date of this register'
    elif spec.due == UNTIL:
        yield "due", "until_date says itself when a record is over"
    elif not field.find:
        yield "due", f'"{spec.due}" is looked for: declare it find'


def _people(known: Known, spec: RegisterSpec) -> Iterator[Problem]:
    for where, who in (("who", spec.who), ("readers", spec.readers)):
        yield from who_problems(known, spec.at, where, who or ())
    role = (spec.gives or "").partition(":")[2]
    if role and spec.about is not About.PERSON:
        yield "gives", 'a role is held by a person: about = "person"'
    if role:
        body = known.get("role", {}).get(role, {})
        if body.get("sensitive") or body.get("administrator"):
            yield "gives", f'"{role}" takes a second person: no register gives it'
        granted = {
            str(at).partition(":")[2] for at in known.get("role", {}).get(role, {}).get("at", ())
        }
        for level in spec.levels:
            if granted and level not in granted:
                yield "gives", f'"{role}" is held by nobody at level "{level}"'


def _shown(spec: RegisterSpec) -> Iterator[Problem]:
    for name in spec.public:
        field = spec.fields.get(name)
        if field is None:
            yield "public", f'there is no field "{name}"{nearest(name, spec.fields)}'
        elif is_personal(spec, field) and field.same_as != "register:resident.name":
            yield "public", f'"{name}" is personal and never public'
        elif field.type is FieldType.TABLE:
            yield "public", f'"{name}" is a table, which the portal does not show'
