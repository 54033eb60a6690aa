# SPDX-License-Identifier: MulanPSL-2.0
"""Units in the console: the list by place, a unit's page, its matters, and who belongs to it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Refused
from linli.base.text import label
from linli.kernel.access import services as access
from linli.kernel.accounts.terms import Perm as AccountPerm
from linli.kernel.audit.terms import Perm as AuditPerm
from linli.kernel.forms import selectors as forms
from linli.kernel.units import selectors as units
from linli.kernel.units import services
from linli.kernel.units.models import Membership, Unit
from linli.kernel.units.terms import Perm
from linli.kernel.workflow.definitions import spec_of
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.selectors import names_of
from linli.kernel.workflow.terms import Perm as WorkflowPerm
from linli.shells.frame.deed import deed_page
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.panels import panels_of
from linli.shells.frame.render import render
from linli.shells.places.chosen import place_chosen, reaches
from linli.shells.procedures.reading import clauses_said
from linli.shells.units import listing
from linli.shells.units.days import LONGEST_REASON, day_sent
from linli.shells.units.people import account_chosen, people_found

A_PAGE = 50
LONGEST_QUESTION = 100


@console.page(
    "units/",
    name="unit_list",
    needs=Perm.VIEW,
    menu=Menu(gettext_lazy("Units"), "building", group=Group.SETUP, order=20),
)
@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """The units at a place and below; `q` narrows by name, `here` to exactly this place."""
    actor = actor_of(request)
    at = place_chosen(request, Perm.VIEW)
    question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    here = request.GET.get("here", "") == "yes"
    rows = units.units_visible(actor=actor)
    if at is not None:
        rows = rows.filter(place=at.place) if here else rows.below(at.place.path)
    if question:
        named = Q(label__zh__icontains=question) | Q(label__en__icontains=question)
        rows = rows.filter(named | Q(key__icontains=question))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "units/console/list.html",
        at=at,
        question=question,
        here=here,
        page=page,
        lines=listing.unit_lines(actor, list(page), units.units_visible(actor=actor)),
        own=listing.own_units(actor, is_alone=at is None),
    )


@console.page("units/<int:unit_id>/", name="unit_page", needs=Perm.VIEW)
@require_GET
def unit_page(request: HttpRequest, unit_id: int) -> HttpResponse:
    """A unit: who belongs to it from when to when, what it leads, what waits there."""
    actor = actor_of(request)
    unit = unit_found(actor, unit_id)
    members = listing.members_of(unit)
    duties = listing.duties_led(unit)
    tree = forms.class_tree(unit.place.path)
    clauses = clauses_said([unit.clause, *(duty.clause for duty in duties)], unit.place.path)
    return render(
        request,
        "units/console/page.html",
        unit=unit,
        members=[one for one in members if one.is_now or one.is_to_come],
        former=[one for one in members if not one.is_now and not one.is_to_come],
        duties=[
            (
                tree.classes[duty.class_key].name if duty.class_key in tree.classes else duty.key,
                clauses[duty.clause],
                duty.class_key,
            )
            for duty in duties
        ],
        clause=clauses.get(unit.clause, ""),
        offered=listing.matters_offered(actor, unit).count(),
        in_hand=listing.matters_in_hand(actor, unit).count(),
        below=units.units_visible(actor=actor).filter(parent=unit),
        has_ended=not unit.exists_on(clock.today()),
        only_within=only_within(actor, unit),
        panels=panels_of("unit", actor, unit),
        may=_links(actor, unit),
    )


def _links(actor: Actor, unit: Unit) -> dict[str, bool]:
    wanted = {"edit": Perm.EDIT, "record": AuditPerm.VIEW, "rules": WorkflowPerm.VIEW}
    may = {name: bool(access.may(actor, needed, unit.place)) for name, needed in wanted.items()}
    return {**may, "hand_over": listing.may_hand_over(actor, unit)}


@console.page("units/<int:unit_id>/<str:which>/", name="unit_matters", needs=Perm.VIEW)
@require_GET
def unit_matters(request: HttpRequest, unit_id: int, which: str) -> HttpResponse:
    """The rows behind a unit's two figures: orders to answer (`offered`), matters in hand
    (`open`).
    """
    actor = actor_of(request)
    unit = unit_found(actor, unit_id)
    give = {"offered": listing.matters_offered, "open": listing.matters_in_hand}.get(which)
    if give is None:
        raise Http404
    rows = give(actor, unit).order_by("next_due_at", "pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "units/console/matters.html",
        unit=unit,
        only_within=only_within(actor, unit),
        is_offered=which == "offered",
        page=page,
        rows=[(matter, step_name(matter)) for matter in page],
    )


def step_name(matter: Matter) -> str:
    """What the step is called at which a matter stands."""
    return label(spec_of(matter.definition).steps[matter.step].label.as_label())


@console.page("units/<int:unit_id>/members/add/", name="member_add", needs=Perm.EDIT)
def member_add(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Let somebody belong to a unit: find them, say from when, look at it once more, confirm."""
    actor = actor_of(request)
    unit = unit_found(actor, unit_id)
    _ensure(actor, unit)
    if request.method != "POST":
        return _member_form(request, unit, people_found(actor, request.GET.get("q", "")))
    try:
        given = _given(actor, unit, request)
        if request.POST.get("confirmed") != "yes":
            return render(request, "units/console/member_confirm.html", unit=unit, given=given)
        services.membership_add(
            actor=actor,
            account=given["who"].account,
            unit=unit,
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            stand_in_for=given["stand_in_for"],
        )
    except Refused as refusal:
        return _member_form(request, unit, _chosen_before(request, actor), refusal)
    messages.success(request, _("%(name)s belongs to this unit now.") % {"name": given["who"].name})
    return HttpResponseRedirect(_address(unit))


def _given(actor: Actor, unit: Unit, request: HttpRequest) -> dict[str, Any]:
    """What the form says. Raises Invalid for what cannot be read."""
    sent = request.POST
    other = sent.get("stand_in_for", "")
    stand_in_for = unit.memberships.filter(pk=int(other)).first() if other.isdecimal() else None
    names = names_of([stand_in_for.account_id] if stand_in_for else [])
    return {
        "who": account_chosen(actor, sent.get("account", "")),
        "starts_on": day_sent(sent.get("starts_on", ""), "starts_on") or clock.today(),
        "ends_on": day_sent(sent.get("ends_on", ""), "ends_on"),
        "stand_in_for": stand_in_for,
        "stand_in_name": next(iter(names.values()), ""),
    }


def _chosen_before(request: HttpRequest, actor: Actor) -> list[Any]:
    """The person that a refused form had chosen, so that nothing has to be looked up again."""
    try:
        return [account_chosen(actor, request.POST.get("account", ""))]
    except Refused:
        return []


def _member_form(
    request: HttpRequest, unit: Unit, found: list[Any], refusal: Refused | None = None
) -> HttpResponse:
    return render(
        request,
        "units/console/member_add.html",
        status=refusal.status if refusal else 200,
        unit=unit,
        question=request.GET.get("q", "")[:LONGEST_QUESTION],
        has_asked="q" in request.GET,
        found=found,
        members=[one for one in listing.members_of(unit) if one.is_now],
        sent=request.POST,
        today=clock.today(),
        refusal=refusal,
        may_find=access.may_anywhere(actor_of(request), AccountPerm.VIEW),
    )


@console.page("units/<int:unit_id>/members/<int:key>/end/", name="member_end", needs=Perm.EDIT)
def member_end(request: HttpRequest, unit_id: int, key: int) -> HttpResponse:
    """End somebody's time in a unit, after saying what follows from it."""
    actor = actor_of(request)
    unit = unit_found(actor, unit_id)
    _ensure(actor, unit)
    membership: Membership | None = unit.memberships.filter(pk=key).first()
    if membership is None:
        raise Http404
    name = names_of([membership.account_id]).get(membership.account_id, "")

    def end() -> None:
        services.membership_end(
            actor=actor,
            membership=membership,
            on=day_sent(request.POST.get("on", ""), "on"),
            reason=request.POST.get("reason", "")[:LONGEST_REASON],
        )

    return deed_page(
        request,
        "units/console/member_end.html",
        end,
        done=_("%(name)s's time in this unit ends.") % {"name": name},
        to=_address(unit),
        unit=unit,
        membership=membership,
        name=name,
        stand_ins=membership.stand_ins.count(),
    )


def unit_found(actor: Actor, unit_id: int) -> Unit:
    """A unit that the reader may see, working or closed; anything else is not there."""
    unit = units.unit_get(unit_id)
    if unit is None or (only_within(actor, unit) and unit_id not in listing.units_within(actor)):
        raise Http404
    return unit


def only_within(actor: Actor, unit: Unit) -> bool:
    """Whether the reader sees the unit but not the place where it sits."""
    return not reaches(actor, Perm.VIEW, unit.place.path)


def _ensure(actor: Actor, unit: Unit) -> None:
    """Only who keeps units here gets the form at all."""
    access.require(actor, Perm.EDIT, at=unit.place)


def _address(unit: Unit) -> str:
    return reverse("console:unit_page", args=[unit.pk])
