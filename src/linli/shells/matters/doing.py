# SPDX-License-Identifier: MulanPSL-2.0
"""The buttons of a matter as forms: in a dialog of its page, or as a page of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.base.errors import Message
from linli.base.text import label
from linli.kernel.forms.services import Widget
from linli.kernel.units.models import Unit
from linli.shells.frame.filling import OWN, fields_drawn, values_read
from linli.shells.matters.sheet import Button, Sheet

REFUSE, RULE = "refuse", "rule"
NOTE = f"{OWN}note"


@dataclass(frozen=True)
class Doing:
    """One thing to do with everything that its form asks.

    `no_unit` says what happens when no unit is chosen, "" where one must be. `may_note` is a note
    that may be written, `needs_note` one that must. `note_name` is the field in which it goes.
    """

    key: str
    title: str
    help: str
    href: str
    step: str
    revision: int
    order_id: int | None = None
    fields: Sequence[Widget] = ()
    reasons: Sequence[tuple[str, str]] = ()
    reasons_label: str = ""
    units: Sequence[Unit] = ()
    needs_unit: bool = False
    no_unit: str = ""
    refused_by: frozenset[int] = frozenset()
    may_note: bool = False
    needs_note: bool = False
    note_name: str = NOTE
    note_label: str = ""
    errors: Mapping[str, Message] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    has_lost_files: bool = False

    @property
    def dialog(self) -> str:
        """The id of its dialog."""
        return f"do-{self.key}"

    @property
    def problem(self) -> Message:
        """What is wrong with the whole, not with one field."""
        return self.errors.get("", "")

    @property
    def unit(self) -> str:
        """The unit that was chosen so far."""
        return str(self.given.get(f"{OWN}unit", ""))

    @property
    def unit_problem(self) -> Message:
        """What is wrong with the unit."""
        return self.errors.get(f"{OWN}unit", "")

    @property
    def reason(self) -> str:
        """The reason that was chosen so far."""
        return str(self.given.get(f"{OWN}reason", ""))

    @property
    def reason_problem(self) -> Message:
        """What is wrong with the reason."""
        return self.errors.get(f"{OWN}reason", "")

    @property
    def note(self) -> str:
        """What was written so far."""
        return str(self.given.get(self.note_name, ""))

    @property
    def note_problem(self) -> Message:
        """What is wrong with what was written."""
        return self.errors.get(self.note_name, "")


def dialogs_of(request: HttpRequest, sheet: Sheet) -> list[Doing]:
    """Everything on a matter's page that opens a dialog."""
    open_ones = [each for each in sheet.buttons if each.is_open and not each.is_direct]
    return [doing_of(request, sheet, button) for button in open_ones]


def doing_of(
    request: HttpRequest,
    sheet: Sheet,
    button: Button,
    errors: Mapping[str, Message] | None = None,
) -> Doing:
    """One button as a form, filled with what was posted where it was refused."""
    move, posted, wrong = button.move, request.POST if errors else None, errors or {}
    given = values_read(move.form, posted) if posted is not None else {}
    options = sheet.work.options(move.form) if move.form is not None else {}
    is_order = move.kind == "order"
    return Doing(
        key=button.key,
        title=button.label,
        help=move.help,
        href=button.href,
        step=sheet.matter.step,
        revision=sheet.matter.revision,
        order_id=sheet.order.pk if is_order and sheet.order is not None else None,
        fields=fields_drawn(
            move.form, options, sheet.matter.place, given, wrong, form_key=button.key
        ),
        reasons=[(key, label(words)) for key, words in move.reasons.items()],
        reasons_label=_("Reason"),
        units=sheet.units if move.needs_unit else (),
        needs_unit=move.needs_unit,
        no_unit=_no_unit(sheet, button),
        refused_by=sheet.refused_by if move.needs_unit else frozenset(),
        may_note=not is_order or button.key == REFUSE,
        needs_note=button.key == RULE,
        note_label=_("Why") if button.key == RULE else _("Note"),
        errors=wrong,
        given=posted.dict() if posted is not None else {},
        has_lost_files=posted is not None and bool(request.FILES),
    )


def _no_unit(sheet: Sheet, button: Button) -> str:
    """What choosing no unit means: the duty list's, or the one that a form has named."""
    move = button.move
    if not move.needs_unit or move.kind == "order":
        return ""
    if not sheet.is_by_duty(move):
        return _("The unit that was filled in")
    proposed = sheet.unit_proposed
    if proposed is None:
        return ""
    words = _("By the duty list: %(unit)s") % {"unit": proposed.name}
    return words + _(", which has sent it back") * (proposed.pk in sheet.refused_by)
