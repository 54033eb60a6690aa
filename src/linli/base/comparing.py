# SPDX-License-Identifier: MulanPSL-2.0
"""What the words of a condition mean for two values that are there.

Values come typed from forms and models, or as JSON kept them: dates as ISO text, shares as `"2/3"`.
A value that stands for a thing (place, class, person) is a mapping with its `key`, `code` or `id`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from linli.base.clock import ZONE, local
from linli.base.spans import Span


class _Missing(Enum):
    MISSING = "missing"


MISSING = _Missing.MISSING
"""Not there at all; `empty` like None, an empty text or list."""

Comparable = date | datetime | Fraction

_NAMES = ("key", "code", "id")


def is_empty(value: object) -> bool:
    """Whether nothing is there; 0 and False are something."""
    if value is None or value is MISSING:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, Mapping | list | tuple | set | frozenset) and not value


def comparable(value: object) -> Comparable | None:
    """A value as a number or a date, also when JSON kept it as text; None if it is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, date):
        return value
    if isinstance(value, int | float | Decimal | Fraction):
        return _number(value)
    return _read(value) if isinstance(value, str) else None


def _number(value: float | Decimal | Fraction) -> Fraction | None:
    try:
        return Fraction(str(value)) if isinstance(value, float) else Fraction(value)
    except (ValueError, OverflowError):
        return None


def _read(text: str) -> Comparable | None:
    for reader in (date.fromisoformat, datetime.fromisoformat, Fraction):
        try:
            return reader(text)
        except (ValueError, ZeroDivisionError):
            continue
    return None


def _ordered(left: object, right: object) -> int | None:
    """-1, 0 or 1; None when they cannot be ordered. A moment and a date compare by their days."""
    a, b = comparable(left), comparable(right)
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return (a > b) - (a < b)
    if isinstance(a, datetime) and isinstance(b, datetime):
        first, second = _aware(a), _aware(b)
        return (first > second) - (first < second)
    if isinstance(a, date) and isinstance(b, date):
        return (_day(a) > _day(b)) - (_day(a) < _day(b))
    return None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def _day(value: date) -> date:
    return local(_aware(value)).date() if isinstance(value, datetime) else value


def _name(value: object) -> object:
    """What a thing is known by; anything else is itself."""
    if isinstance(value, Mapping):
        return next((value[name] for name in _NAMES if name in value), value)
    return value


def same(left: object, right: object) -> bool:
    """Equal; a reference (`class:noise`) equals its bare name; lists are equal as sets."""
    a, b = _name(left), _name(right)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(any(same(each, other) for other in b) for each in a)
    if isinstance(a, str) and isinstance(b, str):
        return a == b or b.partition(":")[2] == a
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return a == b or _ordered(a, b) == 0


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def _one_of(left: object, right: object) -> bool:
    return any(same(left, each) for each in _listed(right))


def _between(left: object, right: object) -> bool:
    bounds = _listed(right)
    return (
        len(bounds) == 2
        and _ordered(left, bounds[0]) in (0, 1)
        and _ordered(left, bounds[1]) in (0, -1)
    )


def _includes(left: object, right: object) -> bool:
    held = (
        [item for item, is_held in left.items() if is_held]
        if isinstance(left, Mapping)
        else _listed(left)
    )
    return all(any(same(each, wanted) for each in held) for wanted in _listed(right))


def _inside(left: object, right: object) -> bool:
    """A path of codes is inside a place if it begins with that place's path or passes its code."""
    path, whole = _path(left), _path(right)
    if "/" in whole:
        return path.startswith(whole)
    return whole.removeprefix("place:") in path.split("/")


def _path(value: object) -> str:
    held = value.get("path") or _name(value) if isinstance(value, Mapping) else value
    return str(held)


def in_span(left: object, right: object, today: date, *, is_past: bool) -> bool:
    """Whether a date lies within a span before (or after) today; today itself counts in both."""
    found = comparable(left)
    if not isinstance(found, date) or not isinstance(right, str | Span):
        return False
    span = right if isinstance(right, Span) else Span.parse(right)
    if is_past:
        return span.first_day(today) <= _day(found) <= today
    return today <= _day(found) <= span.last_day(today)


WORDS: dict[str, Callable[[object, object], bool]] = {
    "equal": same,
    "one_of": _one_of,
    "over": lambda left, right: _ordered(left, right) == 1,
    "at_least": lambda left, right: _ordered(left, right) in (0, 1),
    "under": lambda left, right: _ordered(left, right) == -1,
    "at_most": lambda left, right: _ordered(left, right) in (0, -1),
    "between": _between,
    "includes": _includes,
    "inside": _inside,
}
"""The words that compare two values, by how a pack writes them."""
