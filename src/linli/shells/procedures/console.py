# SPDX-License-Identifier: MulanPSL-2.0
"""Procedures in the console: what is in force at a place, one procedure in words, loaded packs.

Definitions are data of packs and are only shown here. Duties and classes are in duties.py,
calendars in
calendars.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.base.actor import EVERYWHERE, Actor
from linli.base.text import label
from linli.kernel.access import services as access
from linli.kernel.packs import selectors as packs
from linli.kernel.packs.models import Definition as PackDefinition
from linli.kernel.packs.models import PackLoad
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Perm as PlacePerm
from linli.kernel.workflow.definitions import spec_of
from linli.kernel.workflow.models import Definition
from linli.kernel.workflow.selectors.standing import way_done
from linli.kernel.workflow.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.places.chosen import place_chosen
from linli.shells.procedures.drawing import FlowDrawing, flow_drawing
from linli.shells.procedures.flow import FlowWords, Speaker, StepWords
from linli.shells.procedures.reading import bodies, clauses_said, in_force

WORKFLOW = "workflow"


@console.page(
    "procedures/",
    name="procedure_list",
    needs=Perm.VIEW,
    menu=Menu(gettext_lazy("Procedures"), "handover", group=Group.SETUP, order=40),
)
@require_GET
def procedure_list(request: HttpRequest) -> HttpResponse:
    """The procedures in force at a place."""
    at = place_chosen(request, Perm.VIEW)
    path = at.place.path if at else EVERYWHERE
    rows = in_force(Definition, WORKFLOW, path)
    clauses = clauses_said((row.clause for row in rows), path)
    listed = [
        {
            "key": row.key,
            "name": label(row.body["label"]),
            "help": label(row.body.get("help", {})),
            "clause": clauses[row.clause],
            "steps": len(spec_of(row).steps),
        }
        for row in rows
    ]
    return render(request, "procedures/console/list.html", at=at, rows=listed, tab="list")


@console.page("procedures/packs/", name="pack_list", needs=Perm.VIEW)
@require_GET
def pack_list(request: HttpRequest) -> HttpResponse:
    """The plan packs that concern the reader's places, and the documents they stand on."""
    at = place_chosen(request, Perm.VIEW)
    path = at.place.path if at else EVERYWHERE
    loads = packs_concerning(actor_of(request), Perm.VIEW)
    sources = [source_of(row) for row in in_force(PackDefinition, "source", path)]
    return render(
        request, "procedures/console/packs.html", at=at, rows=loads, sources=sources, tab="packs"
    )


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pack as it was loaded last, with its name and the place it is bound to, and whether the
    reader may open that place's page.
    """

    load: PackLoad
    name: str
    help: str
    place: Place | None
    is_open: bool


def packs_concerning(actor: Actor, permission: str) -> list[Loaded]:
    """The newest load of the base and of each pack at, above or below what the actor looks
    after.
    """
    reach = actor.reach(permission)
    found = [
        load
        for load in packs.packs_loaded().order_by("place_path", "pack")
        if any(load.place_path.startswith(p) or p.startswith(load.place_path) for p in reach)
    ]
    known = bodies(PackDefinition, "pack", ((load.pack, load.place_path) for load in found))
    codes = [load.place_path.rstrip("/").rpartition("/")[2] for load in found if load.place_path]
    at = {place.path: place for place in places.places_by_codes(codes).values()}
    return [
        Loaded(
            load,
            label(known.get((load.pack, load.place_path), {}).get("label", {})) or load.pack,
            label(known.get((load.pack, load.place_path), {}).get("help", {})),
            at.get(load.place_path),
            is_open=bool(access.may(actor, PlacePerm.VIEW, at=load.place_path)),
        )
        for load in found
    ]


def source_of(row: Any) -> dict[str, str]:
    """A document that clauses point to, for a list."""
    body = row.body
    return {
        "name": label(body["label"]),
        "help": label(body.get("help", {})),
        "issuer": body.get("issuer", ""),
        "number": body.get("number", ""),
        "issued": str(body.get("issued", "")),
    }


@console.page("procedures/of/<slug:key>/", name="procedure_page", needs=Perm.VIEW)
@require_GET
def procedure_page(request: HttpRequest, key: str) -> HttpResponse:
    """One procedure as it is in force at a place: drawn as a line, and in words."""
    at = place_chosen(request, Perm.VIEW)
    path = at.place.path if at else EVERYWHERE
    row = next((row for row in in_force(Definition, WORKFLOW, path) if row.key == key), None)
    if row is None:
        raise Http404
    spec = spec_of(row)
    flow = Speaker(spec, path).flow()
    clauses = [row.clause, *(s.clause for s in flow.steps), *(c.clause for c in flow.clocks)]
    way = way_done(spec)
    return render(
        request,
        "procedures/console/page.html",
        at=at,
        row=row,
        name=label(row.body["label"]),
        help=label(row.body.get("help", {})),
        flow=flow,
        clauses=clauses_said(clauses, path),
        drawing=_drawing(spec, way, flow),
        root=(spec.classes or "").partition(":")[2],
        tab="list",
    )


def _drawing(spec: Any, way: Sequence[str], flow: FlowWords) -> FlowDrawing:
    names = {step.key: step.name for step in flow.steps}
    notes = {step.key: _note(step) for step in flow.steps}
    return flow_drawing(spec, way, names, notes)


def _note(step: StepWords) -> str:
    """What stands small beside a step: who has it, and by when."""
    said = [step.who or step.gate, step.limit or step.answer]
    return " · ".join(part for part in said if part)
