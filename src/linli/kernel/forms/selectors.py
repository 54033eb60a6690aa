# SPDX-License-Identifier: MulanPSL-2.0
"""Reading forms, choices and classes in force at a place."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from linli.base import clock
from linli.base.definitions import body_as, definitions_found
from linli.base.errors import Invalid
from linli.base.text import label
from linli.kernel.access.selectors import units_with_role
from linli.kernel.forms.classes import ClassTree, MatterClass, Proposal, class_tree
from linli.kernel.forms.grammar import ChoicesSpec, FieldSpec, FormSpec
from linli.kernel.forms.models import Definition
from linli.kernel.forms.terms import FILES, FieldType

__all__ = [
    "ClassTree",
    "MatterClass",
    "Proposal",
    "asked_words",
    "choices_for",
    "choices_get",
    "class_get",
    "class_propose",
    "class_tree",
    "classes_under",
    "form_find",
    "form_get",
    "options_of",
    "value_words",
]

_YES_NO = {True: {"zh": "是", "en": "yes"}, False: {"zh": "否", "en": "no"}}


def form_get(key: str, path: str, day: dt.date | None = None) -> FormSpec:
    """The form in force at a place.

    Raises:
        Invalid: no pack at this place has such a form.
    """
    found = form_find(key, path, day)
    if found is None:
        raise Invalid(f"form:{key} is not in force here", code="no_form")
    return found


def form_find(key: str, path: str, day: dt.date | None = None) -> FormSpec | None:
    """The form in force at a place, or None."""
    row = Definition.objects.find("form", key, path, day or clock.today())
    return body_as(row, FormSpec) if row is not None else None


def choices_get(key: str, path: str, day: dt.date | None = None) -> dict[str, dict[str, str]]:
    """The options of a list in force at a place, as labels by key; empty if there is no such
    list."""
    row = Definition.objects.find("choices", key, path, day or clock.today())
    return {} if row is None else _options(row.body)


def choices_for(
    spec: FormSpec,
    path: str,
    day: dt.date | None = None,
    *,
    tree: ClassTree | None = None,
) -> dict[str, Mapping[str, Any]]:
    """What may be chosen in a form at a place, by reference ("choices:…", "class:…"; "role:…" are
    the units in which somebody holds it).

    At most two queries, one fewer with the class system at hand.
    """
    on = day or clock.today()
    lists: set[str] = set()
    found: dict[str, Mapping[str, Any]] = {}
    for field in _all_fields(spec.fields.values()):
        kind, _, key = (field.of or "").partition(":")
        if kind == "choices":
            lists.add(key)
        elif kind == "class" and field.kind is FieldType.CLASS:
            tree = tree or class_tree(path, on)
            found[field.of or ""] = {each.key: each.label for each in tree.under(key)}
        elif kind == "role":
            units_ = units_with_role(key, path, on)
            found[field.of or ""] = {str(unit.pk): unit.label for unit in units_}
    for row in definitions_found(Definition, "choices", lists, path, on):
        found[f"choices:{row.key}"] = _options(row.body)
    return found


def _all_fields(fields: Any) -> list[FieldSpec]:
    found: list[FieldSpec] = []
    for field in fields:
        found += [field, *_all_fields(field.columns.values())]
    return found


def _options(body: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    spec = ChoicesSpec.model_validate(body)
    return {key: words.as_label() for key, words in spec.options.items()}


def places_of_classes(path: str) -> list[str]:
    """The paths of the places below one at which classes of their own are in force."""
    rows = Definition.objects.filter(kind="class", place_path__under=path)
    return sorted(set(rows.exclude(place_path=path).values_list("place_path", flat=True)))


def class_get(key: str, path: str, day: dt.date | None = None) -> MatterClass | None:
    """A class in force at a place, or None."""
    return class_tree(path, day).classes.get(key)


def classes_under(root: str, path: str, day: dt.date | None = None) -> list[MatterClass]:
    """A class and all below it that are in force at a place, depth first in pack order."""
    return class_tree(path, day).under(root)


def class_propose(
    text: str, root: str, path: str, day: dt.date | None = None, *, most: int = 5
) -> list[Proposal]:
    """Which classes a text speaks of, strongest first, with the words that decided; empty if
    none."""
    return class_tree(path, day).propose(text, root, most)


def options_of(
    keys: set[str], path: str, day: dt.date | None = None
) -> dict[str, Mapping[str, str]]:
    """The options of several lists in force at a place, all together, by option key; one query."""
    found: dict[str, Mapping[str, str]] = {}
    for row in definitions_found(Definition, "choices", keys, path, day or clock.today()):
        found |= _options(row.body)
    return found


def asked_words(forms: Iterable[FormSpec]) -> dict[str, dict[str, str]]:
    """What people call the fields of some forms, and (under "field=option") what may be chosen."""
    found = {"class": {"zh": "类别", "en": "Class"}, "place": {"zh": "地点", "en": "Place"}}
    for form in forms:
        for name, field in form.fields.items():
            found.setdefault(name, dict(field.title))
            for key, option in field.options.items():
                found.setdefault(f"{name}={key}", option.as_label())
    return found


def value_words(field: FieldSpec, value: Any) -> str:
    """A filled-in value as people read it: labels for choices, yes and no, counts for files."""
    named = field.options or field.items
    if isinstance(value, bool):
        return label(_YES_NO[value])
    if field.kind in FILES:
        return str(len(value))
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "、".join(_named(named, each) for each in value)
    if field.kind is FieldType.MONEY:
        return f"{value / 100:.2f}"
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in value.values())
    return _named(named, str(value))


def _named(options: Mapping[str, Any], key: str) -> str:
    return label(options[key].as_label()) if key in options else key
