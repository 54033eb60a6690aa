# SPDX-License-Identifier: MulanPSL-2.0
"""The tables of a pack in the console: rows searched and turned over, one of them written."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.base.actor import Actor
from linli.base.errors import Conflict, Refused
from linli.kernel.packs import services
from linli.kernel.packs.said import row_said
from linli.kernel.packs.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.packs.columns import TABLES, TableSort, cells_sent, filled, key_new
from linli.shells.packs.desk import Desk, DraftDesk, desk_of_draft, desk_of_pack
from linli.shells.packs.listing import BASE, OWN, REMOVED, Line, sign_of, table_lines

A_PAGE = 50
LONGEST_QUESTION = 64


@console.page("packs/of/<slug:pack>/<slug:table>/", name="pack_table", needs=Perm.VIEW)
@require_GET
def pack_table(request: HttpRequest, pack: str, table: str) -> HttpResponse:
    """A table as it is in force."""
    return _listed(request, desk_of_pack(request, pack), _sort(table), table)


@console.page("packs/drafts/<int:draft_id>/<slug:table>/", name="pack_draft_table", needs=Perm.VIEW)
@require_GET
def pack_draft_table(request: HttpRequest, draft_id: int, table: str) -> HttpResponse:
    """A table as a draft has it."""
    return _listed(request, desk_of_draft(request, draft_id), _sort(table), table)


def _listed(request: HttpRequest, desk: Desk, sort: TableSort, table: str) -> HttpResponse:
    question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    which = request.GET.get("which", "")
    lines = table_lines(desk.checked, sort, desk.words, desk.changed)
    lines = [line for line in lines if _fits(line, question, which)]
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "packs/console/table.html",
        desk=desk,
        sort=sort,
        table=table,
        tab=table,
        page=page,
        lines=list(page),
        question=question,
        which=which,
    )


def _fits(line: Line, question: str, which: str) -> bool:
    if which == "own" and line.origin == BASE:
        return False
    if which == "new" and not line.is_new:
        return False
    said = " ".join([line.key, line.name, *(said for _label, said in line.cells)])
    return question.casefold() in said.casefold()


@console.page("packs/drafts/<int:draft_id>/<slug:table>/add/", name="pack_row_add", needs=Perm.EDIT)
def pack_row_add(request: HttpRequest, draft_id: int, table: str) -> HttpResponse:
    """A new row."""
    return _row(request, draft_id, _sort(table), table, "")


@console.page(
    "packs/drafts/<int:draft_id>/<slug:table>/row/<slug:key>/", name="pack_row", needs=Perm.EDIT
)
def pack_row(request: HttpRequest, draft_id: int, table: str, key: str) -> HttpResponse:
    """A row that is there: changed, taken away, or given back to the base."""
    return _row(request, draft_id, _sort(table), table, key)


@dataclass(frozen=True, slots=True)
class Sent:
    """A row as its form sent it."""

    key: str
    cells: dict[str, str]
    seen: str


def _row(
    request: HttpRequest, draft_id: int, sort: TableSort, table: str, key: str
) -> HttpResponse:
    desk = desk_of_draft(request, draft_id)
    says = row_said(desk.files, sort.kind, key) if key else None
    if key and says is None:
        raise Http404
    refusal: Refused | None = None
    sent = _sent(request, desk, sort, key) if request.method == "POST" else None
    if sent is not None:
        try:
            message = _kept(request, actor_of(request), desk, sort, sent)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, message)
            return HttpResponseRedirect(reverse("console:pack_draft_table", args=[draft_id, table]))
    shown = sent.cells if sent is not None else says or {}
    line = _line_of(desk, sort, key)
    return render(
        request,
        "packs/console/row.html",
        status=refusal.status if refusal else 200,
        desk=desk,
        sort=sort,
        table=table,
        tab=table,
        key=key,
        line=line,
        fields=[filled(column, shown.get(column.key, ""), desk.words) for column in sort.columns],
        seen=sign_of(says),
        sent_key=request.POST.get("key", ""),
        theirs=_theirs(desk, sort, key) if isinstance(refusal, Conflict) else [],
        refusal=refusal,
        is_base=line is not None and line.origin == BASE,
        is_own=line is not None and line.origin == OWN,
        is_removed=line is not None and line.origin == REMOVED,
    )


def _sent(request: HttpRequest, desk: Desk, sort: TableSort, key: str) -> Sent:
    cells = cells_sent(sort, request.POST)
    if sort.kind == "unit" and key:
        cells = {**(row_said(desk.files, "unit", key) or {}), **cells}
    if not key:
        taken = [*desk.checked.known.get(sort.kind, {}), *desk.checked.files.of_kind(sort.kind)]
        is_day = sort.kind == "day"
        key = request.POST.get("key", "").strip() if is_day else key_new(sort.kind, cells, taken)
    return Sent(key, cells, request.POST.get("seen", ""))


def _kept(request: HttpRequest, actor: Actor, desk: DraftDesk, sort: TableSort, sent: Sent) -> str:
    """Write what the form says; the sentence that says so."""
    given: dict[str, Any] = {
        "actor": actor,
        "draft": desk.draft.pk,
        "kind": sort.kind,
        "key": sent.key,
    }
    match request.POST.get("do", ""):
        case "remove":
            services.row_remove(**given, seen=sent.seen)
            return _("Taken away in this draft.")
        case "return":
            services.row_return(**given, seen=sent.seen)
            return _("It is again as the common base has it.")
    services.row_save(**given, cells=sent.cells, seen=sent.seen)
    return _("Saved in the draft.")


def _theirs(desk: Desk, sort: TableSort, key: str) -> list[tuple[str, str]]:
    """What a row says now that somebody else was first."""
    says = row_said(desk.files, sort.kind, key) if key else None
    return [
        (str(column.label), desk.words.value((says or {}).get(column.key), column.key))
        for column in sort.columns
        if (says or {}).get(column.key)
    ]


def _line_of(desk: Desk, sort: TableSort, key: str) -> Line | None:
    lines = table_lines(desk.checked, sort, desk.words, desk.changed)
    return next((line for line in lines if line.key == key), None)


def _sort(table: str) -> TableSort:
    if table not in TABLES:
        raise Http404
    return TABLES[table]
