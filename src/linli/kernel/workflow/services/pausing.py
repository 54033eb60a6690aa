# SPDX-License-Identifier: MulanPSL-2.0
"""Why a clock stood still (挂账), as its derivation says it."""

import datetime as dt
from collections.abc import Mapping

from django.db.models import F

from linli.base import clock
from linli.base.text import in_both
from linli.kernel.forms import selectors as forms
from linli.kernel.workflow.models import Move
from linli.kernel.workflow.work import Work

Words = Mapping[str, str]


def pause_words(work: Work, began_at: dt.datetime, step: Words) -> Words:
    """The step in which a clock stood still, with the coded reason given on the way in; a note is
    for colleagues and stays in the history.
    """
    lines = work.matter.moves.filter(at=began_at).exclude(from_step=F("to_step"))
    line = lines.order_by("-pk").first()
    reason = _reason(work, line) if line is not None and line.reason else None
    if reason is None:
        return step
    at, why = in_both(step), in_both(reason)
    return {"zh": f"{at['zh']}（{why['zh']}）", "en": f"{at['en']} ({why['en']})"}


def _reason(work: Work, line: Move) -> Words | None:
    """What the list of the move, or of the hand-over, calls a reason that was given."""
    step = work.spec_then(line).steps.get(line.from_step)
    move = step.moves.get(line.move) if step is not None else None
    offer = step.offer if step is not None else None
    reference = (move.reasons if move else None) or (offer.reasons if offer else None)
    if reference is None:
        return None
    on = clock.local(line.at).date()
    return forms.options_of({reference.partition(":")[2]}, work.path, on).get(line.reason)
