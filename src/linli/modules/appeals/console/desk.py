# SPDX-License-Identifier: MulanPSL-2.0
"""What appeals put on the desk: how much waits, the most urgent of it, and things to do by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.base.errors import Forbidden, Message
from linli.kernel.workflow import services as workflow_services
from linli.kernel.workflow.selectors import TodoView
from linli.modules.appeals.selectors.lines import lines_of
from linli.modules.appeals.selectors.queue import NAMES, Filters, cases_queue, queue_counts
from linli.modules.appeals.terms import WORKFLOW, Perm
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Contents
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.matters.desk import todos_of

SHOWN = ("mine", "due_today", "late", "to_verify")
MOST_LISTED, MOST_TODOS = 5, 8


@dataclass(frozen=True)
class Waiting:
    """One view of the queue with what waits in it."""

    words: Message
    count: int
    href: str
    tone: str


@console.card("desk", "appeals/console/desk_card.html", order=10, needs=Perm.VIEW)
def desk_card(request: HttpRequest) -> Contents | None:
    """How much waits, and the most urgent of it; nothing while no case is open."""
    actor = actor_of(request)
    counts = queue_counts(actor=actor)
    if not counts["all"]:
        return None
    rows = cases_queue(actor=actor, filters=Filters(view="mine"), limit=MOST_LISTED)
    here = reverse("console:appeal_list")
    views = [
        Waiting(
            words=NAMES[view],
            count=counts[view],
            href=f"{here}?view={view}",
            tone="late" if view == "late" and counts[view] else "",
        )
        for view in SHOWN
    ]
    return {"views": views, "lines": lines_of(rows), "here": here, "total": counts["mine"]}


@console.card("desk", "appeals/console/todo_card.html", order=20, needs=Perm.VIEW)
def todo_card(request: HttpRequest) -> Contents | None:
    """Things to do that the procedure has put on this desk: to supervise, to rule."""
    todos = _todos(request)
    return {"todos": todos[:MOST_TODOS], "total": len(todos)} if todos else None


def _todos(request: HttpRequest) -> Sequence[TodoView]:
    return [todo for todo in todos_of(request) if todo.matter.workflow == WORKFLOW]


@console.page("appeals/todos/", name="appeal_todos", needs=Perm.VIEW)
@require_GET
def appeal_todos(request: HttpRequest) -> HttpResponse:
    """Every thing to do of the card on the desk."""
    return render(request, "appeals/console/todos.html", todos=_todos(request))


@console.page("appeals/todos/<int:todo_id>/", name="appeal_todo", needs=Perm.VIEW)
@require_POST
def appeal_todo(request: HttpRequest, todo_id: int) -> HttpResponse:
    """Tick off a thing to do."""
    if all(todo.id != todo_id for todo in _todos(request)):
        raise Forbidden("", code="not_yours")
    workflow_services.todo_done(actor=actor_of(request), todo=todo_id)
    messages.success(request, _("Ticked off."))
    return HttpResponseRedirect(reverse("console:home"))
