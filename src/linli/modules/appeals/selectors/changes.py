# SPDX-License-Identifier: MulanPSL-2.0
"""Which cases changed after a cursor, for systems that follow them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Invalid
from linli.kernel.workflow.models import Matter, Move
from linli.modules.appeals.models import Case
from linli.modules.appeals.selectors.cases import cases_seen

SETTLED = dt.timedelta(seconds=5)
"""Only changes older than this are told: a transaction that took less has shown all its lines, so
that no line with a lower number comes after a higher one was read."""


@dataclass(frozen=True)
class Changes:
    """Cases in the order of their last change, and where to go on."""

    cases: tuple[Case, ...]
    next: str
    is_more: bool


def cases_changed(*, actor: Actor, since: str, size: int) -> Changes:
    """Cases that this actor may see and that changed after a cursor, each once.

    The cursor is the number of a line of the history. A case counts at its last line, so one that
    changes while somebody reads moves to the end and is read again. Raises Invalid for what is no
    cursor.
    """
    if since and not (since.isdecimal() and since.isascii() and len(since) <= 18):
        message = _("This is no cursor; begin without one, then send what was given as next.")
        raise Invalid(message, code="no_cursor", fields={"since": message})
    seen = cases_seen(actor=actor)
    settled = Move.objects.filter(at__lte=clock.now() - SETTLED)
    later = settled.filter(matter=OuterRef("matter"), pk__gt=OuterRef("pk"))
    lines = settled.filter(~Exists(later), pk__gt=int(since or 0))
    lines = lines.filter(matter__in=Matter.objects.filter(case__in=seen).values("pk"))
    found = list(lines.order_by("pk").values_list("pk", "matter_id")[: size + 1])
    shown = found[:size]
    rows = Case.objects.filter(matter__in=[matter for _line, matter in shown])
    rows = rows.select_related("matter__place", "matter__lead_unit").defer(
        "matter__place__boundary"
    )
    by_matter = {case.matter_id: case for case in rows}
    return Changes(
        cases=tuple(by_matter[matter] for _line, matter in shown),
        next=str(shown[-1][0]) if shown else since,
        is_more=len(found) > size,
    )
