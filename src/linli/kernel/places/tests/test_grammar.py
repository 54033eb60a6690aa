# SPDX-License-Identifier: MulanPSL-2.0
"""Levels and places.csv as packs write them."""

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from linli.base.actor import Actor
from linli.kernel.places import grammar, selectors
from linli.kernel.places.factories import PlaceFactory
from linli.kernel.places.grammar import LEVEL, PLACE, LevelSpec, PlaceSpec
from linli.kernel.places.models import Place
from linli.kernel.sockets.grammar import PackContext

ROW = {
    "code": "519902",
    "part_of": "519900",
    "zh": "东江区",
    "en": "Dongjiang",
    "level": "district",
    "kind": "district",
    "tags": "fringe;new",
    "clause": "practice",
}
DISTRICT = {
    "code": 6,
    "kinds": {"district": {"zh": "市辖区"}},
    "tags": {"fringe": {"zh": "城郊"}, "new": {"zh": "新"}},
}


def context(body: dict[str, Any], **more: Any) -> PackContext:
    known = {"level": {"city": {"code": 6}, "district": DISTRICT}, "place": {"519900": {}}}
    given = {
        "actor": Actor.pack("test", "1"),
        "pack": "test",
        "version": "1",
        "place_path": "519900/",
        "starts_on": dt.date(2024, 1, 1),
        "ends_on": None,
        "clause": "practice",
        "position": 0,
        "body": body,
        "known": known,
    }
    return PackContext(**{**given, **more})


def check(row: dict[str, Any]) -> list[tuple[str, str]]:
    assert PLACE.check is not None
    return PLACE.check(context(row), row["code"], PlaceSpec.model_validate(row))


def test_a_row_of_places_is_read_with_its_tags() -> None:
    spec = PlaceSpec.model_validate(ROW)
    assert (spec.tags, spec.level_key, check(ROW)) == (("fringe", "new"), "district", [])


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"level": "galaxy"}, "level"),
        ({"code": "519902000"}, "code"),
        ({"kind": "castle"}, "kind"),
        ({"tags": "haunted"}, "tags"),
        ({"part_of": "510000"}, "part_of"),
        ({"part_of": "519902"}, "part_of"),
    ],
)
def test_a_row_that_does_not_hold_together_says_where(change: dict[str, Any], where: str) -> None:
    assert [found for found, _message in check({**ROW, **change})] == [where]


@pytest.mark.parametrize("change", [{"colour": "red"}, {"zh": ""}, {"code": "abc"}, {"clause": ""}])
def test_a_row_with_unknown_or_broken_cells_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PlaceSpec.model_validate({**ROW, **change})


def test_a_level_below_itself_and_a_choice_without_options_are_named() -> None:
    body = {
        "label": {"zh": "区"},
        "clause": "practice",
        "part_of": ["level:city"],
        "code": 6,
        "fields": {"mode": {"type": "choice", "label": {"zh": "平战状态"}}},
    }
    spec = LevelSpec.model_validate(body)
    assert LEVEL.check is not None
    assert [where for where, _message in LEVEL.check(context(body), "district", spec)] == [
        "fields.mode"
    ]
    ring = {"level": {"city": {"part_of": ["level:district"]}, "district": body}}
    found = LEVEL.check(context(body, known=ring), "district", spec)
    assert found == [("part_of", '"district" would stand below itself')]


@pytest.mark.django_db
def test_a_row_is_put_once_changed_and_taken_away() -> None:
    top = PlaceFactory.create(code="519900", level="city", name="春江市")
    spec = PlaceSpec.model_validate(ROW)
    assert grammar.PLACE.put(context(ROW), "519902", spec)
    place = Place.objects.get(code="519902")
    assert (place.parent, place.name_en, place.tags) == (top, "Dongjiang", ["fringe", "new"])
    assert not grammar.PLACE.put(context(ROW), "519902", spec)
    renamed = PlaceSpec.model_validate({**ROW, "zh": "新东江区"})
    assert grammar.PLACE.put(context(ROW), "519902", renamed)
    assert Place.objects.get(code="519902").name == "新东江区"
    gone = context(ROW, is_removed=True)
    assert grammar.PLACE.put(gone, "519902", spec)
    assert Place.objects.get(code="519902").ends_on == dt.date(2024, 1, 1)
    assert not grammar.PLACE.put(gone, "519902", spec)


@pytest.mark.django_db
def test_a_pack_fixes_the_place_it_stands_on() -> None:
    PlaceFactory.create(code="519902", level="district", name="东江区", is_loose=True)
    assert PLACE.put(context(ROW), "519902", PlaceSpec.model_validate(ROW))
    assert not Place.objects.get(code="519902").is_loose


@pytest.mark.django_db
def test_a_level_is_kept_and_found_at_its_city() -> None:
    body = {"label": {"zh": "区"}, "clause": "practice", "code": 6}
    assert LEVEL.put(context(body), "district", LevelSpec.model_validate(body))
    assert selectors.level_find("district", "519900/519902/") is not None
    assert selectors.level_find("district", "529900/") is None
    assert [row.key for row in selectors.levels_in_force("519900/")] == ["district"]
