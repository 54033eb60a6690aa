# SPDX-License-Identifier: MulanPSL-2.0
"""The abuse list in the console: who is on it, putting a source on it, and taking it off."""

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid, Refused
from linli.kernel.access import selectors as access_selectors
from linli.kernel.access import services as access
from linli.kernel.access.terms import AbuseKind, Perm
from linli.kernel.accounts.selectors import account_find
from linli.shells.abuse.listing import entry_lines
from linli.shells.frame.deed import deed_page
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.places.chosen import Chosen, place_chosen, reaches
from linli.shells.units.days import LONGEST_REASON, day_sent

A_PAGE = 50
LONGEST_KEY = 64


@console.page(
    "abuse/",
    name="abuse_list",
    needs=Perm.BLOCK,
    menu=Menu(gettext_lazy("Abuse list"), "shield", group=Group.SETUP, order=36),
)
@require_GET
def abuse_list(request: HttpRequest) -> HttpResponse:
    """Who may send nothing for now, newest first."""
    rows = access_selectors.abuse_visible(actor=actor_of(request))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "abuse/console/list.html", page=page, lines=entry_lines(list(page)))


@console.page("abuse/add/", name="abuse_add", needs=Perm.BLOCK)
def abuse_add(request: HttpRequest) -> HttpResponse:
    """Put a source on the list at a place, with a reason, until a day or until it is taken off."""
    actor = actor_of(request)
    at = place_chosen(request, Perm.BLOCK)
    if at is None:
        raise Forbidden("", code="forbidden")
    if request.method != "POST":
        return _form(request, at)
    try:
        kind = _kind_sent(request.POST.get("kind", ""))
        entry = access.abuse_add(
            actor=actor,
            kind=kind,
            key=_key_sent(actor, kind, request.POST.get("key", "")[:LONGEST_KEY]),
            at=at.place,
            reason=request.POST.get("reason", ""),
            until=_until_sent(request.POST.get("until", "")),
        )
    except Refused as refusal:
        return _form(request, at, refusal)
    said = {"source": entry_lines([entry])[0].name}
    messages.success(request, _("%(source)s can send nothing here now.") % said)
    return HttpResponseRedirect(reverse("console:abuse_list"))


def _kind_sent(text: str) -> AbuseKind:
    if text not in AbuseKind.values:
        message = _("Say by what the source is known.")
        raise Invalid(message, code="abuse_kind", fields={"kind": message})
    return AbuseKind(text)


def _key_sent(actor: Actor, kind: AbuseKind, text: str) -> str:
    """What stands for the source; of an account its id, if it is looked after from one's places."""
    if kind != AbuseKind.ACCOUNT or not text.strip():
        return text
    account = account_find(text)
    if account is None or not reaches(actor, Perm.BLOCK, account.place_path):
        message = _("No account at your places is called so.")
        raise Invalid(message, code="abuse_key", fields={"key": message})
    return str(account.pk)


def _until_sent(text: str) -> dt.datetime | None:
    """The end of the last day that was written; None for none."""
    day = day_sent(text, "until")
    if day is None:
        return None
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, tzinfo=clock.ZONE)


def _form(request: HttpRequest, at: Chosen, refusal: Refused | None = None) -> HttpResponse:
    status = 422 if isinstance(refusal, Forbidden) else getattr(refusal, "status", 200)
    return render(
        request,
        "abuse/console/add.html",
        status=status,
        at=at,
        kinds=[(kind.value, kind.label) for kind in reversed(AbuseKind)],
        chosen=request.POST.get("kind", AbuseKind.PHONE),
        today=clock.today(),
        sent=request.POST,
        refusal=refusal,
    )


@console.page("abuse/<int:entry_id>/end/", name="abuse_end", needs=Perm.BLOCK)
def abuse_end(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take a source off the list."""
    actor = actor_of(request)
    entry = access_selectors.abuse_visible(actor=actor).filter(pk=entry_id).first()
    if entry is None:
        raise Http404
    line = entry_lines([entry])[0]

    def end() -> None:
        reason = request.POST.get("reason", "")[:LONGEST_REASON]
        access.abuse_end(actor=actor, entry=entry, reason=reason)

    return deed_page(
        request,
        "abuse/console/end.html",
        end,
        done=_("%(source)s may send again.") % {"source": line.name},
        to=reverse("console:abuse_list"),
        line=line,
    )
