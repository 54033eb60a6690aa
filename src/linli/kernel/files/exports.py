# SPDX-License-Identifier: MulanPSL-2.0
"""Reading exports: one's own, those that wait for a yes, and what may be exported at all."""

import datetime as dt

from linli.base.actor import Actor
from linli.kernel.access import services as access
from linli.kernel.files.models import Export, ExportQuerySet
from linli.kernel.files.terms import MOST_ALONE, ExportState, Perm, Personal
from linli.kernel.sockets import registry
from linli.kernel.sockets.exports import ExportColumn, ExportSource


def source_open(*, actor: Actor, key: str) -> ExportSource | None:
    """The list of that key, if this actor may take it out; administrators take nothing out."""
    source = registry.exports().get(key)
    needs = (Perm.ASK, source.permission) if source is not None else ()
    may = all(access.may_anywhere(actor, right) for right in needs)
    return source if may and not access.is_administrator(actor) else None


def personal_choices(*, actor: Actor, source: ExportSource, query: str) -> list[Personal]:
    """What this actor may ask to become of the columns about people."""
    rights = {column.opened_by for column in _columns(actor, source, query) if column.is_personal}
    if not rights:
        return [Personal.LEFT_OUT]
    may_open = all(access.may_anywhere(actor, right) for right in rights)
    return list(Personal) if may_open else [Personal.LEFT_OUT, Personal.MASKED]


def columns_of(
    *, actor: Actor, source: ExportSource, query: str, personal: str
) -> list[ExportColumn]:
    """The columns that a file has."""
    is_whole, columns = personal != Personal.LEFT_OUT, _columns(actor, source, query)
    return [column for column in columns if is_whole or not column.is_personal]


def _columns(actor: Actor, source: ExportSource, query: str) -> tuple[ExportColumn, ...]:
    return source.columns(actor, query) if callable(source.columns) else source.columns


def needs_second(personal: str, rows: int) -> bool:
    """Whether somebody else has to say yes: to people, and to many rows."""
    return personal != Personal.LEFT_OUT or rows > MOST_ALONE


def exports_own(*, actor: Actor) -> ExportQuerySet:
    """What this actor asked for, newest first."""
    return Export.objects.filter(asked_by=actor.account_id).order_by("-pk")


def exports_waiting(*, actor: Actor) -> ExportQuerySet:
    """What others asked for and this actor may say yes or no to, oldest first."""
    rows = Export.objects.visible_to(actor, Perm.APPROVE).filter(state=ExportState.WAITING)
    return rows.exclude(asked_by=actor.account_id).order_by("pk")


def exports_aged(until: dt.datetime) -> ExportQuerySet:
    """Exports that were asked for before a moment and have no file any more."""
    over = (ExportState.DECLINED, ExportState.FAILED, ExportState.GONE)
    return Export.objects.filter(state__in=over, asked_at__lt=until)
