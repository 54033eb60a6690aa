# SPDX-License-Identifier: MulanPSL-2.0
"""A form as widgets and as a JSON schema."""

from linli.kernel.forms.factories import form_spec
from linli.kernel.forms.rules.schema import json_schema
from linli.kernel.forms.rules.widgets import widgets

FIELDS = form_spec(
    what={
        "type": "long_text",
        "label": {"zh": "要反映什么", "en": "What"},
        "need": True,
        "at_most": 500,
    },
    mode={"type": "choice", "options": {"home": {"zh": "上门"}, "phone": {"zh": "电话"}}},
    photo={
        "type": "photo",
        "need": True,
        "when": {"field": "mode", "is": "equal", "value": "home"},
    },
    kind={"type": "class", "of": "class:appeal"},
    paid={"type": "money", "at_most": 10_000},
    tel={"same_as": "register:resident.phone"},
)
CHOICES = {"class:appeal": {"noise": {"zh": "噪声", "en": "Noise"}}}


def test_widgets_carry_what_was_filled_in_and_what_was_wrong() -> None:
    drawn = {
        each.name: each
        for each in widgets(
            FIELDS,
            {"what": "井堵了", "mode": "phone", "paid": 1250},
            {"what": "请写出要反映什么。"},
            choices=CHOICES,
        )
    }
    assert list(drawn) == ["what", "mode", "photo", "kind", "paid", "tel"]
    assert (drawn["what"].value, drawn["what"].max_length, drawn["what"].is_needed) == (
        "井堵了",
        500,
        True,
    )
    assert drawn["what"].error == "请写出要反映什么。"
    assert [(each.key, each.label, each.is_chosen) for each in drawn["mode"].options] == [
        ("home", "上门", False),
        ("phone", "电话", True),
    ]
    assert not drawn["photo"].is_asked
    assert drawn["photo"].when == {"field": "mode", "is": "equal", "value": "home"}
    assert [each.label for each in drawn["kind"].options] == ["噪声"]
    assert (drawn["paid"].value, drawn["paid"].maximum) == ("12.50", 100)
    assert (drawn["tel"].input_type, drawn["tel"].held_as) == ("tel", "register:resident.phone")


def test_the_schema_says_the_same_to_machines() -> None:
    schema = json_schema(FIELDS, CHOICES)
    assert schema["required"] == ["what"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["what"] == {
        "type": "string",
        "maxLength": 500,
        "title": "要反映什么",
    }
    assert schema["properties"]["kind"]["enum"] == ["noise"]
    assert schema["properties"]["photo"]["maxItems"] == 9
    assert schema["properties"]["paid"]["type"] == "integer"


def test_a_field_that_a_city_adds_stands_where_it_says() -> None:
    spec = form_spec(
        name={"type": "text"}, phone={"type": "phone"}, email={"type": "text", "below": "name"}
    )
    assert [name for name, _ in spec.in_order()] == ["name", "email", "phone"]
