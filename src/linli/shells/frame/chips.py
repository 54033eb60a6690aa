# SPDX-License-Identifier: MulanPSL-2.0
"""What the clock chip says: a due time as people say it, with its colour and its reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from linli.base import clock, rail
from linli.base.derivation import INSTANT, Derivation, Due
from linli.base.rail import Tone
from linli.shells.frame.times import moment_words

MINUTE = timedelta(minutes=1)
SOON = timedelta(hours=8)
"""Without a derivation, a due time is near when fewer hours than these are left."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A due time ready to print; `title` is the derivation in one sentence."""

    tone: str
    icon: str
    text: str
    is_strong: bool
    title: str
    at: datetime | None


def derivation_of(due: Any) -> Derivation | None:
    """The derivation of whatever carries one: a `Due`, a clock row with its JSON, or itself."""
    if isinstance(due, Derivation):
        return due
    if isinstance(due, Due):
        return due.derivation
    kept = getattr(due, "derivation", None)
    if isinstance(kept, Derivation):
        return kept
    return Derivation.from_json(kept) if kept else None


def chip_of(due: Any, *, say: str = "when") -> Chip:
    """The chip of a due time, a moment, or a clock row that may have stopped or stand still.

    `say` is "when" (今天17:30) or "left" (还有1工作日); what is late always says by how much.
    """
    now = clock.now()
    derivation = derivation_of(due)
    if getattr(due, "stopped_at", None) and derivation is not None:
        return _stopped(derivation, due.stopped_at)
    if getattr(due, "paused_at", None) and derivation is not None:
        return Chip("", "pause", _("Paused"), False, _sentence(derivation), None)
    if derivation is None:
        return _plain(due if isinstance(due, datetime) else due.due_at, now)
    tone = rail.tone(derivation, now)
    language = get_language() or "zh"
    if tone is Tone.LATE and now - derivation.at < MINUTE:
        text = _("just now due")
    elif tone is Tone.LATE or say == "left":
        text = rail.left_words(derivation, now, language)
    else:
        text = _when(derivation.at, now)
    icon = "alert" if tone is Tone.LATE else "clock"
    return Chip(tone.value, icon, text, tone is not Tone.NONE, _sentence(derivation), derivation.at)


@dataclass(frozen=True, slots=True)
class Told:
    """A due time for the honest panel: when, in full, and what is left of it."""

    when: str
    left: str
    tone: str


def told_due(due: Any) -> Told:
    """A due time as a sentence: 明天17:30前, and 还有1工作日 below it."""
    chip = chip_of(due)
    now = clock.now()
    at = chip.at or getattr(due, "due_at", None)
    if chip.tone == "good" or at is None:
        return Told(chip.text, "", chip.tone)
    derivation = derivation_of(due)
    language = get_language() or "zh"
    left = rail.left_words(derivation, now, language) if derivation else ""
    when = _("by {time}").format(time=_when(at, now))
    return Told(when, left or (chip.text if chip.tone == "late" else ""), chip.tone)


def length_words(length: timedelta) -> str:
    """A stretch of time in whole units: 22分钟, 3小时, 2天."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    hours = minutes // 60
    if hours < 24:
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    days = hours // 24
    return ngettext("{count} day", "{count} days", days).format(count=days)


def _stopped(derivation: Derivation, stopped_at: datetime) -> Chip:
    """A clock that has done its work: how long it took, and whether that was in time."""
    over = stopped_at - derivation.at
    if over > INSTANT:
        text = _("Done {size} late").format(size=length_words(over))
        return Chip("late", "alert", text, False, _sentence(derivation), derivation.at)
    used = length_words(rail.spent(derivation, stopped_at))
    text = _("Done in {size}").format(size=used)
    return Chip("good", "check-circle", text, False, _sentence(derivation), derivation.at)


def _plain(at: datetime, now: datetime) -> Chip:
    if now > at:
        text = _("{size} late").format(size=length_words(now - at))
        return Chip("late", "alert", text, True, "", at)
    is_soon = at - now < SOON
    return Chip("soon" if is_soon else "", "clock", _when(at, now), is_soon, "", at)


def _when(at: datetime, now: datetime) -> str:
    return moment_words(clock.local(at), clock.local(now), get_language() or "zh", is_end=True)


def _sentence(derivation: Derivation) -> str:
    return derivation.sentence(get_language() or "zh")
