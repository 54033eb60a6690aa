# SPDX-License-Identifier: MulanPSL-2.0
"""Somebody holds each role where it is looked for, and what is handed on is taken there."""

import copy
import datetime as dt
from typing import Any

import pytest

from linli.base.actor import SYSTEM
from linli.base.errors import Invalid
from linli.kernel.places.factories import city_tree
from linli.kernel.sockets.grammar import PackContext
from linli.kernel.workflow.checks import workflow_check
from linli.kernel.workflow.definitions import workflow_get
from linli.kernel.workflow.factories import definition_keep
from linli.kernel.workflow.grammar import WorkflowSpec
from linli.kernel.workflow.selectors.waiting import engines_awaited, references_below
from linli.kernel.workflow.services import matter_open

SAID = {"zh": "甲", "en": "A"}
LEVELS = ("city", "district", "community", "grid", "building")
KNOWN: dict[str, dict[str, Any]] = {
    "level": {
        level: {"part_of": [f"level:{above}"] if above else []}
        for above, level in zip(("", *LEVELS), LEVELS, strict=False)
    },
    "role": {
        "worker": {"at": ["level:grid"]},
        "clerk": {"at": ["level:community"]},
        "leader": {"at": ["level:community", "level:district"]},
    },
    "class": {
        "appeal": {},
        "noise": {"part_of": "appeal"},
        "hazard": {},
    },
    "workflow": {
        "any": {},
        "appeals": {"classes": "class:appeal"},
        "noises": {"classes": "class:noise"},
    },
}


def body_of(at: str = "community", who: str = "clerk", **step: Any) -> dict[str, Any]:
    """A procedure of one desk."""
    go = {"label": SAID, "to": "b"}
    desk = {"label": SAID, "who": [who], "moves": {"go": go}} | step
    steps = {"a": desk, "b": {"label": SAID, "end": "done"}}
    at_ = [f"level:{level}" for level in at.split()]
    return {"label": SAID, "clause": "practice", "at": at_, "who": ["anyone"], "steps": steps}


def problems(body: dict[str, Any]) -> list[str]:
    """What is wrong with a procedure among those known."""
    context = PackContext(
        actor=SYSTEM,
        pack="test",
        version="1",
        place_path="",
        starts_on=dt.date(2026, 1, 1),
        ends_on=None,
        clause="practice",
        position=0,
        body=body,
        known=KNOWN,
    )
    found = workflow_check(context, "own", WorkflowSpec.model_validate(body))
    return [f"{where}: {message}" for where, message in found]


@pytest.mark.parametrize(
    ("at", "who", "message"),
    [
        ("district", "worker", '"worker" is held by nobody at or above level "district"'),
        ("community", "worker", '"worker" is held by nobody at or above level "community"'),
        ("city", "clerk", '"clerk" is held by nobody at or above level "city"'),
        ("grid", "clerk at own", '"clerk" is held by nobody at level "grid"'),
        ("community grid", "clerk at own", ""),
        ("community", "clerk at above", '"clerk" is held by nobody above level "community"'),
        ("community", "leader at above", ""),
        ("grid", "clerk at above", ""),
        ("grid", "clerk at district", '"clerk" is held by nobody at level "district"'),
        ("community", "worker at grid", 'level "grid" does not stand above level "community"'),
        ("city", "worker at any", ""),
        ("city", "worker of lead", ""),
        ("building", "worker", ""),
        ("district grid", "worker", ""),
        ("grid", "leader at district", ""),
    ],
)
def test_a_role_is_held_by_somebody_where_it_is_looked_for(at: str, who: str, message: str) -> None:
    assert problems(body_of(at, who)) == ([f"steps.a.who: {message}"] if message else [])


@pytest.mark.parametrize(
    ("classes", "refer", "named", "message"),
    [
        (
            "hazard",
            "appeals",
            "",
            '"appeals" takes matters of class "appeal", and "hazard" is none',
        ),
        ("appeal", "noises", "", '"noises" takes matters of class "noise", and "appeal" is none'),
        ("hazard", "appeals", "noise", ""),
        ("appeal", "appeals", "hazard", '"appeals" takes matters of class "appeal", and "hazard"'),
        ("noise", "appeals", "", ""),
        ("", "appeals", "", ""),
        ("hazard", "any", "", ""),
    ],
)
def test_a_matter_is_handed_on_to_a_procedure_that_takes_its_class(
    classes: str, refer: str, named: str, message: str
) -> None:
    effect = {"refer": f"workflow:{refer}"} | ({"class": f"class:{named}"} if named else {})
    body = body_of(then=[effect]) | ({"classes": f"class:{classes}"} if classes else {})
    found = problems(body)
    assert len(found) == bool(message)
    assert all(one.startswith(f"steps.a.then.0: {message}") for one in found)


def test_a_gate_opens_only_a_procedure_that_takes_the_class() -> None:
    gate = {"label": SAID, "waits_for": "workflow:appeals", "moves": {"done": {"to": "b"}}}
    body = body_of() | {"classes": "class:hazard"}
    body["steps"]["a"] = gate
    found = problems(body)
    assert [one.partition(":")[0] for one in found] == ["steps.a.waits_for"]
    assert not problems(copy.deepcopy(body) | {"classes": "class:noise"})


@pytest.mark.django_db
def test_what_opens_a_procedure_that_waits_for_an_engine_waits_itself() -> None:
    grid = city_tree("519900").grid
    last = body_of(then=[{"record": "register:sites"}], who="anyone")
    gate = {"label": SAID, "waits_for": "workflow:last", "moves": {"done": {"to": "b"}}}
    middle = body_of()
    middle["steps"]["a"] = gate
    first = body_of(then=[{"refer": "workflow:middle"}], who="anyone")
    own = body_of(then=[{"refer": "workflow:own"}], who="anyone")
    bodies = {"last": last, "middle": middle, "first": first, "own": own}
    for key, body in bodies.items():
        definition_keep("workflow", key, body)
    awaited = {key: engines_awaited(workflow_get(key, ""), grid.path) for key in bodies}
    waits = ("register:sites",)
    assert awaited == {"last": waits, "middle": waits, "first": waits, "own": ()}
    with pytest.raises(Invalid) as refused:
        matter_open(actor=SYSTEM, workflow="first", place=grid)
    assert refused.value.code == "no_engine"
    definition_keep("workflow", "last", body_of(who="anyone"), place_path="519900/")
    assert engines_awaited(workflow_get("first", grid.path), grid.path) == ()
    assert engines_awaited(workflow_get("first", ""), "") == waits


def test_a_procedure_that_hands_on_to_itself_is_followed_once() -> None:
    specs = {
        key: WorkflowSpec.model_validate(body_of(then=[{"refer": f"workflow:{to}"}]))
        for key, to in (("one", "two"), ("two", "one"))
    }
    assert references_below(specs["one"], specs.get) == ()
