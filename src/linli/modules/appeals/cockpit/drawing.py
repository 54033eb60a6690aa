# SPDX-License-Identifier: MulanPSL-2.0
"""Two lines over some days, as shapes for SVG; pure, the template only prints them."""

from collections.abc import Sequence
from dataclasses import dataclass

from linli.modules.appeals.selectors.figures import Day

WIDTH, LEFT, RIGHT = 420, 30.0, 412.0
TOP, BOTTOM = 12.0, 92.0
TICKS = (1, 2, 5)
MOST_TICKS = 4


@dataclass(frozen=True)
class Grid:
    """A line of the scale with its number."""

    y: float
    text: str


@dataclass(frozen=True)
class Mark:
    """A day below the axis; `is_last` is today."""

    x: float
    day: Day
    is_last: bool


@dataclass(frozen=True)
class TrendDrawing:
    """Everything the template prints; lines are SVG paths."""

    width: int
    filed: str
    ended: str
    grid: tuple[Grid, ...]
    marks: tuple[Mark, ...]
    dot: tuple[float, float]


def trend_drawing(days: Sequence[Day]) -> TrendDrawing:
    """Draw reported and done, the first day left, today right; at least two days."""
    most = max(max(day.filed, day.ended) for day in days)
    step = step_of(most)
    top = step * -(-most // step) or step
    gap = (RIGHT - LEFT) / (len(days) - 1)
    xs = [LEFT + gap * number for number in range(len(days))]

    def height(value: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / top, 1)

    grid = tuple(Grid(height(value), str(value)) for value in range(0, top + 1, step))
    every = max(1, (len(days) - 1) // 3)
    marks = tuple(
        Mark(round(xs[number], 1), days[number], number == len(days) - 1)
        for number in range(len(days) - 1, -1, -every)
    )
    ended = [(x, height(day.ended)) for x, day in zip(xs, days, strict=True)]
    filed = [(x, height(day.filed)) for x, day in zip(xs, days, strict=True)]
    return TrendDrawing(WIDTH, _path(filed), _path(ended), grid, marks[::-1], ended[-1])


def step_of(most: int) -> int:
    """The step of a scale up to `most` with at most four lines: 1, 2, 5, 10, 20 …"""
    size = 1
    while True:
        for tick in TICKS:
            if most <= tick * size * MOST_TICKS:
                return tick * size
        size *= 10


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
