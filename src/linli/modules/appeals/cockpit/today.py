# SPDX-License-Identifier: MulanPSL-2.0
"""What appeals put on the cockpit's first page: figures of the morning, rates on the map and in
numbers,
what is late; each figure opens exactly its rows.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Message
from linli.kernel.access import services as access
from linli.kernel.places.models import Place
from linli.modules.appeals.cockpit.drawing import trend_drawing
from linli.modules.appeals.cockpit.rows import linked, rows_address
from linli.modules.appeals.rules import Rate
from linli.modules.appeals.selectors import figures
from linli.modules.appeals.selectors.lines import lines_of
from linli.modules.appeals.selectors.slices import GAPS, RATES
from linli.modules.appeals.terms import Perm
from linli.shells.cockpit.figures import Figure, Reading, measure
from linli.shells.cockpit.figures import figures as figures_of_today
from linli.shells.cockpit.pages import place_of
from linli.shells.frame.chips import chip_of
from linli.shells.frame.faces import cockpit
from linli.shells.frame.menu import Contents
from linli.shells.frame.middleware import actor_of

MONTH, FORTNIGHT = 30, 14
MOST_LISTED = 5
WEEK = dt.timedelta(days=7)

RATE_NAMES: Mapping[str, Message] = {
    "response_rate": gettext_lazy("Response rate"),
    "in_time_rate": gettext_lazy("Done in time, rate"),
    "resolution_rate": gettext_lazy("Resolution rate"),
    "satisfaction_rate": gettext_lazy("Satisfaction rate"),
}


@figures_of_today(order=10)
def of_today(request: HttpRequest, place: Place) -> Iterator[Figure]:
    """Reported, done, late and due: the four figures of the morning."""
    actor = actor_of(request)
    if not access.may_anywhere(actor, Perm.VIEW_FIGURES):
        return
    today = figures.period_of(1)
    found = figures.counts(
        actor=actor, place=place, names=("filed", "ended", "late", "due_today"), period=today
    )
    before = figures.period_on(clock.today() - WEEK)
    week_ago = figures.counts(actor=actor, place=place, names=("filed", "ended"), period=before)

    def longest(name: str) -> str:
        return _longest(actor, place) if name == "late" and found["late"] else ""

    for name, words in (
        ("filed", _("Reported today")),
        ("ended", _("Done today")),
        ("late", _("Late now")),
        ("due_today", _("Due today")),
    ):
        yield Figure(
            name=words,
            value=found[name],
            note=_compared(found[name], week_ago[name]) if name in week_ago else longest(name),
            href=rows_address(name, place),
            tone="late" if name == "late" and found[name] else "",
        )


def _longest(actor: Actor, place: Place) -> str:
    """By how much the latest case is late."""
    rows = figures.rows_listed(actor=actor, place=place, name="late", period=figures.period_of(1))
    for line in lines_of(rows[:1]):
        if line.due is not None:
            return _("the longest: %(late)s") % {"late": chip_of(line.due).text}
    return ""


def _compared(now: int, before: int) -> str:
    if now == before:
        return _("as many as a week ago")
    if now > before:
        return _("%(count)s more than a week ago") % {"count": now - before}
    return _("%(count)s fewer than a week ago") % {"count": before - now}


def _readings(key: str, actor: Actor, below: Sequence[Place]) -> dict[str, Reading]:
    rows = figures.rates_of_places(
        actor=actor, places=below, key=key, period=figures.period_of(MONTH)
    )
    return {
        row.place.code: Reading(
            value=row.rate.percent,
            text=_percent(row.rate),
            late=row.late,
            late_href=rows_address("late", row.place),
        )
        for row in rows
    }


def _percent(rate: Rate) -> str:
    return f"{rate.percent:.1f}%" if rate.percent is not None else ""


@measure("in_time", RATE_NAMES["in_time_rate"], steps=(80, 88, 94, 97), unit="%", order=10)
def in_time(actor: Actor, below: Sequence[Place]) -> Mapping[str, Reading]:
    """Done in time, in the last thirty days."""
    return _readings("in_time_rate", actor, below)


@measure("response", RATE_NAMES["response_rate"], steps=(80, 88, 94, 97), unit="%", order=20)
def response(actor: Actor, below: Sequence[Place]) -> Mapping[str, Reading]:
    """First contact in time, in the last thirty days."""
    return _readings("response_rate", actor, below)


@measure(
    "satisfaction", RATE_NAMES["satisfaction_rate"], steps=(80, 88, 94, 97), unit="%", order=30
)
def satisfaction(actor: Actor, below: Sequence[Place]) -> Mapping[str, Reading]:
    """Residents who were satisfied, of those who said so, in the last thirty days."""
    return _readings("satisfaction_rate", actor, below)


@dataclass(frozen=True)
class ShownRate:
    """A rate as a formula in numbers; each number opens its rows, the gap too."""

    name: Message
    percent: str
    above: int
    below: int
    missing: int
    above_href: str
    below_href: str
    missing_href: str


@cockpit.card("list", "appeals/cockpit/rates.html", order=10, needs=Perm.VIEW_FIGURES)
def rates_card(request: HttpRequest) -> Contents | None:
    """The rates of thirty days, with numerator, denominator and what is missing."""
    place = place_of(request)
    if place is None:
        return None
    found = figures.rates(actor=actor_of(request), place=place, period=figures.period_of(MONTH))
    rows = [_rate_shown(key, rate, place) for key, rate in found.items()]
    return {"rates": rows, "days": MONTH} if any(row.below for row in rows) else None


def _rate_shown(key: str, rate: Rate, place: Place) -> ShownRate:
    above, below = RATES[key]
    return ShownRate(
        name=RATE_NAMES[key],
        percent=_percent(rate),
        above=rate.numerator,
        below=rate.denominator,
        missing=rate.denominator - rate.numerator,
        above_href=rows_address(above, place, days=MONTH),
        below_href=rows_address(below, place, days=MONTH),
        missing_href=rows_address(GAPS[key], place, days=MONTH),
    )


@cockpit.card("list", "appeals/cockpit/list.html", order=20, needs=Perm.VIEW_FIGURES)
def late_card(request: HttpRequest) -> Contents | None:
    """What is late now, the longest first."""
    return _listed(request, "late", _("Late now"), _("Nothing is late."))


@cockpit.card("list", "appeals/cockpit/list.html", order=30, needs=Perm.VIEW_FIGURES)
def risk_card(request: HttpRequest) -> Contents | None:
    """What may become late today."""
    return _listed(
        request, "due_today", _("May become late today"), _("Nothing more is due today.")
    )


def _listed(request: HttpRequest, name: str, title: str, nothing: str) -> Contents | None:
    place = place_of(request)
    if place is None:
        return None
    actor, period = actor_of(request), figures.period_of(1)
    total = figures.rows_of(actor=actor, place=place, name=name, period=period).count()
    rows = figures.rows_listed(actor=actor, place=place, name=name, period=period)
    lines = lines_of(rows[:MOST_LISTED])
    return {
        "title": title,
        "nothing": nothing,
        "lines": linked(actor, lines),
        "total": total,
        "href": rows_address(name, place),
    }


@cockpit.card("list", "appeals/cockpit/trend.html", order=40, needs=Perm.VIEW_FIGURES)
def trend_card(request: HttpRequest) -> Contents | None:
    """Reported and done, day by day."""
    place = place_of(request)
    if place is None:
        return None
    days = figures.trend(actor=actor_of(request), place=place, days=FORTNIGHT)
    if not any(day.filed or day.ended for day in days):
        return None
    rows = [
        {
            "day": day,
            "filed_href": rows_address("filed", place, on=day.on),
            "ended_href": rows_address("ended", place, on=day.on),
        }
        for day in reversed(days)
    ]
    return {"drawing": trend_drawing(days), "rows": rows, "days": FORTNIGHT}
