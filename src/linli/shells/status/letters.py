# SPDX-License-Identifier: MulanPSL-2.0
"""Mails and text messages for administrators: how many stand how, and what to do about those in
doubt; never what they say, nor to whom.
"""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.access import services as access
from linli.kernel.health.terms import Perm as HealthPerm
from linli.kernel.notify import selectors, services
from linli.kernel.notify.models import Letter
from linli.kernel.notify.terms import LetterState, Perm
from linli.shells.frame import refusals
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Contents
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.status.reading import letter_said

A_PAGE = 50

Settle = Callable[..., Letter]


@console.card("status", "status/console/letters_card.html", needs=HealthPerm.VIEW)
def letters_card(_request: HttpRequest) -> Contents:
    """How mails and text messages are going, on the page about the platform."""
    return {"waiting": selectors.waiting_count(), "uncertain": selectors.uncertain_count()}


@console.page("status/letters/", name="status_letters", needs=HealthPerm.VIEW)
@require_GET
def status_letters(request: HttpRequest) -> HttpResponse:
    """How letters stand by their ways out, and those in one state, one a row."""
    asked = request.GET.get("state", "")
    state = LetterState(asked) if asked in LetterState.values else LetterState.UNCERTAIN
    page = Paginator(selectors.letters_in(state), A_PAGE).get_page(request.GET.get("page"))
    standings = selectors.letters_standing()
    totals = [(each, sum(one.counts[each] for one in standings)) for each in LetterState]
    return render(
        request,
        "status/console/letters.html",
        page=page,
        rows=[letter_said(letter) for letter in page],
        standings=standings,
        totals=totals,
        state=state,
        may_settle=access.may_anywhere(actor_of(request), Perm.SETTLE),
        is_doubted=state is LetterState.UNCERTAIN,
    )


@console.page("status/letters/<int:letter_id>/repeat/", name="letter_repeat", needs=Perm.SETTLE)
@require_POST
def letter_repeat(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Have a letter in doubt handed over once more."""
    said = _("The letter is handed over once more.")
    return _settled(request, letter_id, services.letter_repeat, said)


@console.page("status/letters/<int:letter_id>/leave/", name="letter_leave", needs=Perm.SETTLE)
@require_POST
def letter_leave(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Leave a letter in doubt as it is."""
    said = _("The letter is left as it is.")
    return _settled(request, letter_id, services.letter_leave, said)


def _settled(request: HttpRequest, letter_id: int, settle: Settle, said: str) -> HttpResponse:
    letter = selectors.letter_find(letter_id)
    if letter is None:
        return refusals.missing(request)
    settle(actor=actor_of(request), letter=letter)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("console:status_letters"))
