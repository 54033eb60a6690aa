# SPDX-License-Identifier: MulanPSL-2.0
"""Operator sessions in the console: which there are, asking for one, deciding, ending."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid, Refused
from linli.kernel.access import selectors as access_selectors
from linli.kernel.access import services as access
from linli.kernel.access.models import LONGEST_OPERATION, OperatorSession
from linli.kernel.access.terms import OperatorKind, OperatorState, Perm
from linli.kernel.workflow.selectors import names_of
from linli.shells.frame.deed import deed_page
from linli.shells.frame.faces import SIGNED_IN, console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.places.chosen import Chosen, place_chosen
from linli.shells.units.days import LONGEST_REASON

A_PAGE = 50
LENGTHS = (15, 30, LONGEST_OPERATION)
SEES = (Perm.ASK_OPERATOR, Perm.APPROVE_OPERATOR, Perm.VIEW_OPERATOR)
TONES = {
    OperatorState.ASKED: "soon",
    OperatorState.RUNNING: "late",
    OperatorState.DECLINED: "",
    OperatorState.ENDED: "",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One operator session as a row, and what this reader may do about it."""

    session: OperatorSession
    name: str
    decided_by: str
    state: OperatorState
    tone: str
    may_decide: bool
    may_end: bool


def _waiting(actor: Actor) -> QuerySet[OperatorSession]:
    return access_selectors.operator_sessions_waiting(actor=actor)


@console.page(
    "operators/",
    name="operator_list",
    needs=SEES,
    menu=Menu(
        gettext_lazy("Operator sessions"), "eye", group=Group.SETUP, order=58, waiting=_waiting
    ),
)
@require_GET
def operator_list(request: HttpRequest) -> HttpResponse:
    """Who served the machine when, what for, and who said yes."""
    actor = actor_of(request)
    rows = access_selectors.operator_sessions_visible(actor=actor)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "operators/console/list.html",
        page=page,
        lines=_lines(actor, list(page)),
        may_ask=access.may_anywhere(actor, Perm.ASK_OPERATOR),
    )


@console.page("operators/ask/", name="operator_ask", needs=Perm.ASK_OPERATOR)
def operator_ask(request: HttpRequest) -> HttpResponse:
    """Ask for one: where, what for, for how long."""
    actor = actor_of(request)
    access.prove(actor)
    at = place_chosen(request, Perm.ASK_OPERATOR)
    if at is None:
        raise Forbidden("", code="forbidden")
    if request.method != "POST":
        return _form(request, at)
    sent = request.POST
    try:
        access.operator_ask(
            actor=actor,
            place=at.place,
            kind=_kind(sent.get("kind", "")),
            reason=sent.get("reason", "")[:LONGEST_REASON],
            minutes=int(sent["minutes"]) if sent.get("minutes", "").isdecimal() else 0,
        )
    except Refused as refusal:
        return _form(request, at, refusal)
    messages.success(request, _("Asked. It begins when a second person has said yes."))
    return HttpResponseRedirect(reverse("console:operator_list"))


@console.page(
    "operators/<int:session_id>/decide/", name="operator_decide", needs=Perm.APPROVE_OPERATOR
)
def operator_decide(request: HttpRequest, session_id: int) -> HttpResponse:
    """Say yes or no to what somebody else asks for."""
    actor = actor_of(request)
    access.prove(actor)
    session = _session(actor, session_id)
    line = _lines(actor, [session])[0]
    access.require(actor, Perm.APPROVE_OPERATOR, at=session.place)
    is_yes = request.POST.get("decision") == "yes"

    def decide() -> None:
        if is_yes:
            access.operator_approve(actor=actor, session=session)
        else:
            reason = request.POST.get("reason", "")[:LONGEST_REASON]
            access.operator_decline(actor=actor, session=session, reason=reason)

    return deed_page(
        request,
        "operators/console/decide.html",
        decide,
        done=_("The operator session runs.") if is_yes else _("Declined."),
        to=reverse("console:operator_list"),
        line=line,
    )


@console.page("operators/<int:session_id>/end/", name="operator_end", needs=SIGNED_IN)
@require_POST
def operator_end(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one at once, or take back what was asked."""
    actor = actor_of(request)
    access.operator_end(actor=actor, session=_session(actor, session_id))
    messages.success(request, _("The operator session is over."))
    return HttpResponseRedirect(reverse("console:operator_list"))


def _session(actor: Actor, session_id: int) -> OperatorSession:
    rows = access_selectors.operator_sessions_visible(actor=actor)
    session = rows.filter(pk=session_id).first()
    if session is None:
        raise Http404
    return session


def _lines(actor: Actor, sessions: list[OperatorSession]) -> list[Line]:
    ids = {each.account_id for each in sessions} | {each.decided_by_id or 0 for each in sessions}
    names, now = names_of(ids), timezone.now()
    found = []
    for each in sessions:
        state = OperatorState(each.state)
        if state == OperatorState.RUNNING and not each.runs_at(now):
            state = OperatorState.ENDED
        is_own = each.account_id == actor.account_id
        may = bool(access.may(actor, Perm.APPROVE_OPERATOR, at=each.place))
        found.append(
            Line(
                session=each,
                name=names.get(each.account_id, each.account.get_username()),
                decided_by=names.get(each.decided_by_id or 0, ""),
                state=state,
                tone=TONES[state],
                may_decide=may and not is_own and state == OperatorState.ASKED,
                may_end=(may or is_own) and state in (OperatorState.ASKED, OperatorState.RUNNING),
            )
        )
    return found


def _kind(sent: str) -> OperatorKind:
    if sent not in OperatorKind.values:
        message = _("Choose what it is for.")
        raise Invalid(message, code="operator_kind", fields={"kind": message})
    return OperatorKind(sent)


def _form(request: HttpRequest, at: Chosen, refusal: Refused | None = None) -> HttpResponse:
    status = 422 if isinstance(refusal, Forbidden) else getattr(refusal, "status", 200)
    return render(
        request,
        "operators/console/ask.html",
        status=status,
        at=at,
        lengths=LENGTHS,
        sent=request.POST,
        refusal=refusal,
    )
