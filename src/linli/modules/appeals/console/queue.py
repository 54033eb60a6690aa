# SPDX-License-Identifier: MulanPSL-2.0
"""The work queue: a list with views and filters, the open case beside it, and what many share."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from linli.base.actor import Actor
from linli.base.errors import Forbidden, Message, Refused
from linli.kernel.access import services as access
from linli.modules.appeals import services
from linli.modules.appeals.console.address import Asked, asked_of, choices_of
from linli.modules.appeals.console.sheet import sheet_of
from linli.modules.appeals.models import Case
from linli.modules.appeals.selectors import cases
from linli.modules.appeals.selectors.queue import (
    VIEWS,
    cases_queue,
    lines_of,
    mine_count,
    queue_counts,
)
from linli.modules.appeals.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.frame.request import is_part

A_PAGE = 20
MOST_AT_ONCE = 100
PARTS = {"rows": "rows", "peek": "peek"}
ASKING = "queue-ask"
"""The form of search and filters; the address that it leads to is written without empty parts."""
NAMES: dict[str, Message] = {
    "mine": gettext_lazy("For me to do"),
    "due_today": gettext_lazy("Due today"),
    "late": gettext_lazy("Late"),
    "waiting": gettext_lazy("With others"),
    "to_verify": gettext_lazy("To verify"),
    "all": gettext_lazy("All open"),
}
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


def _count(actor: Actor) -> int:
    return mine_count(actor=actor)


@console.page(
    "appeals/",
    name="appeal_list",
    needs=Perm.VIEW,
    menu=Menu(gettext_lazy("Appeals"), "notice", order=0, count=_count),
)
@require_GET
def appeal_list(request: HttpRequest) -> HttpResponse:
    """The queue; an htmx request gets the rows, or the case that was opened."""
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
    counts = queue_counts(actor=actor)
    page = Paginator(cases_queue(actor=actor, filters=asked.filters), A_PAGE).get_page(
        request.GET.get("page")
    )
    lines = lines_of(page.object_list)
    opened = request.GET.get("open", "")
    for number, line in enumerate(lines):
        line.is_on = line.number == opened or (not opened and number == 0)
    title, text = NEXT.get(asked.filters.view, NOTHING) if not asked.is_narrowed else NOTHING
    return {
        "views": [(view, NAMES[view], counts[view]) for view in VIEWS],
        "page": page,
        "lines": lines,
        "choices": choices_of(actor),
        "may_register": access.may_anywhere(actor, Perm.REGISTER_FOR),
        "may_dispatch": access.may_anywhere(actor, Perm.DISPATCH),
        "may_urge": any(access.may_anywhere(actor, right) for right in services.MAY_URGE),
        "empty_title": title,
        "empty_text": text,
    }


@console.page("appeals/many/", name="appeal_many", needs=(Perm.DISPATCH, Perm.VIEW_FIGURES))
@require_POST
def appeal_many(request: HttpRequest) -> HttpResponse:
    """Do one thing to all cases that were picked; what could not be done is said case by case."""
    deed = DEEDS.get(request.POST.get("do", ""))
    numbers = request.POST.getlist("picked")[:MOST_AT_ONCE]
    back = HttpResponseRedirect(_back(request))
    if deed is None or not numbers:
        messages.warning(request, _("Pick some cases first."))
        return back
    done, problems = _each(actor_of(request), numbers, deed)
    if done:
        said = ngettext("Done for %(count)s case.", "Done for %(count)s cases.", done)
        messages.success(request, said % {"count": done})
    for number, problem in problems[:10]:
        messages.error(request, f"{number}: {problem}")
    if len(problems) > 10:
        more = _("… and %(count)s more that could not be done.") % {"count": len(problems) - 10}
        messages.error(request, more)
    return back


Deed = Callable[[Actor, Case], object]


def _each(actor: Actor, numbers: list[str], deed: Deed) -> tuple[int, list[tuple[str, Message]]]:
    done, problems = 0, []
    for number in numbers:
        case = cases.case_get(actor=actor, number=number)
        if case is None:
            continue
        try:
            deed(actor, case)
        except Forbidden as refusal:
            problems.append((number, refusal.message or _("This step is in other hands.")))
        except Refused as refusal:
            problems.append((number, refusal.message))
        else:
            done += 1
    return done, problems


def _dispatch(actor: Actor, case: Case) -> None:
    services.case_move(actor=actor, case=case, move="dispatch", expected_step="received")


def _urge(actor: Actor, case: Case) -> None:
    services.case_urge(actor=actor, case=case)


DEEDS: dict[str, Deed] = {"dispatch": _dispatch, "urge": _urge}


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if inside and wanted else reverse("console:appeal_list")
