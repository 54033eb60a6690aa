# SPDX-License-Identifier: MulanPSL-2.0
"""Pressing a button of a case: the procedure's moves, answers to an order, a call-back, a
correction.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base.errors import Forbidden, Invalid, Message, Refused
from linli.kernel.units import selectors as units
from linli.kernel.units.models import Unit
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import HandOver
from linli.kernel.workflow.selectors import OpenMove
from linli.modules.appeals import forms, services
from linli.modules.appeals.console.doing import doing_of
from linli.modules.appeals.console.matter import case_of, done
from linli.modules.appeals.console.sheet import RATE, Button, Sheet, sheet_of
from linli.modules.appeals.models import Case
from linli.modules.appeals.selectors import intake
from linli.modules.appeals.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.matters.choosing import whole

PAGE = "appeals/console/do.html"
UPLOAD = "upload"
ORDER_DEEDS: Mapping[str, Message] = {
    "sign": gettext_lazy("Signed for. Now accept it, or send it back with a reason."),
    "accept": gettext_lazy("Accepted. Contact the resident first."),
    "refuse": gettext_lazy("Sent back with its reason."),
    "rule": gettext_lazy("Ruled. This is final."),
    "take_back": gettext_lazy("Taken back. Send it to whom it concerns."),
}


@console.page("appeals/<str:number>/do/<str:key>/", name="appeal_do", needs=Perm.VIEW)
def appeal_do(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """One button: its form, and pressing it."""
    sheet = sheet_of(request, case_of(request, number))
    button = next((each for each in sheet.buttons if each.key == key and each.move), None)
    if request.method == "POST":
        return _pressed(request, sheet, key, button)
    if button is None:
        raise Forbidden("", code="no_move")
    return _page(request, sheet, button)


def _pressed(request: HttpRequest, sheet: Sheet, key: str, button: Button | None) -> HttpResponse:
    """Press it. Whoever comes too late (there is no such button any more) is told who was first."""
    try:
        if key in ORDER_DEEDS:
            words = _answer(request, sheet, key)
        else:
            words = _move(request, sheet.case, key, button.move if button else None)
    except Invalid as refusal:
        if button is None:
            raise
        return _page(request, sheet, button, _errors(refusal), status=refusal.status)
    return done(request, sheet.matter.number, words)


def _errors(refusal: Refused) -> dict[str, Message]:
    """What is wrong by field; with "" what is wrong with the whole."""
    if not refusal.fields:
        return {"": refusal.message}
    return {"photos" if name == UPLOAD else name: said for name, said in refusal.fields.items()}


def _move(request: HttpRequest, case: Case, key: str, move: OpenMove | None) -> str:
    form = move.form if move is not None else None
    photos = {name: request.FILES.getlist(name) for name in request.FILES}
    services.case_move(
        actor=actor_of(request),
        case=case,
        move=key,
        expected_step=request.POST.get("step", ""),
        revision=whole(request.POST.get("revision", "")),
        values=forms.form_values(form, request.POST),
        reason=request.POST.get("reason", ""),
        note=request.POST.get("note", ""),
        unit=_unit(request, case),
        photos=photos,
    )
    return _("Done: %(move)s.") % {"move": move.label if move is not None else key}


def _unit(request: HttpRequest, case: Case) -> Unit | None:
    """The unit that was chosen, if it serves the place."""
    chosen = whole(request.POST.get("unit", ""))
    if chosen is None:
        return None
    found = units.units_choosable(case.matter.place).filter(pk=chosen).first()
    if found is None:
        message = _("This unit does not look after this place.")
        raise Invalid(message, code="unit_elsewhere", fields={"unit": message})
    return found


def _order(request: HttpRequest, sheet: Sheet) -> HandOver:
    """The order that the page showed, of this case."""
    wanted = whole(request.POST.get("order", ""))
    found = next((each for each in sheet.hands.sent if each.pk == wanted), sheet.hands.order)
    if found is None:
        raise Forbidden("", code="no_order")
    return found


def _answer(request: HttpRequest, sheet: Sheet, key: str) -> str:
    actor, order = actor_of(request), _order(request, sheet)
    note = request.POST.get("note", "")
    if key == "sign":
        workflow.order_sign(actor=actor, order=order)
    elif key == "accept":
        workflow.order_accept(actor=actor, order=order)
    elif key == "refuse":
        reason = request.POST.get("reason", "")
        workflow.order_refuse(actor=actor, order=order, reason=reason, note=note)
    elif key == "take_back":
        workflow.order_take_back(actor=actor, order=order, note=note)
    else:
        workflow.order_rule(actor=actor, order=order, unit=_ruled(request, sheet), note=note)
    return str(ORDER_DEEDS[key])


def _ruled(request: HttpRequest, sheet: Sheet) -> Unit:
    unit = _unit(request, sheet.case)
    if unit is None:
        message = _("Please choose the unit.")
        raise Invalid(message, code="unit_missing", fields={"unit": message})
    return unit


@console.page("appeals/<str:number>/call-back/", name="appeal_call_back", needs=Perm.FOLLOW_UP)
def appeal_call_back(request: HttpRequest, number: str) -> HttpResponse:
    """Write down what the resident said when called back."""
    case = case_of(request, number)
    sheet = sheet_of(request, case)
    button = next((each for each in sheet.buttons if each.key == RATE), None)
    if request.method != "POST":
        if button is None:
            raise Forbidden("", code="no_ballot")
        return _page(request, sheet, button)
    appeal = next((each.appeal for each in sheet.voices if each.appeal.withdrawn_at is None), None)
    if appeal is None:
        raise Forbidden("", code="no_appeal")
    form = sheet.question.form if sheet.question is not None else None
    try:
        services.appeal_rate(
            actor=actor_of(request),
            appeal=appeal,
            mark=request.POST.get("mark", ""),
            reasons=tuple(request.POST.getlist("reasons")),
            values=forms.form_values(form, request.POST),
        )
    except Invalid as refusal:
        if button is None:
            raise
        return _page(request, sheet, button, _errors(refusal), status=refusal.status)
    case.matter.refresh_from_db(fields=["ended_at"])
    if case.matter.ended_at is None:
        return done(request, number, _("Written down. The mark sends it back to the unit."))
    return done(request, number, _("Written down. That was the last step; it is finished."))


@console.page("appeals/<str:number>/correct/", name="appeal_correct", needs=Perm.VIEW)
def appeal_correct(request: HttpRequest, number: str) -> HttpResponse:
    """Correct what it is about, or where; clocks are counted anew from their own start."""
    case = case_of(request, number)
    sheet = sheet_of(request, case)
    if not sheet.may_note:
        raise Forbidden("", code="not_yours")
    if request.method != "POST" or request.POST.get("_step"):
        return _correct_page(request, sheet)
    report = forms.report_read(request.POST)
    chosen = intake.place_chosen(report.places)
    try:
        workflow.matter_correct(
            actor=actor_of(request),
            matter=case.matter,
            class_key=request.POST.get("class_key", case.matter.class_key),
            place=chosen if chosen is not None and chosen != case.matter.place else None,
            note=request.POST.get("note", ""),
        )
    except Invalid as refusal:
        return _correct_page(request, sheet, _errors(refusal), status=refusal.status)
    return done(request, number, _("Corrected."))


def _correct_page(
    request: HttpRequest,
    sheet: Sheet,
    errors: Mapping[str, Message] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    place = sheet.matter.place
    report = forms.report_read(request.POST)
    chosen = intake.place_chosen(report.places) or place
    return render(
        request,
        "appeals/console/correct.html",
        status=status,
        sheet=sheet,
        matter=sheet.matter,
        groups=intake.class_groups(place.path),
        class_key=request.POST.get("class_key", sheet.matter.class_key),
        selects=intake.place_levels(chosen, intake.top_for(place)),
        errors=errors or {},
        note=request.POST.get("note", ""),
    )


def _page(
    request: HttpRequest,
    sheet: Sheet,
    button: Button,
    errors: Mapping[str, Message] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    shown: dict[str, Any] = {"sheet": sheet, "matter": sheet.matter}
    doing = doing_of(request, sheet, button, errors)
    return render(request, PAGE, status=status, doing=doing, is_page=True, **shown)
