# SPDX-License-Identifier: MulanPSL-2.0
"""The classes that a procedure's matters may have, grouped for a list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from linli.kernel.forms import selectors as forms
from linli.kernel.workflow.grammar import WorkflowSpec


@dataclass(frozen=True)
class ClassGroup:
    """Classes right below the root, with what lies below each."""

    label: str
    classes: Sequence[tuple[str, str]]


def class_groups(spec: WorkflowSpec, path: str) -> list[ClassGroup]:
    """The classes of a procedure at a place, grouped by those right below its root."""
    root = (spec.classes or "").partition(":")[2]
    if not root:
        return []
    found: list[ClassGroup] = []
    for each in forms.classes_under(root, path):
        depth = each.chain.index(root)
        if depth == 1:
            found.append(ClassGroup(each.name, [(each.key, each.name)]))
        elif depth > 1:
            last = found[-1]
            found[-1] = replace(last, classes=[*last.classes, (each.key, each.name)])
    return found
