# SPDX-License-Identifier: MulanPSL-2.0
"""Reporting something from the phone page, with or without an account."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from linli.base.address import address_of
from linli.base.errors import Forbidden, Message, Refused, TooMany
from linli.kernel.access import services as access
from linli.modules.appeals import forms, services
from linli.modules.appeals.portal.following import follow
from linli.modules.appeals.selectors import intake
from linli.shells.frame.faces import portal
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render

PAGE = "appeals/portal/report.html"
STEP = "_step"
"""The button that only shows the places below the chosen one, for browsers without script."""

LOOKS_A_MINUTE = 60


def _counted(request: HttpRequest) -> HttpResponse | None:
    """Count what is sent; one too many is told on the page, so that nothing typed is lost."""
    if request.method != "POST" or STEP in request.POST:
        return None
    try:
        services.sending_count(actor=actor_of(request), address=address_of(request))
    except TooMany as refusal:
        report, wrong = forms.report_read(request.POST), forms.errors_of(refusal)
        lost = bool(request.FILES.getlist("photos"))
        response = _page(request, report, wrong, status=refusal.status, photos_lost=lost)
        response["Retry-After"] = str(refusal.retry_after)
        return response
    return None


@portal.page("appeals/new/", name="appeal_new", public=True, offline=True, counted=_counted)
def appeal_new(request: HttpRequest) -> HttpResponse:
    """The report page; what is sent is taken once however often it is sent."""
    if request.method != "POST":
        return _page(request, forms.Report())
    report = forms.report_read(request.POST)
    if STEP in request.POST:
        return _page(request, report)
    photos = request.FILES.getlist("photos")
    sender = forms.Sender(actor_of(request), address=address_of(request), key=key_of(request))
    try:
        draft = forms.draft_of(report, sender, photos)
        appeal = services.appeal_file(actor=sender.actor, draft=draft)
    except Forbidden:
        raise
    except Refused as refusal:
        wrong = forms.errors_of(refusal)
        return _page(request, report, wrong, status=refusal.status, photos_lost=bool(photos))
    follow(request, appeal)
    return HttpResponseRedirect(reverse("portal:appeal_receipt", args=[appeal.number]))


@portal.page("appeals/new/class/", name="appeal_class", public=True)
@require_POST
def appeal_class(request: HttpRequest) -> HttpResponse:
    """The classes that some words speak of, and by when somebody answers then."""
    _slow_down(request)
    report = forms.report_read(request.POST)
    shown = forms.report_page(report, actor_of(request))
    return render(request, "appeals/portal/classes.html", errors={}, is_piece=True, **shown)


@portal.page("appeals/new/places/", name="appeal_places", public=True)
@require_GET
def appeal_places(request: HttpRequest) -> HttpResponse:
    """The list of places one step further down."""
    _slow_down(request)
    report = forms.report_read(request.GET)
    chosen = intake.place_chosen(report.places)
    top = intake.top_for(chosen or intake.home_for_list(actor_of(request)))
    selects = intake.place_levels(chosen, top)
    address = reverse("portal:appeal_places")
    return render(request, "appeals/parts/report_places.html", selects=selects, places_url=address)


def key_of(request: HttpRequest) -> str:
    """The key of a submission: of the phone's outbox, else of the page."""
    return str(request.headers.get("Idempotency-Key") or request.POST.get("_once", ""))


def _page(
    request: HttpRequest,
    report: forms.Report,
    errors: Mapping[str, Message] | None = None,
    *,
    status: int = 200,
    photos_lost: bool = False,
) -> HttpResponse:
    wrong = dict(errors or {})
    shown: Mapping[str, Any] = forms.report_page(report, actor_of(request))
    return render(
        request,
        PAGE,
        status=status,
        errors=wrong,
        refusal=wrong.get("", ""),
        photos_lost=photos_lost,
        is_piece=False,
        class_url=reverse("portal:appeal_class"),
        places_url=reverse("portal:appeal_places"),
        **shown,
    )


def _slow_down(request: HttpRequest) -> None:
    source = str(actor_of(request).account_id or address_of(request))
    access.rate_hit("appeals.look", source, limit=LOOKS_A_MINUTE, per_seconds=60)
