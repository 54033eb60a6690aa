# SPDX-License-Identifier: MulanPSL-2.0
"""What registers show on the pages of places and units."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.base.actor import Actor
from linli.engines.registers import selectors
from linli.engines.registers.console.listing import standing_tone
from linli.engines.registers.models import Record
from linli.engines.registers.selectors import Line, Register, Words
from linli.engines.registers.selectors.records import records_of_unit
from linli.engines.registers.terms import Perm
from linli.kernel.access import services as access
from linli.kernel.places.models import Place
from linli.kernel.places.selectors import name_of
from linli.kernel.sockets.panels import Panel, PanelRow
from linli.kernel.units.models import Unit

MOST = 8


def of_place(actor: Actor, place: Place) -> Panel | None:
    """The registers that ask to be seen to at a place and below, and the way to all of them."""
    if not access.may(actor, Perm.VIEW, place):
        return None
    lines = [line for line in selectors.overview(actor=actor, top=place) if line.is_pressing]
    rows = tuple(_line_row(line, place) for line in lines[:MOST])
    href = f"{reverse('console:register_list')}?at={place.code}"
    return Panel(_("Registers to be seen to"), rows, len(lines), href)


def _line_row(line: Line, place: Place) -> PanelRow:
    key = line.register.key
    page = "register_coverage" if line.lacking else "register_page"
    href = f"{reverse(f'console:{page}', args=[key])}?at={place.code}"
    if line.lacking:
        words = ngettext("%(count)s place lacks it", "%(count)s places lack it", line.lacking)
        return PanelRow(line.register.label, words % {"count": line.lacking}, href, "late")
    if line.over:
        words = ngettext("%(count)s has run out", "%(count)s have run out", line.over)
        return PanelRow(
            line.register.label, words % {"count": line.over}, f"{href}&standing=over", "late"
        )
    words = ngettext("%(count)s runs out soon", "%(count)s run out soon", line.soon)
    return PanelRow(
        line.register.label, words % {"count": line.soon}, f"{href}&standing=soon", "soon"
    )


def of_unit(actor: Actor, unit: Unit) -> Panel | None:
    """The records about a unit, or in which it is named, as far as the reader sees them."""
    found = records_of_unit(actor=actor, unit=unit)
    if not found:
        return None
    rows = tuple(_record_row(register, record) for register, record in found[:MOST])
    return Panel(_("In registers"), rows, len(found))


def _record_row(register: Register, record: Record) -> PanelRow:
    lined = selectors.record_lined(record)
    title = Words(register, record.place_path).title(lined)
    until = f" · {record.ends_on.isoformat()}" if record.ends_on else ""
    href = reverse("console:record_page", args=[register.key, record.pk])
    tone = standing_tone(register, record)
    said = register.label if not title else f"{register.label} · {title}"
    return PanelRow(said, f"{name_of(record.place)}{until}", href, tone if tone != "ended" else "")
