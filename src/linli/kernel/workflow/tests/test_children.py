# SPDX-License-Identifier: MulanPSL-2.0
"""Matters that wait for children: one for each unit called, joined, and never lost."""

from types import SimpleNamespace

import pytest

from linli.base.errors import Forbidden, Invalid
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import actor_of
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.rules.joining import is_joined, units_called
from linli.kernel.workflow.tests.procedures import press, whistled


def children(matter: Matter) -> dict[int | None, Matter]:
    return {child.called_unit_id: child for child in matter.children.order_by("pk")}


def step(matter: Matter) -> str:
    return str(Matter.objects.values_list("step", flat=True).get(pk=matter.pk))


def test_each_unit_that_is_called_gets_a_matter_of_its_own(city: SimpleNamespace) -> None:
    matter = whistled(city, city.water, city.upkeep)
    born = children(matter)
    assert set(born) == {city.water.pk, city.upkeep.pk}
    assert [child.number[:2] for child in born.values()] == ["BD", "BD"]
    assert {child.title for child in born.values()} == {"占道夜市"}
    mine = selectors.matters_open_to(actor_of(city.handler)).mine(actor_of(city.handler))
    assert list(mine) == [born[city.water.pk]]
    with pytest.raises(Forbidden):
        press(city.upkeep_handler, born[city.water.pk], "finish")


def test_the_parent_goes_on_when_all_have_finished(city: SimpleNamespace) -> None:
    matter = whistled(city, city.water, city.upkeep)
    born = children(matter)
    press(city.handler, born[city.water.pk], "finish")
    assert step(matter) == "coming"
    press(city.upkeep_handler, born[city.upkeep.pk], "finish")
    assert step(matter) == "accepting"


def test_one_is_enough_where_the_procedure_says_any(city: SimpleNamespace) -> None:
    matter = whistled(city, city.water, city.upkeep, join="any")
    born = children(matter)
    press(city.handler, born[city.water.pk], "finish")
    assert step(matter) == "accepting"
    press(city.dispatcher, matter, "accept")
    assert born[city.upkeep.pk] in Matter.objects.running()
    press(city.upkeep_handler, born[city.upkeep.pk], "finish")
    assert step(matter) == "closed"


def test_the_lead_decides_where_the_procedure_says_so(city: SimpleNamespace) -> None:
    lead = str(city.upkeep.pk)
    matter = whistled(city, city.water, city.upkeep, join="lead", lead=lead)
    born = children(matter)
    press(city.handler, born[city.water.pk], "finish")
    assert step(matter) == "coming"
    press(city.upkeep_handler, born[city.upkeep.pk], "finish")
    assert step(matter) == "accepting"


def test_a_second_round_calls_them_anew(city: SimpleNamespace) -> None:
    matter = whistled(city, city.water)
    press(city.handler, children(matter)[city.water.pk], "finish")
    press(city.dispatcher, matter, "redo")
    assert matter.children.count() == 2
    assert matter.children.running().count() == 1


def test_nobody_is_called_by_nobody(city: SimpleNamespace) -> None:
    with pytest.raises(Invalid) as refused:
        whistled(city)
    assert "called" in refused.value.fields


def test_nobody_presses_a_gate(city: SimpleNamespace) -> None:
    matter = whistled(city, city.water)
    assert selectors.moves_open(actor_of(city.dispatcher), matter) == []
    with pytest.raises(Forbidden):
        services.matter_move(
            actor=actor_of(city.dispatcher), matter=matter, move="done", expected_step="coming"
        )


@pytest.mark.parametrize(
    ("join", "ended", "is_over"),
    [
        ("all", [True, False], False),
        ("all", [True, True], True),
        (None, [True, False], False),
        ("any", [False, True], True),
        ("any", [False, False], False),
        ("lead", [False, True], False),
        ("lead", [True, False], True),
    ],
)
def test_when_enough_have_ended(join: str | None, ended: list[bool], is_over: bool) -> None:
    assert is_joined(join, enumerate(ended, start=1), lead=1) is is_over


def test_without_a_lead_all_have_to_end() -> None:
    assert not is_joined("lead", [(1, True), (2, False)], lead=None)


def test_units_are_read_from_what_a_form_gave() -> None:
    assert units_called({"called": ["7", "9", "7", "x"]}, "called") == [7, 9]
    assert units_called({"lead": "7"}, "lead") == [7]
    assert units_called({}, "called") == []
