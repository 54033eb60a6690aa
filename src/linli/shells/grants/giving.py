# SPDX-License-Identifier: MulanPSL-2.0
"""Giving a role in the console: place, person and role are chosen, looked at once more, and
given.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid, Refused
from linli.base.text import label
from linli.kernel.access import selectors as access_selectors
from linli.kernel.access import services as access
from linli.kernel.access.terms import Perm
from linli.kernel.accounts.terms import Perm as AccountPerm
from linli.kernel.places.models import Place
from linli.kernel.units import selectors as units
from linli.kernel.units.models import Unit
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.grants.listing import role_lines
from linli.shells.places.chosen import Chosen, place_chosen
from linli.shells.places.words import LevelWords
from linli.shells.units.days import day_sent
from linli.shells.units.people import LONGEST_QUESTION, Somebody, account_chosen, people_found


@dataclass(frozen=True, slots=True)
class Given:
    """What the form says."""

    who: Somebody
    role: str
    role_name: str
    unit: Unit | None
    starts_on: dt.date
    ends_on: dt.date | None


@console.page("grants/give/", name="grant_give", needs=Perm.GRANT)
def grant_give(request: HttpRequest) -> HttpResponse:
    """Give somebody a role at a place: find them, choose the role, look at it once more,
    confirm.
    """
    actor = actor_of(request)
    access.prove(actor)
    at = place_chosen(request, Perm.GRANT)
    if at is None:
        raise Forbidden("", code="forbidden")
    if request.method != "POST":
        return _form(request, at, people_found(actor, request.GET.get("q", "")))
    try:
        given = _given(actor, at.place, request)
        if request.POST.get("confirmed") != "yes":
            return render(request, "grants/console/confirm.html", at=at, given=given)
        granted = access.grant_give(
            actor=actor,
            account=given.who.account,
            role=given.role,
            place=at.place,
            unit=given.unit,
            starts_on=given.starts_on,
            ends_on=given.ends_on,
        )
    except Refused as refusal:  # said on the form, so that nothing has to be chosen again
        return _form(request, at, _chosen_before(request, actor), refusal)
    said = {"name": given.who.name, "role": given.role_name}
    if granted.is_waiting:
        messages.success(
            request, _("%(role)s for %(name)s waits for a second person's yes.") % said
        )
    else:
        messages.success(request, _("%(name)s holds the role %(role)s now.") % said)
    return HttpResponseRedirect(f"{reverse('console:grant_list')}?at={at.place.code}")


def _given(actor: Actor, place: Place, request: HttpRequest) -> Given:
    """What the form says. Raises Invalid for what cannot be read."""
    sent = request.POST
    role = sent.get("role", "")
    definition = access_selectors.role_find(role, place.path) if role else None
    if definition is None:
        message = _("Choose the role.")
        raise Invalid(message, code="no_role", fields={"role": message})
    unit_text = sent.get("unit", "")
    unit = _units(actor, place).filter(pk=int(unit_text)).first() if unit_text.isdecimal() else None
    return Given(
        who=account_chosen(actor, sent.get("account", "")),
        role=role,
        role_name=label(definition.body["label"]),
        unit=unit,
        starts_on=day_sent(sent.get("starts_on", ""), "starts_on") or clock.today(),
        ends_on=day_sent(sent.get("ends_on", ""), "ends_on"),
    )


def _units(actor: Actor, place: Place) -> Any:
    """Units within which a role may be given at a place: those that sit there."""
    return units.units_visible(actor=actor).filter(place=place)


def _chosen_before(request: HttpRequest, actor: Actor) -> list[Somebody]:
    try:
        return [account_chosen(actor, request.POST.get("account", ""))]
    except Refused:
        return []


def _form(
    request: HttpRequest, at: Chosen, found: list[Somebody], refusal: Refused | None = None
) -> HttpResponse:
    actor = actor_of(request)
    rows = access_selectors.roles_in_force(at.place.path, at.place.level)
    words = LevelWords.at(at.place.path)
    status = 422 if isinstance(refusal, Forbidden) else getattr(refusal, "status", 200)
    return render(
        request,
        "grants/console/give.html",
        status=status,
        at=at,
        level=words.level(at.place.level),
        roles=role_lines(rows, {}),
        units=_units(actor, at.place),
        question=request.GET.get("q", "")[:LONGEST_QUESTION],
        has_asked="q" in request.GET,
        found=found,
        sent=request.POST,
        today=clock.today(),
        refusal=refusal,
        may_find=access.may_anywhere(actor, AccountPerm.VIEW),
        kept=[("at", at.place.code)],
    )
