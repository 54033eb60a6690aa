# SPDX-License-Identifier: MulanPSL-2.0
"""Privacy notices in the console: drafts, publishing one, and every version that was."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.base import clock
from linli.base.errors import Forbidden, Refused
from linli.kernel.access import services as access
from linli.kernel.places.models import Place
from linli.kernel.privacy import selectors, services
from linli.kernel.privacy.models import PrivacyNotice
from linli.kernel.privacy.rules import Draft
from linli.kernel.privacy.terms import LONGEST_CHANGES, LONGEST_TEXT, Perm, Purpose
from linli.shells.frame.deed import deed_page
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.places.chosen import place_chosen
from linli.shells.units.days import day_sent

A_PAGE = 50
TEXTS = ("version", "text_zh", "text_en", "changes_zh", "changes_en")


@console.page(
    "privacy/",
    name="privacy_list",
    needs=Perm.PUBLISH,
    menu=Menu(gettext_lazy("Privacy notices"), "lock", group=Group.SETUP, order=37),
)
@require_GET
def privacy_list(request: HttpRequest) -> HttpResponse:
    """Drafts and published versions of one's places, newest first."""
    rows = selectors.notices_visible(actor=actor_of(request))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "privacy/console/list.html", page=page, now=clock.now())


@console.page("privacy/new/", name="privacy_draft", needs=Perm.PUBLISH)
def privacy_draft(request: HttpRequest) -> HttpResponse:
    """Write a new version for a place, from the one in force."""
    at = place_chosen(request, Perm.PUBLISH)
    if at is None:
        raise Forbidden("", code="forbidden")
    return _form(request, at.place, None, at=at)


@console.page("privacy/<int:privacy_id>/", name="privacy_page", needs=Perm.PUBLISH)
@require_GET
def privacy_page(request: HttpRequest, privacy_id: int) -> HttpResponse:
    """One version as residents read it, in both languages."""
    notice = _found(request, privacy_id)
    return render(request, "privacy/console/page.html", **_shown(notice))


@console.page("privacy/<int:privacy_id>/edit/", name="privacy_edit", needs=Perm.PUBLISH)
def privacy_edit(request: HttpRequest, privacy_id: int) -> HttpResponse:
    """Write a draft anew."""
    notice = _found(request, privacy_id)
    if notice.published_at is not None:
        raise Http404
    return _form(request, notice.place, notice)


@console.page("privacy/<int:privacy_id>/publish/", name="privacy_publish", needs=Perm.PUBLISH)
def privacy_publish(request: HttpRequest, privacy_id: int) -> HttpResponse:
    """Publish a draft, after reading it once more."""
    actor = actor_of(request)
    access.prove(actor)
    notice = _found(request, privacy_id)
    return deed_page(
        request,
        "privacy/console/publish.html",
        lambda: services.notice_publish(actor=actor, notice=notice),
        done=_("Version %(version)s is published.") % {"version": notice.version},
        to=reverse("console:privacy_list"),
        **_shown(notice),
    )


@console.page("privacy/<int:privacy_id>/drop/", name="privacy_drop", needs=Perm.PUBLISH)
def privacy_drop(request: HttpRequest, privacy_id: int) -> HttpResponse:
    """Throw a draft away."""
    actor = actor_of(request)
    notice = _found(request, privacy_id)
    return deed_page(
        request,
        "privacy/console/drop.html",
        lambda: services.notice_drop(actor=actor, notice=notice),
        done=_("The draft is gone."),
        to=reverse("console:privacy_list"),
        notice=notice,
    )


def _found(request: HttpRequest, privacy_id: int) -> PrivacyNotice:
    notice = selectors.notices_visible(actor=actor_of(request)).filter(pk=privacy_id).first()
    if notice is None:
        raise Http404
    return notice


def _shown(notice: PrivacyNotice) -> dict[str, Any]:
    languages = sorted(("zh-hans", "en"), key=lambda each: each != get_language())
    return {
        "notice": notice,
        "versions": [(each, selectors.notice_shown_as(notice, each)) for each in languages],
        "again": [Purpose(name).label for name in notice.asks_again],
        "is_to_come": notice.in_force_at is not None and notice.in_force_at > clock.now(),
    }


def _form(
    request: HttpRequest, place: Place, notice: PrivacyNotice | None, **shown: Any
) -> HttpResponse:
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            kept = services.notice_draft(
                actor=actor_of(request), place=place, draft=_draft(request), notice=notice
            )
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The draft is kept. Read it, then publish it."))
            return HttpResponseRedirect(reverse("console:privacy_page", args=[kept.pk]))
    return render(
        request,
        "privacy/console/draft.html",
        status=getattr(refusal, "status", 200),
        place=place,
        notice=notice,
        sent=_sent(request, notice),
        again=request.POST.getlist("asks_again") if request.POST else _again(notice),
        purposes=Purpose.choices,
        refusal=refusal,
        longest_text=LONGEST_TEXT,
        longest_changes=LONGEST_CHANGES,
        **shown,
    )


def _draft(request: HttpRequest) -> Draft:
    texts = {name: request.POST.get(name, "") for name in TEXTS}
    again = tuple(request.POST.getlist("asks_again"))
    return Draft(starts_on=_day(request), asks_again=again, **texts)


def _day(request: HttpRequest) -> dt.date:
    return day_sent(request.POST.get("starts_on", ""), "starts_on") or clock.today()


def _again(notice: PrivacyNotice | None) -> list[str]:
    return list(Purpose.values) if notice is None else list(notice.asks_again)


def _sent(request: HttpRequest, notice: PrivacyNotice | None) -> Mapping[str, Any]:
    if request.method == "POST":
        return request.POST.dict()
    if notice is None:
        return {"starts_on": clock.today().isoformat()}
    known = {name: getattr(notice, name) for name in TEXTS}
    return {**known, "starts_on": notice.starts_on.isoformat()}
