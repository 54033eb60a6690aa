# SPDX-License-Identifier: MulanPSL-2.0
"""What a pack may write as forms, choices and classes."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pydantic import ValidationError

from linli.base.actor import SYSTEM
from linli.kernel.forms import selectors
from linli.kernel.forms.grammar import ClassRow, FieldSpec
from linli.kernel.forms.kinds import CHOICES, CLASS, FORM
from linli.kernel.forms.models import Definition
from linli.kernel.sockets.grammar import Grammar, PackContext

DAY = dt.date(2026, 3, 6)
HEAD = {"label": {"zh": "表"}, "clause": "practice"}


def context(
    body: dict[str, Any], known: dict[str, Any] | None = None, path: str = ""
) -> PackContext:
    return PackContext(
        actor=SYSTEM,
        pack="test",
        version="1",
        place_path=path,
        starts_on=dt.date(2010, 1, 1),
        ends_on=None,
        clause="practice",
        position=0,
        body=body,
        known=known or {},
    )


def found(
    grammar: Grammar, key: str, body: dict[str, Any], known: dict[str, Any] | None = None
) -> list[str]:
    assert grammar.check is not None
    spec = grammar.spec.model_validate(body)
    return [f"{where}: {text}" for where, text in grammar.check(context(body, known), key, spec)]


def keep(grammar: Grammar, key: str, body: dict[str, Any], path: str = "") -> bool:
    return grammar.put(context(body, path=path), key, grammar.spec.model_validate(body))


@pytest.mark.parametrize(
    "field",
    [
        {"type": "choice", "label": {"zh": "选"}},
        {
            "type": "choice",
            "label": {"zh": "选"},
            "of": "choices:a",
            "options": {"a": {"zh": "甲"}},
        },
        {"type": "table", "label": {"zh": "表"}},
        {"type": "check_list", "label": {"zh": "表"}},
        {"type": "class", "label": {"zh": "类"}},
        {"type": "phone", "label": {"zh": "电话"}, "at_most": 11},
        {"label": {"zh": "什么"}},
        {"type": "text"},
        {"type": "text", "label": {"en": "Name"}},
        {"type": "words", "label": {"zh": "什么"}},
        {"same_as": "register:resident.phone", "label": {"zh": "电话"}},
        {"type": "text", "label": {"zh": "什么"}, "through": "applicant"},
        {"type": "text", "label": {"zh": "什么"}, "colour": "red"},
    ],
)
def test_a_field_that_is_not_whole_is_refused(field: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FieldSpec.model_validate(field)


def test_a_condition_must_fit_the_field_it_asks_about() -> None:
    mode = {"type": "choice", "label": {"zh": "方式"}, "options": {"home": {"zh": "上门"}}}

    def photo(**when: Any) -> dict[str, Any]:
        asked = {"type": "photo", "label": {"zh": "照片"}, "when": when}
        return {**HEAD, "fields": {"mode": mode, "photo": asked}}

    assert found(FORM, "visit", photo(field="mode", **{"is": "equal"}, value="home")) == []
    wrong = found(FORM, "visit", photo(field="mode", **{"is": "at_least"}, value=3))
    assert wrong == [
        'fields.photo.when: "mode" is a choice; "at_least" compares numbers and dates only'
    ]
    wrong = found(FORM, "visit", photo(field="mode", **{"is": "equal"}, value="hom"))
    assert wrong == ['fields.photo.when: "hom" is no option of "mode" (did you mean "home"?)']
    wrong = found(FORM, "visit", photo(field="mod", **{"is": "filled"}))
    assert wrong == ['fields.photo.when: there is no field "mod" above (did you mean "mode"?)']


def test_a_held_fact_is_not_asked_again() -> None:
    body = {**HEAD, "fields": {"tel": {"type": "phone", "label": {"zh": "联系电话"}}}}
    assert "already held as register:resident.phone" in found(FORM, "appeal", body)[0]
    body = {**HEAD, "fields": {"tel": {"same_as": "register:resident.telephone"}}}
    assert "is no fact that is held" in found(FORM, "appeal", body)[0]


def test_an_open_class_stands_below_open_ones_only() -> None:
    row = {"id": "noise", "zh": "噪声", "part_of": "quarrels", "clause": "practice"}
    closed, is_open = ({"class": {"quarrels": {"open": word}}} for word in ("false", "true"))
    assert found(CLASS, "noise", row, closed) == []
    row |= {"open": "true"}
    wrong = ['open: "quarrels" is not open, so nothing below it is']
    assert found(CLASS, "noise", row, closed) == wrong
    assert found(CLASS, "noise", row, {"class": {"quarrels": {}}}) == wrong
    assert found(CLASS, "noise", row, is_open) == []
    with pytest.raises(ValidationError):
        ClassRow.model_validate({**row, "open": "perhaps"})


@pytest.mark.django_db
def test_a_class_that_does_not_say_so_is_not_open() -> None:
    head = {"clause": "practice", "zh": "类"}
    for key, part_of, word in (
        ("root", "", "true"),
        ("leaf", "root", "true"),
        ("silent", "root", ""),
        ("under", "silent", "true"),
        ("lost", "nowhere", "true"),
    ):
        given = {"part_of": part_of, "open": word}
        keep(CLASS, key, {"id": key, **head, **{k: v for k, v in given.items() if v}})
    tree = selectors.class_tree("", DAY)
    assert {key for key, each in tree.classes.items() if each.is_open} == {"root", "leaf"}


def test_a_class_is_part_of_one_that_is_there_and_never_of_itself() -> None:
    row = {"id": "noise", "zh": "噪声", "part_of": "appeal", "clause": "practice"}
    assert found(CLASS, "noise", row, {"class": {}}) == ['part_of: there is no class "appeal"']
    ring = {"class": {"appeal": {"part_of": "noise"}, "noise": {"part_of": "appeal"}}}
    assert "would be part of itself" in found(CLASS, "noise", row, ring)[0]
    with pytest.raises(ValidationError):
        ClassRow.model_validate({**row, "contact_limit": "2 work_hours"})
    with pytest.raises(ValidationError):
        ClassRow.model_validate({**row, "colour": "red"})


@pytest.mark.django_db
def test_a_definition_keeps_the_order_it_was_written_in() -> None:
    options = {key: {"zh": key} for key in ("zebra", "ant", "mouse")}
    assert keep(CHOICES, "beasts", {**HEAD, "options": options})
    assert not keep(CHOICES, "beasts", {**HEAD, "options": options})
    assert list(selectors.choices_get("beasts", "51/", DAY)) == ["zebra", "ant", "mouse"]
    turned = dict(reversed(options.items()))
    assert keep(CHOICES, "beasts", {**HEAD, "options": turned})
    assert list(selectors.choices_get("beasts", "51/", DAY)) == ["mouse", "ant", "zebra"]


@pytest.mark.django_db
def test_a_citys_form_wins_over_the_bases() -> None:
    name = {"name": {"type": "text", "label": {"zh": "名"}}}
    keep(FORM, "visit", {**HEAD, "fields": name})
    both = {**name, "age": {"type": "whole", "label": {"zh": "岁数"}}}
    keep(FORM, "visit", {**HEAD, "fields": both}, path="51/5111/")
    assert list(selectors.form_get("visit", "51/5111/511102/", DAY).fields) == ["name", "age"]
    assert list(selectors.form_get("visit", "52/", DAY).fields) == ["name"]


def classes_put(path: str = "") -> None:
    import csv

    with (Path(settings.LINLI_PACKS) / "base" / "classes.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            body = {name: cell for name, cell in row.items() if cell}
            keep(CLASS, row["id"], body, path)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("6号楼东侧的雨水井堵了，一下雨积水就没过脚踝", "flooding"),
        ("小区门口的垃圾桶满了好几天没人清运", "garbage"),
        ("路口的井盖不见了，太危险了", "manholes"),
    ],
)
def test_a_class_is_proposed_from_its_own_words(said: str, key: str) -> None:
    classes_put()
    proposals = selectors.class_propose(said, "appeal", "51/", DAY)
    assert proposals[0].key == key, proposals
    assert all(word in said for word in proposals[0].words)
    assert selectors.class_propose("。。。", "appeal", "51/", DAY) == []
    assert selectors.class_propose(said, "no_such_root", "51/", DAY) == []


@pytest.mark.django_db
def test_the_class_system_is_read_once(django_assert_num_queries: Any) -> None:
    classes_put()
    selectors.class_tree("51/", DAY)
    with django_assert_num_queries(1):
        selectors.class_propose("积水", "appeal", "51/", DAY)
    row = Definition.objects.filter(kind="class", key="flooding").get()
    body = {**row.body, "zh": "内涝"}
    keep(CLASS, "flooding", body)
    found_class = selectors.class_get("flooding", "51/", DAY)
    assert found_class is not None
    assert found_class.name == "内涝"


@pytest.mark.django_db
def test_a_class_says_what_its_parent_says_where_it_is_silent() -> None:
    head = {"clause": "practice"}
    keep(
        CLASS,
        "root",
        {"id": "root", "zh": "根", "contact_limit": "1 hour", "workflow": "workflow:a", **head},
    )
    keep(CLASS, "leaf", {"id": "leaf", "zh": "叶", "part_of": "root", "urgency": "urgent", **head})
    leaf = selectors.class_get("leaf", "51/", DAY)
    assert leaf is not None
    assert (leaf.limits, leaf.workflow, leaf.urgency, leaf.chain) == (
        {"contact_limit": "1 hour"},
        "a",
        "urgent",
        ("leaf", "root"),
    )
    assert [each.key for each in selectors.classes_under("root", "51/", DAY)] == ["root", "leaf"]
