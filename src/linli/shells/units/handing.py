# SPDX-License-Identifier: MulanPSL-2.0
"""Handing over what an absent person has in hand: to whom, which matters, shown before it is
done.
"""

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid, Refused
from linli.kernel.units import selectors as units
from linli.kernel.units.models import Membership, Unit
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.selectors import names_of
from linli.kernel.workflow.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.units import listing
from linli.shells.units.console import only_within, step_name, unit_found
from linli.shells.units.days import LONGEST_REASON

MOST = 300
"""Matters that one form lists; whoever has more in hand is handed over in two goes."""

MOST_SAID = 10
"""Refusals that are told one by one."""


@console.page(
    "units/<int:unit_id>/members/<int:key>/hand-over/", name="work_hand_over", needs=Perm.REASSIGN
)
def work_hand_over(request: HttpRequest, unit_id: int, key: int) -> HttpResponse:
    """Choose a colleague and the matters, look at it once more, hand over."""
    actor = actor_of(request)
    unit = unit_found(actor, unit_id)
    membership: Membership | None = unit.memberships.filter(pk=key).first()
    if membership is None:
        raise Http404
    if not listing.may_hand_over(actor, unit):
        raise Forbidden(_("You cannot hand on work of this unit."), code="may_not_reassign")
    held = matters_held(actor, unit, membership)
    if request.method != "POST":
        return _form(request, unit, membership, held)
    try:
        to, name = _colleague(unit, membership, request.POST.get("to", ""))
        chosen = _chosen(held, request.POST.getlist("matter"))
        if request.POST.get("confirmed") != "yes":
            return _confirm(request, unit, membership, chosen, (to, name))
        handed = workflow.work_reassign(
            actor=actor,
            from_account=membership.account_id,
            to_account=to,
            why=request.POST.get("why", "")[:LONGEST_REASON],
            matters=[matter.pk for matter in chosen],
        )
    except Refused as refusal:
        return _form(request, unit, membership, held, refusal)
    count = len(handed.matters)
    told = ngettext(
        "%(count)s matter is in the hands of %(name)s now.",
        "%(count)s matters are in the hands of %(name)s now.",
        count,
    )
    messages.success(request, told % {"count": count, "name": name})
    for number, why in handed.left[:MOST_SAID]:
        messages.error(request, f"{number}: {why}")
    if len(handed.left) > MOST_SAID:
        more = _("… and %(count)s more that could not be handed over.")
        messages.error(request, more % {"count": len(handed.left) - MOST_SAID})
    return HttpResponseRedirect(reverse("console:unit_page", args=[unit.pk]))


def matters_held(actor: Actor, unit: Unit, membership: Membership) -> list[Matter]:
    """What somebody has in hand for a unit, or for none, as far as the actor may see it, the most
    urgent first.
    """
    rows = listing.matters_held(actor, unit, membership.account_id)
    return list(rows.select_related("place").order_by("next_due_at", "pk")[:MOST])


def _colleague(unit: Unit, membership: Membership, text: str) -> tuple[int, str]:
    """The account that takes over, and its name. Raises Invalid for anybody but a colleague."""
    known = {str(account): name for account, name in _colleagues(unit, membership)}
    if text not in known:
        message = _("Choose who takes it over.")
        raise Invalid(message, code="nobody_chosen", fields={"to": message})
    return int(text), known[text]


def _colleagues(unit: Unit, membership: Membership) -> list[tuple[int, str]]:
    ids = [row.account_id for row in units.members_on(unit) if row.account.is_active]
    ids = sorted({one for one in ids if one != membership.account_id})
    names = names_of(ids)
    return [(one, names.get(one, "")) for one in ids]


def _chosen(held: Sequence[Matter], sent: Iterable[str]) -> list[Matter]:
    """The matters that were ticked. Raises Invalid for none: that would mean all."""
    wanted = set(sent)
    found = [matter for matter in held if str(matter.pk) in wanted]
    if not found:
        message = _("Choose at least one matter.")
        raise Invalid(message, code="no_matter_chosen", fields={"matter": message})
    return found


def _form(
    request: HttpRequest,
    unit: Unit,
    membership: Membership,
    held: Sequence[Matter],
    refusal: Refused | None = None,
) -> HttpResponse:
    sent = request.POST
    ticked = set(sent.getlist("matter")) if sent else {str(matter.pk) for matter in held}
    return render(
        request,
        "units/console/hand_over.html",
        status=refusal.status if refusal else 200,
        unit=unit,
        only_within=only_within(actor_of(request), unit),
        name=names_of([membership.account_id]).get(membership.account_id, ""),
        rows=[(matter, step_name(matter), str(matter.pk) in ticked) for matter in held],
        colleagues=_colleagues(unit, membership),
        to=sent.get("to", ""),
        why=sent.get("why", ""),
        refusal=refusal,
    )


def _confirm(
    request: HttpRequest,
    unit: Unit,
    membership: Membership,
    chosen: Sequence[Matter],
    to: tuple[int, str],
) -> HttpResponse:
    why = request.POST.get("why", "").strip()[:LONGEST_REASON]
    if not why:
        message = _("Please write why.")
        raise Invalid(message, code="why_empty", fields={"why": message})
    return render(
        request,
        "units/console/hand_over_confirm.html",
        unit=unit,
        only_within=only_within(actor_of(request), unit),
        name=names_of([membership.account_id]).get(membership.account_id, ""),
        to=to[0],
        to_name=to[1],
        why=why,
        rows=[(matter, step_name(matter)) for matter in chosen],
    )
