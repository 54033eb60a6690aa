# SPDX-License-Identifier: MulanPSL-2.0
"""Child matters: a gate opens them, waits for them, and they outlive whatever becomes of it."""

from typing import Any

from django.utils.translation import gettext as _

from linli.base.actor import SYSTEM
from linli.base.errors import Invalid
from linli.kernel.sockets import registry
from linli.kernel.units.models import Unit
from linli.kernel.workflow import definitions
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.rules.joining import is_joined, units_called
from linli.kernel.workflow.services import effects
from linli.kernel.workflow.terms import LEAD_FIELD
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
    known = Unit.objects.in_bulk(units)
    for unit in [known[each] for each in units if each in known] if field else [None]:
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
    """Whether enough of the children of the present gate have ended for the parent to go on."""
    matter = parent.matter
    rows = Matter.objects.filter(parent=matter, parent_gate=matter.gate_key)
    ended = [(unit, at is not None) for unit, at in rows.values_list("called_unit", "ended_at")]
    lead = next(iter(units_called(matter.values, LEAD_FIELD)), None)
    return bool(ended) and is_joined(parent.step.join, ended, lead)
