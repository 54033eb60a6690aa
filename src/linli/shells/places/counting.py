# SPDX-License-Identifier: MulanPSL-2.0
"""The table of what a change would move: each figure before and after, and both sums."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from linli.base.errors import Message
from linli.kernel.places.impact import Impact, Line
from linli.shells.places.words import LevelWords

HANGING: dict[str, Message] = {
    "people.household": gettext_lazy("Households"),
    "people.person": gettext_lazy("People"),
    "workflow.matter": gettext_lazy("Open matters"),
    "units.unit": gettext_lazy("Units"),
    "access.grant": gettext_lazy("Roles held"),
}
"""What hangs on places and is shown, in this order; whatever else hangs on them counts too."""


@dataclass(frozen=True, slots=True)
class Row:
    """One place before or after: its figures in the order of the columns."""

    code: str
    name: str
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns, the places before and after with what stays behind, and the sums of both."""

    columns: tuple[Message, ...]
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    left: tuple[Row, ...]
    sum_before: tuple[int, ...]
    sum_after: tuple[int, ...]

    @property
    def is_even(self) -> bool:
        """Whether both sums are the same."""
        return self.sum_before == self.sum_after


def table_of(impact: Impact, words: LevelWords) -> Table:
    """The table for a page."""
    lines = (*impact.before, *impact.after, *impact.left)
    levels = sorted({level for line in lines for level in line.levels}, key=words.rank)
    hanging = [key for key in HANGING if any(line.rows.get(key) for line in lines)]

    def figures(in_levels: Mapping[str, int], rows: Mapping[str, int]) -> tuple[int, ...]:
        return (
            *(in_levels.get(level, 0) for level in levels),
            *(rows.get(key, 0) for key in hanging),
        )

    def told(line: Line) -> Row:
        return Row(line.code, line.name, figures(line.levels, line.rows))

    before, after, left = (
        tuple(told(line) for line in some) for some in (impact.before, impact.after, impact.left)
    )
    columns = (*(words.level(level) for level in levels), *(HANGING[key] for key in hanging))
    return Table(
        columns,
        before,
        after,
        left,
        tuple(sum(row.figures[at] for row in before) for at in range(len(columns))),
        tuple(sum(row.figures[at] for row in (*after, *left)) for at in range(len(columns))),
    )


def left_of(impact: Impact) -> list[tuple[str, str, list[tuple[Message, int]]]]:
    """What stays at a place that ends and wants somebody to see to it."""
    return [
        (
            line.code,
            line.name,
            [(HANGING[key], line.rows[key]) for key in HANGING if line.rows.get(key)],
        )
        for line in impact.left
    ]
