# SPDX-License-Identifier: MulanPSL-2.0
"""Which procedures somebody may begin at a place, and which wait for an engine."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db.models import Q

from linli.base import clock
from linli.base.actor import Actor
from linli.base.definitions import prefixes
from linli.base.text import in_both, label
from linli.kernel.access.selectors import pack_top
from linli.kernel.places.models import Place
from linli.kernel.places.selectors import chain
from linli.kernel.workflow.definitions import spec_of
from linli.kernel.workflow.grammar import WorkflowSpec
from linli.kernel.workflow.models import Definition
from linli.kernel.workflow.rules.who import Scene, passes
from linli.kernel.workflow.selectors.waiting import awaited_words, engines_awaited

WORKFLOW, SERVICE = "workflow", "service"
BELOW = "-/"
"""Stands for any place below one, whose code nobody knows yet."""


@dataclass(frozen=True)
class Procedure:
    """A procedure that somebody may begin; `awaits` names the engines that it still waits for."""

    key: str
    label: str
    help: str
    awaits: str
    spec: WorkflowSpec


def procedures_open(actor: Actor, place: Place) -> list[Procedure]:
    """The procedures in force at a place that the actor may begin there or below, in pack
    order."""
    rows = Definition.objects.in_force(WORKFLOW, place.path, clock.today())
    levels = {each.level: each.path for each in chain(place)}

    @cache
    def top() -> str:
        return pack_top(place.path)

    found = []
    for row in rows:
        spec = spec_of(row)
        paths = _paths(spec, place, levels)
        scenes = [Scene(path=path, levels=lambda: levels, top=top) for path in paths]
        if any(passes(actor, spec.who, scene) for scene in scenes):
            awaits = awaited_words(engines_awaited(row, place.path))
            help_ = label(spec.help.as_label()) if spec.help else ""
            found.append(Procedure(row.key, label(spec.label.as_label()), help_, awaits, spec))
    return found


def _paths(spec: WorkflowSpec, place: Place, levels: dict[str, str]) -> list[str]:
    """Where a matter begun at a place or below would lie."""
    wanted = {level.partition(":")[2] for level in spec.at}
    above = [path for level, path in levels.items() if level in wanted]
    deepest = [max(above, key=len)] if above else []
    return [*deepest, place.path + BELOW]


def services_offered(procedure: Procedure, path: str) -> dict[str, str]:
    """The items of the one window that go by a procedure at a place, by key, with their names.

    Empty for a procedure whose limits do not hang on such an item.
    """
    limits = [each.limit for each in procedure.spec.clocks.values()]
    limits += [step.limit for step in procedure.spec.steps.values() if step.limit is not None]
    if not any(limit.startswith(f"{SERVICE}.") for limit in limits):
        return {}
    rows = Definition.objects.in_force(SERVICE, path, clock.today())
    own = [row for row in rows if row.body.get("workflow") == f"{WORKFLOW}:{procedure.key}"]
    return {row.key: _service_name(row) for row in own}


def service_named(key: str, path: str, day: dt.date) -> str:
    """What an item of the one window was called on a day; its key where no pack says."""
    row = Definition.objects.find(SERVICE, key, path, day)
    return key if row is None else _service_name(row)


def _service_name(row: Definition) -> str:
    return label(in_both(row.body))


def procedures_exist(paths: Iterable[str], *, but: Iterable[str]) -> bool:
    """Whether procedures other than these are known at, above or below some places; at most one
    query.
    """
    today, places, others = clock.today(), sorted(set(paths)), sorted(but)

    def asked() -> bool:
        reach = Q(pk__in=[])
        for path in places:
            reach |= Q(place_path__in=prefixes(path)) | Q(place_path__startswith=path)
        rows = Definition.objects.on(today).filter(reach, kind=WORKFLOW, is_removed=False)
        return rows.exclude(key__in=others).exists()

    return Definition.objects.kept(("procedures", today, *places, "but", *others), asked)


def procedures_named(definition_ids: Iterable[int]) -> dict[str, str]:
    """What the procedures behind some definitions are called, by key; the newest version counts."""
    rows = Definition.objects.filter(pk__in=definition_ids).order_by("starts_on", "pk")
    return {row.key: label(spec_of(row).label.as_label()) for row in rows.defer("body")}
