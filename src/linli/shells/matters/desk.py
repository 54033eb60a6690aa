# SPDX-License-Identifier: MulanPSL-2.0
"""What matters put on the desk: how much waits, the most urgent of it, and things to do by name."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.base.errors import Forbidden
from linli.kernel.sockets import registry
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow import services
from linli.kernel.workflow.selectors import TodoView
from linli.kernel.workflow.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Contents
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.matters import listing

MOST_LISTED, MOST_TODOS = 5, 8


@console.card("desk", "matters/console/desk_card.html", order=12, needs=Perm.VIEW_MATTER)
def desk_card(request: HttpRequest) -> Contents | None:
    """How much waits, and the most urgent of it; nothing while no matter is open."""
    actor = actor_of(request)
    mine = listing.Asked("mine")
    counts = listing.counts_of(actor, mine)
    if not counts["all"]:
        return None
    rows = listing.matters_listed(actor, mine)[:MOST_LISTED]
    views = [(view, words, counts[view]) for view, words in listing.VIEWS.items()]
    return {"views": views, "lines": listing.lines_of(rows)}


@console.card("desk", "matters/console/todo_card.html", order=22, needs=Perm.VIEW_MATTER)
def todo_card(request: HttpRequest) -> Contents | None:
    """Things to do that a procedure has put on this desk: to help, to answer, to rule."""
    todos = _todos(request)
    return {"todos": todos[:MOST_TODOS], "total": len(todos)} if todos else None


def todos_of(request: HttpRequest) -> Sequence[TodoView]:
    """What is to do on the reader's desk for matters of any procedure, asked once a page."""
    known: Sequence[TodoView] | None = request.__dict__.get("_linli_todos")
    if known is None:
        known = workflow.todos_for(actor_of(request))
        request.__dict__["_linli_todos"] = known
    return known


def _todos(request: HttpRequest) -> Sequence[TodoView]:
    elsewhere = registry.workflows_shown()
    return [todo for todo in todos_of(request) if todo.matter.workflow not in elsewhere]


@console.page("matters/todos/", name="matter_todos", needs=Perm.VIEW_MATTER)
@require_GET
def matter_todos(request: HttpRequest) -> HttpResponse:
    """Every thing to do of the card on the desk."""
    return render(request, "matters/console/todos.html", todos=_todos(request))


@console.page("matters/todos/<int:todo_id>/", name="matter_todo", needs=Perm.VIEW_MATTER)
@require_POST
def matter_todo(request: HttpRequest, todo_id: int) -> HttpResponse:
    """Tick off a thing to do."""
    if all(todo.id != todo_id for todo in _todos(request)):
        raise Forbidden("", code="not_yours")
    services.todo_done(actor=actor_of(request), todo=todo_id)
    messages.success(request, _("Ticked off."))
    return HttpResponseRedirect(reverse("console:home"))
