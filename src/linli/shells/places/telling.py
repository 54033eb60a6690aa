# SPDX-License-Identifier: MulanPSL-2.0
"""What happened to a place and what is wrong with its boundaries, in words."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.kernel.places import asof
from linli.kernel.places import selectors as places
from linli.kernel.places.asof import Change, Turn
from linli.kernel.places.models import Place
from linli.kernel.places.topology import Finding, Flaw, bounded_below, topology_below
from linli.shells.places.words import LevelWords

MOST_COMPARED = 80
"""Boundaries that a page compares while somebody waits; for more there is the command."""


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a place's history; `others` are the places it speaks of."""

    on: dt.date
    text: str
    others: tuple[Place, ...] = ()


def history_told(place: Place, words: LevelWords) -> list[Told]:
    """What has happened to a place, the latest first."""
    return [Told(turn.on, _said(place, turn, words), turn.others) for turn in asof.history(place)]


def _said(place: Place, turn: Turn, words: LevelWords) -> str:
    before, after = turn.before, turn.after
    if before is None or after is None:
        plain = {
            Change.BEGUN: _("Set up"),
            Change.CAME_FROM: _("Came out of"),
            Change.SPLIT: _("Split into"),
            Change.MERGED: _("Went on as part of"),
            Change.ENDED: _("Ended; this was its last day"),
        }
        return plain[turn.change]
    if turn.change is Change.RENAMED:
        return _("Renamed from %(before)s to %(after)s") % _pair(before.name, after.name)
    if turn.change is Change.RECODED:
        return _("Code changed from %(before)s to %(after)s") % _pair(before.code, after.code)
    if turn.change is Change.MOVED:
        names = [places.name_of(other) for other in turn.others]
        if len(names) == 2:
            return _("Moved from %(before)s to %(after)s") % _pair(*names)
        return _("Moved below another place")
    said = [words.classed(place.level, one.kind, one.tags) for one in (before, after)]
    return _("Counted as %(before)s until then, since then as %(after)s") % _pair(*said)


def _pair(before: str, after: str) -> dict[str, str]:
    nothing = pgettext("a kind of place", "nothing in particular")
    return {"before": before or nothing, "after": after or nothing}


@dataclass(frozen=True, slots=True)
class BoundaryCheck:
    """Whether the boundaries right below a place fit; not looked at where they are too many."""

    is_done: bool
    bounded: int
    flaws: tuple[tuple[Finding, str], ...] = ()


def boundary_check(place: Place) -> BoundaryCheck | None:
    """The check for a page; None where there is nothing to compare."""
    bounded = bounded_below(place)
    if not bounded:
        return None
    if bounded > MOST_COMPARED:
        return BoundaryCheck(is_done=False, bounded=bounded)
    found = topology_below(place)
    names = {one.code: one.name for one in found}
    others = places.places_by_codes({one.other for one in found if one.other})
    names |= {code: places.name_of(other) for code, other in others.items()}
    flaws = tuple((one, _flaw(one, names)) for one in found)
    return BoundaryCheck(is_done=True, bounded=bounded, flaws=flaws)


def _flaw(finding: Finding, names: dict[str, str]) -> str:
    said = {"share": f"{finding.share:.1%}", "other": names.get(finding.other, finding.other)}
    if finding.flaw is Flaw.GAP:
        return _("%(share)s of the ground is covered by nothing below it") % said
    if finding.flaw is Flaw.OVERLAP:
        return _("overlaps %(other)s by %(share)s") % said
    return _("%(share)s lies outside %(other)s") % said
