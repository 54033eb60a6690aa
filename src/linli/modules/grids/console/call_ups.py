# SPDX-License-Identifier: MulanPSL-2.0
"""Surge call-ups in the console: called, followed person by person, stood down."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid, Message, Refused
from linli.kernel.access import services as access
from linli.kernel.places import selectors as places
from linli.kernel.workflow.selectors import names_of
from linli.modules.grids import rules, services
from linli.modules.grids.console.doing import done
from linli.modules.grids.models import CalledPerson, CallUp
from linli.modules.grids.selectors import call_ups
from linli.modules.grids.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Contents, Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.matters.choosing import whole
from linli.shells.places.chosen import place_chosen

A_PAGE = 20
PAGE, NEW = "grids/console/call_up.html", "grids/console/call_up_new.html"
SETS: Mapping[str, Message] = {
    "called": gettext_lazy("Called"),
    "answered": gettext_lazy("Answered"),
    "in_time": gettext_lazy("Answered in time"),
    "coming": gettext_lazy("Coming"),
    "present": gettext_lazy("There now"),
    "late": gettext_lazy("Answered too late"),
    "silent": gettext_lazy("No answer yet"),
    "not_coming": gettext_lazy("Cannot come"),
    "came": gettext_lazy("Checked in"),
}
TONES = {"silent": "late", "present": "good"}


@dataclass(frozen=True, slots=True)
class PersonShown:
    """Somebody who is called, in a list."""

    called: CalledPerson
    name: str
    role: str
    is_late: bool


@console.page(
    "grids/call-ups/",
    name="call_ups",
    needs=Perm.VIEW,
    menu=Menu(
        gettext_lazy("Surge call-ups"),
        "whistle",
        group=Group.DAILY,
        order=60,
        waiting=call_ups.call_ups_live,
        is_told=True,
    ),
)
@require_GET
def call_up_list(request: HttpRequest) -> HttpResponse:
    """Call-ups that the reader may see, the newest first, each with its response rate."""
    actor = actor_of(request)
    rows = call_ups.call_ups_visible(actor=actor)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    listed = [(one, call_ups.figures_of(one, call_ups.called_of(one))) for one in page]
    return render(
        request,
        "grids/console/call_ups.html",
        page=page,
        rows=listed,
        may_call=access.may_anywhere(actor, Perm.CALL_UP),
        own=call_ups.own_calls(actor),
    )


@console.page("grids/call-ups/new/", name="call_up_new", needs=Perm.CALL_UP)
def call_up_new(request: HttpRequest) -> HttpResponse:
    """Call people up: where, why, whom, how long; looked at once more before it goes out."""
    actor = actor_of(request)
    at = place_chosen(request, Perm.CALL_UP)
    if at is None:
        raise Forbidden("", code="forbidden")
    live = call_ups.call_up_live(at.place)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            given = _given(request.POST)
            if request.POST.get("confirmed") == "yes":
                return _raised(
                    request, services.call_up_raise(actor=actor, place=at.place, **given)
                )
            held = call_ups.holders(at.place, given["roles"])
            roles = {one.key: one.name for one in call_ups.roles_to_call(at.place)}
            return render(
                request,
                "grids/console/call_up_confirm.html",
                at=at,
                given=given,
                count=len(held),
                role_names=[roles[key] for key in given["roles"] if key in roles],
                sent=request.POST,
            )
        except Refused as refused:
            refusal = refused
    return render(
        request,
        NEW,
        status=refusal.status if refusal else 200,
        at=at,
        live=live,
        roles=call_ups.roles_to_call(at.place),
        chosen=request.POST.getlist("roles"),
        sent=request.POST,
        refusal=refusal,
        ends_at=clock.local(clock.now() + dt.timedelta(days=1)),
    )


class Given(TypedDict):
    """What the form says."""

    reason: str
    what: str
    roles: list[str]
    hours: int
    ends_at: dt.datetime


def _given(sent: QueryDict) -> Given:
    """What the form says. Raises Invalid for times that cannot be read."""
    hours = sent.get("hours", "").strip()
    fields = {}
    if not (hours.isdecimal() and len(hours) < 4):
        fields["hours"] = _("Write a number of hours, such as 2.")
    try:
        local = dt.datetime.fromisoformat(sent.get("ends_at", ""))
    except ValueError:
        fields["ends_at"] = _("Say when it ends at the latest.")
    if fields:
        raise Invalid(next(iter(fields.values())), code="call_up_times", fields=fields)
    return {
        "reason": sent.get("reason", ""),
        "what": sent.get("what", ""),
        "roles": sent.getlist("roles"),
        "hours": int(hours),
        "ends_at": local.replace(tzinfo=clock.ZONE),
    }


def _raised(request: HttpRequest, call_up: CallUp) -> HttpResponse:
    messages.success(request, _("They are called. Their answers show up here."))
    return _to(call_up)


def _to(call_up: CallUp) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:call_up", args=[call_up.pk]))


def _call_up(actor: Actor, call_up_id: int) -> CallUp:
    found = call_ups.call_up_get(actor=actor, call_up_id=call_up_id)
    if found is None:
        raise Http404
    return found


@console.page("grids/call-ups/<int:call_up_id>/", name="call_up", needs=Perm.VIEW)
@require_GET
def call_up_page(request: HttpRequest, call_up_id: int) -> HttpResponse:
    """A call-up: how many answered, came and are late, each figure with exactly its people."""
    return _page(request, _call_up(actor_of(request), call_up_id))


def _page(request: HttpRequest, call_up: CallUp, refusal: Refused | None = None) -> HttpResponse:
    actor = actor_of(request)
    called = call_ups.called_of(call_up)
    asked = request.GET.get("set", "called")
    name = asked if asked in SETS else "called"
    found = call_ups.figures_of(call_up, called)
    may_lead = call_up.is_live and bool(access.may(actor, Perm.CALL_UP, call_up.place))
    return render(
        request,
        PAGE,
        {"call-up": "people"},
        status=refusal.status if refusal else 200,
        call_up=call_up,
        set=name,
        set_words=SETS[name],
        figures=[
            (key, words, found.counts[key], TONES.get(key, "")) for key, words in SETS.items()
        ],
        percent=found.percent,
        in_time=found.counts["in_time"],
        total=found.counts["called"],
        people=_people(call_up, rules.rows_of(name, called, call_up.answer_by)),
        may_lead=may_lead,
        places=call_ups.places_to_assign(call_up) if may_lead else (),
        called_by=names_of([call_up.called_by_id] if call_up.called_by_id else []),
        refusal=refusal,
    )


def _people(call_up: CallUp, rows: list[CalledPerson]) -> list[PersonShown]:
    names, roles = names_of(row.account_id for row in rows), call_ups.role_names(rows)
    now = clock.now()
    return [
        PersonShown(
            row,
            names.get(row.account_id, ""),
            roles[row.role, row.home.path],
            is_late=(row.answered_at or now) > call_up.answer_by,
        )
        for row in rows
    ]


Doing = Callable[[Actor, CallUp, QueryDict], str]


@console.page("grids/call-ups/<int:call_up_id>/<slug:what>/", name="call_up_do", needs=Perm.CALL_UP)
@require_POST
def call_up_do(request: HttpRequest, call_up_id: int, what: str) -> HttpResponse:
    """Give somebody a place, let them go, or end it; a refusal is said on the page."""
    read = partial(_call_up, actor_of(request), call_up_id)
    return done(request, DOING.get(what), read, _page, _to)


def _called(call_up: CallUp, sent: QueryDict) -> CalledPerson:
    asked = whole(sent.get("called", ""))
    found = call_up.called.filter(pk=asked).first() if asked is not None else None
    if found is None:
        raise Http404
    return found


def _assign(actor: Actor, call_up: CallUp, sent: QueryDict) -> str:
    place = places.place_by_code(sent.get("place", "")[:64])
    services.call_up_assign(actor=actor, called=_called(call_up, sent), place=place)
    if place is None:
        return _("They have no place for now.")
    return _("They go to %(place)s.") % {"place": places.name_of(place)}


def _sign_off(actor: Actor, call_up: CallUp, sent: QueryDict) -> str:
    services.call_up_sign_off(actor=actor, called=_called(call_up, sent))
    return _("Signed off.")


def _stand_down(actor: Actor, call_up: CallUp, sent: QueryDict) -> str:
    services.call_up_stand_down(actor=actor, call_up=call_up, note=sent.get("note", ""))
    return _("It is over, and everybody has been told.")


DOING: Mapping[str, Doing] = {
    "assign": _assign,
    "sign-off": _sign_off,
    "stand-down": _stand_down,
}


@console.card("desk", "grids/console/desk_called.html", order=5, needs=Perm.ANSWER)
def called_card(request: HttpRequest) -> Contents | None:
    """What the reader is called up to themselves; nothing while they are not."""
    own = [one for one in call_ups.own_calls(actor_of(request)) if one.left_at is None]
    return {"calls": own} if own else None
