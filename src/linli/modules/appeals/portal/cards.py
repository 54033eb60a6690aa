# SPDX-License-Identifier: MulanPSL-2.0
"""What appeals put on the portal's first page."""

from typing import Any

from django.http import HttpRequest

from linli.base.actor import ActorKind
from linli.modules.appeals.portal.following import followed
from linli.modules.appeals.selectors import intake, reporter, shown
from linli.shells.frame.faces import portal
from linli.shells.frame.menu import Contents
from linli.shells.frame.middleware import actor_of

MOST_SHOWN = 3


@portal.card("action", "appeals/portal/card_report.html", order=0)
def report_card(request: HttpRequest) -> Contents | None:
    """The one big button."""
    del request
    return {}


@portal.card("quick", "appeals/portal/card_quick.html", order=0)
def quick_card(request: HttpRequest) -> Contents | None:
    """Looking up what was reported without an account, and calling somebody."""
    del request
    return {}


@portal.card("mine", "appeals/portal/card_mine.html", order=0)
def mine_card(request: HttpRequest) -> Contents | None:
    """What the reader has under way: first what waits for their word, then the newest."""
    actor = actor_of(request)
    if actor.kind is ActorKind.ANONYMOUS:
        known: list[Any] = followed(request)
        total = len(known)
    else:
        known = list(reporter.appeals_own(actor=actor, state="open")[: 2 * MOST_SHOWN])
        total = reporter.appeals_own(actor=actor).count()
    if not total:
        return None
    known.sort(key=lambda appeal: not reporter.is_to_rate(appeal))
    rows = [reporter.row_of(appeal) for appeal in known[:MOST_SHOWN]]
    return {"rows": rows, "total": total}


@portal.card("news", "appeals/portal/card_shown.html", order=20)
def shown_card(request: HttpRequest) -> Contents | None:
    """The way to photos that residents share, while there are any."""
    return {} if shown.releases_public(actor=actor_of(request)).exists() else None


@portal.card("near", "appeals/portal/card_near.html", order=0)
def near_card(request: HttpRequest) -> Contents | None:
    """Who looks after the reader's own grid."""
    near = intake.near_to(actor_of(request))
    return None if near is None else {"near": near}
