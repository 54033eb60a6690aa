# SPDX-License-Identifier: MulanPSL-2.0
"""What a page sent besides a pack's form: numbers and units."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.base.errors import Invalid
from linli.kernel.units import selectors as units
from linli.kernel.units.models import Unit
from linli.kernel.workflow.models import Matter
from linli.shells.frame.filling import OWN


def whole(text: str) -> int | None:
    """A whole number as an address or a hidden field holds it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def unit_chosen(request: HttpRequest, matter: Matter) -> Unit | None:
    """The unit that was chosen, None for none. Raises Invalid for one that does not serve the
    place.
    """
    chosen = whole(request.POST.get(f"{OWN}unit", ""))
    if chosen is None:
        return None
    found: Unit | None = units.units_choosable(matter.place).filter(pk=chosen).first()
    if found is None:
        message = _("This unit does not look after this place.")
        raise Invalid(message, code="unit_elsewhere", fields={"unit": message})
    return found


def unit_needed(request: HttpRequest, matter: Matter) -> Unit:
    """The unit that was chosen. Raises Invalid for none."""
    unit = unit_chosen(request, matter)
    if unit is None:
        message = _("Please choose the unit.")
        raise Invalid(message, code="unit_missing", fields={"unit": message})
    return unit
