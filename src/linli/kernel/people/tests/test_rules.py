# SPDX-License-Identifier: MulanPSL-2.0
"""Names, phones, ID numbers: what is taken, how it is kept, what is shown."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.base.errors import Invalid
from linli.kernel.people import rules
from linli.kernel.people.terms import Privacy

ID_NUMBER = "11010519491231002X"
TODAY = dt.date(2026, 11, 20)

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("陈", "陈"),
        ("  陈  桂兰 ", "陈 桂兰"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("𠮷野家", "𠮷野家"),
        ("𬎆", "𬎆"),
        ("阿卜杜热西提·阿卜杜克热木", "阿卜杜热西提·阿卜杜克热木"),
        ("O'Brien-Smith", "O'Brien-Smith"),
        ("<b>陈</b>", "<b>陈</b>"),
        ("陈\u202e桂\x00兰", "陈桂兰"),
    ],
)
def test_names_are_kept_as_people_have_them(typed: str, kept: str) -> None:
    assert rules.name_cleaned(typed) == kept


@pytest.mark.parametrize("typed", ["", "  ", "·", "\u200b", "😀", "陈" * 101])
def test_what_is_no_name_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.name_cleaned(typed)
    assert "name" in refused.value.fields


@given(names)
def test_a_name_once_kept_is_kept_for_good(typed: str) -> None:
    try:
        name = rules.name_cleaned(typed)
    except Invalid:
        return
    assert rules.name_cleaned(name) == name
    assert "\n" not in name
    assert "\x00" not in name
    name.encode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("（０８３３）2440000", "08332440000"),
        ("010-66666666", "01066666666"),
        ("400-123-4567", "4001234567"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_phones_are_kept_as_plain_digits(typed: str, kept: str) -> None:
    assert rules.phone_cleaned(typed) == kept


@pytest.mark.parametrize("typed", ["1380013800", "138001380000", "12800138000", "2440000", "abc"])
def test_what_is_no_phone_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.phone_cleaned(typed)
    assert refused.value.code == "phone_invalid"
    assert typed not in str(refused.value)


@pytest.mark.parametrize(
    "typed",
    [
        ID_NUMBER,
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X",
    ],
)
def test_id_numbers_are_kept_one_way(typed: str) -> None:
    assert rules.id_number_cleaned(typed) == ID_NUMBER


@pytest.mark.parametrize(
    "typed", ["110105194912310021", "11010519491331002X", "110105491231002", "护照E12345678"]
)
def test_an_id_number_with_a_slip_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.id_number_cleaned(typed)
    assert typed not in str(refused.value)


@given(st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(position: int, digit: str) -> None:
    if ID_NUMBER[position] == digit:
        return
    wrong = ID_NUMBER[:position] + digit + ID_NUMBER[position + 1 :]
    with pytest.raises(Invalid):
        rules.id_number_cleaned(wrong)


def test_the_day_of_birth_comes_from_the_id_number_and_must_agree_with_it() -> None:
    born = dt.date(1949, 12, 31)
    assert rules.birth_on_checked(None, ID_NUMBER, TODAY) == born
    assert rules.birth_on_checked(born, ID_NUMBER, TODAY) == born
    assert rules.birth_on_checked(None, "", TODAY) is None
    for wrong in (born + dt.timedelta(days=1), TODAY + dt.timedelta(days=1), dt.date(1800, 1, 1)):
        with pytest.raises(Invalid) as refused:
            rules.birth_on_checked(wrong, ID_NUMBER if wrong.year == 1950 else "", TODAY)
        assert "birth_on" in refused.value.fields


def test_a_child_under_fourteen_is_always_of_the_class_minor() -> None:
    birthday = dt.date(2012, 11, 20)
    assert rules.privacy_of(Privacy.NORMAL, birthday, TODAY) == Privacy.NORMAL
    assert rules.privacy_of(Privacy.NORMAL, birthday + dt.timedelta(days=1), TODAY) == "minor"
    assert rules.privacy_of(None, None, TODAY) == Privacy.PERSONAL


@pytest.mark.parametrize("typed", ["", " ", "a", " 1 "])
def test_a_purpose_has_at_least_two_characters(typed: str) -> None:
    with pytest.raises(Invalid):
        rules.purpose_cleaned(typed)
    assert rules.purpose_cleaned(" 回访 ") == "回访"


def test_lists_show_no_number_and_of_a_child_no_whole_name() -> None:
    facts = {
        "name": "陈桂兰",
        "phone": "13800138000",
        "id_number": ID_NUMBER,
        "address": "南华里6号",
    }
    shown = rules.masked(**facts, privacy=Privacy.PERSONAL)
    assert shown.name == "陈桂兰"
    assert shown.phone == "138****8000"
    assert ID_NUMBER[6:14] not in shown.id_number
    assert "南华里" not in shown.address
    assert rules.masked(**facts, privacy=Privacy.MINOR).name == "陈*兰"
    empty = rules.masked(name="陈", phone="", id_number="", address="", privacy=Privacy.NORMAL)
    assert (empty.phone, empty.id_number, empty.address) == ("", "", "")


def test_only_the_three_personal_fields_can_be_opened() -> None:
    assert rules.field_checked("phone") == "phone"
    for wrong in ("name", "account", "pk", "name_key", ""):
        with pytest.raises(Invalid):
            rules.field_checked(wrong)
