# SPDX-License-Identifier: MulanPSL-2.0
"""The work queue: a list with views and filters, the open case beside it, and what many share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.base.actor import Actor
from linli.base.errors import Message
from linli.kernel.access import services as access
from linli.kernel.files import exports
from linli.modules.appeals import services
from linli.modules.appeals.console.address import Asked, asked_of, choices_of
from linli.modules.appeals.console.many import batch_asked
from linli.modules.appeals.console.sheet import sheet_of
from linli.modules.appeals.models import Case
from linli.modules.appeals.selectors import cases
from linli.modules.appeals.selectors.lines import cases_of, lines_of
from linli.modules.appeals.selectors.queue import (
    NAMES,
    VIEWS,
    cases_waiting,
    queue_page,
)
from linli.modules.appeals.terms import Perm
from linli.shells.frame import live
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.paging import page_asked
from linli.shells.frame.render import render
from linli.shells.frame.request import is_part

A_PAGE = 20
PARTS = {"rows": "rows", "peek": "peek"}
ASKING = "queue-ask"
"""The form of search and filters; the address that it leads to is written without empty parts."""
NEXT: dict[str, tuple[Message, Message]] = {
    "mine": (
        gettext_lazy("Nothing waits for you"),
        gettext_lazy("What is sent to you or your unit shows up here by itself."),
    ),
    "late": (gettext_lazy("Nothing is late"), gettext_lazy("Have a look at what is due today.")),
}
NOTHING = (
    gettext_lazy("Nothing here"),
    gettext_lazy("Take a filter away, or look at all that is open."),
)


@console.page(
    "appeals/",
    name="appeal_list",
    needs=Perm.VIEW,
    menu=Menu(gettext_lazy("Appeals"), "notice", order=0, waiting=cases_waiting, is_told=True),
    lags=True,
)
@require_GET
def appeal_list(request: HttpRequest) -> HttpResponse:
    """The queue; an htmx request gets the rows, or the case that was opened."""
    live.follow_reader(request)
    actor = actor_of(request)
    target = request.headers.get("HX-Target", "") if is_part(request) else ""
    case = _opened(request, actor) if target != "rows" else None
    asked = asked_of(request, actor)
    shown: dict[str, Any] = {"asked": asked, "here": reverse("console:appeal_list")}
    if target != "peek":
        shown |= _list(request, actor, asked)
    if case is not None:
        shown["sheet"] = sheet_of(request, case)
    response = render(request, "appeals/console/queue.html", PARTS, opened=case, **shown)
    if request.headers.get("HX-Trigger") == ASKING:
        response["HX-Push-Url"] = f"{shown['here']}?{asked.query}"
    return response


def _opened(request: HttpRequest, actor: Actor) -> Case | None:
    number = request.GET.get("open", "")
    return cases.case_get(actor=actor, number=number) if number else None


def _list(request: HttpRequest, actor: Actor, asked: Asked) -> dict[str, Any]:
    counts: dict[str, int] = {}

    def ask(start: int) -> tuple[int, list[int]]:
        found, keys = queue_page(actor=actor, filters=asked.filters, start=start, size=A_PAGE)
        counts.update(found)
        return counts[asked.filters.view], keys

    page = page_asked(request, ask, size=A_PAGE, shown=cases_of)
    lines = lines_of(page.object_list)
    opened = request.GET.get("open", "")
    rest = request.GET.copy()
    rest.pop("open", None)
    here = f"?{rest.urlencode()}{'&' if rest else ''}open="
    for number, line in enumerate(lines):
        line.href = f"{here}{line.number}"
        line.is_on = line.number == opened or (not opened and number == 0)
    title, text = NEXT.get(asked.filters.view, NOTHING) if not asked.is_narrowed else NOTHING
    return {
        "views": [(view, NAMES[view], counts[view]) for view in VIEWS],
        "page": page,
        "lines": lines,
        "choices": choices_of(actor),
        "may_register": access.may_anywhere(actor, Perm.REGISTER_FOR),
        "may_export": exports.source_open(actor=actor, key="appeals.cases") is not None,
        "may_dispatch": access.may_anywhere(actor, Perm.DISPATCH),
        "may_urge": any(access.may_anywhere(actor, right) for right in services.MAY_URGE),
        "batch": batch_asked(request),
        "empty_title": title,
        "empty_text": text,
    }
