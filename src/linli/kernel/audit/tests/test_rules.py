# SPDX-License-Identifier: MulanPSL-2.0
"""The hash of a row, and what may stand in its detail."""

import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.audit import rules

ROW: dict[str, Any] = {
    "at": dt.datetime(2026, 11, 20, 8, 30, tzinfo=dt.UTC),
    "actor_kind": "account",
    "actor_id": 17,
    "actor_name": "",
    "on_behalf_of": "",
    "verb": "care.visit.recorded",
    "subject_kind": "care.visit",
    "subject_key": "4",
    "subject_name": "",
    "place_path": "51/5111/",
    "detail": {"outcome": "见到"},
    "request_id": "",
    "reason": "",
}


def test_the_hash_can_be_made_by_anybody_from_the_description() -> None:
    fields = {**ROW, "at": "2026-11-20T08:30:00.000000+00:00", "hash": 1}
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert rules.row_hash(ROW) == "1." + hashlib.sha256(text.encode()).hexdigest()


def test_the_same_moment_in_another_zone_has_the_same_hash() -> None:
    shanghai = dt.timezone(dt.timedelta(hours=8))
    assert rules.row_hash({**ROW, "at": ROW["at"].astimezone(shanghai)}) == rules.row_hash(ROW)


@pytest.mark.parametrize("name", rules.HASHED)
def test_every_column_is_covered(name: str) -> None:
    other: object = "x"
    if name == "at":
        other = ROW["at"] + dt.timedelta(microseconds=1)
    assert rules.row_hash({**ROW, name: other}) != rules.row_hash(ROW)


def test_a_detail_keeps_plain_values() -> None:
    detail = {"id": 17, "on": dt.date(2026, 1, 2), "list": ("a", None, True), "share": 0.5}
    assert rules.detail_clean(detail) == {
        "id": 17,
        "on": "2026-01-02",
        "list": ["a", None, True],
        "share": 0.5,
    }


@pytest.mark.parametrize("value", [Decimal(1), b"x", object()])
def test_a_detail_takes_no_other_things(value: object) -> None:
    with pytest.raises(TypeError, match="cannot stand in a detail"):
        rules.detail_clean({"value": value})


@pytest.mark.parametrize("value", ["长" * 201, float("nan"), float("inf"), 2**60, 1e300])
def test_a_detail_takes_no_long_text_and_no_number_that_changes_in_the_database(
    value: object,
) -> None:
    with pytest.raises(ValueError, match="in a detail"):
        rules.detail_clean({"value": value})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=8,
    )
)
def test_whatever_stands_in_a_detail_can_be_written_and_read_back(value: Any) -> None:
    cleaned = rules.detail_clean({"value": value})
    assert json.loads(json.dumps(cleaned)) == cleaned
    assert rules.row_hash({**ROW, "detail": cleaned})
    assert rules.detail_clean(cleaned) == cleaned


def test_numbers_of_people_are_masked_wherever_they_stand() -> None:
    cleaned = rules.detail_clean({"a": ["回电13800138000"], "证件11010519491231002X": 1})
    assert "13800138000" not in str(cleaned)
    assert "11010519491231002X" not in str(cleaned)
