# SPDX-License-Identifier: MulanPSL-2.0
"""Running a pack's stories: what must hold, tried for real and then rolled back."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.definitions import definitions_kept
from linli.base.errors import Invalid, Refused
from linli.kernel.packs.grammar import Expected, StorySpec
from linli.kernel.packs.models import Definition
from linli.kernel.places import selectors as places
from linli.kernel.places import services as place_services
from linli.kernel.places.models import Place
from linli.kernel.workflow import selectors as matters
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Matter, Timer

_LEVELS = ((6, "district"), (9, "subdistrict"), (12, "community"))
_LONGEST = timedelta(days=1)
_MOST_TIMERS = 200
_NUMBER = "STORY"
"""The number of a story's matter: none of the day's numbers is used up or held for it."""

BEGIN, STEP, UNIT = "begin", "step", "unit"
"""What may be missed besides a clock: that it can begin, the step, the unit it goes to."""


@dataclass(frozen=True)
class Missed:
    """One thing that a story expected at a step, and what was found instead.

    `what` is `BEGIN`, `STEP`, `UNIT` or the name of a clock ("clock:closing"); a moment is written
    in ISO form, a sentence of a refusal stands in both languages.
    """

    step: str
    what: str
    expected: str
    found: str
    found_zh: str = ""

    def to_json(self) -> dict[str, str]:
        """Plain values, to be kept."""
        return asdict(self)

    def __str__(self) -> str:
        at = f"at {self.step}, " if self.step else ""
        return f"{at}{self.what}: expected {self.expected or '-'}, found {self.found or 'nothing'}"


class _RollBack(Exception):
    """Ends a story; nothing of it stays."""


def story_run(story: Definition) -> list[Missed]:
    """What a story expected and did not find; empty if it holds. Nothing stays written."""
    return spec_run(StorySpec.model_validate(story.body))


def spec_run(spec: StorySpec, before: Callable[[dt.date], None] | None = None) -> list[Missed]:
    """As `story_run`, with what `before` does first on the day of the story; that is rolled back
    as well.
    """
    try:
        return _tried(spec, before)
    except Refused:
        return [Missed("", BEGIN, "", *_refusals(spec, before))]


def _refusals(spec: StorySpec, before: Callable[[dt.date], None] | None) -> list[str]:
    """Why a story cannot even begin, in English and in Chinese: said once in each."""
    said = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            try:
                _tried(spec, before)
            except Refused as refused:
                said.append(str(refused))
    return said


def _tried(spec: StorySpec, before: Callable[[dt.date], None] | None) -> list[Missed]:
    """What a story misses. Raises Refused where it cannot begin."""
    at = spec.given.at_time.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    missed: list[Missed] = []
    try:
        with transaction.atomic():
            if before is not None:
                with clock.at(at):
                    before(clock.local(at).date())
            with definitions_kept():
                missed = list(_missed(spec, at))
            raise _RollBack
    except _RollBack:
        return missed
    except IntegrityError as error:
        message = _("It cannot be tried beside the versions of before.")
        raise Invalid(message, code="story_crossed") from error


def _missed(spec: StorySpec, at: dt.datetime) -> Iterator[Missed]:
    with clock.at(at):
        matter = workflow.matter_open(
            actor=SYSTEM,
            workflow=spec.given.open.partition(":")[2],
            place=_place_made(spec.given.place),
            values={"what": spec.label.zh},
            class_key=spec.given.class_.partition(":")[2] if spec.given.class_ else "",
            number=_NUMBER,
        )
    for expected in spec.expect:
        yield from _compared(matter, expected)


def _compared(matter: Matter, expected: Expected) -> Iterator[Missed]:
    if expected.step is not None:
        step = _step_reached(matter, expected.step)
        if step != expected.step:
            yield Missed(expected.step, STEP, expected.step, step)
            return
    if expected.to is not None:
        order = matter.orders.select_related("unit").order_by("-pk").first()
        found = f"unit:{order.unit.key}" if order else ""
        if found != expected.to:
            yield Missed(matter.step, UNIT, expected.to, found)
    if expected.clock is not None and expected.due is not None:
        zone = ZoneInfo(settings.TIME_ZONE)
        due = {c.name: c.due_at for c in matters.clocks_of(matter)}.get(expected.clock)
        wanted = expected.due.replace(tzinfo=zone)
        if due != wanted:
            local = due.astimezone(zone).isoformat() if due else ""
            yield Missed(matter.step, f"clock:{expected.clock}", wanted.isoformat(), local)


def _step_reached(matter: Matter, step: str) -> str:
    """Let what is timed happen until the step is reached or a day has gone by; only to this
    matter, for in a city others run beside it.
    """
    last = matter.opened_at + _LONGEST
    timers = Timer.objects.filter(matter=matter, done_at__isnull=True, at__lte=last)
    for _count in range(_MOST_TIMERS):
        matter.refresh_from_db()
        at = timers.order_by("at").values_list("at", flat=True).first()
        if matter.step == step or at is None:
            break
        workflow.matters_tick(now=max(at, matter.opened_at), of=matter)
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
