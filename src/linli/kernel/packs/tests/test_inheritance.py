# SPDX-License-Identifier: MulanPSL-2.0
"""Extending and removing."""

from typing import Any

import pytest

from linli.kernel.packs.inheritance import BrokenInheritance, resolve
from linli.kernel.packs.reading import Entry

BASE = {
    "workflow": {
        "appeal": {
            "label": {"zh": "诉求办理"},
            "clause": "practice",
            "who": ["anyone"],
            "steps": {
                "received": {"who": ["dispatcher"], "limit": "2 working_hours"},
                "closed": {"end": "done"},
            },
        }
    }
}


def entry(key: str, **body: Any) -> Entry:
    return Entry("workflow", key, body, "w.toml", 1, 0)


def resolved(one: Entry, *others: Entry) -> dict[str, Any]:
    return resolve(one, {other.name: other for other in (one, *others)}, BASE)


def test_a_definition_that_stands_alone_replaces_the_base_one() -> None:
    assert resolved(entry("appeal", who=["resident"])) == {"who": ["resident"]}


def test_tables_are_merged_key_by_key_and_lists_replaced() -> None:
    body = resolved(
        entry(
            "appeal",
            extends="workflow:appeal",
            who=["resident"],
            steps={"received": {"limit": "1 day"}},
        )
    )
    assert body["who"] == ["resident"]
    assert body["steps"]["received"] == {"who": ["dispatcher"], "limit": "1 day"}
    assert body["label"] == {"zh": "诉求办理"}


def test_label_and_clause_are_not_inherited_under_a_new_id() -> None:
    body = resolved(entry("other", extends="workflow:appeal"))
    assert "label" not in body
    assert "clause" not in body
    assert body["who"] == ["anyone"]


def test_a_path_can_be_removed() -> None:
    body = resolved(entry("appeal", extends="workflow:appeal", remove=["steps.received.limit"]))
    assert body["steps"]["received"] == {"who": ["dispatcher"]}


@pytest.mark.parametrize(
    "broken",
    [
        entry("appeal", extends="workflow:appeal", remove=["steps.nowhere"]),
        entry("appeal", extends="workflow:missing"),
        entry("appeal", extends="form:appeal"),
        entry("appeal", remove=["steps"]),
        entry("a", extends="workflow:a"),
    ],
    ids=["unknown path", "unknown parent", "other kind", "remove alone", "itself"],
)
def test_what_cannot_be_followed_is_refused(broken: Entry) -> None:
    with pytest.raises(BrokenInheritance):
        resolved(broken)


def test_a_circle_is_refused() -> None:
    with pytest.raises(BrokenInheritance, match="circle"):
        resolved(entry("a", extends="workflow:b"), entry("b", extends="workflow:a"))


def test_the_base_is_left_as_it_was() -> None:
    resolved(entry("appeal", extends="workflow:appeal", remove=["steps.received"]))
    assert "received" in BASE["workflow"]["appeal"]["steps"]
