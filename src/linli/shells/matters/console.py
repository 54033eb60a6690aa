# SPDX-License-Identifier: MulanPSL-2.0
"""The list of matters, the page of one, notes and files."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid
from linli.kernel.files import services as files
from linli.kernel.files.terms import Variant
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.selectors import matter_read, matters_lined
from linli.kernel.workflow.terms import Perm
from linli.shells.frame import live
from linli.shells.frame.faces import console, may_any
from linli.shells.frame.files import file_answer
from linli.shells.frame.menu import Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.paging import page_counted
from linli.shells.frame.render import render
from linli.shells.frame.request import is_part
from linli.shells.go import registry as go
from linli.shells.matters import listing
from linli.shells.matters.asking import deeds_of
from linli.shells.matters.back import done
from linli.shells.matters.doing import dialogs_of
from linli.shells.matters.opening import openable_at_work
from linli.shells.matters.reading import (
    LONGEST_NUMBER,
    matter_find,
    matter_of,
    matters_waiting,
    may_have_any,
)
from linli.shells.matters.sheet import Sheet

LIST, PAGE = "matters/console/list.html", "matters/console/matter.html"
A_PAGE = 20


@console.page(
    "matters/",
    name="matter_list",
    needs=Perm.VIEW_MATTER,
    menu=Menu(
        gettext_lazy("Matters"),
        "list",
        order=10,
        waiting=matters_waiting,
        is_for=may_have_any,
        is_told=True,
    ),
)
@require_GET
def matter_list(request: HttpRequest) -> HttpResponse:
    """Matters by view, procedure and words; an htmx request gets the rows."""
    live.follow_reader(request)
    actor = actor_of(request)
    asked = listing.asked_of(request)
    rows = listing.matters_listed(actor, asked)
    counts = listing.counts_of(actor, asked)
    page = page_counted(request, rows, size=A_PAGE, count=counts[asked.view], shown=matters_lined)
    title, text = listing.nothing_words(asked)
    return render(
        request,
        LIST,
        "rows",
        asked=asked,
        views=[(view, words, counts[view]) for view, words in listing.VIEWS.items()],
        procedures=listing.procedures_of(actor),
        page=page,
        lines=listing.lines_of(page.object_list),
        may_open=not is_part(request) and openable_at_work(actor),
        empty_title=title,
        empty_text=text,
    )


@console.page("matters/<str:number>/", name="matter_page", needs=Perm.VIEW_MATTER)
@require_GET
def matter_page(request: HttpRequest, number: str) -> HttpResponse:
    """One matter; an htmx request gets what has changed."""
    return page_of(request, matter_of(request, number))


def page_of(
    request: HttpRequest, matter: Matter, *, status: int = 200, note_problem: str = ""
) -> HttpResponse:
    """The page of a matter, perhaps with what was wrong with a note."""
    live.follow(request, matter.place.path)
    sheet = Sheet(request, matter_read(matter))
    is_whole = not is_part(request)
    shown: dict[str, Any] = {"sheet": sheet, "matter": matter, "deeds": deeds_of(sheet)}
    dialogs = [*dialogs_of(request, sheet), *shown["deeds"].all] if is_whole else []
    note = request.POST.get("note", "") if note_problem else ""
    parts = {"matter-top": "fresh"}
    return render(
        request,
        PAGE,
        parts,
        status=status,
        dialogs=dialogs,
        note_problem=note_problem,
        note=note,
        **shown,
    )


def matter_address(actor: Actor, number: str) -> str | None:
    """Where staff meet a matter that no module shows."""
    if not may_any(actor, (Perm.VIEW_MATTER,)) or len(number) > LONGEST_NUMBER:
        return None
    is_seen = matter_find(actor, number) is not None
    return reverse("console:matter_page", args=[number]) if is_seen else None


go.link("matter", matter_address, face=console)


@console.page("matters/<str:number>/note/", name="matter_note", needs=Perm.VIEW_MATTER)
@require_POST
def matter_note(request: HttpRequest, number: str) -> HttpResponse:
    """Write a line into the history, for colleagues alone or for the applicant too."""
    matter = matter_of(request, number)
    is_shown = request.POST.get("to") == "shown"
    note = request.POST.get("note", "")
    try:
        workflow.matter_note(actor=actor_of(request), matter=matter, note=note, shown=is_shown)
    except Invalid as refusal:
        words = str(refusal.message)
        return page_of(request, matter, status=refusal.status, note_problem=words)
    return done(request, number, _("Written down."))


@console.page("matters/<str:number>/files/<str:key>/", name="matter_file", needs=Perm.VIEW_MATTER)
@require_GET
def matter_file(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """A photo or paper of a matter, for whoever may see the matter."""
    if matter_find(actor_of(request), number) is None:
        raise Forbidden("", code="unknown")
    variant = Variant.THUMBNAIL if request.GET.get("size") == "small" else Variant.FULL
    return file_answer(files.file_read(actor=actor_of(request), key=key, variant=variant))
