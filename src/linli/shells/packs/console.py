# SPDX-License-Identifier: MulanPSL-2.0
"""Packs in the console: those at the reader's places, one of them, its versions, a new draft."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Invalid, Refused
from linli.kernel.access import services as access
from linli.kernel.packs import selectors, services
from linli.kernel.packs.archive import MOST_BYTES, archive_written
from linli.kernel.packs.models import PackDraft, PackLoad
from linli.kernel.packs.terms import DraftState, Perm
from linli.kernel.workflow.selectors import names_of
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.packs.columns import TABLES
from linli.shells.packs.desk import Desk, desk_of_pack, load_seen, place_of
from linli.shells.units.days import day_sent

A_PAGE = 20


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list."""

    draft: PackDraft
    author: str
    state: str
    tone: str


TONES = {
    DraftState.OPEN: "brand",
    DraftState.PROPOSED: "now",
    DraftState.APPROVED: "good",
    DraftState.SENT_BACK: "late",
    DraftState.IN_FORCE: "good",
    DraftState.DROPPED: "",
}


def draft_lines(rows: list[PackDraft]) -> list[DraftLine]:
    """Drafts with the names of those who wrote them; two queries."""
    names = names_of(row.author_id for row in rows)
    return [
        DraftLine(
            row,
            names.get(row.author_id, ""),
            str(DraftState(row.state).label),
            TONES[DraftState(row.state)],
        )
        for row in rows
    ]


def _waiting(actor: Actor) -> QuerySet[PackDraft]:
    return selectors.drafts_to_approve(actor=actor)


@console.page(
    "packs/",
    name="pack_home",
    needs=Perm.VIEW,
    menu=Menu(
        gettext_lazy("Plan packs"), "register", group=Group.SETUP, order=50, waiting=_waiting
    ),
)
@require_GET
def pack_home(request: HttpRequest) -> HttpResponse:
    """The packs at the reader's places, what waits for them, and the drafts being written."""
    actor = actor_of(request)
    loads = list(selectors.packs_visible(actor=actor))
    rows = selectors.drafts_visible(actor=actor).living()
    to_approve = {draft.pk for draft in selectors.drafts_to_approve(actor=actor)}
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "packs/console/home.html",
        packs=[(load, place_of(load), _may_edit(actor, load)) for load in loads],
        page=page,
        drafts=draft_lines(list(page)),
        to_approve=to_approve,
    )


@console.page("packs/of/<slug:pack>/", name="pack_page", needs=Perm.VIEW)
@require_GET
def pack_page(request: HttpRequest, pack: str) -> HttpResponse:
    """A pack as it is in force: what can be looked at and changed, drafts and versions."""
    actor = actor_of(request)
    desk = desk_of_pack(request, pack)
    loads = selectors.loads_visible(actor=actor, pack=pack)
    page = Paginator(loads, A_PAGE).get_page(request.GET.get("page"))
    rows = selectors.drafts_visible(actor=actor).filter(pack=pack).living()
    return render(
        request,
        "packs/console/pack.html",
        desk=desk,
        page=page,
        versions=_versions(list(page)),
        drafts=draft_lines(list(rows[:A_PAGE])),
        may_edit=_may_edit(actor, desk.load),
        counts=table_counts(desk),
    )


def table_counts(desk: Desk) -> list[tuple[str, Any, int]]:
    """The tables of a pack with how many rows are the city's own."""
    own = desk.checked.files
    return [(word, sort.label, len(own.of_kind(sort.kind))) for word, sort in TABLES.items()]


def _versions(loads: list[PackLoad]) -> list[dict[str, Any]]:
    names = names_of(load.account_id for load in loads)
    return [
        {
            "load": load,
            "who": names.get(load.account_id or 0, ""),
            "draft": getattr(load, "draft", None),
            "new": sum(load.counts.values()),
        }
        for load in loads
    ]


@console.page("packs/of/<slug:pack>/export/<slug:version>/", name="pack_export", needs=Perm.VIEW)
@require_GET
def pack_export(request: HttpRequest, pack: str, version: str) -> HttpResponse:
    """The files of a loaded version as a zip, as they were when it was loaded."""
    loads = selectors.loads_visible(actor=actor_of(request), pack=pack)
    if not loads.filter(version=version).exists():
        raise Http404
    files = selectors.files_loaded(pack, version)
    if files is None:
        message = _(
            "The files of this version were not kept; it was loaded before that. Load its folder "
            "once more to have them here."
        )
        messages.warning(request, message)
        return HttpResponseRedirect(reverse("console:pack_page", args=[pack]))
    return zip_answer(archive_written(files, pack), f"{pack}-{version}.zip")


def zip_answer(content: bytes, name: str) -> HttpResponse:
    """An archive to keep."""
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@console.page("packs/of/<slug:pack>/begin/", name="pack_begin", needs=Perm.EDIT)
def pack_begin(request: HttpRequest, pack: str) -> HttpResponse:
    """Begin a draft: on the version in force, or with the files of an archive."""
    actor = actor_of(request)
    load = load_seen(actor, pack)
    access.require(actor, Perm.EDIT, at=load.place_path)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            draft = _begun(request, actor, pack)
        except Refused as refused:
            refusal = refused
        else:
            return HttpResponseRedirect(reverse("console:pack_draft", args=[draft.pk]))
    return render(
        request,
        "packs/console/begin.html",
        status=refusal.status if refusal else 200,
        desk=desk_of_pack(request, pack),
        sent=request.POST,
        refusal=refusal,
        today=clock.today(),
    )


def _begun(request: HttpRequest, actor: Actor, pack: str) -> PackDraft:
    title, reason = request.POST.get("title", ""), request.POST.get("reason", "")
    day = day_sent(request.POST.get("effective_on", ""), "effective_on")
    sent = request.FILES.get("archive")
    if sent is not None and (sent.size or 0) > MOST_BYTES:
        message = _("The archive is larger than %(most)d MB.")
        raise Invalid(message % {"most": MOST_BYTES // 1_000_000}, code="archive_large")
    draft = services.draft_open(
        actor=actor,
        pack=pack,
        title=title,
        reason=reason,
        effective_on=day,
        archive=sent.read() if sent is not None else None,
    )
    messages.success(request, _("The draft is begun. Nothing holds before it is approved."))
    return draft


def _may_edit(actor: Actor, load: PackLoad) -> bool:
    return bool(access.may(actor, Perm.EDIT, load.place_path))
