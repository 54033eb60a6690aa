# SPDX-License-Identifier: MulanPSL-2.0
"""What may be filled in: bad input is refused in words a resident understands, good input is
kept."""

from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from linli.base.errors import Invalid
from linli.kernel.forms.factories import form_spec
from linli.kernel.forms.rules.checking import condition_values, form_check
from linli.kernel.forms.rules.sealing import seal, unseal
from linli.kernel.forms.terms import FieldType

WHAT = {
    "type": "long_text",
    "label": {"zh": "要反映什么", "en": "What"},
    "need": True,
    "at_most": 500,
}


def filled(value: Any, **field: Any) -> Any:
    return form_check(form_spec(field=field), {"field": value}, choices={}).get("field")


def refused(value: Any, **field: Any) -> str:
    with pytest.raises(Invalid) as found:
        filled(value, **field)
    return str(found.value.fields["field"])


def test_a_missing_answer_is_asked_for_by_name() -> None:
    for value in (None, "", "  \n"):
        with pytest.raises(Invalid) as found:
            form_check(form_spec(what=WHAT), {"what": value}, choices={})
        assert found.value.fields == {"what": "请写出要反映什么。"}
    with translation.override("en"), pytest.raises(Invalid) as found:
        form_check(form_spec(what=WHAT), {}, choices={})
    assert found.value.fields == {"what": "Please write: What."}


def test_a_text_that_is_too_long_says_by_how_much() -> None:
    assert refused("长" * 501, **WHAT) == "最多500字，现在有501字。"
    assert filled("长" * 500, **WHAT) == "长" * 500
    assert refused("长" * 100_000, **WHAT) == "写得太长了，请缩短一些。"
    assert refused("x" * 5001, type="long_text") == "最多5000字，现在有5001字。"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("  𠮷野家门口😀积水\x00\x07 ", "𠮷野家门口😀积水"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; DROP TABLE matters; --", "'; DROP TABLE matters; --"),
        ("一行\r\n两行", "一行\n两行"),
        ("买买提·艾力", "买买提·艾力"),
        ("👩‍🚒来了", "👩‍🚒来了"),
    ],
)
def test_texts_are_kept_as_they_are_said(said: str, kept: str) -> None:
    assert filled(said, **WHAT) == kept


@given(st.text(max_size=200))
def test_no_text_breaks_a_form(said: str) -> None:
    spec = form_spec(what={"type": "long_text"}, name={"type": "text"})
    form_check(spec, {"what": said, "name": said}, choices={})


@pytest.mark.parametrize(
    ("kind", "said", "kept"),
    [
        ("whole", "１２", 12),
        ("number", "3.50", 3.5),
        ("money", "12.5", 1250),
        ("money", 1250, 1250),
        ("share", "4/6", "2/3"),
        ("date", "2026年3月7日", "2026-03-07"),
        ("date", "2026/3/7", "2026-03-07"),
        ("time", "8:30", "08:30"),
        ("datetime", "2026-03-07 14:30", "2026-03-07T14:30:00+08:00"),
        ("span", "3 days", "3 days"),
        ("yes_no", "on", True),
        ("yes_no", "no", False),
        ("point", "103.76,29.56", {"lon": 103.76, "lat": 29.56}),
        ("point", {"lon": 103.7612345678, "lat": 29.5}, {"lon": 103.761235, "lat": 29.5}),
        ("phone", "１３８１２３４２０４６", "13812342046"),
        ("phone", "+86 138-1234-2046", "13812342046"),
        ("id_number", "11010519491231002x", "11010519491231002X"),
        ("uscc", "91350100M000100Y43", "91350100M000100Y43"),
        ("place", "511102001001", "511102001001"),
        ("photo", ["f1a2b3c4", "f1a2b3c4"], ["f1a2b3c4"]),
    ],
)
def test_each_type_has_one_form(kind: str, said: Any, kept: Any) -> None:
    assert filled(said, type=kind) == kept


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("whole", "1.5"),
        ("whole", "一百"),
        ("whole", True),
        ("number", "NaN"),
        ("number", "1e400"),
        ("money", "1.234"),
        ("share", "2/0"),
        ("date", "2026-02-30"),
        ("date", "03/04/05"),
        ("time", "25:00"),
        ("datetime", "明天"),
        ("span", "3 work_days"),
        ("yes_no", "maybe"),
        ("point", "103.76"),
        ("point", "inf,0"),
        ("point", "203,29"),
        ("phone", "1381234204"),
        ("id_number", "110105194912310021"),
        ("uscc", "91350100M000100Y44"),
        ("place", "../../etc/passwd"),
        ("photo", [f"file{n}" for n in range(10)]),
        ("text", ["a"]),
        ("long_text", {"a": 1}),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_to_mend_it(kind: str, said: Any) -> None:
    message = refused(said, type=kind)
    assert len(message) > 4
    assert message.isascii() is False


def test_every_type_has_a_reader() -> None:
    from linli.kernel.forms.rules.reading import READERS

    assert set(READERS) == set(FieldType) - {FieldType.TABLE}


def test_bounds_count_what_they_count() -> None:
    assert refused("5", type="whole", at_least=10) == "不能小于10。"
    assert refused("2026-01-01", type="date", at_most="2025-12-31") == "不能大于2025-12-31。"
    assert refused(["a1"], type="photo", at_least=2) == "至少要2个，现在有1个。"
    options = {"a": {"zh": "甲"}, "b": {"zh": "乙"}}
    assert refused(["a", "b"], type="choices", options=options, at_most=1).startswith("最多1个")


def test_only_what_is_offered_can_be_chosen() -> None:
    options = {"a": {"zh": "甲"}, "b": {"zh": "乙"}}
    assert filled("a", type="choice", options=options) == "a"
    assert refused("c", type="choice", options=options) == "请从列表里选一个。"
    spec = form_spec(kind={"type": "class", "of": "class:appeal"})
    choices = {"class:appeal": {"noise": {"zh": "噪声"}}}
    assert form_check(spec, {"kind": "noise"}, choices=choices) == {"kind": "noise"}
    with pytest.raises(Invalid):
        form_check(spec, {"kind": "nothing"}, choices=choices)
    with pytest.raises(Invalid):
        form_check(spec, {"kind": "noise"}, choices={})


def test_a_field_is_asked_for_only_when_its_condition_holds() -> None:
    spec = form_spec(
        mode={
            "type": "choice",
            "need": True,
            "options": {"home": {"zh": "上门"}, "phone": {"zh": "电话"}},
        },
        photo={
            "type": "photo",
            "need": True,
            "when": {"field": "mode", "is": "equal", "value": "home"},
        },
    )
    assert form_check(spec, {"mode": "phone", "photo": ["f1"]}, choices={}) == {"mode": "phone"}
    with pytest.raises(Invalid) as found:
        form_check(spec, {"mode": "home"}, choices={})
    assert set(found.value.fields) == {"photo"}


def test_a_check_list_counts_what_passed() -> None:
    items = {"gas": {"zh": "燃气"}, "power": {"zh": "用电"}}
    spec = form_spec(safety={"type": "check_list", "items": items})
    cleaned = form_check(spec, {"safety": {"gas": "yes", "power": "no"}}, choices={})
    assert condition_values(spec, cleaned) == {
        "safety": ["gas"],
        "safety.passed": 1,
        "safety.all": False,
    }


def test_a_table_names_the_cell_that_is_wrong() -> None:
    spec = form_spec(
        rows={
            "type": "table",
            "columns": {
                "what": {"type": "text", "label": {"zh": "事项"}, "need": True},
                "due": {"type": "date", "label": {"zh": "时限"}},
            },
        }
    )
    with pytest.raises(Invalid) as found:
        form_check(spec, {"rows": [{"what": "扫雪"}, {"due": "明天"}]}, choices={})
    assert set(found.value.fields) == {"rows.1.what", "rows.1.due"}
    rows = form_check(
        spec, {"rows": [{"what": "扫雪", "due": "2026-01-01"}, {"what": "铲冰"}]}, choices={}
    )
    assert rows["rows"][0] == {"what": "扫雪", "due": "2026-01-01"}


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(Invalid) as found:
        form_check(form_spec(what=WHAT), {"what": "好", "is_admin": "1"}, choices={})
    assert set(found.value.fields) == {"is_admin"}


def test_all_problems_are_told_at_once() -> None:
    spec = form_spec(what=WHAT, age={"type": "whole"}, tel={"same_as": "register:resident.phone"})
    with pytest.raises(Invalid) as found:
        form_check(spec, {"age": "x", "tel": "12"}, choices={})
    assert set(found.value.fields) == {"what", "age", "tel"}


def test_personal_fields_are_sealed_before_they_are_kept() -> None:
    spec = form_spec(what=WHAT, tel={"same_as": "register:resident.phone"})
    cleaned = form_check(spec, {"what": "井堵了", "tel": "13812342046"}, choices={})
    kept = seal(spec, cleaned, context="workflow.matter.values")
    assert kept["what"] == "井堵了"
    assert "13812342046" not in str(kept)
    assert unseal(kept, context="workflow.matter.values") == cleaned
