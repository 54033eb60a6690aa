# SPDX-License-Identifier: MulanPSL-2.0
"""Changing a place on a day: renamed, classified, given another code, moved, merged or split.

Every form is followed by a page that says what it would do; only what is confirmed there is done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Invalid, Message, Refused
from linli.kernel.access import services as access
from linli.kernel.places import restructuring, typology
from linli.kernel.places import selectors as places
from linli.kernel.places.impact import Impact, impact_of
from linli.kernel.places.models import Place
from linli.kernel.places.restructuring import Piece
from linli.kernel.places.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.places import choosing, counting
from linli.shells.places.chosen import above_of
from linli.shells.places.console import place_found
from linli.shells.places.drawing import place_address
from linli.shells.places.words import LevelWords
from linli.shells.units.days import LONGEST_REASON, day_sent

LONGEST_NAME = 200
FIELDS = ("on", "reason", "name", "name_en", "code", "kind", "parent", "into")
FEWEST_PIECES, MOST_PIECES = 2, 6


@dataclass(frozen=True)
class Plan:
    """What a form asks for: how it is done, which places are concerned, and what it says in words.

    `run` returns the places that come of it; the page shown afterwards is about the first.
    """

    run: Callable[[], list[Place]]
    concerned: tuple[Place, ...]
    says: tuple[tuple[Message, str], ...] = ()


@dataclass(frozen=True)
class Way:
    """One way to change a place: what it is called, and how its form is read."""

    title: Message
    read: Callable[[Actor, Place, QueryDict], Plan]
    is_weighed: bool = True


@console.page("places/<str:code>/change/<slug:way>/", name="place_change", needs=Perm.EDIT)
def place_change(request: HttpRequest, code: str, way: str) -> HttpResponse:
    """The form of one way to change a place, what it would do, and doing it."""
    actor = actor_of(request)
    place = place_found(actor, code)
    access.require(actor, Perm.EDIT, at=place)
    chosen = WAYS.get(way)
    if chosen is None:
        raise Http404
    if request.method != "POST":
        return _form(request, place, way, request.GET)
    try:
        plan = chosen.read(actor, place, request.POST)
        if request.POST.get("confirmed") != "yes":
            impact = impact_of(plan.run, plan.concerned)
            return _preview(request, place, way, plan, impact)
        made = plan.run()
    except Refused as refusal:
        return _form(request, place, way, request.POST, refusal)
    messages.success(request, _("Done: %(way)s.") % {"way": chosen.title})
    return HttpResponseRedirect(place_address(made[0].code))


def _form(
    request: HttpRequest, place: Place, way: str, sent: QueryDict, refusal: Refused | None = None
) -> HttpResponse:
    actor = actor_of(request)
    words = LevelWords.at(place.path)
    pieces = _pieces_wanted(sent)
    return render(
        request,
        f"places/console/change/{way}.html",
        status=refusal.status if refusal else 200,
        place=place,
        above=above_of(actor, Perm.VIEW, place),
        title=WAYS[way].title,
        refusal=refusal,
        sent={field: sent.get(field, "") for field in FIELDS},
        today=clock.today(),
        kinds=words.choices(place.level, "kinds"),
        tags=words.choices(place.level, "tags"),
        has_sent="on" in sent,
        tags_sent=sent.getlist("tags"),
        question=sent.get("q", "")[: choosing.LONGEST_QUESTION],
        choices=choosing.choices_for(actor, place, way, sent.get("q", "")),
        pieces=_pieces_shown(sent, pieces) if way == "split" else [],
        below=_below_shown(place, sent) if way == "split" else [],
        more=pieces + 1 if pieces < MOST_PIECES else None,
    )


def _preview(
    request: HttpRequest, place: Place, way: str, plan: Plan, impact: Impact
) -> HttpResponse:
    words = LevelWords.at(place.path)
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "confirmed", "_once")
        for value in values
    ]
    return render(
        request,
        "places/console/change/preview.html",
        place=place,
        way=way,
        above=above_of(actor_of(request), Perm.VIEW, place),
        title=WAYS[way].title,
        says=plan.says,
        kept=kept,
        again=urlencode(kept),
        table=counting.table_of(impact, words) if WAYS[way].is_weighed else None,
        left=counting.left_of(impact),
        is_whole=impact.is_whole,
    )


def _common(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The day and the grounds, which every way has."""
    return {
        "on": day_sent(str(sent.get("on", "")), "on") or clock.today(),
        "reason": str(sent.get("reason", "")).strip()[:LONGEST_REASON],
    }


def _rename(actor: Actor, place: Place, sent: QueryDict) -> Plan:
    name, name_en = (sent.get(field, "")[:LONGEST_NAME] for field in ("name", "name_en"))
    rename = restructuring.place_rename
    common = _common(sent)
    run = partial(rename, actor=actor, place=place, name=name, name_en=name_en, **common)
    says = ((_("Name so far"), place.name), (_("Name from then on"), name))
    return Plan(lambda: [run()], (place,), says)


def _recode(actor: Actor, place: Place, sent: QueryDict) -> Plan:
    code = sent.get("code", "").strip()[:64]
    run = partial(restructuring.place_recode, actor=actor, place=place, code=code, **_common(sent))
    says = ((_("Code so far"), place.code), (_("Code from then on"), code))
    return Plan(lambda: [run()], (place,), says)


def _classify(actor: Actor, place: Place, sent: QueryDict) -> Plan:
    kind, tags = sent.get("kind", ""), sent.getlist("tags")
    given = {"kind": kind, "tags": tags, **_common(sent)}
    run = partial(typology.place_classify, actor=actor, place=place, **given)
    words = LevelWords.at(place.path)
    says = (
        (_("Counted as so far"), words.classed(place.level, place.kind, place.tags)),
        (_("Counted as from then on"), words.classed(place.level, kind, tags)),
    )
    return Plan(lambda: [run()], (place,), says)


def _move(actor: Actor, place: Place, sent: QueryDict) -> Plan:
    parent = choosing.place_sent(actor, sent, "parent")
    run = partial(
        restructuring.place_move, actor=actor, place=place, parent=parent, **_common(sent)
    )
    so_far = places.name_of(place.parent) if place.parent is not None else ""
    says = ((_("Below so far"), so_far), (_("Below from then on"), places.name_of(parent)))
    concerned = tuple(one for one in (place.parent, parent, place) if one is not None)
    return Plan(lambda: [run()], concerned, says)


def _merge(actor: Actor, place: Place, sent: QueryDict) -> Plan:
    into = choosing.place_sent(actor, sent, "into")
    run = partial(
        restructuring.places_merge, actor=actor, places=[place], into=into, **_common(sent)
    )
    says = (
        (_("Ends"), places.name_of(place)),
        (_("Goes on as part of"), places.name_of(into)),
        (_("Boundary from then on"), _ground_said(place, into)),
    )
    return Plan(lambda: [run()], (place, into), says)


def _ground_said(place: Place, into: Place) -> str:
    """Which ground a place has that takes in another one."""
    lacking = restructuring.grounds_lacking([place, into])
    if not lacking:
        return _("around the ground of both")
    names = pgettext("between counts", ", ").join(map(places.name_of, lacking))
    words = _(
        "as it is: the boundary of %(lacking)s is not known. On ground that has none, a point "
        "finds no place of this level until the boundary is entered."
    )
    return words % {"lacking": names}


def _split(actor: Actor, place: Place, sent: QueryDict) -> Plan:
    pieces = [_piece(place, sent, number) for number in range(1, _pieces_wanted(sent) + 1)]
    run = partial(
        restructuring.place_split, actor=actor, place=place, pieces=pieces, **_common(sent)
    )
    says = ((_("Ends"), places.name_of(place)), *((_("Begins"), each.name) for each in pieces))
    return Plan(run, (place,), tuple(says))


def _piece(place: Place, sent: QueryDict, number: int) -> Piece:
    code, name = sent.get(f"code_{number}", "").strip(), sent.get(f"name_{number}", "").strip()
    if not code or not name:
        message = _("Each of the new places needs a code and a name.")
        raise Invalid(message, code="piece_unnamed", fields={f"name_{number}": message})
    below = places.children(place, day_sent(sent.get("on", ""), "on"))
    takes = [one.code for one in below if sent.get(f"goes_{one.code}") == str(number)]
    return Piece(code[:64], name[:LONGEST_NAME], tuple(takes))


def _pieces_wanted(sent: Mapping[str, Any]) -> int:
    text = str(sent.get("pieces", ""))
    wanted = int(text) if text.isdecimal() else FEWEST_PIECES
    return min(max(wanted, FEWEST_PIECES), MOST_PIECES)


def _pieces_shown(sent: QueryDict, count: int) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "code": sent.get(f"code_{number}", ""),
            "name": sent.get(f"name_{number}", ""),
        }
        for number in range(1, count + 1)
    ]


def _below_shown(place: Place, sent: QueryDict) -> list[tuple[Place, str]]:
    """Each place right below with the number of the piece it was given to."""
    return [(one, sent.get(f"goes_{one.code}", "")) for one in places.children(place)]


WAYS = {
    "rename": Way(gettext_lazy("rename it"), _rename, is_weighed=False),
    "classify": Way(gettext_lazy("say what it counts as"), _classify, is_weighed=False),
    "recode": Way(gettext_lazy("give it another code"), _recode, is_weighed=False),
    "move": Way(gettext_lazy("move it below another place"), _move),
    "merge": Way(gettext_lazy("merge it into another place"), _merge),
    "split": Way(gettext_lazy("split it"), _split),
}
"""The ways in the order in which a place's page offers them."""
