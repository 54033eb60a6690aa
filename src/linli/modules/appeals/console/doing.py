# SPDX-License-Identifier: MulanPSL-2.0
"""The buttons of a case as forms: in a dialog of its page, or as a page of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from linli.base.errors import Message
from linli.base.text import label
from linli.engines.ballots.selectors import Question
from linli.kernel.forms import selectors as form_selectors
from linli.kernel.forms import services as form_services
from linli.kernel.forms.grammar import FormSpec
from linli.kernel.forms.services import Widget
from linli.kernel.units.models import Unit
from linli.kernel.workflow.selectors import OpenMove
from linli.modules.appeals import forms
from linli.modules.appeals.console.sheet import RATE, Button, Sheet

REFUSE, RULE = "refuse", "rule"
WITH_NOTE = (REFUSE, RULE)


@dataclass(frozen=True)
class Doing:
    """One thing to do with everything that its form asks.

    `needs_note` is a note that must be written, `may_note` one that may. With `proposed` a unit
    need not be chosen: the duty list names it. `refused_by` are units that have sent it back.
    """

    key: str
    title: str
    help: str
    href: str
    step: str
    revision: int
    order_id: int | None
    fields: Sequence[Widget]
    reasons: Sequence[tuple[str, str]]
    units: Sequence[Unit] = ()
    refused_by: frozenset[int] = frozenset()
    proposed: Unit | None = None
    question: Question | None = None
    when_bad: Mapping[str, Any] | None = None
    may_note: bool = False
    needs_note: bool = False
    errors: Mapping[str, Message] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    has_lost_photos: bool = False

    @property
    def dialog(self) -> str:
        """The id of its dialog."""
        return f"do-{self.key}"

    @property
    def has_photos(self) -> bool:
        """Whether it takes photos."""
        return any(each.kind == "photo" for each in self.fields)

    @property
    def problem(self) -> Message:
        """What is wrong with the whole, not with one field."""
        return self.errors.get("", "")


def dialogs_of(request: HttpRequest, sheet: Sheet) -> list[Doing]:
    """Everything on a case's page that opens a dialog."""
    open_ones = [each for each in sheet.buttons if each.is_open and not each.is_direct]
    return [doing_of(request, sheet, button) for button in open_ones]


def doing_of(
    request: HttpRequest,
    sheet: Sheet,
    button: Button,
    errors: Mapping[str, Message] | None = None,
) -> Doing:
    """One button as a form, filled with what was posted where it was refused."""
    posted = request.POST if errors else None
    if button.key == RATE and sheet.question is not None:
        return _rating(sheet, button, sheet.question, posted, errors or {})
    move = button.move
    if move is None:
        raise LookupError(button.key)
    given = forms.form_values(move.form, posted) if posted is not None else {}
    is_order = move.kind == "order"
    return Doing(
        key=button.key,
        title=button.label,
        help=move.help,
        href=button.href,
        step=sheet.matter.step,
        revision=sheet.matter.revision,
        order_id=sheet.hands.order.pk if is_order and sheet.hands.order is not None else None,
        fields=_widgets(move.form, sheet.matter.place.path, given, errors or {}),
        reasons=[(key, label(words)) for key, words in move.reasons.items()],
        units=sheet.units if move.needs_unit else (),
        refused_by=sheet.refused_by if move.needs_unit else frozenset(),
        proposed=sheet.unit_proposed if _is_dispatch(move) else None,
        may_note=not is_order or button.key == REFUSE,
        needs_note=button.key == RULE,
        errors=errors or {},
        given=posted.dict() if posted is not None else {},
        has_lost_photos=bool(posted) and bool(request.FILES),
    )


def _is_dispatch(move: OpenMove) -> bool:
    return move.needs_unit and move.kind == "move"


def _widgets(
    form: FormSpec | None, path: str, given: Mapping[str, Any], errors: Mapping[str, Message]
) -> list[Widget]:
    if form is None:
        return []
    choices = form_selectors.choices_for(form, path)
    return form_services.widgets(form, given, errors, choices=choices)


def _rating(
    sheet: Sheet,
    button: Button,
    question: Question,
    posted: Any,
    errors: Mapping[str, Message],
) -> Doing:
    given = forms.form_values(question.form, posted) if posted is not None else {}
    path = sheet.matter.place.path
    shown = dict(posted.dict()) if posted is not None else {}
    if posted is not None:
        shown["reasons"] = posted.getlist("reasons")
    return Doing(
        key=button.key,
        title=button.label,
        help=question.help,
        href=reverse("console:appeal_call_back", args=[sheet.matter.number]),
        step=sheet.matter.step,
        revision=sheet.matter.revision,
        order_id=None,
        fields=_widgets(question.form, path, given, errors),
        reasons=list(question.reasons.items()),
        question=question,
        when_bad={"field": "mark", "is_": "one_of", "value": list(question.bad)},
        errors=errors,
        given=shown,
    )
