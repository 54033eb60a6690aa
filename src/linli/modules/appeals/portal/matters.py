# SPDX-License-Identifier: MulanPSL-2.0
"""Following what one has reported: the list, the page of one appeal, and what may be done there."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.base.actor import Actor, ActorKind
from linli.base.address import address_of
from linli.base.errors import Forbidden, Invalid, Message, Refused, TooMany
from linli.kernel.access import services as access
from linli.kernel.files import selectors as files
from linli.kernel.files import services as file_services
from linli.kernel.files.terms import Variant
from linli.kernel.forms.selectors import choices_for
from linli.kernel.forms.services import widgets
from linli.kernel.privacy import selectors as privacy
from linli.modules.appeals import forms, services
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.portal.following import (
    TRIES,
    TRIES_WITHIN,
    appeal_of,
    follow,
    followed,
)
from linli.modules.appeals.selectors import cases, intake, reporter, saying, shown
from linli.modules.appeals.terms import FILES_OWNER
from linli.shells.frame.faces import portal
from linli.shells.frame.files import file_answer
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.go import registry as go

PAGE = "appeals/portal/matter.html"
A_PAGE = 20


@portal.page("appeals/", name="appeal_list", public=True)
@require_GET
def appeal_list(request: HttpRequest) -> HttpResponse:
    """What the reader has reported, all, open or done."""
    state = request.GET.get("state", "all")
    wanted = state if state in reporter.STATES else "all"
    actor = actor_of(request)
    rows: Any = reporter.appeals_own(actor=actor, state=wanted)
    counts = {
        each: reporter.appeals_own(actor=actor, state=each).count() for each in reporter.STATES
    }
    if actor.kind is ActorKind.ANONYMOUS:
        rows, wanted = followed(request), "all"
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    listed = [reporter.row_of(appeal) for appeal in page]
    return render(
        request,
        "appeals/portal/list.html",
        "rows",
        page=page,
        rows=listed,
        state=wanted,
        counts=counts,
    )


def _tried(request: HttpRequest) -> None:
    if request.method == "POST":
        address = address_of(request)
        access.rate_hit("appeals.find", address, limit=TRIES, per_seconds=TRIES_WITHIN)


@portal.page("appeals/find/", name="appeal_find", public=True, counted=_tried)
def appeal_find(request: HttpRequest) -> HttpResponse:
    """Look up an appeal by its number and query code; a wrong pair never tells which of them is
    wrong.
    """
    number = request.POST.get("number", request.GET.get("number", ""))
    problem: Message = ""
    if request.method == "POST":
        appeal = cases.appeal_by_code(number=number, code=request.POST.get("code", ""))
        if appeal is not None:
            follow(request, appeal)
            return HttpResponseRedirect(reverse("portal:appeal_page", args=[appeal.number]))
        problem = _("Number and query code do not go together. Both stand on your receipt.")
    return render(
        request,
        "appeals/portal/find.html",
        status=422 if problem else 200,
        number=number[:40],
        problem=problem,
    )


@portal.page("appeals/photos/<str:key>/", name="appeal_photo", public=True)
@require_GET
def appeal_photo(request: HttpRequest, key: str) -> HttpResponse:
    """A photo of an appeal, for whoever may see the appeal."""
    variant = Variant.THUMBNAIL if request.GET.get("size") == "small" else Variant.FULL
    return file_answer(_photo(request, key, variant))


def _photo(request: HttpRequest, key: str, variant: str) -> file_services.Served:
    """The file as the reader's account may see it, else as one of those that this session
    follows.
    """
    readers = [actor_of(request)]
    readers += [cases.acting_for(readers[0], appeal) for appeal in followed(request)]
    for actor in readers:
        try:
            return file_services.file_read(actor=actor, key=key, variant=variant)
        except Forbidden:
            continue
    raise Forbidden("", code="file_unknown")


@portal.page("appeals/<str:number>/", name="appeal_page", public=True)
@require_GET
def appeal_page(request: HttpRequest, number: str) -> HttpResponse:
    """How one appeal stands: the honest panel, what happened, and what the reporter may do."""
    try:
        appeal, own = appeal_of(request, number)
    except Forbidden:
        if actor_of(request).kind is not ActorKind.ANONYMOUS:
            raise
        find = reverse("portal:appeal_find", query={"number": number[:40]})
        return HttpResponseRedirect(find)
    return _page(request, appeal, own)


@portal.page("appeals/<str:number>/receipt/", name="appeal_receipt", public=True)
@require_GET
def appeal_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What somebody takes away: number, query code, the next step, a telephone; good to print."""
    appeal, _own = appeal_of(request, number)
    return render(
        request,
        "appeals/portal/receipt.html",
        appeal=appeal,
        standing=reporter.standing_of(appeal),
        unit=intake.duty_unit(appeal.place),
    )


@portal.page("appeals/<str:number>/urge/", name="appeal_urge", public=True)
@require_POST
def appeal_urge(request: HttpRequest, number: str) -> HttpResponse:
    """Ask how it stands (催一下)."""
    appeal, own = appeal_of(request, number)
    try:
        services.appeal_urge(actor=own, appeal=appeal)
    except Forbidden:
        raise
    except Refused as refusal:
        return _page(request, appeal, own, {"": refusal.message}, status=refusal.status)
    return _done(request, appeal, _("Passed on. Whoever has it in hand has been told."))


def _added(request: HttpRequest, number: str) -> HttpResponse | None:
    """Count an addition of whoever may add; one too many is told on the page."""
    if request.method != "POST":
        return None
    appeal, own = appeal_of(request, number)
    try:
        services.addition_count(appeal=appeal)
    except TooMany as refusal:
        errors = {"addition": refusal.message}
        return _page(request, appeal, own, errors, status=refusal.status)
    return None


@portal.page("appeals/<str:number>/add/", name="appeal_add", public=True, counted=_added)
@require_POST
def appeal_add(request: HttpRequest, number: str) -> HttpResponse:
    """Add to what was said."""
    appeal, own = appeal_of(request, number)
    try:
        services.appeal_correct(
            actor=own,
            appeal=appeal,
            addition=request.POST.get("what", ""),
            address=address_of(request),
        )
    except Forbidden:
        raise
    except Refused as refusal:
        errors = {"addition": refusal.message}
        return _page(request, appeal, own, errors, status=refusal.status)
    return _done(request, appeal, _("Added. Whoever has it in hand reads it."))


@portal.page("appeals/<str:number>/withdraw/", name="appeal_withdraw", public=True)
@require_POST
def appeal_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take an appeal back, with a reason."""
    appeal, own = appeal_of(request, number)
    reason = request.POST.get("reason", "")
    if reason not in reporter.withdrawal_of(own, appeal).reasons:
        errors = {"reason": _("Please choose a reason.")}
        return _page(request, appeal, own, errors, status=422)
    services.appeal_withdraw(actor=own, appeal=appeal, reason=reason)
    return _done(request, appeal, _("Taken back. Nothing more happens on it."))


@portal.page("appeals/<str:number>/rate/", name="appeal_rate", public=True)
@require_POST
def appeal_rate(request: HttpRequest, number: str) -> HttpResponse:
    """Say how it went."""
    appeal, own = appeal_of(request, number)
    asked = reporter.rating_asked(appeal.case.matter)
    try:
        services.appeal_rate(
            actor=own,
            appeal=appeal,
            mark=request.POST.get("mark", ""),
            reasons=tuple(request.POST.getlist("reasons")),
            values=forms.form_values(asked.form if asked else None, request.POST),
        )
    except Invalid as refusal:
        errors = forms.errors_of(refusal)
        return _page(request, appeal, own, errors, status=refusal.status)
    return _done(request, appeal, _("Thank you. Whoever worked on it reads this."))


def matter_address(actor: Actor, number: str) -> str | None:
    """Where somebody meets a matter that they reported, or that somebody reported for them."""
    appeal = cases.appeals_of(actor=actor).filter(case__matter__number=number).first()
    return reverse("portal:appeal_page", args=[appeal.number]) if appeal is not None else None


go.link("matter", matter_address, face=portal)


def _done(request: HttpRequest, appeal: Appeal, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(reverse("portal:appeal_page", args=[appeal.number]))


def _page(
    request: HttpRequest,
    appeal: Appeal,
    own: Actor,
    errors: Mapping[str, Message] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    matter = appeal.case.matter
    wrong = dict(errors or {})
    standing = reporter.standing_of(appeal)
    return render(
        request,
        PAGE,
        {"standing": "standing", "history": "history", "judge": "judge"},
        status=status,
        appeal=appeal,
        matter=matter,
        standing=standing,
        others=reporter.others_count(appeal),
        lines=saying.case_lines(actor=own, case=appeal.case, is_public=True),
        photos=files.files_of(FILES_OWNER, appeal.number),
        **_agreeing(request, appeal),
        withdrawal=reporter.withdrawal_of(own, appeal),
        rating=_rating(request, matter, wrong) if standing.can_rate else None,
        errors=wrong,
        refusal=wrong.get("", ""),
        posted=request.POST,
    )


def _agreeing(request: HttpRequest, appeal: Appeal) -> dict[str, Any]:
    """Whether the reader is asked about publishing the photos, under which notice, and agreed."""
    actor = actor_of(request)
    if not shown.may_be_asked(actor, appeal):
        return {"agreeing": "", "is_agreed": False}
    version = privacy.notice_at(privacy.path_for(actor)).version
    return {"agreeing": version, "is_agreed": shown.is_agreed(appeal)}


def _rating(request: HttpRequest, matter: Any, errors: Mapping[str, Message]) -> dict[str, Any]:
    """The rating form with what was chosen so far."""
    asked = reporter.rating_asked(matter)
    if asked is None:
        return {}
    choices = choices_for(asked.form, matter.place.path) if asked.form else {}
    given = forms.form_values(asked.form, request.POST)
    fields = widgets(asked.form, given, errors, choices=choices) if asked.form else []
    return {
        "marks": list(asked.options.items()),
        "mark": request.POST.get("mark", ""),
        "reasons": list(asked.reasons.items()),
        "chosen": request.POST.getlist("reasons"),
        "when_bad": {"field": "mark", "is_": "one_of", "value": list(asked.bad)},
        "fields": fields,
        "closes_at": asked.ballot.closes_at,
    }
