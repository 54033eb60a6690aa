# SPDX-License-Identifier: MulanPSL-2.0
"""Cleaning, search tokens and masks, with the names and signs people really have."""

import unicodedata

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from linli.base import text


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("\t\t井盖坏了\r\n很危险\r ", "井盖坏了\n很危险"),
        ("a\x00b\x07c\x7f", "abc"),
        ("👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏽 ❤️", "👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏽 ❤️"),
        ("𠮷田", "𠮷田"),
        ("cafe\u0301", "café"),
        ("付\u202e款\u2066\u200b\ufeff", "付款"),
        ("坏\ud800了", "坏了"),
        ("<b>'; DROP TABLE--", "<b>'; DROP TABLE--"),
    ],
)
def test_a_text_is_cleaned_without_losing_what_was_said(written: str, stored: str) -> None:
    assert text.clean(written) == stored


@given(st.text())
def test_a_cleaned_text_is_clean_and_can_always_be_stored(written: str) -> None:
    once = text.clean(written)
    assert text.clean(once) == once
    assert not any(
        unicodedata.category(each) in ("Cc", "Cs") and each not in "\n\t" for each in once
    )
    assert "\n" not in text.clean_line(written)
    once.encode()


def test_full_width_digits_become_plain_ones_and_the_rest_stays() -> None:
    assert text.digits("南华里３号楼１２－5") == "南华里3号楼12－5"
    assert text.narrow("２２０４０３　１９９０ x") == "2204031990x"


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("陈桂兰", ["陈桂", "桂兰"]),
        ("王", ["王"]),
        ("欧阳娜娜", ["欧阳", "阳娜", "娜娜"]),
        ("买买提·艾力", ["买买", "买提", "提艾", "艾力"]),
        ("买买提•艾力", ["买买", "买提", "提艾", "艾力"]),
        ("𠮷田", ["𠮷田"]),
        ("𠮷", ["𠮷"]),
        ("南华里６号楼 Wi-Fi坏了", ["南华", "华里", "6", "号楼", "wi", "fi", "坏了"]),
        ("，。！", []),
        ("", []),
    ],
)
def test_search_tokens(written: str, tokens: list[str]) -> None:
    assert text.bigrams(written) == tokens


@given(st.text(alphabet="陈桂兰王𠮷·6aB ，"), st.text(alphabet="陈桂兰王𠮷·6aB ，"))
def test_what_stands_in_a_text_is_found_by_its_tokens(before: str, after: str) -> None:
    assert set(text.bigrams("中山广场")) <= set(text.bigrams(f"{before}中山广场{after}"))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("13812342046", "138****2046"),
        ("+86 138-1234-2046", "138****2046"),
        ("１３８１２３４２０４６", "138****2046"),
        ("0431-88880012", "0431-******12"),
        ("01088880012", "010-******12"),
        ("123456", "****56"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_a_phone_is_masked(written: str, shown: str) -> None:
    assert text.mask_phone(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("郭小娣", "郭*娣"),
        ("陈兰", "陈*"),
        ("王", "*"),
        ("欧阳娜娜", "欧**娜"),
        ("买买提·艾力", "买**·*力"),
        ("𠮷小明", "𠮷*明"),
        ("葛\U000e0100小明", "葛\U000e0100*明"),
        ("", ""),
    ],
)
def test_a_name_is_masked(written: str, shown: str) -> None:
    assert text.mask_name(written) == shown


def test_what_no_database_keeps_is_taken_out_and_nothing_else() -> None:
    assert text.storable("井\x00盖\ud83d没\udc00了") == "井盖没了"
    for kept in ("𠮷😀\x07\u202e\ufffd", " 空 ", ""):
        assert text.storable(kept) == kept


def test_an_id_number_is_masked() -> None:
    assert text.mask_id_number("22040319900307002X") == "220*************2X"
    assert text.mask_id_number("1234") == "****"


def test_a_label_is_read_in_the_readers_language() -> None:
    label = {"zh": "网格员", "en": "Grid worker"}
    with translation.override("zh-hans"):
        assert text.label(label) == "网格员"
        assert text.label({"en": "Grid worker"}) == "Grid worker"
    with translation.override("en"):
        assert text.label(label) == "Grid worker"
        assert text.label({"zh": "网格员"}) == "网格员"
    assert text.label({}) == ""
