# SPDX-License-Identifier: MulanPSL-2.0
"""What else goes on in an invented city beside its appeals: departments called out, hazards found,
a call-up in the rain, a plan for other grids. Each is told as what comes next and when.
"""

import datetime as dt
import heapq
from collections.abc import Callable
from typing import Any

from linli.base import clock
from linli.base.actor import Actor
from linli.demo import desks, ledgers, shelves
from linli.demo.passing import first_timer
from linli.demo.scene import Scene, Story
from linli.kernel.events import services as events
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Matter
from linli.modules.grids import services as grids

_MEETING = dt.timedelta(hours=1)


def beside_live(scene: Scene) -> None:
    """Let all of it happen up to the last moment, in order of time."""
    turns: list[tuple[dt.datetime, int, Story]] = []
    for number, tell in enumerate(STORIES):
        story = tell(scene)
        turns.append((next(story), number, story))
    heapq.heapify(turns)
    while turns:
        at, number, story = heapq.heappop(turns)
        if at > scene.until:
            continue
        _by_itself(at)
        with clock.at(at):
            later = next(story, None)
        if later is not None:
            heapq.heappush(turns, (later, number, story))
    _by_itself(scene.until)
    with clock.at(scene.until):
        events.deliver_all()


def _by_itself(moment: dt.datetime) -> None:
    while (due := first_timer(moment)) is not None:
        with clock.at(due):
            workflow.matters_tick()


def _market(scene: Scene) -> Story:
    """A call-out that is over: two departments came, and the subdistrict accepted their work."""
    words, begins = scene.words("market"), scene.back(6, 16, 20)
    yield begins
    matter = _called(scene, words, "joint")
    yield begins + dt.timedelta(minutes=12)
    _press(scene.who("dispatcher", scene.subdistrict), matter, "whistle")
    for number, part in enumerate(_parts(matter)):
        yield begins + _MEETING + dt.timedelta(minutes=3 * number)
        _checked_in(scene, part, people=4 - number)
    for part, done in zip(_parts(matter), words["done"], strict=False):
        yield begins + 4 * _MEETING
        handler = scene.crew.of("handler", part.called_unit_id or 0)
        _press(handler, part, "finish", {"outcome": "solved", "done": done})
    yield scene.back(5, 20, 40)
    seen = {"how": "on_site", "note": words["note"]}
    _press(scene.who("dispatcher", scene.subdistrict), matter, "accept", seen)


def _fence(scene: Scene) -> Story:
    """A call-out that goes on: one department is there, the other one has just been called."""
    begins = scene.until - dt.timedelta(minutes=52)
    yield begins
    matter = _called(scene, scene.words("fence"), "emergency")
    yield begins + dt.timedelta(minutes=8)
    _press(scene.who("dispatcher", scene.subdistrict), matter, "whistle")
    yield begins + dt.timedelta(minutes=29)
    _checked_in(scene, _parts(matter)[0], people=3)


def _called(scene: Scene, words: dict[str, Any], kind: str) -> Matter:
    units = [str(unit) for unit in scene.departments(words["units"])]
    given = {"what": words["what"], "kind": kind, "called_units": units, "lead": units[0]}
    given |= {"ask": words["ask"], "meet_at": words["meet"]}
    return workflow.matter_open(
        actor=scene.who("community_secretary", scene.community),
        workflow="callout",
        place=scene.community,
        title=words["title"],
        values=given,
    )


def _parts(matter: Matter) -> list[Matter]:
    """What each department has to do for a call-out."""
    return list(Matter.objects.filter(parent=matter).order_by("pk"))


def _checked_in(scene: Scene, part: Matter, people: int) -> None:
    handler = scene.crew.of("handler", part.called_unit_id or 0)
    _press(handler, part, "check_in", {"how": "on_site", "people": people})


def _wires(scene: Scene) -> Story:
    """A hazard that is being treated."""
    words = scene.words("wires")
    yield scene.back(3, 9, 50)
    matter = _found(scene, words)
    yield scene.back(3, 15, 10)
    finish_on = clock.local(scene.until).date() + dt.timedelta(days=6)
    plan = {key: words[key] for key in ("measures", "responsible", "meanwhile")}
    plan |= {"grade": "general", "finish_on": finish_on.isoformat()}
    _press(scene.who("community_secretary", scene.community), matter, "plan", plan)


def _wall(scene: Scene) -> Story:
    """A hazard that nobody has graded yet."""
    yield scene.until - dt.timedelta(minutes=95)
    _found(scene, scene.words("wall"))


def _found(scene: Scene, words: dict[str, Any]) -> Matter:
    return workflow.matter_open(
        actor=scene.who("grid_worker", scene.grid),
        workflow="hazard",
        place=scene.grid,
        title=words["what"].partition("，")[0],
        values={"what": words["what"], "address": words["address"]},
    )


def _rain(scene: Scene) -> Story:
    """A call-up that is over: all but one came."""
    words, begins = scene.words("rain"), scene.back(9, 14, 5)
    yield begins
    leads = scene.who("dispatcher", scene.subdistrict)
    call_up = grids.call_up_raise(
        actor=leads,
        place=scene.subdistrict,
        reason=words["reason"],
        roles=["grid_worker", "community_clerk"],
        hours=2,
        ends_at=begins + 12 * _MEETING,
    )
    for number, called in enumerate(call_up.called.select_related("home").order_by("pk")[1:]):
        yield begins + dt.timedelta(minutes=11 + 6 * number)
        own = scene.crew.actor(called.account_id)
        grids.call_up_check_in(actor=own, called=called, place=called.home)
    yield begins + 7 * _MEETING
    grids.call_up_stand_down(actor=leads, call_up=call_up, note=words["note"])


def _division(scene: Scene) -> Story:
    """A plan for evener grids that waits for its decision."""
    yield scene.back(1, 10, 30)
    clerk = scene.who("community_clerk", scene.community)
    plan = grids.plan_draft(actor=clerk, community=scene.community)
    grids.plan_suggest(actor=clerk, plan=plan)
    starts_on = clock.local(scene.until).date() + dt.timedelta(days=21)
    reason = scene.words("division")["reason"]
    grids.plan_propose(actor=clerk, plan=plan, starts_on=starts_on, reason=reason)


def _press(
    actor: Actor | None, matter: Matter, move: str, values: dict[str, Any] | None = None
) -> None:
    """Press a button of a matter as it stands now."""
    if actor is None:
        raise LookupError(move)
    step = Matter.objects.values_list("step", flat=True).get(pk=matter.pk)
    workflow.matter_move(
        actor=actor, matter=matter.pk, move=move, expected_step=step, values=values or {}
    )


STORIES: tuple[Callable[[Scene], Story], ...] = (
    _market,
    _fence,
    _wires,
    _wall,
    _rain,
    _division,
    *desks.STORIES,
    *ledgers.STORIES,
    *shelves.stories(),
)
