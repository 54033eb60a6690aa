# SPDX-License-Identifier: MulanPSL-2.0
"""The kinds that forms own, with their checks and where they are kept."""

from linli.kernel.forms.grammar import ChoicesSpec, ClassRow, FormSpec
from linli.kernel.forms.models import Definition
from linli.kernel.forms.rules.fitting import fields_problems
from linli.kernel.sockets.grammar import Grammar, PackContext, keeps


def _form_check(context: PackContext, key: str, spec: FormSpec) -> list[tuple[str, str]]:
    return list(fields_problems(context.known, spec))


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
