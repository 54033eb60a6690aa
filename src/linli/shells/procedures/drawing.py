# SPDX-License-Identifier: MulanPSL-2.0
"""A procedure as a drawn line: the way to being done downward, ways back on the left. Pure.

What ends otherwise or leaves the way stands under the step it leaves from. The template only
prints.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linli.kernel.workflow.grammar import WorkflowSpec

WIDTH = 330
ROW = 64
TOP = 20
LINE_X = 62
TEXT_X = 82
LANE = 15
LANES = 3
BEND = 8
SMALL = 11.0
LARGE = 14.0


@dataclass(frozen=True, slots=True)
class Stop:
    """A step on the line: where its dot stands and what is written beside it."""

    key: str
    y: int
    name: str
    note: str
    aside: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Arc:
    """A way back to an earlier step, with the tip of its arrow."""

    path: str
    tip: str
    name: str


@dataclass(frozen=True, slots=True)
class FlowDrawing:
    """Everything the template prints."""

    width: int
    height: int
    line: str
    stops: tuple[Stop, ...]
    arcs: tuple[Arc, ...]


def flow_drawing(
    spec: WorkflowSpec, way: Sequence[str], names: Mapping[str, str], notes: Mapping[str, str]
) -> FlowDrawing:
    """Draw a procedure along `way`; `names` and `notes` say what stands beside each step."""
    at = {key: TOP + number * ROW for number, key in enumerate(way)}
    stops = tuple(
        Stop(
            key,
            y,
            _clipped(names[key], LARGE),
            _clipped(notes.get(key, ""), SMALL),
            _clipped(_aside(spec, key, at, names), SMALL),
            is_last=key == way[-1],
        )
        for key, y in at.items()
    )
    last = TOP + (len(way) - 1) * ROW
    line = f"M{LINE_X} {TOP}V{last}"
    return FlowDrawing(WIDTH, last + ROW - TOP, line, stops, _arcs(spec, at, names))


def _aside(spec: WorkflowSpec, key: str, at: Mapping[str, int], names: Mapping[str, str]) -> str:
    """Where one may leave the way from a step."""
    leaving = dict.fromkeys(move.to for move in spec.steps[key].moves.values() if move.to not in at)
    return "→ " + " · ".join(names[one] for one in leaving) if leaving else ""


def _arcs(spec: WorkflowSpec, at: Mapping[str, int], names: Mapping[str, str]) -> tuple[Arc, ...]:
    """The ways back, the short ones nearest to the line; one arc however many moves share it."""
    back = {
        (key, move.to): None
        for key in at
        for move in spec.steps[key].moves.values()
        if move.to in at and at[move.to] < at[key]
    }
    ordered = sorted(back, key=lambda pair: at[pair[0]] - at[pair[1]])
    return tuple(
        _arc(at[start], at[end], min(lane, LANES - 1), f"{names[start]} → {names[end]}")
        for lane, (start, end) in enumerate(ordered)
    )


def _arc(start: int, end: int, lane: int, name: str) -> Arc:
    x = LINE_X - 12 - (lane + 1) * LANE
    begin, stop = start - 5, end + 5
    path = (
        f"M{LINE_X - 8} {begin}H{x + BEND}Q{x} {begin} {x} {begin - BEND}"
        f"V{stop + BEND}Q{x} {stop} {x + BEND} {stop}H{LINE_X - 10}"
    )
    tip = f"M{LINE_X - 8} {stop}l-7 -4v8z"
    return Arc(path, tip, name)


def _clipped(text: str, size: float) -> str:
    """As much of a text as fits beside the line."""
    free = WIDTH - TEXT_X - 2
    used = 0.0
    for number, letter in enumerate(text):
        used += size if ord(letter) > 0x2E7F else size * 0.56
        if used > free:
            return text[: max(number - 1, 0)].rstrip() + "…"
    return text
