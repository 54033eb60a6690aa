# SPDX-License-Identifier: MulanPSL-2.0
"""Grants in the console: who holds what where, ending a grant, and what each role permits."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.base import clock
from linli.kernel.access import selectors as access_selectors
from linli.kernel.access import services as access
from linli.kernel.access.terms import Perm
from linli.kernel.workflow.selectors import names_of
from linli.shells.frame.deed import deed_page
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.grants.listing import (
    grant_lines,
    level_keys,
    permissions_said,
    role_lines,
    role_page,
)
from linli.shells.places.chosen import place_chosen
from linli.shells.places.words import LevelWords
from linli.shells.units.days import LONGEST_REASON, day_sent

A_PAGE = 50
LONGEST_QUESTION = 64


@console.page(
    "grants/",
    name="grant_list",
    needs=Perm.VIEW,
    menu=Menu(gettext_lazy("Roles and grants"), "key", group=Group.SETUP, order=30),
)
@require_GET
def grant_list(request: HttpRequest) -> HttpResponse:
    """Who holds which role at a place and below; `role`, `q` and `ended` narrow or widen the
    list.
    """
    actor = actor_of(request)
    at = place_chosen(request, Perm.VIEW)
    rows = access_selectors.grants_visible(actor=actor)
    if at is not None:
        rows = rows.filter(place__path__under=at.place.path)
    is_ended = request.GET.get("ended", "") == "yes"
    if not is_ended:
        today = clock.today()
        rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    role = request.GET.get("role", "")[:LONGEST_QUESTION]
    question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    if role:
        rows = rows.filter(role=role)
    if question:
        by_name = Q(account__username__icontains=question)
        rows = rows.filter(by_name | Q(account__person__name__contains=question))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    known = access_selectors.roles_in_force(at.place.path) if at else []
    return render(
        request,
        "grants/console/list.html",
        at=at,
        page=page,
        lines=grant_lines(actor, list(page)),
        roles=role_lines(known, {}),
        role=role,
        question=question,
        is_ended=is_ended,
        may_give=bool(at and access.may(actor, Perm.GRANT, at.place)),
    )


@console.page("grants/roles/", name="role_list", needs=Perm.VIEW)
@require_GET
def role_list(request: HttpRequest) -> HttpResponse:
    """The roles in force at a place, with the levels at which each is given."""
    at = place_chosen(request, Perm.VIEW)
    if at is None:
        raise Http404
    rows = access_selectors.roles_in_force(at.place.path)
    words = LevelWords.at(at.place.path)
    levels = {key: words.level(key) for row in rows for key in level_keys(row)}
    return render(request, "grants/console/roles.html", at=at, roles=role_lines(rows, levels))


@console.page("grants/roles/<slug:key>/", name="role_page", needs=Perm.VIEW)
@require_GET
def role_one(request: HttpRequest, key: str) -> HttpResponse:
    """What a role permits at a place, from which pack and clause, and how many hold it there."""
    actor = actor_of(request)
    at = place_chosen(request, Perm.VIEW)
    row = access_selectors.role_find(key, at.place.path) if at else None
    if at is None or row is None:
        raise Http404
    words = LevelWords.at(at.place.path)
    held = access_selectors.grants_visible(actor=actor).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today()),
        role=key,
        place__path__under=at.place.path,
    )
    return render(
        request,
        "grants/console/role.html",
        at=at,
        role=role_page(row, at.place),
        levels=[words.level(level) for level in level_keys(row)],
        holders=held.count(),
    )


@console.page("grants/<int:grant_id>/end/", name="grant_end", needs=Perm.GRANT)
def grant_end(request: HttpRequest, grant_id: int) -> HttpResponse:
    """End a grant, after saying what follows from it."""
    actor = actor_of(request)
    access.prove(actor)
    grant = access_selectors.grants_visible(actor=actor).filter(pk=grant_id).first()
    if grant is None:
        raise Http404
    access.require(actor, Perm.GRANT, at=grant.place)
    line = grant_lines(actor, [grant])[0]
    back = f"{reverse('console:grant_list')}?at={grant.place.code}"

    def end() -> None:
        access.grant_end(
            actor=actor,
            grant=grant,
            on=day_sent(request.POST.get("on", ""), "on"),
            reason=request.POST.get("reason", "")[:LONGEST_REASON],
        )

    return deed_page(
        request,
        "grants/console/end.html",
        end,
        done=_("%(name)s's role %(role)s ends.") % {"name": line.name, "role": line.role},
        to=back,
        line=line,
        back=back,
    )


@console.page("grants/<int:grant_id>/decide/", name="grant_decide", needs=Perm.GRANT)
def grant_decide(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Say yes or no to a sensitive role that somebody else gave."""
    actor = actor_of(request)
    access.prove(actor)
    grant = access_selectors.grants_visible(actor=actor).filter(pk=grant_id).first()
    if grant is None or not grant_lines(actor, [grant])[0].may_decide:
        raise Http404
    line = grant_lines(actor, [grant])[0]
    said = {"name": line.name, "role": line.role}
    is_yes = request.POST.get("decision") == "yes"
    definition = access_selectors.role_find(grant.role, grant.place.path)

    def decide() -> None:
        if is_yes:
            access.grant_approve(actor=actor, grant=grant)
        else:
            reason = request.POST.get("reason", "")[:LONGEST_REASON]
            access.grant_decline(actor=actor, grant=grant, reason=reason)

    return deed_page(
        request,
        "grants/console/decide.html",
        decide,
        done=(_("%(name)s holds the role %(role)s now.") if is_yes else _("Declined.")) % said,
        to=f"{reverse('console:grant_list')}?at={grant.place.code}",
        line=line,
        asked_by=names_of([grant.asked_by_id]).get(grant.asked_by_id or 0, ""),
        permissions=permissions_said(definition.body.get("gives", ())) if definition else (),
    )
