# SPDX-License-Identifier: MulanPSL-2.0
"""Who sees which records."""

from types import SimpleNamespace
from typing import Any

import pytest

from linli.base.actor import ANONYMOUS, SYSTEM
from linli.engines.registers import selectors
from linli.engines.registers.factories import CONTRACT, register_define
from linli.engines.registers.services import record_add
from linli.engines.registers.tests.conftest import somebody
from linli.kernel.places.models import Place


def records(town: SimpleNamespace, **more: Any) -> selectors.Register:
    """One contract in each community, in a register that says something more."""
    register_define("contract", {**CONTRACT, **more})
    for number, place in enumerate((town.community, town.other_community)):
        record_add(
            actor=SYSTEM, register="contract", place=place, values={"number": f"WY-{number}"}
        )
    found = selectors.register_find("contract", town.city.path)
    assert found is not None
    return found


def seen(actor: Any, register: selectors.Register) -> int:
    return selectors.records_visible(actor=actor, register=register).count()


def test_each_sees_what_lies_below_their_place(town: SimpleNamespace) -> None:
    register = records(town)
    assert [seen(each, register) for each in (town.clerk, town.leader, SYSTEM)] == [1, 2, 2]
    assert seen(ANONYMOUS, register) == 0


@pytest.mark.parametrize("privacy", ["sensitive", "minor"])
def test_of_a_sensitive_register_only_those_named_know(town: SimpleNamespace, privacy: str) -> None:
    register = records(town, privacy=privacy, readers=["care_worker"])
    care = somebody("care_worker", town.subdistrict)
    assert seen(town.leader, register) == 0
    assert seen(care, register) == 2
    assert seen(town.clerk, register) == 1


def test_readers_narrow_a_register_to_those_named(town: SimpleNamespace) -> None:
    register = records(town, readers=["care_worker"])
    assert seen(town.leader, register) == 0


def test_a_record_is_had_by_those_alone_who_see_it(town: SimpleNamespace) -> None:
    records(town)
    record = record_add(
        actor=SYSTEM, register="contract", place=town.community, values={"number": "WY-9"}
    )
    assert selectors.record_get(actor=town.clerk, record_id=record.pk) is not None
    assert selectors.record_get(actor=town.other_clerk, record_id=record.pk) is None
    assert selectors.record_get(actor=town.clerk, record_id=0) is None


def test_those_of_another_city_see_nothing(town: SimpleNamespace, far_town: Place) -> None:
    register = records(town)
    assert seen(somebody("community_clerk", far_town), register) == 0
