# SPDX-License-Identifier: MulanPSL-2.0
"""Letting a partner's system in: an account of its own with a role, then a token that is shown
once.
"""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid, Refused
from linli.kernel.access import services as access
from linli.kernel.access import tokens
from linli.kernel.access.models import Grant
from linli.kernel.access.terms import Perm
from linli.kernel.accounts.terms import Perm as AccountPerm
from linli.kernel.units import selectors as units
from linli.kernel.units.models import Unit
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.grants.listing import role_lines
from linli.shells.places.chosen import Chosen, place_chosen
from linli.shells.tokens.listing import grant_lines, scopes_said, token_lines
from linli.shells.units.days import day_sent

USUAL = dt.timedelta(days=90)


@console.page("tokens/issue/", name="token_issue", needs=Perm.ISSUE_TOKEN)
def token_issue(request: HttpRequest) -> HttpResponse:
    """Issue a token on a partner's role; its secret is on the answer to the form and nowhere
    else.
    """
    actor = actor_of(request)
    access.prove(actor)
    found = tokens.grants_for_tokens(actor=actor)
    asked = request.POST.get("grant") or request.GET.get("grant", "")
    grant = next((each for each in found if str(each.pk) == asked), None)
    if asked and grant is None:
        raise Http404
    if grant is None:
        return render(
            request,
            "tokens/console/choose.html",
            lines=grant_lines(found),
            may_open=_may_open(actor),
        )
    if request.method != "POST":
        return _form(request, grant)
    try:
        issued = _issued(actor, grant, request)
    except Refused as refusal:
        return _form(request, grant, refusal)
    line = token_lines([issued.token])[0]
    response = render(request, "tokens/console/issued.html", line=line, shown_once=issued.text)
    add_never_cache_headers(response)
    return response


def _issued(actor: Actor, grant: Grant, request: HttpRequest) -> access.Issued:
    sent = request.POST
    ends_on = day_sent(sent.get("ends_on", ""), "ends_on")
    if ends_on is None:
        message = _("Say until when it lasts.")
        raise Invalid(message, code="token_ends_on", fields={"ends_on": message})
    return access.token_issue(
        actor=actor,
        grant=grant,
        label=sent.get("label", ""),
        scopes=sent.getlist("scopes"),
        ends_on=ends_on,
        is_acting=sent.get("acting") == "yes",
        networks=sent.get("networks", "").replace(",", " ").split(),
    )


def _form(request: HttpRequest, grant: Grant, refusal: Refused | None = None) -> HttpResponse:
    today = clock.today()
    latest = today + dt.timedelta(days=tokens.LONGEST_DAYS)
    if grant.ends_on is not None:
        latest = min(latest, grant.ends_on)
    return render(
        request,
        "tokens/console/issue.html",
        status=_status(refusal),
        line=grant_lines([grant])[0],
        scopes=scopes_said(tokens.scopes_of(grant)),
        chosen=request.POST.getlist("scopes"),
        usual=min(today + USUAL, latest),
        today=today,
        latest=latest,
        sent=request.POST,
        refusal=refusal,
    )


@console.page("tokens/partner/", name="partner_open", needs=Perm.GRANT)
def partner_open(request: HttpRequest) -> HttpResponse:
    """Open an account for a partner's system and give it a role at a place."""
    actor = actor_of(request)
    access.prove(actor)
    at = place_chosen(request, Perm.GRANT)
    if at is None or not access.may_anywhere(actor, AccountPerm.OPEN_PARTNER):
        raise Forbidden("", code="forbidden")
    if request.method != "POST":
        return _partner_form(request, at)
    sent = request.POST
    try:
        if not sent.get("role"):
            message = _("Choose the role.")
            raise Invalid(message, code="no_role", fields={"role": message})
        grant = access.partner_open(
            actor=actor,
            username=sent.get("username", ""),
            role=sent.get("role", ""),
            place=at.place,
            unit=_unit(actor, at, sent.get("unit", "")),
            ends_on=day_sent(sent.get("ends_on", ""), "ends_on"),
        )
    except Refused as refusal:
        return _partner_form(request, at, refusal)
    messages.success(request, _("%(name)s has an account now.") % {"name": grant.account.username})
    if access.may(actor, Perm.ISSUE_TOKEN, at.place):
        return HttpResponseRedirect(f"{reverse('console:token_issue')}?grant={grant.pk}")
    return HttpResponseRedirect(f"{reverse('console:grant_list')}?at={at.place.code}")


def _partner_form(request: HttpRequest, at: Chosen, refusal: Refused | None = None) -> HttpResponse:
    return render(
        request,
        "tokens/console/partner.html",
        status=_status(refusal),
        at=at,
        roles=role_lines(tokens.roles_for_tokens(at.place), {}),
        units=units.units_visible(actor=actor_of(request)).filter(place=at.place),
        sent=request.POST,
        refusal=refusal,
    )


def _unit(actor: Actor, at: Chosen, sent: str) -> Unit | None:
    if not sent.isdecimal():
        return None
    return units.units_visible(actor=actor).filter(place=at.place, pk=int(sent)).first()


def _may_open(actor: Actor) -> bool:
    both = (Perm.GRANT, AccountPerm.OPEN_PARTNER)
    return all(access.may_anywhere(actor, permission) for permission in both)


def _status(refusal: Refused | None) -> int:
    """A form that was refused stays a form, also where somebody may not."""
    if refusal is None:
        return 200
    return 422 if isinstance(refusal, Forbidden) else refusal.status
