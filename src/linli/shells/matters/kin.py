# SPDX-License-Identifier: MulanPSL-2.0
"""The matters that a matter waits for, and the one that waits for it; only what the reader may see
is a link.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from linli.base.text import label
from linli.kernel.workflow.definitions import spec_of
from linli.kernel.workflow.models import Clock, Matter
from linli.kernel.workflow.selectors import has_called, matters_open_to
from linli.kernel.workflow.work import Work


@dataclass(frozen=True)
class Relative:
    """A matter that belongs to another: `href` is empty where the reader may not see it."""

    number: str
    title: str
    unit: str
    step: str
    href: str
    due: Clock | None
    is_ended: bool


@dataclass(frozen=True)
class Kin:
    """The parent and children of a matter."""

    parent: Relative | None
    children: Sequence[Relative]

    @property
    def ended(self) -> int:
        """How many of the children are finished."""
        return sum(child.is_ended for child in self.children)


def kin_of(work: Work) -> Kin:
    """The relatives of a matter as its reader may see them; at most four queries."""
    matter = work.matter
    children = _children_of(matter) if has_called(matter, work.spec) else []
    seen: set[int] = set()
    if children or matter.parent_id is not None:
        asked = [each.pk for each in children] + [matter.parent_id or 0]
        open_ones = matters_open_to(work.actor).filter(pk__in=asked)
        seen = set(open_ones.order_by().values_list("pk", flat=True))
    parent = _relative(matter.parent, seen) if matter.parent is not None else None
    return Kin(parent, [_relative(child, seen) for child in children])


def _children_of(matter: Matter) -> list[Matter]:
    rows = matter.children.select_related("definition", "called_unit").order_by("pk")
    return list(rows.defer("definition__body").prefetch_related("clocks"))


def _relative(matter: Matter, seen: set[int]) -> Relative:
    spec = spec_of(matter.definition)
    clocks = [each for each in matter.clocks.all() if each.is_running]
    return Relative(
        number=matter.number,
        title=label(spec.label.as_label()),
        unit=label(matter.called_unit.label) if matter.called_unit is not None else "",
        step=label(spec.steps[matter.step].label.as_label()),
        href=reverse("go:matter", args=[matter.number]) if matter.pk in seen else "",
        due=min(clocks, key=lambda each: each.due_at, default=None),
        is_ended=matter.ended_at is not None,
    )
