# SPDX-License-Identifier: MulanPSL-2.0
"""Chinese text by sound: for lists in the order of pinyin, and for search by sounds or initials."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_BETWEEN = "\x1f"
"""Sorts before everything that is written."""

_SURNAMES = {
    "万俟": "mo qi",
    "尉迟": "yu chi",
    "单于": "chan yu",
    "长孙": "zhang sun",
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "区": "ou",
    "盖": "ge",
    "缪": "miao",
    "朴": "piao",
    "任": "ren",
    "华": "hua",
    "翟": "zhai",
    "乐": "yue",
    "召": "shao",
    "折": "she",
    "宓": "mi",
    "洗": "xian",
    "繁": "po",
    "种": "chong",
    "冼": "xian",
    "秘": "bi",
    "覃": "qin",
    "臧": "zang",
}
"""Characters that sound otherwise as a family name than in most words."""


@cache
def _library() -> Any:
    """The library, whose tables are read with the first Chinese text."""
    import pypinyin

    return pypinyin


def _syllables(text: str) -> list[str]:
    """Lower-case sounds without tones; what is no Chinese stays as it is, in one piece."""
    library = _library()
    return [str(each).lower() for each in library.lazy_pinyin(text, style=library.Style.NORMAL)]


def _of_name(name: str) -> list[str]:
    for length in (2, 1):
        family = name[:length]
        if family in _SURNAMES and len(name) > length:
            return [*_SURNAMES[family].split(), *_syllables(name[length:])]
    return _syllables(name)


@lru_cache(maxsize=4096)
def text_key(text: str) -> str:
    """How a text sorts and by what it is found: sounds, initials, sounds in one, the text.

    "西安路" gives "xi an lu", "xal", "xianlu" and "西安路": whoever types one of them finds it.
    """
    return _key(text, _syllables(text) if _HAN.search(text) else [text.lower()])


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """The same of a person's name, whose first character may sound otherwise: 单 is shan."""
    return _key(name, _of_name(name) if _HAN.search(name) else [name.lower()])


def _key(text: str, sounds: Sequence[str]) -> str:
    spaced = " ".join(sounds)
    if len(sounds) < 2:
        return _BETWEEN.join((spaced, text.lower()))
    initials = "".join(each[0] for each in sounds if each)
    return _BETWEEN.join((spaced, initials, spaced.replace(" ", ""), text.lower()))


def asked(query: str) -> str:
    """What to look for in a key when somebody types this."""
    return " ".join(query.lower().split())
