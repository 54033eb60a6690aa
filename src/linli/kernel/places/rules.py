# SPDX-License-Identifier: MulanPSL-2.0
"""Codes and names of places: pure rules, no database."""

import re
from collections.abc import Sequence
from itertools import takewhile

from linli.kernel.places.terms import Level

CODE = re.compile(r"^[0-9]{6,12}([0-9A-Za-z-]{0,52})$")
"""A code: a statistical code, and below the community that code with a suffix."""

DIGITS = {
    Level.PROVINCE: 6,
    Level.CITY: 6,
    Level.DISTRICT: 6,
    Level.SUBDISTRICT: 9,
    Level.COMMUNITY: 12,
}
"""How many digits a statistical code keeps at its level (统计用区划代码)."""

LEVEL_NUMBERS = {
    1: Level.PROVINCE,
    2: Level.CITY,
    3: Level.DISTRICT,
    4: Level.SUBDISTRICT,
    5: Level.COMMUNITY,
}
"""The numbers by which statistics name the levels."""

PREFIXES = ((12, 9), (9, 6), (6, 4), (4, 2))
"""From how many leading digits a code is its parent's: community → subdistrict → … → province."""

KINDS_BY_NAME: dict[str, tuple[tuple[str, str], ...]] = {
    Level.DISTRICT: (
        (r"自治县$|自治旗$", "autonomous_county"),
        (r"县$|旗$", "county"),
        (r"市$", "county_city"),
        (r"区$", "district"),
    ),
    Level.SUBDISTRICT: (
        (r"街道(办事处)?$", "subdistrict"),
        (r"镇$", "town"),
        (r"民族乡$", "ethnic_township"),
        (r"乡$", "township"),
    ),
    Level.COMMUNITY: (
        (r"(村|村委会|村民委员会|嘎查)$", "village"),
        (r"(社区|居委会|居民委员会)$", "urban"),
    ),
}
"""How the name of a division ends says its kind; the first that fits."""


ENDINGS = re.compile(
    r"(街道办事处|街道|民族乡|乡|镇|社区居民委员会|社区居委会|居民委员会|居委会|社区|村民委员会|村委会|村|嘎查"
    r"|自治县|自治旗|县|旗|区|市)$"
)
"""What a place is, said at the end of its name."""


def name_stem(name: str) -> str:
    """A name without what the place is, so that a township that became a town is known again.

    >>> name_stem("河口乡") == name_stem("河口镇")
    True
    """
    stem = ENDINGS.sub("", name)
    return stem if len(stem) > 1 else name


def codes_of(path: str) -> list[str]:
    """The codes in a place path, from the top down."""
    return path.split("/")[:-1]


def path_of(parent_path: str, code: str) -> str:
    """The path of a place below another; "" stands for no parent."""
    return f"{parent_path}{code}/"


def path_common(paths: Sequence[str]) -> str:
    """The deepest path at or below which all these lie; "" for none."""
    if not paths:
        return ""
    first, last = codes_of(min(paths)), codes_of(max(paths))
    shared = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(f"{code}/" for code, _same in shared)


def level_of_code(code: str) -> Level | None:
    """The level that a statistical code tells by its length and trailing zeros, or None."""
    if not code.isascii() or not code.isdigit():
        return None
    if len(code) == 12:
        if not code.endswith("000"):
            return Level.COMMUNITY
        code = code[:9]
    if len(code) == 9:
        if not code.endswith("000"):
            return Level.SUBDISTRICT
        code = code[:6]
    if len(code) != 6:
        return None
    if code.endswith("0000"):
        return Level.PROVINCE
    return Level.CITY if code.endswith("00") else Level.DISTRICT


def code_cut(code: str, level: Level) -> str | None:
    """A statistical code at its level's digits, trailing zeros cut; None if it is no code of that
    level.

    >>> code_cut("511100000000", Level.CITY)
    '511100'
    """
    digits = DIGITS.get(level)
    if digits is None or not code.isascii() or not code.isdigit() or len(code) not in (6, 9, 12):
        return None
    if len(code) < digits or code[digits:].strip("0"):
        return None
    return code[:digits]


def parent_codes(code: str) -> list[str]:
    """The codes under which a statistical code's parent may be kept, nearest first.

    >>> parent_codes("511102001001")
    ['511102001', '511102', '511100', '510000']
    """
    significant = _significant(code)
    found = []
    for longer, shorter in PREFIXES:
        if significant >= longer:
            found.append(code[:shorter].ljust(6, "0"))
    return [parent for parent in found if parent != code]


def _significant(code: str) -> int:
    if len(code) != 6:
        return len(code)
    if code.endswith("0000"):
        return 2
    return 4 if code.endswith("00") else 6


def kind_of_name(name: str, level: str) -> str:
    """The kind that a division's name says (a villagers' committee is a village's); "" if it says
    none.
    """
    for ending, kind in KINDS_BY_NAME.get(level, ()):
        if re.search(ending, name):
            return kind
    return ""


def public_code(path: str) -> str:
    """The code of the community, or of the place above it: never finer."""
    codes = [code for code in path.split("/") if code.isdecimal() and len(code) <= 12]
    return codes[-1] if codes else ""
