# SPDX-License-Identifier: MulanPSL-2.0
"""Identity numbers, credit codes and phones."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from linli.base import checks, clock
from linli.base.checks import CheckFailed

ID_NUMBERS = ["11010519491231002X", "440524188001010014"]
CREDIT_CODES = ["91350100M000100Y43", "91110000600037341L"]


@pytest.mark.parametrize("number", ID_NUMBERS)
def test_the_examples_of_the_standard_pass(number: str) -> None:
    assert checks.id_number(number) == number


def test_an_id_number_is_read_as_people_type_it() -> None:
    assert checks.id_number("１１０１０５ 19491231 002x") == "11010519491231002X"
    assert checks.id_number_birth("11010519491231002X") == date(1949, 12, 31)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110105491231002", "length"),
        ("11010519491231002X1", "length"),
        ("", "length"),
        ("11010519491231X021", "characters"),
        ("1101051949123100一X", "characters"),
        ("99010519491231002X", "region"),
        ("11010519490231002X", "date"),
        ("11010520991231002X", "date"),
        ("110105194912310021", "check_digit"),
        ("110150194912310020", "check_digit"),
    ],
)
def test_a_wrong_id_number_says_what_is_wrong_without_repeating_it(number: str, code: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        checks.id_number(number)
    assert caught.value.code == code
    assert not number or number not in str(caught.value)


def test_nobody_is_born_tomorrow() -> None:
    with clock.at(datetime(1949, 12, 30, 4, 0, tzinfo=UTC)), pytest.raises(CheckFailed) as caught:
        checks.id_number("11010519491231002X")
    assert caught.value.code == "date"


@given(st.integers(0, 17), st.sampled_from("0123456789"))
def test_any_single_wrong_digit_of_an_id_number_is_found(place: int, digit: str) -> None:
    number = ID_NUMBERS[0]
    assume(number[place] != digit)
    with pytest.raises(CheckFailed):
        checks.id_number(number[:place] + digit + number[place + 1 :])


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_known_credit_codes_pass(code: str) -> None:
    assert checks.uscc(code.lower()) == code


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZ"))
def test_any_single_wrong_character_of_a_credit_code_is_found(place: int, wrong: str) -> None:
    code = CREDIT_CODES[0]
    assume(code[place] != wrong)
    with pytest.raises(CheckFailed):
        checks.uscc(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("13812342046", "13812342046"),
        ("+86 138 1234 2046", "13812342046"),
        ("0086-138-1234-2046", "13812342046"),
        ("１３８１２３４２０４６", "13812342046"),
        ("0431-88880012", "0431-88880012"),
        ("（0431）8888 0012", "0431-88880012"),
        ("010 6552 9999", "010-65529999"),
        ("0431-88880012-123", "0431-88880012-123"),
        ("0431-88880012转123", "0431-88880012-123"),
        ("08332443000", "0833-2443000"),
    ],
)
def test_phones_are_stored_in_one_form(written: str, stored: str) -> None:
    assert checks.phone(written) == stored
    assert checks.phone(stored) == stored


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1381234204", "length"),
        ("138123420467", "length"),
        ("88880012", "form"),
        ("12345", "form"),
        ("0431-1888001", "form"),
        ("电话", "form"),
        ("", "form"),
        ("1-2-3", "form"),
    ],
)
def test_what_is_no_phone_is_refused(written: str, code: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        checks.phone(written)
    assert caught.value.code == code


def test_the_message_says_how_many_digits_are_missing() -> None:
    with pytest.raises(CheckFailed) as caught:
        checks.phone("138123420")
    with translation.override("en"):
        assert str(caught.value) == "This has 9 characters; 2 are missing."
