# SPDX-License-Identifier: MulanPSL-2.0
"""When a matter that waits for its children goes on (definitions.md 3.6, `join`): pure."""

from collections.abc import Iterable, Mapping
from typing import Any

ALL, ANY, LEAD = "all", "any", "lead"

Child = tuple[int | None, bool]
"""The unit that a child was opened for, if any, and whether the child has done it."""


def is_joined(join: str | None, children: Iterable[Child], lead: int | None) -> bool:
    """Whether enough children have done it: all of them, any, or that of the lead unit.

    Without a lead, or where the lead has no child, all of them have to do it.
    """
    found = list(children)
    if join == ANY:
        return any(is_done for _unit, is_done in found)
    of_lead = [is_done for unit, is_done in found if lead is not None and unit == lead]
    if join == LEAD and of_lead:
        return all(of_lead)
    return all(is_done for _unit, is_done in found)


def units_called(values: Mapping[str, Any], field: str) -> list[int]:
    """The units that a field lists, in order and each once; what is no unit is left out."""
    given = values.get(field) or ()
    listed = given if isinstance(given, (list, tuple)) else (given,)
    numbers = (int(one) for one in map(str, listed) if one.isascii() and one.isdigit())
    return list(dict.fromkeys(numbers))
