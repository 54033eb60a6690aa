# SPDX-License-Identifier: MulanPSL-2.0
"""Roles as packs write them."""

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from linli.base.actor import Actor
from linli.kernel.access.grammar import ROLE, RoleSpec
from linli.kernel.access.selectors import role_find
from linli.kernel.sockets.grammar import PackContext

BODY = {
    "label": {"zh": "网格员", "en": "Grid worker"},
    "clause": "practice",
    "at": ["level:grid"],
    "gives": ["places.view", "units.view"],
}


def context(body: dict[str, Any]) -> PackContext:
    return PackContext(
        actor=Actor.pack("test", "1"),
        pack="test",
        version="1",
        place_path="519900/",
        starts_on=dt.date(2024, 1, 1),
        ends_on=None,
        clause="practice",
        position=0,
        body=body,
        known={},
    )


def check(key: str, **change: Any) -> list[str]:
    body = {**BODY, **change}
    assert ROLE.check is not None
    return [
        where for where, _message in ROLE.check(context(body), key, RoleSpec.model_validate(body))
    ]


def test_a_sound_role_is_taken_kept_and_found_at_its_place() -> None:
    assert check("grid_worker") == []


@pytest.mark.django_db
def test_a_role_is_kept_once_and_found_at_its_place() -> None:
    spec = RoleSpec.model_validate(BODY)
    assert ROLE.put(context(BODY), "grid_worker", spec)
    assert not ROLE.put(context(BODY), "grid_worker", spec)
    assert role_find("grid_worker", "519900/519902/") is not None
    assert role_find("grid_worker", "529900/") is None


@pytest.mark.parametrize(
    ("key", "change", "where"),
    [
        ("grid_worker", {"gives": ["places.steal"]}, "gives"),
        ("resident", {}, "label"),
        ("grid_worker", {"not_with": ["role:grid_worker"]}, "not_with"),
    ],
)
def test_a_role_that_does_not_hold_together_says_where(
    key: str, change: dict[str, Any], where: str
) -> None:
    assert check(key, **change) == [where]


@pytest.mark.parametrize(
    "change", [{"at": []}, {"at": ["grid"]}, {"gives": ["Places View"]}, {"powers": ["all"]}]
)
def test_a_role_written_wrongly_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RoleSpec.model_validate({**BODY, **change})
