# SPDX-License-Identifier: MulanPSL-2.0
"""How many running matters live by a definition, for whoever is about to change it."""

from collections import Counter

from django.db.models import Count, Exists, OuterRef, Q

from linli.kernel.workflow.definitions import spec_of
from linli.kernel.workflow.grammar import forms_of
from linli.kernel.workflow.models import Clock, Definition, HandOver, Matter, Move
from linli.kernel.workflow.queries import MatterQuerySet, OrderQuerySet
from linli.kernel.workflow.terms import TAKEN, WAITING, OrderState, Sort


def by_workflow(key: str, place_path: str) -> int:
    """Running matters of a workflow at a place and below."""
    return _running(place_path).filter(workflow=key).count()


def by_class(key: str, place_path: str) -> int:
    """Running matters of a class at a place and below."""
    return _running(place_path).filter(class_key=key).count()


def by_form(key: str, place_path: str) -> int:
    """Running matters at a place and below whose procedure, as they began with it, asks for a
    form.
    """
    rows = Definition.objects.filter(kind="workflow", is_removed=False)
    asking = [row.pk for row in rows if f"form:{key}" in forms_of(spec_of(row))]
    return _running(place_path).filter(definition_id__in=asking).count()


def by_unit(key: str, place_path: str) -> int:
    """Running matters that a unit leads, is called to or is asked to take on, at a place and
    below.
    """
    own = Q(lead_unit__key=key) | Q(called_unit__key=key)
    offered = _orders().filter(matter=OuterRef("pk"), unit__key=key)
    return _running(place_path).filter(own | Q(Exists(offered))).count()


def by_duty(key: str, place_path: str) -> int:
    """Running matters at a place and below that a row of the duty list has sent to whoever has
    them in hand.
    """
    sent = _orders(*TAKEN).filter(matter=OuterRef("pk"), duty_key=key)
    return _running(place_path).filter(Exists(sent)).count()


def by_calendar(key: str, place_path: str) -> int:
    """Clocks that run on a calendar, of matters at a place and below."""
    rows = Clock.objects.filter(calendar=key, stopped_at__isnull=True)
    return rows.filter(matter__in=_running(place_path)).count()


def forms_filled(place_path: str) -> Counter[str]:
    """How often each form ("form:appeal") was filled in for matters at a place and below: when one
    began, and with each press of a button that asks for it.
    """
    here = {"matter__place__path__under": place_path}
    rows = Definition.objects.filter(kind="workflow", is_removed=False)
    specs = {row.pk: spec_of(row) for row in rows}
    found: Counter[str] = Counter()
    began = Matter.objects.filter(place__path__under=place_path).values_list("definition_id")
    for definition, times in began.annotate(times=Count("pk")).order_by():
        form = specs[definition].form if definition in specs else None
        found[form or ""] += times
    pressed = Move.objects.filter(**here, sort=Sort.MOVED).exclude(values={})
    told = pressed.values_list("matter__definition_id", "from_step", "move")
    for definition, step, move, times in told.annotate(times=Count("pk")).order_by():
        steps = specs[definition].steps if definition in specs else {}
        button = steps[step].moves.get(move) if step in steps else None
        found[(button.form if button is not None else None) or ""] += times
    del found[""]
    return found


def _running(place_path: str) -> MatterQuerySet:
    rows: MatterQuerySet = Matter.objects.running().filter(place__path__under=place_path)
    return rows


def _orders(*more: OrderState) -> OrderQuerySet:
    """Orders that somebody has yet to answer or rule on, and those in further states."""
    rows: OrderQuerySet = HandOver.objects.filter(state__in=[*WAITING, *more])
    return rows
