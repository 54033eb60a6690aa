# SPDX-License-Identifier: MulanPSL-2.0
"""Lateness that climbs the tree (逐级上报): the history says to whom, level by level."""

from linli.base.conditions import holds
from linli.base.text import in_both
from linli.kernel.access.selectors import role_find
from linli.kernel.places.selectors import level_find
from linli.kernel.workflow.models import Clock
from linli.kernel.workflow.rules.clocks import late_of
from linli.kernel.workflow.rules.who import NEAR, Who, who_read
from linli.kernel.workflow.services import moving
from linli.kernel.workflow.services.moving import Turn
from linli.kernel.workflow.terms import Sort, Verb
from linli.kernel.workflow.work import Work

Words = dict[str, str]


def passed_up(work: Work, running: Clock, level: int) -> None:
    """Write down that the next ones heard of a clock that ran out before, by what they are called
    today."""
    effect = late_of(work.spec, running.kind, running.name)[level - 1]
    if not effect.who or not holds(effect.when, work.values):
        return
    named = [_words(work, who_read(text)) for text in effect.who]
    told = {
        "zh": "、".join(dict.fromkeys(each["zh"] for each in named)),
        "en": ", ".join(dict.fromkeys(each["en"] for each in named)),
    }
    turn = Turn(running.name, sort=Sort.ESCALATED, verb=Verb.CLOCK_LATE, values={"to": told})
    moving.history_add(work, turn, work.matter.step, {}, shown=False)
    moving.record(work, turn.verb, turn, {"clock": running.name, "level": level})


def _words(work: Work, entry: Who) -> Words:
    """One of those told: the role with its unit or the level of its place."""
    found = role_find(entry.role, work.path)
    role = in_both(found.body["label"]) if found is not None else in_both({"zh": entry.role})
    where: Words | None = None
    if entry.of == "lead" and work.matter.lead_unit is not None:
        where = in_both(work.matter.lead_unit.label)
    elif entry.at and entry.at not in NEAR:
        level = level_find(entry.at, work.path)
        where = in_both(level.body["label"]) if level is not None else None
    if where is None:
        return role
    return {"zh": f"{where['zh']}{role['zh']}", "en": f"{role['en']} ({where['en']})"}
