# SPDX-License-Identifier: MulanPSL-2.0
"""Child matters: a gate opens them, waits for them, and they outlive whatever becomes of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from linli.base.actor import SYSTEM
from linli.base.errors import Invalid
from linli.kernel.sockets import registry
from linli.kernel.units.models import Unit
from linli.kernel.units.selectors import unit_get
from linli.kernel.workflow import definitions
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.rules.joining import Child, is_joined, units_called
from linli.kernel.workflow.services import effects
from linli.kernel.workflow.services.successors import unit_after
from linli.kernel.workflow.terms import LEAD_FIELD, End
from linli.kernel.workflow.work import Work


def children_open(work: Work, kind: str) -> None:
    """Open the matters that the present gate waits for: one for each unit of its `for`, else one.

    They lie where their own procedure says, take over what its form asks and the parent knows, and
    are opened by the platform: the parent's history says who pressed the button.
    """
    field = work.step.for_
    units = units_called(work.matter.values, field) if field else []
    if field and not units:
        message = _("Name at least one unit first.")
        raise Invalid(message, code="no_unit_called", fields={field: message})
    for unit in _at_work(units) if field else [None]:
        _open(work, kind, unit)


def _open(work: Work, kind: str, unit: Unit | None) -> None:
    matter = work.matter
    opener = registry.kind_opener(kind) or effects.openers["child"]
    opener(
        actor=SYSTEM,
        workflow=kind,
        parent=matter,
        called_unit=unit,
        values=_taken_over(work, kind),
        sender_unit_id=work.acting_unit_id(),
    )


def _taken_over(work: Work, kind: str) -> dict[str, Any]:
    """What the parent knows of the fields that the child's form asks for, as it is kept."""
    spec = definitions.spec_of(definitions.workflow_get(kind, work.path))
    if spec.form is None:
        return {}
    fields = work.form(spec.form).fields
    return {name: value for name, value in work.matter.values.items() if name in fields}


def is_answered(parent: Work) -> bool:
    """Whether enough of the children of the present gate have done it for the parent to go on."""
    ends = _ends(parent)
    return bool(ends) and _is_joined(parent, [(unit, end == End.DONE) for unit, end in ends])


def is_lost(parent: Work) -> bool:
    """Whether the parent would go on waiting even if every child that still runs did it."""
    return not _is_joined(parent, [(unit, end in ("", End.DONE)) for unit, end in _ends(parent)])


def _ends(parent: Work) -> list[tuple[int | None, str]]:
    """The units called at the present gate, and how the matter of each has ended."""
    rows = Matter.objects.filter(parent=parent.matter, parent_gate=parent.matter.gate_key)
    return list(rows.values_list("called_unit", "end"))


def _is_joined(parent: Work, children: Sequence[Child]) -> bool:
    lead = next(iter(units_called(parent.matter.values, LEAD_FIELD)), None)
    if lead is not None and lead not in dict(children):
        lead = next((unit.pk for unit in _at_work([lead])), None)
    return is_joined(parent.step.join, children, lead)


def _at_work(unit_ids: Sequence[int]) -> list[Unit]:
    """The units that do the work of these today, in order and each once."""
    known = Unit.objects.select_related("place", "parent", "successor").in_bulk(unit_ids)
    found = [known[each] for each in unit_ids if each in known]
    return list(dict.fromkeys(unit_after(unit) or unit for unit in found))


def told_of(child: Work, reason: Mapping[str, str], note: str) -> dict[str, str]:
    """In a few words: who ended a child, how, and why."""
    unit = child.matter.called_unit or child.unit_in_hand() or unit_get(child.acting_unit_id() or 0)
    words = [unit.label if unit is not None else {}, child.step.label.as_label(), reason]
    return {
        language: " · ".join(
            filter(None, [*(each.get(language) or each.get("zh", "") for each in words), note])
        )
        for language in ("zh", "en")
    }
