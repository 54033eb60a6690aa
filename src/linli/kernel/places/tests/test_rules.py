# SPDX-License-Identifier: MulanPSL-2.0
"""Codes and names."""

import pytest

from linli.kernel.places import rules
from linli.kernel.places.terms import Level


@pytest.mark.parametrize(
    ("code", "level", "cut"),
    [
        ("511100000000", Level.CITY, "511100"),
        ("511102000000", Level.DISTRICT, "511102"),
        ("511102004000", Level.SUBDISTRICT, "511102004"),
        ("511102004001", Level.COMMUNITY, "511102004001"),
        ("110101001", Level.SUBDISTRICT, "110101001"),
        ("511102004001", Level.SUBDISTRICT, None),
        ("110101", Level.SUBDISTRICT, None),
        ("51110", Level.CITY, None),
        ("５１１１００", Level.CITY, None),
        ("511102004001", Level.DWELLING, None),
    ],
)
def test_a_code_is_cut_to_the_digits_of_its_level(code: str, level: Level, cut: str | None) -> None:
    assert rules.code_cut(code, level) == cut


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("510000", Level.PROVINCE),
        ("511100", Level.CITY),
        ("511102", Level.DISTRICT),
        ("511102000000", Level.DISTRICT),
        ("511102004", Level.SUBDISTRICT),
        ("511102004000", Level.SUBDISTRICT),
        ("511102004001", Level.COMMUNITY),
        ("5111", None),
        ("51110200400A", None),
    ],
)
def test_length_and_zeros_of_a_code_tell_its_level(code: str, level: Level | None) -> None:
    assert rules.level_of_code(code) == level


def test_the_places_above_follow_from_the_code_nearest_first() -> None:
    assert rules.parent_codes("511102001001") == ["511102001", "511102", "511100", "510000"]
    assert rules.parent_codes("511100") == ["510000"]
    assert rules.parent_codes("510000") == []


@pytest.mark.parametrize(
    ("name", "level", "kind"),
    [
        ("张家村委会", "community", "village"),
        ("张家村民委员会", "community", "village"),
        ("新村社区居委会", "community", "urban"),
        ("生活区", "community", ""),
        ("大佛街道", "subdistrict", "subdistrict"),
        ("灯塔镇", "subdistrict", "town"),
        ("金河彝族民族乡", "subdistrict", "ethnic_township"),
        ("马边彝族自治县", "district", "autonomous_county"),
        ("第一网格", "grid", ""),
    ],
)
def test_a_name_says_the_kind_or_nothing(name: str, level: str, kind: str) -> None:
    assert rules.kind_of_name(name, level) == kind
