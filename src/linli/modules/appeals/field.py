# SPDX-License-Identifier: MulanPSL-2.0
"""The field pages of appeals: reporting without signal, answering orders, working on the spot."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid, Message, Refused
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow import services as workflow_services
from linli.modules.appeals import forms, services
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.selectors import cases, intake, reporter, saying
from linli.modules.appeals.selectors.lines import Line, lines_of
from linli.modules.appeals.selectors.queue import Filters, cases_queue
from linli.modules.appeals.terms import Channel, Perm
from linli.shells.field.stops import Stop, stops
from linli.shells.frame.faces import field, may_any
from linli.shells.frame.menu import Contents, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.frame.request import wants_json
from linli.shells.go import registry as go

A_PAGE = 20
MOST_STOPS = 40
MOST_ON_CARD = 3
AT_A_DESK = ("rule", "take_back")
"""Buttons of the arbiter and of the sender belong to a desk, not to the street."""

ON_THE_SPOT = (Perm.REPORT, Perm.HANDLE, Perm.VERIFY)
"""Who has work in the field: grid workers, handlers, those who verify."""


@field.page(
    "appeals/new/",
    name="appeal_new",
    needs=Perm.REPORT,
    offline=True,
    menu=Menu(gettext_lazy("Report"), "camera", order=100),
)
def appeal_new(request: HttpRequest) -> HttpResponse:
    """Report what one sees on the way; the page and what is written on it work without signal.

    A POST with an `Idempotency-Key` files the appeal once however often it is sent; one that asks
    for
    JSON gets number and address of the appeal.
    """
    if request.method != "POST":
        return _report(request, forms.Report())
    report = forms.report_read(request.POST)
    photos = request.FILES.getlist("photos")
    key = request.headers.get("Idempotency-Key") or request.POST.get("_once", "")
    sender = forms.Sender(actor_of(request), channel=Channel.GRID, key=str(key))
    try:
        appeal = _filed(report, sender, photos)
    except Refused as refusal:
        if wants_json(request):
            raise
        wrong = forms.errors_of(refusal)
        return _report(request, report, wrong, status=refusal.status, photos_lost=bool(photos))
    address = reverse("field:appeal_taken", args=[appeal.number])
    if wants_json(request):
        return JsonResponse({"number": appeal.number, "address": address}, status=201)
    return HttpResponseRedirect(address)


def _filed(report: forms.Report, sender: forms.Sender, photos: list[Any]) -> Appeal:
    """Take it in; a place outside the worker's own is something to mend, and nothing is lost."""
    draft = forms.draft_of(report, sender, photos)
    try:
        return services.appeal_file(actor=sender.actor, draft=draft)
    except Forbidden as refusal:
        message = refusal.message
        raise Invalid(message, code="not_here", fields={"place": message}) from refusal


def _report(
    request: HttpRequest,
    report: forms.Report,
    errors: Mapping[str, Message] | None = None,
    *,
    status: int = 200,
    photos_lost: bool = False,
) -> HttpResponse:
    wrong = dict(errors or {})
    actor = actor_of(request)
    shown = forms.report_page(report, actor, post=intake.post_of(actor))
    return render(
        request,
        "appeals/field/report.html",
        status=status,
        errors=wrong,
        refusal=wrong.get("", ""),
        photos_lost=photos_lost,
        is_piece=False,
        places_url=reverse("portal:appeal_places"),
        **shown,
    )


@field.page("appeals/", name="appeal_list", needs=Perm.REPORT)
@require_GET
def appeal_list(request: HttpRequest) -> HttpResponse:
    """What the worker has taken in, newest first."""
    taken = cases.appeals_taken(actor=actor_of(request)).order_by("-filed_at", "-pk")
    page = Paginator(taken, A_PAGE).get_page(request.GET.get("page"))
    rows = [reporter.row_of(appeal, is_own=False) for appeal in page]
    return render(request, "appeals/field/list.html", page=page, rows=rows)


@field.page("appeals/<str:number>/taken/", name="appeal_taken", needs=Perm.REPORT)
@require_GET
def appeal_taken(request: HttpRequest, number: str) -> HttpResponse:
    """What was just taken in: number and query code, to show to whoever said it."""
    appeal = cases.appeals_taken(actor=actor_of(request)).filter(number=number).first()
    if appeal is None:
        raise Forbidden("", code="unknown")
    standing = reporter.standing_of(appeal, is_own=False)
    return render(request, "appeals/field/taken.html", appeal=appeal, standing=standing)


@field.page("appeals/<str:number>/", name="case", needs=ON_THE_SPOT)
@require_GET
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """One case on the spot: what was said, how it stands, and the reader's buttons with their
    forms.
    """
    return _page(request, _case(request, number))


@field.page("appeals/<str:number>/order/<str:answer>/", name="order_answer", needs=ON_THE_SPOT)
@require_POST
def order_answer(request: HttpRequest, number: str, answer: str) -> HttpResponse:
    """Sign for an order, take it on, or send it back with its reason."""
    case, actor = _case(request, number), actor_of(request)
    order = workflow.order_open(case.matter)
    if order is None or answer not in ("sign", "accept", "refuse"):
        raise Forbidden("", code="unknown")
    try:
        if answer == "sign":
            workflow_services.order_sign(actor=actor, order=order)
        elif answer == "accept":
            workflow_services.order_accept(actor=actor, order=order)
        else:
            reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
            workflow_services.order_refuse(actor=actor, order=order, reason=reason, note=note)
    except Invalid as refusal:
        return _page(request, case, answer, refusal)
    words = {
        "sign": _("Signed. Please take it on or send it back."),
        "accept": _("Taken on. It is yours now."),
        "refuse": _("Sent back. Whoever sent it has been told."),
    }
    messages.success(request, words[answer])
    back = answer == "refuse"
    return HttpResponseRedirect(reverse("field:home") if back else _address(case))


@field.page("appeals/<str:number>/move/<str:move>/", name="case_move", needs=ON_THE_SPOT)
@require_POST
def case_move(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """Press a button of the procedure: contacted, answered, verified, sent back."""
    case, actor = _case(request, number), actor_of(request)
    button = next(
        (each for each in workflow.moves_open(actor, case.matter) if each.key == move), None
    )
    form = button.form if button is not None else None
    photos = {
        name: request.FILES.getlist(name)
        for name in forms.photo_fields(form)
        if name in request.FILES
    }
    try:
        services.case_move(
            actor=actor,
            case=case,
            move=move,
            expected_step=request.POST.get("expected_step", ""),
            values=forms.form_values(form, request.POST),
            reason=request.POST.get("reason", ""),
            note=request.POST.get("note", ""),
            photos=photos,
        )
    except Invalid as refusal:
        return _page(request, case, move, refusal)
    messages.success(request, _("Done. The next one has been told."))
    return HttpResponseRedirect(reverse("field:home"))


@field.page("appeals/<str:number>/contact/", name="case_contact", needs=ON_THE_SPOT)
@require_POST
def case_contact(request: HttpRequest, number: str) -> HttpResponse:
    """Show whom to call, for a stated purpose; the person can see who looked."""
    case = _case(request, number)
    appeal = case.appeals.first()
    if appeal is None:
        raise Forbidden("", code="unknown")
    is_other = request.POST.get("who") == "other"
    purpose = request.POST.get("purpose", "")
    try:
        opened = services.reporter_open(
            actor=actor_of(request), appeal=appeal, purpose=purpose, is_other=is_other
        )
    except Invalid as refusal:
        return _page(request, case, "contact", refusal)
    response = _page(request, case, opened=opened)
    response["Cache-Control"] = "no-store"
    return response


def _case(request: HttpRequest, number: str) -> Case:
    case = cases.case_get(actor=actor_of(request), number=number)
    if case is None:
        raise Forbidden("", code="unknown")
    return case


def _address(case: Case) -> str:
    return reverse("field:case", args=[case.matter.number])


def _page(
    request: HttpRequest,
    case: Case,
    pressed: str = "",
    refusal: Refused | None = None,
    *,
    opened: Mapping[str, str] | None = None,
) -> HttpResponse:
    actor, matter = actor_of(request), case.matter
    errors = forms.errors_of(refusal, names={}) if refusal is not None else {}
    said = list(case.appeals.all())
    moves = [move for move in workflow.moves_open(actor, matter) if move.key not in AT_A_DESK]
    doing = pressed or request.GET.get("do", "")
    buttons = [
        forms.button_of(move, matter, request.POST, errors if move.key == doing else {})
        for move in moves
    ]
    return render(
        request,
        "appeals/field/case.html",
        status=refusal.status if refusal is not None else 200,
        case=case,
        matter=matter,
        line=lines_of([case])[0],
        honest=workflow.honest(matter),
        buttons=buttons,
        chosen=next((each for each in buttons if each.move.key == doing), None),
        said=[
            (appeal, saying.reporter_words(appeal), saying.said_photos([appeal]).get(appeal.number))
            for appeal in said
        ],
        history=saying.case_lines(actor=actor, case=case),
        may_open=bool(said) and saying.may_open_reporter(actor, said[0]),
        opened=opened,
        errors=errors,
        refusal=errors.get("", ""),
    )


def matter_address(actor: Actor, number: str) -> str | None:
    """Where somebody with work in the field meets a matter that they may see."""
    if not may_any(actor, ON_THE_SPOT):
        return None
    case = cases.case_get(actor=actor, number=number)
    return _address(case) if case is not None else None


go.link("matter", matter_address, face=field)


@stops
def stops_of_cases(request: HttpRequest) -> Iterable[Stop]:
    """Every case on the reader's desk as a stop of the day: orders to answer, work,
    verifications.
    """
    actor = actor_of(request)
    rows = cases_queue(actor=actor, filters=Filters(view="mine"), limit=MOST_STOPS)
    for line in lines_of(rows):
        yield _stop(line)


def _stop(line: Line) -> Stop:
    case = line.case
    spot = line.appeals[0].spot if line.appeals else ""
    return Stop(
        title=case.title,
        what=f"{line.state}·{line.class_name}" if line.class_name else line.state,
        where=f"{line.place_name} {spot}".strip(),
        href=_address(case),
        due=line.due,
        due_at=line.due.due_at if line.due is not None else None,
        lon=case.lon,
        lat=case.lat,
        actions="appeals/field/stop.html",
        values={"number": line.number, "is_offered": line.order is not None},
    )


@field.card("today", "appeals/field/card_taken.html", order=10, needs=Perm.REPORT)
def taken_card(request: HttpRequest) -> Contents | None:
    """What the worker has taken in and is still under way."""
    taken: Any = cases.appeals_taken(actor=actor_of(request))
    rows = taken.filter(case__matter__ended_at__isnull=True).order_by("-filed_at")[:MOST_ON_CARD]
    if not rows:
        return None
    return {"rows": [reporter.row_of(appeal, is_own=False) for appeal in rows]}


@field.card("today", "appeals/field/card_here.html", order=20, needs=Perm.REPORT)
def here_card(request: HttpRequest) -> Contents | None:
    """What is under way where the worker works, whoever does it: residents ask on the street."""
    actor = actor_of(request)
    post = intake.post_of(actor)
    if post is None:
        return None
    here = Filters(view="all", place_path=post.path)
    rows = lines_of(cases_queue(actor=actor, filters=here, limit=MOST_ON_CARD))
    return {"rows": rows, "place": post} if rows else None
