# SPDX-License-Identifier: MulanPSL-2.0
"""The rail as shapes: the bars of `base.rail` placed on a strip of SVG. Pure.

Solid is time spent, pale is working time, grey is rest, dashed is a granted extension; the black
tick is now, the persimmon tick is due. Over many days the ordinary ones in the middle are folded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from linli.base.derivation import Derivation, Kind
from linli.base.rail import RailDay, Stretch, rail
from linli.shells.frame.times import weekday

TOP = 20.0
BAR = 14.0
GAP = 2.0
EDGE = 1.0
HEIGHT = 62
MOST = 7
"""Days shown one by one; a longer rail is folded."""
FOLD = 0.6
"""Width of the fold, in days."""
NARROW = 40.0
"""A day narrower than this carries no label of its own."""
CHARACTER = 11.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with the class that colours it."""

    look: str
    x: float
    y: float
    width: float
    height: float
    round: float


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright tick."""

    look: str
    x: float


@dataclass(frozen=True, slots=True)
class Label:
    """A few words; `anchor` is SVG's text-anchor."""

    look: str
    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything the template prints."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]


_SVG = '<svg class="rail" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>'
_BOX = '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>'
_MARK = '<path class="{}" d="M{} 17v21"/>'
_LABEL = '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>'

Words = dict[str, str]
WORDS: dict[str, Words] = {
    "zh": {
        "rest": "休",
        "now": "现在",
        "start": "{}起算",
        "due": "{}到期",
        "extra": "延期",
        "fold": "{}天",
    },
    "en": {
        "rest": "rest",
        "now": "now",
        "start": "from {}",
        "due": "due {}",
        "extra": "more",
        "fold": "{} d",
    },
}


def rail_drawing(derivation: Derivation, now: datetime, *, width: int, language: str) -> Drawing:
    """Draw a derivation as it stands at `now` on a strip `width` wide."""
    words = WORDS["zh" if language.startswith("zh") else "en"]
    days = rail(derivation, now)
    shown = _folded(days)
    slots = _slots(shown, width)
    boxes: list[Box] = []
    labels: list[Label] = []
    for day, (x, size) in zip(shown, slots, strict=True):
        if isinstance(day, int):
            labels.append(
                Label("fold", x + size / 2, TOP + 11, "middle", words["fold"].format(day))
            )
            continue
        boxes += _day_boxes(day, x, size)
        labels += _day_labels(day, x, size, now=now, language=language, words=words)
    marks, ticks = _marks(
        shown, slots, derivation, now, width=width, language=language, words=words
    )
    return Drawing(width, HEIGHT, tuple(boxes), tuple(marks), (*labels, *ticks))


def rail_svg(drawing: Drawing, sentence: str) -> SafeString:
    """A drawing as it stands in a page, `sentence` being what it says; written without a template,
    which takes ten times as long for so many numbers.
    """
    boxes = format_html_join("", _BOX, ((one.look, *_told(one)) for one in drawing.boxes))
    marks = format_html_join("", _MARK, ((one.look, f"{one.x:.1f}") for one in drawing.marks))
    labels = format_html_join(
        "",
        _LABEL,
        (
            (one.look, f"{one.x:.1f}", f"{one.y:.1f}", one.anchor, one.text)
            for one in drawing.labels
        ),
    )
    return format_html(_SVG, drawing.width, drawing.height, sentence, boxes, marks, labels)


def _told(box: Box) -> Iterator[str]:
    for size in (box.x, box.y, box.width, box.height):
        yield f"{size:.1f}"
    yield f"{box.round:.0f}"


def _folded(days: Sequence[RailDay]) -> list[RailDay | int]:
    """The days; of many only both ends and today, with a number where some are left out."""
    if len(days) <= MOST:
        return list(days)
    keep = {0, 1, len(days) - 2, len(days) - 1}
    keep |= {n for n, day in enumerate(days) if day.now is not None}
    shown: list[RailDay | int] = []
    last: date | None = None
    for n, day in enumerate(days):
        if n not in keep:
            continue
        missing = (day.on - last).days - 1 if last else 0
        if missing:
            shown.append(missing)
        shown.append(day)
        last = day.on
    return shown


def _slots(shown: Sequence[RailDay | int], width: int) -> list[tuple[float, float]]:
    shares = [FOLD if isinstance(day, int) else 1.0 for day in shown]
    free = width - 2 * EDGE - GAP * (len(shown) - 1)
    slots, x = [], EDGE
    for share in shares:
        size = free * share / sum(shares)
        slots.append((x, size))
        x += size + GAP
    return slots


def _day_boxes(day: RailDay, x: float, size: float) -> list[Box]:
    is_open = bool(day.open)
    boxes = [Box("open" if is_open else "off", x, TOP, size, BAR, 3)]
    boxes += [_stretch("spent", piece, x, size) for piece in _filled(day, day.spent)]
    boxes += [_stretch("paused", piece, x, size) for piece in _filled(day, day.paused)]
    extra = [_stretch("extra", piece, x, size) for piece in _filled(day, day.extra)]
    return boxes + [
        Box(box.look, box.x, box.y + 0.5, box.width, BAR - 1, box.round) for box in extra
    ]


def _filled(day: RailDay, pieces: Sequence[Stretch]) -> list[Stretch]:
    """Stretches with the lunch break between them closed, and the day's edges filled out.

    The bar tells days, not hours: a whole working day is a whole bar.
    """
    if not pieces:
        return []
    begin, end = pieces[0][0], pieces[-1][1]
    first, last = day.open[0][0], day.open[-1][1]
    return [(0.0 if begin <= first else begin, 1.0 if end >= last else end)]


def _stretch(look: str, piece: Stretch, x: float, size: float) -> Box:
    begin, end = piece
    return Box(look, x + begin * size, TOP, max((end - begin) * size, 2.0), BAR, 2)


def _day_labels(
    day: RailDay, x: float, size: float, *, now: datetime, language: str, words: Words
) -> list[Label]:
    labels = []
    middle = x + size / 2
    name = weekday(day.on, language)
    if size >= NARROW * 1.4 and (day.open or day.start is not None):
        name = _dated(name, day.on, language)
    is_today = day.on == now.date()
    if size >= NARROW or is_today or day.start is not None or day.due is not None:
        labels.append(Label("strong" if is_today else "", middle, 12, "middle", name))
    if not day.open and size >= NARROW / 2:
        labels.append(Label("", middle, TOP + 11, "middle", _rest(day, size, words, language)))
    return labels


def _dated(name: str, on: date, language: str) -> str:
    if language.startswith("zh"):
        return f"{name} {on.day}日"
    return f"{name} {on.day}"


def _rest(day: RailDay, size: float, words: Words, language: str) -> str:
    """A holiday by its name where there is room, else simply rest."""
    note = day.note.get("zh" if language.startswith("zh") else "en", "")
    if day.kind is Kind.HOLIDAY and note and len(note) * CHARACTER < size:
        return note
    return words["rest"]


def _marks(
    shown: Sequence[RailDay | int],
    slots: Sequence[tuple[float, float]],
    derivation: Derivation,
    now: datetime,
    *,
    width: int,
    language: str,
    words: Words,
) -> tuple[list[Mark], list[Label]]:
    at: dict[str, float] = {}
    extra: list[float] = []
    for day, (x, size) in zip(shown, slots, strict=True):
        if isinstance(day, int):
            continue
        for name in ("start", "now", "due"):
            share = getattr(day, name)
            if share is not None:
                at[name] = x + share * size
        extra += [x + piece[0] * size for piece in day.extra] + [x + p[1] * size for p in day.extra]
    marks = [Mark(name, at[name]) for name in ("now", "due") if name in at]
    is_late = now > derivation.at
    said = {
        "start": ("", words["start"].format(f"{derivation.start:%H:%M}")),
        "due": ("strong", words["due"].format(_due_time(derivation))),
    }
    if not is_late:
        said["now"] = ("strong", words["now"])
    labels = _spread({name: (at[name], *said[name]) for name in said if name in at}, width)
    if extra and max(extra) - min(extra) > 2 * CHARACTER:
        middle = (min(extra) + max(extra)) / 2
        labels.append(Label("ext", middle, TOP + 10.5, "middle", words["extra"]))
    return marks, labels


def _due_time(derivation: Derivation) -> str:
    at = derivation.at
    return "24:00" if (at - timedelta(microseconds=1)).date() < at.date() else f"{at:%H:%M}"


def _spread(said: dict[str, tuple[float, str, str]], width: int) -> list[Label]:
    """Words under the ticks, kept on the strip; of two that touch the lesser is left out."""
    placed: list[tuple[float, float, Label]] = []
    for name in ("due", "now", "start"):
        if name not in said:
            continue
        x, look, text = said[name]
        half = _wide(text) / 2
        middle = min(max(x, half), width - half)
        if any(middle - half < right and left < middle + half for left, right, _ in placed):
            continue
        placed.append((middle - half, middle + half, Label(look, middle, 52, "middle", text)))
    return [label for _, _, label in placed]


def _wide(text: str) -> float:
    """About how wide 11-px text is: a Chinese character is square, others are half."""
    return sum(CHARACTER if ord(character) > 0x2E7F else CHARACTER * 0.58 for character in text) + 4
