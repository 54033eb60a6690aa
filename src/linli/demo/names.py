# SPDX-License-Identifier: MulanPSL-2.0
"""Invented names of people and places; none is taken from a real register."""

import datetime as dt
import random
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟"
    "姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
_DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛")
_WOMEN = (
    "秀英 桂兰 淑珍 玉梅 丽华 雪琴 慧敏 晓雯 思琪 雨欣 佳怡 文婷 "
    "红霞 凤莲 芳 月娥 静 敏 燕 秀芳 春花 丽君 玉兰"
)
_MEN = (
    "建国 志强 国栋 卫东 海波 文斌 俊杰 明辉 永福 德胜 立平 少华 "
    "家豪 振宇 光荣 学军 伟 磊 军 浩 建平 福生 长根"
)
_YOUNG = "子涵 梓萱 一诺 宇轩 欣妍 浩然 沐阳 若溪 铭泽 语桐 可欣 梓豪"
_RARE = ("阿依·古丽", "买买提·艾力", "𠮷永昌", "白玛", "欧阳建国")
_YOUNG_SINCE = 2008

# No carrier has been given 154, and no place the area code 0300: nobody's telephone rings.
_MOBILE = "154"
_AREA = "0300"


@lru_cache(maxsize=1)
def names_read() -> dict[str, Any]:
    """What `data/names.toml` says."""
    return tomllib.loads((DATA / "names.toml").read_text(encoding="utf-8"))


def person_name(chance: random.Random, born: int) -> str:
    """A full name that fits the year of birth; one in two hundred is of a rarer kind."""
    if chance.random() < 0.005:
        return chance.choice(_RARE)
    surname = chance.choice(_SURNAMES)
    if chance.random() < 0.004:
        surname = chance.choice(_DOUBLE_SURNAMES)
    given = _YOUNG if born >= _YOUNG_SINCE else chance.choice((_WOMEN, _MEN))
    return surname + chance.choice(given.split())


def birth_date(chance: random.Random, year: int) -> dt.date:
    """A day of that year."""
    return dt.date(year, 1, 1) + dt.timedelta(days=chance.randrange(365))


def phone_number(chance: random.Random) -> str:
    """A mobile number that can be nobody's."""
    return _MOBILE + "".join(chance.choice("0123456789") for _ in range(8))


def office_phone(chance: random.Random) -> str:
    """A landline number that can be nobody's."""
    return f"{_AREA}-2{chance.randrange(10**6):06d}"
