# SPDX-License-Identifier: MulanPSL-2.0
"""Opening what is personal in a record, one value at a time, for a purpose that is written down."""

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid
from linli.engines.registers.models import Record
from linli.engines.registers.selectors import (
    is_sealed,
    may_open,
    record_get,
    register_find,
    values_of,
)
from linli.engines.registers.terms import Verb
from linli.kernel.audit import services as audit
from linli.kernel.people.rules import purpose_cleaned


@transaction.atomic
def value_open(*, actor: Actor, record: Record, field: str, purpose: str) -> str:
    """One sealed value of a record in plain; who looked, at what and what for is recorded, and told
    to the person whom the record is about.

    Raises Forbidden, and Invalid without a purpose or for a field that is not sealed.
    """
    register = register_find(record.register, record.place_path)
    if register is None or record_get(actor=actor, record_id=record.pk) is None:
        raise Forbidden("", code="unknown")
    if not may_open(actor, register.spec, record.place):
        message = _("Only those who are named by this register may open this.")
        raise Forbidden(message, code="forbidden")
    why = purpose_cleaned(purpose)
    if field not in register.spec.own or not is_sealed(register.spec, field):
        raise Invalid(_("There is no such field."), code="field_unknown", fields={"field": ""})
    detail = {"register": record.register, "field": field, "record_id": record.pk}
    on = record.person if record.person is not None else record
    audit.record(actor, Verb.OPENED, on=on, at=record.place_path, detail=detail, reason=why)
    value = values_of(record).get(field)
    return "" if value is None else str(value)
