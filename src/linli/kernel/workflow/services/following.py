# SPDX-License-Identifier: MulanPSL-2.0
"""A unit or place that is merged or closed leaves no matter without an owner or a place."""

from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models import Q

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.people import selectors as people
from linli.kernel.people.models import Person
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place, PlaceSuccession
from linli.kernel.units.models import Unit
from linli.kernel.workflow.models import CoHandler, Desk, HandOver, Matter, Todo
from linli.kernel.workflow.services import moving, offering
from linli.kernel.workflow.services.answering import answerers_follow
from linli.kernel.workflow.services.co_handling import TO_HELP
from linli.kernel.workflow.services.desks import desks_of_step, desks_put
from linli.kernel.workflow.services.moving import Turn
from linli.kernel.workflow.services.successors import unit_after
from linli.kernel.workflow.terms import Sort, Verb
from linli.kernel.workflow.work import Work

UNIT_ENDED = "unit_ended"
PLACE_ENDED = "place_ended"


@transaction.atomic
def unit_follow(*, actor: Actor, unit_id: int) -> int:
    """Hand what a closed unit had in hand, was called for, helps with or has to do to its
    successor, else to the same sort of unit above, else its parent.

    Nothing happens while the unit still works; returns how many matters changed hands.
    """
    unit = Unit.objects.select_related("place", "parent", "successor").get(pk=unit_id)
    if unit.exists_on(clock.today()):
        return 0
    new = unit_after(unit)
    if new is None or new.pk == unit.pk:
        return 0
    ids = sorted(_held_by(unit))
    for matter_id in ids:
        _hand_on(actor, matter_id, unit, new)
    return len(ids)


def _held_by(unit: Unit) -> set[int]:
    """The running matters in which a unit still has a part, whatever it is."""
    own = Q(lead_unit=unit) | Q(sender_unit=unit) | Q(called_unit=unit)
    parts = Q(pk__in=HandOver.objects.open().filter(_of_order(unit)).values("matter"))
    for table in (CoHandler, Todo):
        rows = table.objects.filter(unit=unit, done_at__isnull=True)
        parts |= Q(pk__in=rows.values("matter"))
    parts |= Q(pk__in=Desk.objects.filter(unit=unit).values("matter"))
    return set(Matter.objects.running().filter(own | parts).values_list("pk", flat=True))


def _of_order(unit: Unit) -> Q:
    return Q(unit=unit) | Q(sender_unit=unit)


@transaction.atomic
def place_follow(*, actor: Actor, place_id: int) -> int:
    """Let running matters at a place that has ended go on at the place that follows it.

    After a split a matter goes to the piece in which its point lies, else the home of the person it
    is about; one without either stays until somebody corrects its place. Returns how many went on.
    """
    rows = PlaceSuccession.objects.filter(place_id=place_id).select_related("successor")
    after = [row.successor for row in rows]
    count = 0
    for matter in Matter.objects.running().filter(place_id=place_id).order_by("pk"):
        place = after[0] if len(after) == 1 else _lies_in(matter, after)
        if place is not None:
            _settle(actor, matter.pk, place)
            count += 1
    return count


def _lies_in(matter: Matter, pieces: Sequence[Place]) -> Place | None:
    """The piece in which a matter lies; None if it says nothing or two things."""
    spots = list(_spots(matter))
    found = [one for one in pieces if any(spot.is_under(one.path) for spot in spots)]
    return found[0] if len(found) == 1 else None


def _spots(matter: Matter) -> Iterator[Place]:
    """The deepest places of the points in a matter's forms, else of the person's home."""
    points = [
        (float(value["lon"]), float(value["lat"]))
        for value in matter.values.values()
        if isinstance(value, dict) and {"lon", "lat"} <= value.keys()
    ]
    if points:
        yield from (place for place in places.places_at(points) if place is not None)
    elif matter.subject_kind == "person" and matter.subject_key.isdecimal():
        person = Person.objects.filter(pk=int(matter.subject_key)).first()
        home = people.home_of(person) if person is not None else None
        if home is not None:
            yield home


def _settle(actor: Actor, matter_id: int, place: Place) -> None:
    work = Work.locked(matter_id, actor)
    matter, before = work.matter, work.matter.place
    matter.place, matter.place_path = place, place.path
    matter.revision += 1
    moving.matter_save(work)
    if work.step.who is not None:
        desks_put(work, desks_of_step(work))
    values = {"place": {"from": before.code, "to": place.code}}
    turn = Turn(PLACE_ENDED, sort=Sort.CORRECTED, verb=Verb.MATTER_CORRECTED, values=values)
    moving.history_add(work, turn, matter.step, {}, shown=False)
    moving.record(work, turn.verb, turn, {"place": f"{before.code}>{place.code}"})


def _hand_on(actor: Actor, matter_id: int, unit: Unit, new: Unit) -> None:
    work = Work.locked(matter_id, actor)
    matter = work.matter
    for side in ("lead_unit", "sender_unit", "called_unit"):
        if getattr(matter, f"{side}_id") == unit.pk:
            setattr(matter, side, new)
    orders = HandOver.objects.open().filter(matter=matter)
    for side in ("unit", "sender_unit"):
        orders.filter(**{side: unit}).update(**{side: new})
    _help_on(work, unit, new)
    Todo.objects.open().filter(matter=matter, unit=unit).update(unit=new)
    matter.revision += 1
    moving.matter_save(work)
    if work.step.who is not None:
        desks_put(work, desks_of_step(work))
    else:
        Desk.objects.filter(matter=matter, unit=unit).update(unit=new)
    answerers_follow(work)
    values = {"unit": {"from": unit.pk, "to": new.pk}}
    turn = Turn(
        UNIT_ENDED, sort=Sort.CORRECTED, verb=Verb.MATTER_CORRECTED, values=values, unit=new
    )
    moving.history_add(work, turn, matter.step, {}, shown=False)
    moving.record(work, turn.verb, turn, {"unit_from": unit.pk, "unit_to": new.pk})


def _help_on(work: Work, unit: Unit, new: Unit) -> None:
    """What a closed unit was asked to help with passes on, unless the new one works on it anyway:
    then nothing is left to ask."""
    asked = CoHandler.objects.filter(matter=work.matter, unit=unit, done_at__isnull=True)
    if new.pk != work.matter.lead_unit_id and new.pk not in work.co_handling:
        asked.update(unit=new)
    elif asked.update(done_at=work.now, is_released=True):
        offering.todos_close(work, TO_HELP, unit.pk)
    work.__dict__.pop("co_handling", None)
