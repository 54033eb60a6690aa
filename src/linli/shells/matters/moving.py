# SPDX-License-Identifier: MulanPSL-2.0
"""Pressing a button of a matter: the procedure's moves, and answers to an order."""

from collections.abc import Mapping

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base.errors import Forbidden, Invalid, Message
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import HandOver
from linli.kernel.workflow.selectors import OpenMove
from linli.kernel.workflow.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.filling import OWN, values_read
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.matters.back import done
from linli.shells.matters.choosing import unit_chosen, unit_needed, whole
from linli.shells.matters.doing import doing_of
from linli.shells.matters.filling import errors_of, files_keep
from linli.shells.matters.reading import matter_of
from linli.shells.matters.sheet import Button, Sheet

PAGE = "matters/console/do.html"
ORDER_DEEDS: Mapping[str, Message] = {
    "sign": gettext_lazy("Signed for. Now accept it, or send it back with a reason."),
    "accept": gettext_lazy("Accepted. It is in your unit's hands now."),
    "refuse": gettext_lazy("Sent back with its reason."),
    "rule": gettext_lazy("Ruled. This is final."),
    "take_back": gettext_lazy("Taken back. Send it to whom it concerns."),
}


@console.page("matters/<str:number>/do/<str:key>/", name="matter_do", needs=Perm.VIEW_MATTER)
def matter_do(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """One button: its form, and pressing it."""
    sheet = Sheet(request, matter_of(request, number))
    button = next((each for each in sheet.buttons if each.key == key), None)
    if request.method == "POST":
        return _pressed(request, sheet, key, button)
    if button is None:
        raise Forbidden("", code="no_move")
    return _page(request, sheet, button)


def _pressed(request: HttpRequest, sheet: Sheet, key: str, button: Button | None) -> HttpResponse:
    """Press it. Whoever comes too late (there is no such button any more) is told who was first."""
    move = button.move if button is not None else None
    is_order = key in ORDER_DEEDS and (move is None or move.kind == "order")
    try:
        words = _answer(request, sheet, key) if is_order else _move(request, sheet, key, move)
    except Invalid as refusal:
        if button is None:
            raise
        errors = errors_of(refusal, button.move.form)
        return _page(request, sheet, button, errors, status=refusal.status)
    return done(request, sheet.matter.number, words)


@transaction.atomic
def _move(request: HttpRequest, sheet: Sheet, key: str, move: OpenMove | None) -> str:
    actor, matter = actor_of(request), sheet.matter
    form = move.form if move is not None else None
    values = values_read(form, request.POST)
    if move is not None and move.is_open:
        values |= files_keep(request, actor, form, matter.number, matter.place.path)
    workflow.matter_move(
        actor=actor,
        matter=matter,
        move=key,
        expected_step=request.POST.get(f"{OWN}step", ""),
        revision=whole(request.POST.get(f"{OWN}revision", "")),
        values=values,
        reason=request.POST.get(f"{OWN}reason", ""),
        note=request.POST.get(f"{OWN}note", ""),
        unit=unit_chosen(request, matter),
    )
    return _("Done: %(move)s.") % {"move": move.label if move is not None else key}


def _order(request: HttpRequest, sheet: Sheet) -> HandOver:
    """The order that the page showed, of this matter."""
    wanted = whole(request.POST.get(f"{OWN}order", ""))
    found = next((each for each in sheet.orders if each.pk == wanted), sheet.order)
    if found is None:
        raise Forbidden("", code="no_order")
    return found


def _answer(request: HttpRequest, sheet: Sheet, key: str) -> str:
    actor, order = actor_of(request), _order(request, sheet)
    note = request.POST.get(f"{OWN}note", "")
    if key == "sign":
        workflow.order_sign(actor=actor, order=order)
    elif key == "accept":
        workflow.order_accept(actor=actor, order=order)
    elif key == "refuse":
        reason = request.POST.get(f"{OWN}reason", "")
        workflow.order_refuse(actor=actor, order=order, reason=reason, note=note)
    elif key == "take_back":
        workflow.order_take_back(actor=actor, order=order, note=note)
    else:
        unit = unit_needed(request, sheet.matter)
        workflow.order_rule(actor=actor, order=order, unit=unit, note=note)
    return str(ORDER_DEEDS[key])


def _page(
    request: HttpRequest,
    sheet: Sheet,
    button: Button,
    errors: Mapping[str, Message] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    doing = doing_of(request, sheet, button, errors)
    return render(
        request, PAGE, status=status, sheet=sheet, matter=sheet.matter, doing=doing, is_page=True
    )
