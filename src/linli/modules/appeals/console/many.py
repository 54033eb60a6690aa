# SPDX-License-Identifier: MulanPSL-2.0
"""Doing one thing to many cases: dispatching waits ten seconds, in which it can be undone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Message, Refused
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow import services as workflow_services
from linli.modules.appeals import services
from linli.modules.appeals.models import Case
from linli.modules.appeals.selectors import cases
from linli.modules.appeals.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render

MOST_AT_ONCE = 100
MOST_SAID = 10
DISPATCH, URGE = "dispatch", "urge"
BATCH = "batch"
"""The session's key for the batch that was asked for last."""


@console.page("appeals/many/", name="appeal_many", needs=(Perm.DISPATCH, Perm.VIEW_FIGURES))
@require_POST
def appeal_many(request: HttpRequest) -> HttpResponse:
    """Do one thing to all cases that were picked; what could not be done is said case by case."""
    actor, deed = actor_of(request), request.POST.get("do", "")
    picked = _picked(actor, request.POST.getlist("picked")[:MOST_AT_ONCE])
    if not picked or deed not in (DISPATCH, URGE):
        messages.warning(request, _("Pick some cases first."))
    elif deed == DISPATCH:
        batch = workflow_services.batch_ask(
            actor=actor, move=DISPATCH, matters=[case.matter for case in picked]
        )
        request.session[BATCH] = batch.pk
    else:
        _urge(request, actor, picked)
    return HttpResponseRedirect(_back(request))


@console.page("appeals/many/<int:batch>/", name="appeal_batch", needs=Perm.DISPATCH)
@require_GET
def appeal_batch(request: HttpRequest, batch: int) -> HttpResponse:
    """How far one batch is: waiting, with the button that takes it back; then what came of it."""
    view = workflow.batch_find(actor_of(request), batch)
    if view is None:
        raise Forbidden("", code="unknown")
    return render(request, "appeals/console/batch.html", batch=view)


@console.page("appeals/many/<int:batch>/undo/", name="appeal_batch_undo", needs=Perm.DISPATCH)
@require_POST
def appeal_batch_undo(request: HttpRequest, batch: int) -> HttpResponse:
    """Take a batch back before it is carried out."""
    actor = actor_of(request)
    if workflow.batch_find(actor, batch) is None:
        raise Forbidden("", code="unknown")
    try:
        workflow_services.batch_undo(actor=actor, batch=batch)
    except Conflict as refusal:
        messages.error(request, str(refusal.message))
    return HttpResponseRedirect(_back(request))


def batch_asked(request: HttpRequest) -> workflow.BatchView | None:
    """The batch asked for in this session a moment ago; no query where there was none."""
    number = request.session.get(BATCH)
    view = workflow.batch_find(actor_of(request), number) if number is not None else None
    if view is not None and not view.is_past:
        return view
    request.session.pop(BATCH, None)
    return None


def _picked(actor: Actor, numbers: list[str]) -> list[Case]:
    found = (cases.case_get(actor=actor, number=number) for number in numbers)
    return [case for case in found if case is not None]


def _urge(request: HttpRequest, actor: Actor, picked: list[Case]) -> None:
    problems: list[tuple[str, Message]] = []
    for case in picked:
        try:
            services.case_urge(actor=actor, case=case)
        except Refused as refusal:
            words = refusal.message or _("This step is in other hands.")
            problems.append((case.matter.number, words))
    done = len(picked) - len(problems)
    if done:
        said = ngettext("Done for %(count)s case.", "Done for %(count)s cases.", done)
        messages.success(request, said % {"count": done})
    for number, problem in problems[:MOST_SAID]:
        messages.error(request, f"{number}: {problem}")
    if len(problems) > MOST_SAID:
        more = _("… and %(count)s more that could not be done.")
        messages.error(request, more % {"count": len(problems) - MOST_SAID})


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if inside and wanted else reverse("console:appeal_list")
