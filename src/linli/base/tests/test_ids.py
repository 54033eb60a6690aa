# SPDX-License-Identifier: MulanPSL-2.0
"""Codes and numbers that people read out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.base import ids


def test_query_codes_differ_and_have_no_look_alikes() -> None:
    codes = {ids.query_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(len(code) == 8 for code in codes)
    assert set("".join(codes)) == set(ids.ALPHABET)
    assert not set(ids.ALPHABET) & set("0O1ILSBZU")


def test_a_query_code_is_read_as_people_type_it() -> None:
    assert ids.query_code_read(" 7f3k-9QxD ") == "7F3K9QXD"
    assert ids.query_code_read("７Ｆ３Ｋ９ＱＸＤ") == "7F3K9QXD"
    assert ids.query_code_read("7F3K9QX") == ""
    assert ids.query_code_read("7F3K9QX0") == ""
    assert ids.query_code_read(ids.query_code()) != ""


def test_a_matter_number_names_prefix_day_and_serial() -> None:
    assert ids.matter_number("SQ", date(2026, 11, 21), 7) == "SQ-20261121-0007"
    assert ids.matter_number("SQ", date(2026, 11, 21), 12345) == "SQ-20261121-12345"


@given(
    st.from_regex(r"[A-Z]{1,6}", fullmatch=True),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(1, 999_999),
)
def test_a_matter_number_is_read_back(prefix: str, day: date, serial: int) -> None:
    read = ids.matter_number_read(ids.matter_number(prefix, day, serial).lower())
    assert read == ids.MatterNumber(prefix, day, serial)


@pytest.mark.parametrize("text", ["SQ-20261321-0007", "SQ-2026112-0007", "SQ20261121", "", "诉求"])
def test_what_is_no_matter_number_reads_as_none(text: str) -> None:
    assert ids.matter_number_read(text) is None


@pytest.mark.parametrize(("prefix", "serial"), [("sq", 1), ("", 1), ("SQ", 0), ("TOOLONGX", 1)])
def test_a_number_that_could_not_be_read_back_is_not_made(prefix: str, serial: int) -> None:
    with pytest.raises(ValueError, match="no matter number"):
        ids.matter_number(prefix, date(2026, 11, 21), serial)
