# SPDX-License-Identifier: MulanPSL-2.0
"""What people of the invented city say and are answered; read from `data/talk.toml`."""

import random
import tomllib
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from linli.demo.chance import weighted
from linli.demo.names import DATA, names_read

HOME, STREET, COMMON = "home", "street", "common"
_DAY_HOURS = tuple(range(6, 23))
_COMMON = ("东门", "西门", "北门口", "健身角", "车棚旁", "中心花园", "垃圾房旁", "幼儿园门口")
_STREET = ("与{other}路口", "公交站旁", "菜市场门口", "小学门前", "转角处", "35号门前", "120号旁边")
_HOME = ("1单元", "2单元", "3单元", "北侧", "东头")


@dataclass(frozen=True)
class Talk:
    """One sort of thing that is said: the class it means, when, where, and its lines."""

    class_key: str
    weight: float
    where: str
    months: tuple[int, ...]
    hours: tuple[int, ...]
    lines: tuple[tuple[str, str, str], ...]

    def fits(self, month: int, hour: int) -> bool:
        """Whether somebody would say this at that time of year and day."""
        return month in self.months and hour in self.hours


@dataclass(frozen=True)
class Said:
    """What one person said, and what will be done and answered."""

    class_key: str
    what: str
    spot: str
    done: str
    reply: str


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    return tomllib.loads((DATA / "talk.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def talks() -> tuple[Talk, ...]:
    """Every sort of thing that people say."""
    return tuple(
        Talk(
            class_key=row["class"],
            weight=float(row.get("weight", 1)),
            where=row["where"],
            months=tuple(row.get("months", range(1, 13))),
            hours=tuple(row.get("hours", _DAY_HOURS)),
            lines=tuple((says, done, reply) for says, done, reply in row["lines"]),
        )
        for row in _read()["talk"]
    )


def living(key: str) -> dict[str, str]:
    """The words of one of the living cases."""
    words: dict[str, str] = _read()["living"][key]
    return words


def phrase(chance: random.Random, kind: str) -> str:
    """One of the sentences of a kind: contacts, checks, refusals, redos, comments."""
    return str(chance.choice(_read()[kind]))


def said_at(
    chance: random.Random,
    *,
    month: int,
    hour: int,
    known: Container[str],
    building: str,
) -> Said:
    """What fits the time; `known` are the classes in use, `building` the nearest house."""
    fitting = {talk: talk.weight for talk in talks() if talk.fits(month, hour)}
    fitting = {talk: weight for talk, weight in fitting.items() if talk.class_key in known}
    talk = weighted(chance, fitting)
    says, done, reply = chance.choice(talk.lines)
    spot = spot_of(chance, talk.where, building)
    what = says.format(spot=spot) + phrase(chance, "ends")
    return Said(talk.class_key, what, spot, done, reply)


def spot_of(chance: random.Random, where: str, building: str) -> str:
    """A place as people say it, near a building such as 南华里6号楼."""
    if where == HOME:
        return building + chance.choice(_HOME)
    if where == COMMON:
        return building.rstrip("0123456789号楼") + "小区" + chance.choice(_COMMON)
    one, other = chance.sample(names_read()["streets"], 2)
    return f"{one}{chance.choice(_STREET).format(other=other)}"
