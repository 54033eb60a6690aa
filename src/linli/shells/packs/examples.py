# SPDX-License-Identifier: MulanPSL-2.0
"""The stories of a draft in words: which hold with it, and what the others expected and found."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from linli.base.text import label
from linli.kernel.notify.rules import moment_words
from linli.kernel.packs.stories import BEGIN, STEP, UNIT, Missed
from linli.kernel.packs.trials import TrialView, Tried
from linli.shells.packs.words import Words

HOLDS, BROKEN, WAS_SO, WAITS = "holds", "broken", "was_so", "waits"
"""How a story stands: it holds, not with this draft, not before it either, not tried yet."""


@dataclass(frozen=True, slots=True)
class MissedLine:
    """One thing that a story expected: at which step, what, and what was found instead."""

    step: str
    what: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story in words."""

    name: str
    stands: str
    missed: tuple[MissedLine, ...]


def story_lines(trial: TrialView, words: Words) -> list[StoryLine]:
    """The stories of a draft, those that do not hold first."""
    lines = [_story_line(story, words) for story in trial.stories]
    order = (BROKEN, WAS_SO, WAITS, HOLDS)
    return sorted(lines, key=lambda line: order.index(line.stands))


def _story_line(story: Tried, words: Words) -> StoryLine:
    stands = HOLDS
    if story.missed is None:
        stands = WAITS
    elif story.missed:
        stands = WAS_SO if story.was_so else BROKEN
    given = words.known.get("story", {}).get(story.key, {}).get("given", {})
    of = str(given.get("open", ""))
    missed = tuple(_missed_line(one, of, words) for one in story.missed or ())
    return StoryLine(label(story.label) or story.key, stands, missed)


def _missed_line(missed: Missed, of: str, words: Words) -> MissedLine:
    step = words.path(of, f"steps.{missed.step}") if missed.step else ""
    nothing = pgettext("example", "nothing")
    if missed.what == BEGIN:
        is_english = (get_language() or "zh").startswith("en")
        said = missed.found if is_english else missed.found_zh
        return MissedLine("", _("Start"), _("that it can begin"), said)
    if missed.what == STEP:
        wanted, found = (words.path(of, f"steps.{one}") for one in (missed.expected, missed.found))
        return MissedLine(step, _("Step"), wanted, found or nothing)
    if missed.what == UNIT:
        found = words.name(missed.found) if missed.found else pgettext("example", "nobody")
        return MissedLine(step, _("Goes to"), words.name(missed.expected), found)
    clock = words.path(of, f"clocks.{missed.what.partition(':')[2]}")
    return MissedLine(step, clock, _moment(missed.expected), _moment(missed.found) or nothing)


def _moment(written: str) -> str:
    return label(moment_words(dt.datetime.fromisoformat(written))) if written else ""
