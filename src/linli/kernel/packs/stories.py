# SPDX-License-Identifier: MulanPSL-2.0
"""Running a pack's stories: what must hold, tried for real and then rolled back."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.packs.grammar import Expected, StorySpec
from linli.kernel.packs.models import Definition
from linli.kernel.places import selectors as places
from linli.kernel.places import services as place_services
from linli.kernel.places.models import Place
from linli.kernel.workflow import selectors as matters
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Matter

_LEVELS = ((6, "district"), (9, "subdistrict"), (12, "community"))
_LONGEST = timedelta(days=1)
_STRIDE = timedelta(minutes=5)


class _RollBack(Exception):
    """Ends a story; nothing of it stays."""


def story_run(story: Definition) -> list[str]:
    """What a story expected and did not find, as sentences; empty if it holds. Nothing stays
    written.
    """
    spec = StorySpec.model_validate(story.body)
    missed: list[str] = []
    try:
        with transaction.atomic():
            missed = list(_missed(spec))
            raise _RollBack
    except _RollBack:
        return missed


def _missed(spec: StorySpec) -> Iterator[str]:
    zone = ZoneInfo(settings.TIME_ZONE)
    at = spec.given.at_time.replace(tzinfo=zone)
    place = _place_made(spec.given.place)
    with clock.at(at):
        matter = workflow.matter_open(
            actor=SYSTEM,
            workflow=spec.given.open.partition(":")[2],
            place=place,
            values={"what": spec.label.zh},
            class_key=spec.given.class_.partition(":")[2] if spec.given.class_ else "",
        )
    for expected in spec.expect:
        yield from _compared(matter, expected, at, zone)


def _compared(matter: Matter, expected: Expected, at: object, zone: ZoneInfo) -> Iterator[str]:
    if expected.step is not None:
        step = _step_reached(matter, expected.step)
        if step != expected.step:
            yield f"the step is {step}, not {expected.step}"
            return
    if expected.to is not None:
        order = matter.orders.select_related("unit").order_by("-pk").first()
        found = f"unit:{order.unit.key}" if order else "nobody"
        if found != expected.to:
            yield f"it goes to {found}, not {expected.to}"
    if expected.clock is not None and expected.due is not None:
        due = {c.name: c.due_at for c in matters.clocks_of(matter)}.get(expected.clock)
        wanted = expected.due.replace(tzinfo=zone)
        if due != wanted:
            local = due.astimezone(zone).isoformat() if due else "never"
            yield f"{expected.clock} is due {local}, not {wanted.isoformat()}"


def _step_reached(matter: Matter, step: str) -> str:
    """Let time pass until the step is reached or a day has gone by."""
    opened = matter.opened_at
    passed = timedelta()
    while passed <= _LONGEST:
        matter.refresh_from_db()
        if matter.step == step:
            break
        passed += _STRIDE
        with clock.at(opened + passed):
            workflow.matters_tick(now=clock.now())
    return matter.step


def _place_made(code: str) -> Place:
    """The place of a story; where the city has not been imported yet, sample places stand in."""
    parent = None
    for digits, level in _LEVELS:
        if digits > len(code):
            break
        part = code[:digits]
        place = places.place_by_code(part)
        if place is None:
            place = place_services.place_add(
                actor=SYSTEM, code=part, name="样例", level=level, parent=parent
            )
        parent = place
    if parent is None:
        raise ValueError(f"{code} is no place code")
    return parent
