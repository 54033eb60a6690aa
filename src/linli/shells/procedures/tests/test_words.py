# SPDX-License-Identifier: MulanPSL-2.0
"""Who-words, effects and drawings of procedures that no pack has."""

from typing import Any

import pytest
from django.utils import translation

from linli.kernel.workflow.grammar import WorkflowSpec
from linli.shells.places.words import LevelWords
from linli.shells.procedures.drawing import WIDTH, flow_drawing
from linli.shells.procedures.people import People

PEOPLE = People({"arbiter": "Arbiter", "handler": "Handler"}, LevelWords({}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("arbiter", "Arbiter"),
        ("arbiter at district", "Arbiter of the district"),
        ("arbiter at own", "Arbiter of exactly this place"),
        ("arbiter at above", "Arbiter of a place above"),
        ("arbiter at any", "Arbiter anywhere in the city"),
        ("handler of lead", "Handler of the lead unit"),
        ("handler of offered", "Handler of the unit it is offered to"),
        ("applicant", "whoever reported it"),
        ("system", "the platform itself"),
        ("nobody_known", "nobody_known"),
    ],
)
def test_every_who_word_is_said(text: str, said: str) -> None:
    with translation.override("en"):
        assert PEOPLE.say(text) == said


def _spec(steps: dict[str, Any]) -> WorkflowSpec:
    words = {"zh": "甲", "en": "A"}
    body = {"label": words, "clause": "practice", "at": ["level:grid"], "who": ["anyone"]}
    return WorkflowSpec.model_validate({**body, "steps": steps})


def test_a_procedure_of_two_steps_is_drawn_without_ways_back() -> None:
    words = {"zh": "甲", "en": "A"}
    spec = _spec(
        {
            "begun": {
                "label": words,
                "who": ["anyone"],
                "moves": {"go": {"label": words, "to": "over"}},
            },
            "over": {"label": words, "end": "done"},
        }
    )
    drawing = flow_drawing(spec, ["begun", "over"], {"begun": "Begun", "over": "Over"}, {})
    assert drawing.width == WIDTH
    assert [stop.is_last for stop in drawing.stops] == [False, True]
    assert drawing.arcs == ()


def test_long_names_are_cut_where_the_drawing_ends() -> None:
    words = {"zh": "甲", "en": "A"}
    spec = _spec({"over": {"label": words, "end": "done"}})
    drawing = flow_drawing(spec, ["over"], {"over": "很" * 60}, {"over": "x" * 200})
    assert drawing.stops[0].name.endswith("…")
    assert len(drawing.stops[0].name) < 20
    assert len(drawing.stops[0].note) < 50
