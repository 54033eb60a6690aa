# SPDX-License-Identifier: MulanPSL-2.0
"""What a change weighs and how much of life it touches."""

import datetime as dt
from typing import Any

import pytest

from linli.base import clock
from linli.kernel.access.factories import GrantFactory
from linli.kernel.packs.diffing import Weight, pack_diff
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.kernel.units.factories import MembershipFactory, UnitFactory
from linli.kernel.units.models import Unit
from linli.kernel.workflow.factories import FRIDAY, definition_keep
from linli.kernel.workflow.models import Clock, Definition, HandOver, Matter

HARMLESS, REVIEW, REFUSED = Weight.HARMLESS, Weight.REVIEW, Weight.REFUSED
FIELD: dict[str, Any] = {"type": "text", "label": {"zh": "什么"}}
LIST = {"type": "choice", "label": {"zh": "哪个"}, "options": {"one": {"zh": "一"}}}
NOTICE, TODO = {"notify": "text:x", "who": ["holder"]}, {"todo": "text:x", "who": ["holder"]}


def weights(was: dict[str, Any], now: dict[str, Any], name: str = "text:x") -> dict[str, Weight]:
    """What each change of one definition weighs, by path."""
    with clock.at(FRIDAY):
        return {each.path: each.weight for each in pack_diff({name: was}, {name: now}, "")}


def weight_of_field(was: dict[str, Any], now: dict[str, Any]) -> Weight:
    """What the one change of a field weighs."""
    (found,) = weights({"fields": {"what": was}}, {"fields": {"what": now}}).values()
    return found


@pytest.mark.parametrize(
    ("was", "now", "weight"),
    [
        ({}, {"privacy": "sensitive"}, REVIEW),
        ({"privacy": "personal"}, {"privacy": "minor"}, REVIEW),
        ({"privacy": "sensitive"}, {}, REFUSED),
        ({"privacy": "sensitive"}, {"privacy": "personal"}, REFUSED),
        ({}, {"when": {"field": "a", "is": "filled"}}, REVIEW),
        ({"when": {"field": "a", "is": "filled"}}, {}, REVIEW),
        ({}, {"at_most": 20}, REVIEW),
        ({"at_most": 20}, {"at_most": 30}, REVIEW),
        ({}, {"at_least": 1}, REVIEW),
        ({}, {"need": True}, REVIEW),
        ({"need": True}, {}, REVIEW),
        ({}, {"measured_in": "m2"}, REVIEW),
        ({"of": "choices:a"}, {"of": "choices:b"}, REFUSED),
        ({}, {"help": {"zh": "写清楚"}}, HARMLESS),
        ({}, {"below": "why"}, HARMLESS),
        ({}, {"also_called": ["啥"]}, HARMLESS),
        (
            {"items": {"a": {"zh": "甲"}}},
            {"items": {"a": {"zh": "甲"}, "b": {"zh": "乙"}}},
            REFUSED,
        ),
        ({"items": {"a": {"zh": "甲"}}}, {"items": {"a": {"zh": "甲种"}}}, HARMLESS),
    ],
)
def test_what_a_change_of_a_field_weighs(
    was: dict[str, Any], now: dict[str, Any], weight: Weight
) -> None:
    assert weight_of_field({**FIELD, **was}, {**FIELD, **now}) is weight


def test_a_form_that_becomes_more_open_is_refused_one_more_guarded_is_looked_at() -> None:
    assert weights({"privacy": "minor"}, {"privacy": "normal"}) == {"privacy": REFUSED}
    assert weights({}, {"privacy": "personal"}) == {"privacy": REVIEW}
    assert weights({"options": {}}, {"options": {"privacy": {"zh": "私"}}}) == {
        "options.privacy": HARMLESS
    }


def test_new_options_and_fields_are_harmless_unless_they_must_be_filled_in() -> None:
    two = {**LIST["options"], "two": {"zh": "二"}}  # type: ignore[dict-item]
    assert weight_of_field(LIST, {**LIST, "options": two}) is HARMLESS
    assert weight_of_field({**LIST, "options": two}, LIST) is REVIEW
    fields = {"fields": {"what": FIELD}}
    more = {"fields": {"what": FIELD, "why": FIELD, "who": {**FIELD, "need": True}}}
    assert weights(fields, more) == {"fields.why": HARMLESS, "fields.who": REVIEW}
    assert weights(more, fields) == {"fields.why": REVIEW, "fields.who": REVIEW}


def test_a_later_last_day_is_harmless_and_an_earlier_first_day_is_not_taken() -> None:
    assert weights({"until": "2026-05-01"}, {"until": "2026-06-01"}) == {"until": HARMLESS}
    assert weights({"until": "2026-05-01"}, {}) == {"until": HARMLESS}
    assert weights({"until": "2026-06-01"}, {"until": "2026-05-01"}) == {"until": REVIEW}
    assert weights({}, {"until": "2026-05-01"}) == {"until": REVIEW}
    assert weights({}, {"from": "2026-03-05"}) == {"from": REFUSED}
    assert weights({}, {"from": "2026-03-06"}) == {"from": REVIEW}
    for day, weight in (("2026-03-05", REFUSED), ("2026-03-06", HARMLESS)):
        with clock.at(FRIDAY):
            (new,) = pack_diff({}, {"text:y": {"from": day}}, "")
        assert new.weight is weight


def test_one_more_notice_is_harmless_and_any_other_effect_is_not() -> None:
    def then(*effects: dict[str, Any]) -> dict[str, Any]:
        return {"steps": {"a": {"then": list(effects)}}} if effects else {"steps": {"a": {}}}

    path = "steps.a.then"
    assert weights(then(), then(NOTICE)) == {path: HARMLESS}
    assert weights(then(TODO), then(TODO, NOTICE)) == {path: HARMLESS}
    assert weights(then(), then(TODO)) == {path: REVIEW}
    assert weights(then(NOTICE), then()) == {path: REVIEW}
    assert weights(then(NOTICE, TODO), then(TODO, NOTICE)) == {path: REVIEW}


def touched(name: str, path: str) -> tuple[int, Weight]:
    """What taking a definition away touches and weighs."""
    (change,) = pack_diff({name: {"label": {"zh": "甲"}}}, {}, path)
    return change.touches, change.weight


def matter_make(procedure: Definition, place: Place, number: str, unit: Unit) -> None:
    """A matter that runs, with an order and a clock; number 2 has its clock stopped, 3 is over."""
    is_over = number == "3"
    matter = Matter.objects.create(
        definition=procedure,
        workflow=procedure.key,
        number=number,
        place=place,
        place_path=place.path,
        step="a",
        step_since=FRIDAY,
        opened_at=FRIDAY,
        ended_at=FRIDAY if is_over else None,
        end="done" if is_over else "",
        lead_unit=unit if number == "1" else None,
    )
    HandOver.objects.create(
        matter=matter, step="a", visit=1, unit=unit, duty_key="drains", offered_at=FRIDAY
    )
    Clock.objects.create(
        matter=matter,
        name="closing",
        starts_at=FRIDAY,
        due_at=FRIDAY,
        calendar="night",
        derivation={},
        stopped_at=FRIDAY if number == "2" else None,
    )


@pytest.mark.django_db
def test_people_and_matters_that_live_by_a_definition_are_counted() -> None:
    tree, other = city_tree("519900"), city_tree("510500")
    step = {"label": {"zh": "办"}, "who": ["guard"], "moves": {"go": {"to": "b"}}}
    steps = {"a": step, "b": {"label": {"zh": "完"}, "end": "done"}}
    body = {"label": {"zh": "甲"}, "clause": "practice", "at": ["level:grid"]}
    body |= {"who": ["guard"], "form": "form:seen", "steps": steps}
    with clock.at(FRIDAY):
        water = UnitFactory.create(key="water", place=tree.city)
        GrantFactory.create(role="guard", place=tree.grid)
        GrantFactory.create(role="guard", place=tree.grid, ends_on=dt.date(2026, 1, 1))
        MembershipFactory.create(unit=water)
        definition_keep("workflow", "round", body)
        procedure = Definition.objects.get(kind="workflow", key="round")
        for number in ("1", "2", "3"):
            matter_make(procedure, tree.grid, number, water)
        here, there = tree.city.path, other.city.path
        assert touched("role:guard", here) == (1, REFUSED)
        assert touched("unit:water", here) == (3, REFUSED)
        assert touched("form:seen", here) == (2, REFUSED)
        assert touched("duty:drains", here) == (2, REVIEW)
        assert touched("calendar:night", here) == (1, REFUSED)
        kinds = ("role:guard", "unit:water", "form:seen", "duty:drains", "calendar:night")
        assert {touched(name, there) for name in kinds} == {(0, REVIEW)}


@pytest.mark.parametrize(
    ("was", "now", "weight"),
    [
        ({"zh": "甲"}, {"zh": "甲", "open": "true"}, REVIEW),
        ({"zh": "甲", "open": "true"}, {"zh": "甲", "open": "false"}, REVIEW),
        ({"zh": "甲", "open": "true"}, {"zh": "甲"}, REVIEW),
        (None, {"zh": "甲", "open": "true"}, REVIEW),
        (None, {"zh": "甲"}, HARMLESS),
    ],
)
def test_whoever_opens_or_closes_a_class_has_it_looked_at(
    db: None, was: dict[str, Any] | None, now: dict[str, Any], weight: Weight
) -> None:
    old = {} if was is None else {"class:noise": was}
    (change,) = pack_diff(old, {"class:noise": now}, "")
    assert change.weight is weight
