# SPDX-License-Identifier: MulanPSL-2.0
"""Sizes in words: what a rule asks for, and how a place stands to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.base.text import label
from linli.engines.indicators.rules import Bound
from linli.kernel.places.models import Place
from linli.modules.grids.rules import Sized
from linli.modules.grids.selectors.sizing import SizeLine
from linli.modules.grids.terms import Fit
from linli.shells.places.words import LevelWords
from linli.shells.procedures.reading import clauses_said

TONES = {Fit.FITS: "good", Fit.OVER: "late", Fit.UNDER: "soon"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a count stands to its rule, for a pill: the state, by how much, and the rule."""

    fit: str
    tone: str
    text: str
    rule: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class SizeRow:
    """A place in a list of sizes."""

    place: Place
    households: int
    residents: int
    classed: str
    standings: tuple[Standing, ...]


def standing(sized: Sized, unit: str) -> Standing:
    """A count beside its rule in words and numbers; `unit` is what is counted."""
    rule = rule_words(sized.bound, unit) if sized.bound else ""
    clause = sized.bound.clause if sized.bound else ""
    return Standing(sized.fit, TONES.get(sized.fit, ""), _state(sized, unit), rule, clause)


def _state(sized: Sized, unit: str) -> str:
    words = {"count": f"{sized.by:,}", "unit": unit}
    if sized.fit is Fit.OVER:
        return _("%(count)s %(unit)s too many") % words
    if sized.fit is Fit.UNDER:
        return _("%(count)s %(unit)s too few") % words
    return str(sized.fit.label)


def rule_words(bound: Bound, unit: str) -> str:
    """What a rule asks for: 240 to 360 households."""
    words = {"least": f"{bound.least or 0:,}", "most": f"{bound.most or 0:,}", "unit": unit}
    if bound.least is not None and bound.most is not None:
        return _("%(least)s to %(most)s %(unit)s") % words
    if bound.least is not None:
        return _("at least %(least)s %(unit)s") % words
    return _("at most %(most)s %(unit)s") % words


def standings_of(line: SizeLine) -> tuple[Standing, ...]:
    """Both counts of a place beside their rules; one pill says that there is none."""
    found = [
        standing(sized, unit)
        for sized, unit in ((line.households, households_word()), (line.residents, people_word()))
        if sized.bound is not None
    ]
    return tuple(found) or (Standing(Fit.NO_RULE, "", str(Fit.NO_RULE.label), ""),)


def households_word() -> str:
    """What a size in households counts."""
    return _("households")


def people_word() -> str:
    """What a size in residents counts."""
    return _("residents")


def rows_of(lines: Sequence[SizeLine]) -> list[SizeRow]:
    """Lines made ready for a list."""
    words = LevelWords.at(lines[0].place.path) if lines else None
    return [
        SizeRow(
            line.place,
            line.counted.households,
            line.counted.residents,
            words.classed(line.place.level, line.place.kind, line.place.tags) if words else "",
            standings_of(line),
        )
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class RuleShown:
    """A rule on size with who says so."""

    name: str
    rule: str
    clause: str
    help: str


def rules_shown(line: SizeLine) -> list[RuleShown]:
    """The rules that hold for a place, each with its clause."""
    clauses = clauses_said([one.clause for one in line.rules], line.place.path)
    units = {id(line.households.bound): households_word(), id(line.residents.bound): people_word()}
    return [
        RuleShown(
            label(one.label), rule_words(one, units[id(one)]), clauses[one.clause], label(one.help)
        )
        for one in line.rules
    ]
