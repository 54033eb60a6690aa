# SPDX-License-Identifier: MulanPSL-2.0
"""The kinds that forms own, with their checks and where they are kept."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from linli.kernel.forms.grammar import ChoicesSpec, ClassRow, FieldSpec, FormSpec
from linli.kernel.forms.models import Definition
from linli.kernel.forms.rules.fitting import condition_problems
from linli.kernel.forms.terms import HELD_FACTS
from linli.kernel.sockets.grammar import Grammar, PackContext, keeps


def _form_check(context: PackContext, key: str, spec: FormSpec) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    above: dict[str, Any] = {}
    for name, field in spec.in_order():
        where = f"fields.{name}"
        if field.same_as is not None:
            if field.same_as not in HELD_FACTS:
                found.append((where, f'"{field.same_as}" is no fact that is held'))
                continue
        else:
            found += [(where, text) for text in _asked_again(field)]
        if field.when is not None:
            options = partial(_options, context.known)
            found += [
                (f"{where}.when", text) for text in condition_problems(field.when, above, options)
            ]
        if field.below is not None and field.below not in spec.fields:
            found.append((f"{where}.below", f'there is no field "{field.below}"'))
        above[name] = field
    return found


def _asked_again(field: FieldSpec) -> Iterator[str]:
    """A fact is collected once (definitions.md 7): its name may not be asked for anew."""
    names = {field.title["zh"], *field.also_called}
    for fact, (_, label) in HELD_FACTS.items():
        if label["zh"] in names:
            yield (
                f"「{label['zh']}」is already held as {fact}; do not ask again: "
                f'write {{same_as = "{fact}"}}'
            )


def _options(
    known: Mapping[str, Mapping[str, Mapping[str, Any]]], field: FieldSpec
) -> set[str] | None:
    """The keys a choice may have, or None where they cannot be known."""
    if field.options:
        return set(field.options)
    if field.items:
        return set(field.items)
    kind, _, key = (field.of or "").partition(":")
    if kind == "choices":
        return set(known.get("choices", {}).get(key, {}).get("options", {}))
    return None


def _class_check(context: PackContext, key: str, spec: ClassRow) -> list[tuple[str, str]]:
    classes = context.known.get("class", {})
    if spec.part_of is not None and spec.part_of not in classes:
        return [("part_of", f'there is no class "{spec.part_of}"')]
    seen, above = {key}, spec.part_of
    while above is not None:
        if above in seen:
            return [("part_of", f'"{key}" would be part of itself')]
        seen.add(above)
        above = classes.get(above, {}).get("part_of")
    whole = classes.get(spec.part_of or "", {"open": "true"})
    if spec.open == "true" and whole.get("open") != "true":
        return [("open", f'"{spec.part_of}" is not open, so nothing below it is')]
    return []


FORM = Grammar("form", FormSpec, keeps(Definition, "form"), check=_form_check)
CHOICES = Grammar("choices", ChoicesSpec, keeps(Definition, "choices"))
CLASS = Grammar("class", ClassRow, keeps(Definition, "class"), check=_class_check, is_table=True)
