# SPDX-License-Identifier: MulanPSL-2.0
"""Taking a list out as a file: asked for with a purpose, approved by somebody else where it shows
people or many rows, and fetched by whoever asked, for some days.
"""

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import lock
from linli.base.text import clean_line
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.files import exports, storage
from linli.kernel.files.models import Export
from linli.kernel.files.services import Served
from linli.kernel.files.terms import (
    MOST_AT_ONCE,
    MOST_ROWS,
    PURPOSE_LONGEST,
    PURPOSE_SHORTEST,
    QUERY_LONGEST,
    ExportState,
    Format,
    Perm,
    Personal,
    Verb,
)
from linli.kernel.jobs import services as jobs
from linli.kernel.sockets.exports import ExportSource

MAKE_JOB = "files.export_make"
TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@transaction.atomic
def export_ask(
    *,
    actor: Actor,
    source: str,
    query: str,
    purpose: str,
    personal: str = Personal.LEFT_OUT,
    form: str = Format.CSV,
) -> Export:
    """Ask for a list as a file; it is made in the background, after a second person's yes where it
    shows people or more than a thousand rows.

    Raises Forbidden for who may not see or export the list and for administrators, Unproven,
    Invalid for a missing purpose, no rows or too many of them, Conflict where many wait already.
    """
    account_id, found = _asker(actor), _source(actor, source)
    access.prove(actor)
    chosen = _personal(actor, found, query, personal)
    why = _purpose(purpose)
    _ensure_few(actor)
    rows = _rows_counted(actor, found, query)
    is_waiting = exports.needs_second(chosen, rows)
    export = Export.objects.create(
        source=source,
        query=query,
        purpose=why,
        personal=chosen,
        format=_format(form),
        language=get_language() or "zh-hans",
        place_path=_place_path(actor, found),
        state=ExportState.WAITING if is_waiting else ExportState.MAKING,
        asked_by_id=account_id,
        asked_at=clock.now(),
        has_second_factor=actor.proof.has_second_factor,
        rows=rows,
    )
    detail = {"source": source, "rows": rows, "personal": chosen, "waits": is_waiting}
    _record(actor, Verb.EXPORT_ASKED, export, detail, reason=why)
    if not is_waiting:
        jobs.enqueue(MAKE_JOB, export_id=export.pk)
    return export


@transaction.atomic
def export_approve(*, actor: Actor, export: Export) -> Export:
    """Say yes to an export of somebody else: it is made now.

    Raises Forbidden without `files.approve_export` over all it holds and for who asked for it,
    Unproven, and Conflict if it waits no more.
    """
    kept = _waiting(actor, export)
    kept.state = ExportState.MAKING
    kept.save(update_fields=["state", "decided_by", "decided_at"])
    _record(actor, Verb.EXPORT_APPROVED, kept, {"source": kept.source, "rows": kept.rows})
    jobs.enqueue(MAKE_JOB, export_id=kept.pk)
    return kept


@transaction.atomic
def export_decline(*, actor: Actor, export: Export, reason: str) -> Export:
    """Say no to it: it is never made. Raises as `export_approve`, and Invalid without a reason."""
    kept = _waiting(actor, export)
    kept.reason = clean_line(reason)[:PURPOSE_LONGEST]
    if not kept.reason:
        message = _("Say why not; whoever asked for it will read it.")
        raise Invalid(message, code="reason_missing", fields={"reason": message})
    kept.state = ExportState.DECLINED
    kept.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    _record(actor, Verb.EXPORT_DECLINED, kept, {"source": kept.source}, reason=kept.reason)
    return kept


@transaction.atomic
def export_fetch(*, actor: Actor, export: Export) -> Served:
    """The file of an export, for whoever asked for it, until its end.

    Raises Forbidden for anybody else and for who may not see the list any more, Conflict where
    there is no file.
    """
    kept = lock(export)
    if actor.account_id is None or kept.asked_by_id != actor.account_id:
        raise Forbidden(_("There is no such file."), code="file_unknown")
    _source(actor, kept.source)
    path = storage.export_path(kept.key, kept.format)
    is_over = kept.ends_at is None or kept.ends_at <= clock.now()
    if kept.state != ExportState.READY or is_over or not path.is_file():
        message = _("The file of this export is not here any more. Ask for it anew.")
        raise Conflict(message, code="export_gone")
    _record(actor, Verb.EXPORT_FETCHED, kept, {"rows": kept.rows_made, "sha256": kept.sha256})
    return Served(path, TYPES[Format(kept.format)], kept.file_name, is_inline=False)


def _waiting(actor: Actor, export: Export) -> Export:
    """The export held, with who decides on it. Raises Forbidden, Unproven, Conflict."""
    access.require(actor, Perm.APPROVE, at=export.place_path)
    access.prove(actor)
    kept = lock(export)
    if kept.asked_by_id == actor.account_id:
        raise Forbidden(_("This takes a second person."), code="export_same_person")
    if kept.state != ExportState.WAITING:
        raise Conflict(_("Somebody has decided on this already."), code="export_decided")
    kept.decided_by_id, kept.decided_at = actor.account_id, clock.now()
    return kept


def _asker(actor: Actor) -> int:
    """The account that a file is made for: the platform asks for none."""
    if actor.account_id is None:
        raise Forbidden(_("Please sign in first."), code="forbidden")
    return actor.account_id


def _source(actor: Actor, key: str) -> ExportSource:
    found = exports.source_open(actor=actor, key=key)
    if found is None:
        raise Forbidden(_("You may not export this list."), code="export_source")
    return found


def _personal(actor: Actor, source: ExportSource, query: str, asked: str) -> Personal:
    """What becomes of the columns about people. Raises Invalid, Unproven."""
    if asked not in exports.personal_choices(actor=actor, source=source, query=query):
        message = _("Choose what becomes of the columns about people.")
        raise Invalid(message, code="export_personal", fields={"personal": message})
    if asked == Personal.OPENED:
        access.prove_twice(actor)
    return Personal(asked)


def _purpose(typed: str) -> str:
    purpose = clean_line(typed)[:PURPOSE_LONGEST]
    if len(purpose) < PURPOSE_SHORTEST:
        message = _("Say what you need it for; it stands in the file and on the record.")
        raise Invalid(message, code="purpose_missing", fields={"purpose": message})
    return purpose


def _format(asked: str) -> Format:
    if asked not in Format.values:
        message = _("Choose what sort of file it shall be.")
        raise Invalid(message, code="export_format", fields={"format": message})
    return Format(asked)


def _ensure_few(actor: Actor) -> None:
    under_way = (ExportState.WAITING, ExportState.MAKING)
    if exports.exports_own(actor=actor).filter(state__in=under_way).count() >= MOST_AT_ONCE:
        message = _("Some of your exports are still under way. Ask again when they are done.")
        raise Conflict(message, code="exports_many")


def _rows_counted(actor: Actor, source: ExportSource, query: str) -> int:
    if len(query) > QUERY_LONGEST:
        raise Invalid(_("These filters are too long."), code="export_query")
    rows = source.count(actor, query)
    if not rows:
        raise Invalid(_("There is nothing to export under these filters."), code="export_empty")
    if rows > MOST_ROWS:
        message = _("These are more than %(most)d rows. Narrow the list first.")
        raise Invalid(message % {"most": MOST_ROWS}, code="export_many")
    return rows


def _place_path(actor: Actor, source: ExportSource) -> str:
    """The deepest place that holds all where the actor may see the list: who decides on it there
    answers for all of it.
    """
    paths = [held.path for held in actor.grants if source.permission in held.permissions]
    lowest, highest = min(paths), max(paths)
    common = ""
    for one, other in zip(lowest.split("/")[:-1], highest.split("/")[:-1], strict=False):
        if one != other:
            break
        common += f"{one}/"
    return common


def _record(
    actor: Actor, verb: Verb, export: Export, detail: dict[str, object], reason: str = ""
) -> None:
    audit.record(actor, verb, on=export, at=export.place_path, detail=detail, reason=reason)
