# SPDX-License-Identifier: MulanPSL-2.0
"""Adding, changing and ending the records of registers."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import lock
from linli.base.text import clean_line, label
from linli.engines.registers.models import Record, Revision
from linli.engines.registers.rules.records import changed, record_checked
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.selectors import Register, may_write, register_find, values_of
from linli.engines.registers.services.held import held_facts, missing
from linli.engines.registers.services.keeping import Kept, beside_put, record_fill, uniqueness_drop
from linli.engines.registers.services.pointing import pointed
from linli.engines.registers.services.posts import ensure_other, post_follow
from linli.engines.registers.terms import SUBJECT, UNTIL, VALUES, Event, Source, State, Verb
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.forms.rules.sealing import seal
from linli.kernel.forms.selectors import choices_for
from linli.kernel.places.models import Place


@transaction.atomic
def record_add(
    *,
    actor: Actor,
    register: str,
    place: Place,
    values: Mapping[str, Any],
    subject: str = "",
    source: Source = Source.HAND,
    source_key: str = "",
) -> Record:
    """Add a record to a register at a place; `subject` is the key of what it is about, where the
    register asks for that beside its fields.

    Raises Forbidden for those whom the register does not let write there, Invalid with one message
    a field, Conflict if it is on file already.
    """
    kept = _register(register, place)
    _require_writer(actor, kept, place)
    _ensure_level(kept, place)
    record = Record(register=register, place=place, created_at=clock.now(), revision=1)
    held = _filled(actor, kept, record, values, subject)
    ensure_other(actor, kept.spec, record.person)
    _save(record, held)
    post_follow(record, kept.spec)
    values = {**held.values, **_about(kept.spec, record, "")}
    _revised(actor, record, values, kept, source=source, source_key=source_key)
    _told(actor, record, Verb.ADDED, fields=list(held.values))
    return record


@transaction.atomic
def record_change(
    *,
    actor: Actor,
    record: Record,
    values: Mapping[str, Any],
    subject: str = "",
    revision: int | None = None,
    reason: str = "",
    source: Source = Source.HAND,
    source_key: str = "",
) -> Record:
    """Change a record to what was filled in. `revision` is that which the page showed: what
    somebody else has changed since stays, unless both changed the same field.

    Raises as `record_add`, and Conflict if the record has ended or both changed the same field.
    """
    standing = lock(record)
    kept = _register(standing.register, standing.place)
    _require_writer(actor, kept, standing.place)
    _ensure_standing(standing)
    before, about = values_of(standing), _subject_key(standing)
    wanted = values
    if revision not in (None, standing.revision):
        wanted = _merged(kept, standing, before, _checked(kept, standing, values), revision)
    held = _filled(actor, kept, standing, wanted, subject or about)
    differing = {**changed(before, held.values), **_about(kept.spec, standing, about)}
    if not differing:
        return standing
    ensure_other(actor, kept.spec, standing.person)
    standing.revision += 1
    _save(standing, held)
    post_follow(standing, kept.spec)
    _revised(actor, standing, differing, kept, source=source, source_key=source_key, reason=reason)
    _told(actor, standing, Verb.CHANGED, fields=list(differing), reason=reason)
    return standing


@transaction.atomic
def record_end(*, actor: Actor, record: Record, reason: str, on: dt.date | None = None) -> Record:
    """End a record: from the day after its last (today) it is valid no more, and what it had to
    itself another may have.

    Raises Forbidden, Conflict if it has ended already, Invalid without a reason or for a day before
    its first.
    """
    standing = lock(record)
    kept = _register(standing.register, standing.place)
    _require_writer(actor, kept, standing.place)
    _ensure_standing(standing)
    said, last = clean_line(reason), on or clock.today()
    if not said:
        message = _("Say why it ends.")
        raise Invalid(message, code="reason_missing", fields={"reason": message})
    if last < standing.starts_on:
        message = _("The last day lies before the first.")
        raise Invalid(message, code="ends_before_start", fields={"on": message})
    standing.state, standing.ended_reason = State.ENDED, said[:200]
    standing.ends_on = min(last, standing.ends_on or last)
    standing.due_on = None
    standing.changed_at = clock.now()
    standing.revision += 1
    standing.save()
    uniqueness_drop(standing)
    post_follow(standing, kept.spec)
    _revised(actor, standing, {UNTIL: standing.ends_on.isoformat()}, kept, reason=said)
    _told(actor, standing, Verb.ENDED, fields=[], reason=said)
    return standing


def _register(key: str, place: Place) -> Register:
    found = register_find(key, place.path)
    if found is None:
        raise Forbidden(_("There is no such register here."), code="no_register")
    return found


def _require_writer(actor: Actor, register: Register, place: Place) -> None:
    if not may_write(actor, register.spec, place):
        message = _("No role of yours writes in the register %(register)s here.")
        raise Forbidden(message % {"register": register.label}, code="forbidden")


def _ensure_level(register: Register, place: Place) -> None:
    if place.level not in register.spec.levels:
        message = _("Records of this register do not lie at a place of this kind.")
        raise Invalid(message, code="level_wrong", fields={"place": message})


def _ensure_standing(record: Record) -> None:
    if record.state != State.STANDING:
        raise Conflict(_("This record has ended."), code="record_ended")


def _filled(
    actor: Actor, register: Register, record: Record, raw: Mapping[str, Any], subject: str
) -> Kept:
    """Let a record hold what was filled in, checked; nothing is written yet."""
    spec, place = register.spec, record.place
    cleaned = _checked(register, record, raw)
    at = pointed(actor, spec, place, cleaned, subject)
    lacking = dict(missing(spec, held_facts(spec, at.subject)))
    if lacking:
        message = _("Please look at the marked fields again.")
        raise Invalid(message, code="form_invalid", fields=lacking)
    return record_fill(register, record, cleaned, at)


def _about(spec: RegisterSpec, record: Record, before: str) -> dict[str, str]:
    """What a record is about, if that is not what it was."""
    now = _subject_key(record)
    return {SUBJECT: now} if now != before and spec.asks_subject else {}


def _subject_key(record: Record) -> str:
    return str(record.person_id or record.household_id or record.unit_id or "")


def _checked(register: Register, record: Record, raw: Mapping[str, Any]) -> dict[str, Any]:
    place = record.place
    known = {"place": {"code": place.code, "kind": place.kind, "level": place.level}}
    choices = choices_for(register.spec, place.path)
    return record_checked(register.spec, raw, choices=choices, known=known)


def _merged(
    register: Register,
    record: Record,
    now: Mapping[str, Any],
    wanted: Mapping[str, Any],
    revision: int | None,
) -> Mapping[str, Any]:
    """What is to be kept when others have changed the record since the page was shown.

    Raises:
        Conflict: both changed the same field, each to something else.
    """
    then: dict[str, Any] = {}
    theirs: set[str] = set()
    for row in record.revisions.order_by("number"):
        if row.number <= (revision or 0):
            then |= values_of(row)
        else:
            theirs |= set(row.values)
    names = register.spec.own
    mine = {name for name in names if wanted.get(name) != then.get(name)}
    both = [name for name in sorted(mine & theirs) if wanted.get(name) != now.get(name)]
    if both:
        message = _("Somebody else has changed this meanwhile: %(fields)s. Look at it again.")
        raise Conflict(
            message % {"fields": _named(register, both)},
            code="record_moved_on",
            fields=dict.fromkeys(both, _("Changed meanwhile by somebody else.")),
        )
    return {**now, **{name: wanted.get(name) for name in mine}}


def _named(register: Register, fields: list[str]) -> str:
    known = register.spec.fields
    return "、".join(label(known[name].title) if name in known else name for name in fields)


def _save(record: Record, kept: Kept) -> None:
    try:
        with transaction.atomic():
            record.save()
            beside_put(record, kept)
    except IntegrityError as error:
        if "uniqueness" not in str(error) and "register_unique" not in str(error):
            raise
        message = _("This is on file already. Look it up instead.")
        raise Conflict(message, code="record_known") from error


def _revised(
    actor: Actor,
    record: Record,
    values: Mapping[str, Any],
    register: Register,
    *,
    source: Source = Source.HAND,
    source_key: str = "",
    reason: str = "",
) -> None:
    Revision.objects.create(
        record=record,
        number=record.revision,
        at=clock.now(),
        account_id=actor.account_id,
        source=source,
        source_key=source_key,
        reason=clean_line(reason)[:200],
        definition=register.definition,
        values=seal(register.spec, values, context=VALUES),
    )


_EVENTS = {Verb.ADDED: Event.ADDED, Verb.CHANGED: Event.CHANGED, Verb.ENDED: Event.ENDED}


def _told(actor: Actor, record: Record, verb: Verb, *, fields: list[str], reason: str = "") -> None:
    detail = {"register": record.register, "fields": fields}
    path = record.place_path
    audit.record(actor, verb, on=record, at=path, detail=detail, reason=reason)
    events.announce(_EVENTS[verb], place_path=path, record_id=record.pk, register=record.register)
