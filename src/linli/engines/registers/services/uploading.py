# SPDX-License-Identifier: MulanPSL-2.0
"""A list on its way into a register: sent, its heads looked at, checked, taken in, or stopped."""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid, Refused
from linli.base.scope import lock
from linli.base.text import clean_line, label
from linli.engines.registers.models import Import, ImportTrouble
from linli.engines.registers.rules.columns import Column, columns_of, guessed
from linli.engines.registers.selectors import Register, may_write_below, register_find
from linli.engines.registers.services.importing import ListImport, Tally
from linli.engines.registers.terms import IMPORT_JOB, RUNNING, ImportState, Verb
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.files import lists
from linli.kernel.files.services import Upload
from linli.kernel.files.storage import writing
from linli.kernel.jobs.services import enqueue
from linli.kernel.places.models import Place

MOST_TROUBLES = 2_000
"""As many rows with trouble are kept to be shown; all are counted."""
LASTS = dt.timedelta(days=3)
"""After that the file of a list is taken away, whatever became of it."""
CHUNK = 1 << 20
_COUNTS = ("rows", "added", "changed", "same", "wrong", "left", "people", "after")


def import_path(key: str) -> Path:
    """Where a list lies that was sent, readable by the platform only; no backup keeps it."""
    return Path(settings.LINLI_DATA) / "imports" / key


def import_open(*, actor: Actor, register: str, place: Place, upload: Upload, name: str) -> Import:
    """Take a file and look at its heads; nothing is written into the register.

    Raises Forbidden for those who write nothing there, Invalid for a file that is no list.
    """
    kept = _writable(actor, register, place)
    file = secrets.token_hex(16)
    size = 0
    with writing(import_path(file)) as target:
        while data := upload.read(CHUNK):
            size += len(data)
            if size > lists.LARGEST:
                message = _("The file is larger than 100 MB. Please split it.")
                raise Invalid(message, code="file_large")
            target.write(data)
    try:
        return _opened(actor, kept, place, file, name)
    except BaseException:
        import_path(file).unlink(missing_ok=True)
        raise


@transaction.atomic
def _opened(actor: Actor, register: Register, place: Place, file: str, name: str) -> Import:
    if actor.account_id is None:
        raise Forbidden("", code="forbidden")
    columns = columns_of(register.spec)
    known = [each for column in columns.values() for each in column.names]
    heads = [head for head in lists.heads_of(import_path(file), known) if head]
    one = Import.objects.create(
        register=register.key,
        place=place,
        place_path=place.path,
        account_id=actor.account_id,
        name=clean_line(name)[:200],
        file=file,
        found=heads,
        heads=guessed(columns, heads),
        created_at=clock.now(),
    )
    audit.record(actor, Verb.LIST_SENT, on=one, at=place.path, detail={"register": register.key})
    return one


@transaction.atomic
def import_check(*, actor: Actor, one: Import, heads: Mapping[str, str]) -> Import:
    """Let the list be checked row by row by these heads; nothing is written.

    Raises Forbidden, Conflict while it runs or when it is over, Invalid where a needed column has
    no head or one head is meant twice.
    """
    standing = _standing(actor, one)
    register = _writable(actor, standing.register, standing.place)
    chosen = {key: head for key, head in heads.items() if head in standing.found}
    _ensure_whole(columns_of(register.spec), chosen)
    standing.heads = chosen
    return _begun(actor, standing, ImportState.CHECKING)


@transaction.atomic
def import_write(*, actor: Actor, one: Import) -> Import:
    """Let the list be taken in, after it was checked, or go on with one that was stopped.

    Raises Forbidden, Conflict if it was not checked or runs already.
    """
    standing = _standing(actor, one)
    _writable(actor, standing.register, standing.place)
    if standing.state not in (ImportState.CHECKED, ImportState.STOPPED):
        raise Conflict(_("The list has to be checked first."), code="import_unchecked")
    return _begun(actor, standing, ImportState.WRITING)


def _begun(actor: Actor, one: Import, state: ImportState) -> Import:
    """From the beginning, unless it was stopped while it was taken in."""
    if one.state != ImportState.STOPPED or state is ImportState.CHECKING:
        ImportTrouble.objects.filter(of=one).delete()
        for name in _COUNTS:
            setattr(one, name, 0)
    one.state, one.why, one.ended_at = state, "", None
    one.save()
    audit.record(actor, Verb.LIST_BEGUN, on=one, at=one.place_path, detail={"state": state})
    enqueue(IMPORT_JOB, import_id=one.pk)
    return one


@transaction.atomic
def import_stop(*, actor: Actor, one: Import) -> Import:
    """Stop it: what was taken in stays, and it can go on. One that is only checked is let go.

    Raises Forbidden, Conflict if it does not run.
    """
    standing = _standing(actor, one, runs=True)
    was_writing = standing.state == ImportState.WRITING
    standing.state = ImportState.STOPPED if was_writing else ImportState.OPENED
    standing.save()
    audit.record(actor, Verb.LIST_STOPPED, on=standing, at=standing.place_path, detail={})
    return standing


def import_run(*, import_id: int) -> None:
    """Check a list or take it in, in the name of whoever sent it and with the rights they have now;
    each transaction keeps how far it came.
    """
    one = Import.objects.select_related("account", "place").filter(pk=import_id).first()
    if one is None or one.state not in RUNNING:
        return
    actor, state = access.actor_for(one.account), one.state
    try:
        register = _writable(actor, one.register, one.place)
        is_dry = state == ImportState.CHECKING
        work = ListImport(actor, register, one.place, one.heads, is_dry=is_dry)
        work.tally = Tally(**{name: getattr(one, name) for name in _COUNTS})
        work.take(import_path(one.file), one.after, told=lambda tally: _kept(one.pk, state, tally))
    except Refused as error:
        _ended(one.pk, state, ImportState.FAILED, why=str(error.message))
    except FileNotFoundError:
        _ended(one.pk, state, ImportState.FAILED, why=_("The file is no longer there."))
    else:
        _ended(one.pk, state, ImportState.CHECKED if is_dry else ImportState.DONE)


def _kept(key: int, state: str, tally: Tally) -> bool:
    """Keep how far it came, with what was written; whether it is to go on."""
    counts = {name: value for name, value in asdict(tally).items() if name in _COUNTS}
    rows = Import.objects.filter(pk=key, state=state)
    room = MOST_TROUBLES - ImportTrouble.objects.filter(of_id=key).count()
    ImportTrouble.objects.bulk_create(
        ImportTrouble(of_id=key, line=each.line, column=each.column[:100], why=each.why[:300])
        for each in tally.troubles[: max(room, 0)]
    )
    if rows.update(**counts):
        return True
    Import.objects.filter(pk=key).update(**counts)
    return False


@transaction.atomic
def _ended(key: int, was: str, state: ImportState, *, why: str = "") -> None:
    """It has come to its end, unless somebody stopped it."""
    rows = Import.objects.filter(pk=key, state=was)
    if rows.update(state=state, why=why[:300], ended_at=clock.now()) and state is ImportState.DONE:
        _file_drop(Import.objects.get(pk=key))


@transaction.atomic
def imports_forget(*, actor: Actor) -> int:
    """Take away the files of lists that nobody went on with for days, and what was said of their
    rows; returns how many files.
    """
    del actor
    rows = Import.objects.exclude(file="").filter(created_at__lt=clock.now() - LASTS)
    old = list(rows.exclude(state__in=RUNNING))
    for one in old:
        _file_drop(one)
    ImportTrouble.objects.filter(of__created_at__lt=clock.now() - LASTS).delete()
    return len(old)


def _file_drop(one: Import) -> None:
    file, one.file = one.file, ""
    one.save(update_fields=["file"])
    transaction.on_commit(lambda: import_path(file).unlink(missing_ok=True))


def _standing(actor: Actor, one: Import, *, runs: bool = False) -> Import:
    standing = lock(one)
    if standing.account_id != actor.account_id:
        raise Forbidden("", code="unknown")
    if (standing.state in RUNNING) is not runs:
        raise Conflict(_("Somebody has gone on with this list already."), code="import_moved_on")
    if not standing.file:
        raise Conflict(_("This list is over. Send the file again."), code="import_over")
    return standing


def _writable(actor: Actor, key: str, place: Place) -> Register:
    register = register_find(key, place.path)
    if register is None or not may_write_below(actor, register.spec, place):
        message = _("No role of yours writes in this register there.")
        raise Forbidden(message, code="forbidden")
    return register


def _ensure_whole(columns: Mapping[str, Column], heads: Mapping[str, str]) -> None:
    problems = {
        key: _("Choose the column of the file: %(name)s.") % {"name": label(each.label)}
        for key, each in columns.items()
        if each.is_needed and key not in heads
    }
    twice = [head for head in set(heads.values()) if list(heads.values()).count(head) > 1]
    for key, head in heads.items():
        if head in twice:
            problems[key] = _("“%(head)s” is chosen twice.") % {"head": head}
    if problems:
        raise Invalid(
            _("Please look at the marked fields again."), code="heads_wrong", fields=problems
        )
