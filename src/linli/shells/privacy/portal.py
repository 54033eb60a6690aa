# SPDX-License-Identifier: MulanPSL-2.0
"""For residents: the privacy notice in its versions, and My data (我的信息): what they agreed to,
and what others add by the slot `data`.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.base.actor import Actor
from linli.base.errors import Invalid
from linli.kernel.people import looking
from linli.kernel.people.models import Person
from linli.kernel.privacy import selectors, services
from linli.kernel.privacy.terms import GENERAL, Purpose
from linli.shells.frame.faces import SIGNED_IN, portal
from linli.shells.frame.menu import Contents
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render

A_PAGE = 20


@portal.page("privacy/", name="privacy", public=True)
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """The notice in force for the reader, on one screen, and the versions before it."""
    versions = selectors.notices_at(selectors.path_for(actor_of(request)))
    return _notice(request, versions, versions[0].version)


@portal.page("privacy/<str:edition>/", name="privacy_version", public=True)
@require_GET
def privacy_version(request: HttpRequest, edition: str) -> HttpResponse:
    """One version, in force or not any more."""
    return _notice(request, selectors.notices_at(selectors.path_for(actor_of(request))), edition)


def _notice(request: HttpRequest, versions: list[selectors.Shown], version: str) -> HttpResponse:
    shown = next((each for each in versions if each.version == version), None)
    if shown is None:
        raise Http404
    return render(
        request,
        "privacy/portal/notice.html",
        shown=shown,
        is_in_force=shown is versions[0],
        others=[each for each in versions if each is not shown],
    )


@portal.page("me/data/", name="my_data", needs=SIGNED_IN)
@require_GET
def my_data(request: HttpRequest) -> HttpResponse:
    """What somebody agreed to, each with its way back, and their other rights."""
    actor = actor_of(request)
    wards = selectors.wards_of(actor)
    return render(
        request,
        "privacy/portal/my_data.html",
        notice=selectors.notice_at(selectors.path_for(actor)),
        own=selectors.standings(actor=actor),
        wards=[(ward, selectors.standings(actor=actor, ward=ward)) for ward in wards],
        things=selectors.consents_about_things(actor=actor),
        cards=portal.filled(request, "data"),
    )


@portal.page("me/data/consents/", name="consent_change", needs=SIGNED_IN)
@require_POST
def consent_change(request: HttpRequest) -> HttpResponse:
    """Agree to something, or take it back: one press either way."""
    actor = actor_of(request)
    if request.POST.get("withdraw"):
        _withdrawn(actor, request.POST["withdraw"])
        messages.success(request, _("Taken back. Nothing more is done on that ground."))
    else:
        services.consent_give(
            actor=actor,
            purpose=_purpose(request.POST.get("purpose", "")),
            version=request.POST.get("version", ""),
            ward=_ward(actor, request.POST.get("ward", "")),
        )
        messages.success(request, _("Noted. You can take it back on this page at any time."))
    return HttpResponseRedirect(reverse("portal:my_data"))


@portal.page("me/data/looks/", name="looks", needs=SIGNED_IN)
@require_GET
def looks(request: HttpRequest) -> HttpResponse:
    """谁看过我的信息: who looked, as what, at which field, what for; `ward` for one's child."""
    actor = actor_of(request)
    ward = _ward(actor, request.GET.get("ward", ""))
    page = Paginator(looking.looks_at(actor=actor, ward=ward), A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "privacy/portal/looks.html",
        page=page,
        looks=looking.looks_told(page),
        ward=ward,
        wards=selectors.wards_of(actor),
    )


@portal.card("mine", "privacy/portal/card_again.html", order=5)
def again_card(request: HttpRequest) -> Contents | None:
    """A newer notice asks again for what somebody had agreed to."""
    return {} if selectors.is_asked_again(actor=actor_of(request)) else None


def _purpose(name: str) -> Purpose:
    if name not in GENERAL:
        message = _("Say what you agree to.")
        raise Invalid(message, code="consent_purpose", fields={"purpose": message})
    return Purpose(name)


def _ward(actor: Actor, key: str) -> Person | None:
    if not key:
        return None
    found = next((ward for ward in selectors.wards_of(actor) if str(ward.pk) == key), None)
    if found is None:
        raise Http404
    return found


def _withdrawn(actor: Actor, key: str) -> None:
    consent = selectors.consent_own(actor=actor, key=key)
    if consent is None:
        raise Http404
    services.consent_withdraw(actor=actor, consent=consent)
