# SPDX-License-Identifier: MulanPSL-2.0
"""A backup every night: made, the older ones thinned out, and an alarm where none came."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from linli.base.actor import SYSTEM
from linli.base.errors import Conflict
from linli.kernel.audit import selectors as records
from linli.kernel.audit import services as audit
from linli.kernel.backups import rules
from linli.kernel.backups.holding import held, throw_away
from linli.kernel.backups.making import backup_make
from linli.kernel.backups.selectors import backups_good, last_good_at, state
from linli.kernel.backups.terms import NIGHTLY, Event, Verb
from linli.kernel.events import services as events
from linli.kernel.places import selectors as places
from linli.kernel.sockets.outside import Telling, Told

ALARM = "backups"


def backup_nightly() -> None:
    """Make a backup in `LINLI_BACKUPS`, then thin out; nothing where no folder is named or one is
    being made already.
    """
    folder: Path | None = settings.LINLI_BACKUPS
    if folder is None:
        return
    try:
        backup_make(actor=SYSTEM, to=folder)
        backups_thin(folder)
    except Conflict:
        return


def backups_thin(folder: Path) -> int:
    """Throw away the backups that need not stay; how many.

    What is no whole backup of ours is left alone.
    """
    with held():
        found = {contents.taken_at: path for path, contents in backups_good(folder)}
        gone = found.keys() - rules.kept(found)
        for moment in gone:
            throw_away(found[moment])
    return len(gone)


def backups_watch() -> None:
    """Make the first backup as soon as a folder is named; tell where the last is too old."""
    if settings.LINLI_BACKUPS is None:
        return
    try:
        if last_good_at() is None:
            backup_nightly()
    finally:
        _overdue_tell()


def _overdue_tell() -> None:
    """Tell that the last good backup is too old, at most once a day."""
    how = state()
    told = records.records_of(NIGHTLY).first()
    now = timezone.now()
    if not how.is_late or (told is not None and not rules.is_late(told.at, now)):
        return
    with transaction.atomic():
        for top in places.tops():
            events.announce(Event.OVERDUE, place_path=top.path, last=_text(how.last))
        audit.record(SYSTEM, Verb.OVERDUE, on=NIGHTLY, detail={"last": how.last})


def _text(last: Any) -> str:
    return last.isoformat(timespec="seconds") if last is not None else ""


def _told(payload: Mapping[str, Any]) -> Told:
    return Told(ALARM, str(payload["last"]), "/console/status/")


TOLD = Telling({"zh": "备份过期了", "en": "The last backup is too old"}, _told)
