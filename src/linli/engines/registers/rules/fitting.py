# SPDX-License-Identifier: MulanPSL-2.0
"""What a register must hold to beyond its keys (definitions.md 3.7, §6), all problems at once."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from linli.base.conditions import fields_of
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.rules.words import FINDABLE, is_blind
from linli.engines.registers.terms import MOST_FIND, PLACE, SUBJECT, About
from linli.kernel.forms.rules.fitting import (
    condition_problems,
    fields_problems,
    nearest,
    options_of,
)
from linli.kernel.forms.rules.sealing import is_personal
from linli.kernel.forms.terms import REFERENCES, FieldType
from linli.kernel.workflow.reach_checks import who_problems

Problem = tuple[str, str]
Known = Mapping[str, Mapping[str, Mapping[str, Any]]]


def register_problems(known: Known, spec: RegisterSpec) -> Iterator[Problem]:
    """Everything that is wrong with a register, each with the place in it."""
    yield from fields_problems(known, spec)
    yield from _levels(known, spec)
    yield from _found(spec)
    yield from _unique(spec)
    yield from _conditions(known, spec)
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
    if spec.coverage is not None:
        yield from _coverage(known, spec)


def _coverage(known: Known, spec: RegisterSpec) -> Iterator[Problem]:
    coverage = spec.coverage
    if coverage is None or coverage.where is None:
        return
    level = known.get("level", {}).get(coverage.each.partition(":")[2], {})
    asked = {"kind", "tags", *level.get("fields", {})}
    for path in fields_of(coverage.where):
        name = path.partition(".")[0]
        if name not in asked:
            yield "coverage.where", f'"{name}" is no field of {coverage.each}{nearest(name, asked)}'


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
