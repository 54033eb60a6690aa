# SPDX-License-Identifier: MulanPSL-2.0
"""units.csv as packs write it."""

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from linli.base.actor import Actor
from linli.kernel.places.factories import PlaceFactory
from linli.kernel.sockets.grammar import PackContext
from linli.kernel.units import selectors
from linli.kernel.units.grammar import UNIT, UnitSpec
from linli.kernel.units.models import Unit

ROW = {"id": "police", "zh": "公安分局", "en": "Police", "place": "519902", "clause": "practice"}


def context(body: dict[str, Any], **more: Any) -> PackContext:
    known: dict[str, Any] = {"place": {"519902": {}}, "unit": {"police": {}, "government": {}}}
    given = {
        "actor": Actor.pack("test", "1"),
        "pack": "test",
        "version": "1",
        "place_path": "519902/",
        "starts_on": dt.date(2024, 1, 1),
        "ends_on": None,
        "clause": "practice",
        "position": 0,
        "body": body,
        "known": known,
    }
    return PackContext(**{**given, **more})


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"place": "519903"}, "place"),
        ({"part_of": "police"}, "part_of"),
        ({"part_of": "nobody"}, "part_of"),
    ],
)
def test_a_row_that_does_not_hold_together_says_where(change: dict[str, str], where: str) -> None:
    body = {**ROW, **change}
    assert UNIT.check is not None
    found = UNIT.check(context(body), "police", UnitSpec.model_validate(body))
    assert [one for one, _message in found] == [where]


def test_unknown_columns_are_refused() -> None:
    with pytest.raises(ValidationError):
        UnitSpec.model_validate({**ROW, "color": "blue"})


@pytest.mark.django_db
def test_a_row_is_put_once_renamed_and_taken_away() -> None:
    place = PlaceFactory.create(code="519902", level="district")
    spec = UnitSpec.model_validate(ROW)
    assert UNIT.put(context(ROW), "police", spec)
    assert not UNIT.put(context(ROW), "police", spec)
    renamed = {**ROW, "zh": "东江公安分局"}
    assert UNIT.put(context(renamed), "police", UnitSpec.model_validate(renamed))
    unit = Unit.objects.get()
    assert (unit.place, unit.label["zh"], unit.clause) == (place, "东江公安分局", "practice")
    gone = context(renamed, is_removed=True)
    assert UNIT.put(gone, "police", UnitSpec.model_validate(renamed))
    assert Unit.objects.get().ends_on == dt.date(2024, 1, 1)


@pytest.mark.django_db
def test_a_row_without_a_place_only_names_such_units() -> None:
    body = {"id": "housing", "zh": "住建局", "en": "Housing bureau", "clause": "practice"}
    assert UNIT.put(context(body, place_path=""), "housing", UnitSpec.model_validate(body))
    assert not Unit.objects.exists()
    assert selectors.unit_label("housing", "519902/") == {"zh": "住建局", "en": "Housing bureau"}
    assert selectors.unit_label("nobody") == {"zh": "nobody", "en": "nobody"}
