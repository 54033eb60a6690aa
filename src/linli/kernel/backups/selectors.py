# SPDX-License-Identifier: MulanPSL-2.0
"""How the nightly backups stand: read from the folder, for what counts is what lies there."""

import datetime as dt
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from linli.base.errors import Invalid
from linli.base.keyring import KeyRingError
from linli.kernel.backups import rules
from linli.kernel.backups.contents import Contents, backups_in
from linli.kernel.backups.holding import DRAFT
from linli.kernel.backups.making import PROGRESS

SILENT = 600.0
"""Seconds after which a backup that tells of no progress is not under way any more."""


@dataclass(frozen=True, slots=True)
class State:
    """Whether backups are made at all, when the last good one was taken, whether that is too long
    ago, and how many percent of the next are done (None: none is under way).
    """

    is_on: bool
    last: dt.datetime | None
    is_late: bool
    percent: int | None


def state() -> State:
    """How the nightly backups stand."""
    folder: Path | None = settings.LINLI_BACKUPS
    if folder is None:
        return State(is_on=False, last=None, is_late=False, percent=None)
    last = last_good_at()
    return State(True, last, rules.is_late(last, timezone.now()), _percent(folder))


def last_good_at() -> dt.datetime | None:
    """When the newest whole backup of ours in `LINLI_BACKUPS` was taken (wall time), if any."""
    folder: Path | None = settings.LINLI_BACKUPS
    found = next(backups_good(folder), None) if folder is not None else None
    return found[1].taken_at if found is not None else None


def age_seconds() -> float | None:
    """How old the last good backup is; a demo, which is made anew when it is lost, has none."""
    if not settings.IS_PRODUCTION:
        return 0.0
    last = last_good_at()
    return None if last is None else (timezone.now() - last).total_seconds()


def backups_good(folder: Path) -> Iterator[tuple[Path, Contents]]:
    """The backups in a folder that were written here, newest first, with what they hold.

    Their manifests are looked at, not all they hold: that is `backup_check`.
    """
    with suppress(OSError):
        for path in backups_in(folder):
            with suppress(Invalid, KeyRingError):
                yield path, Contents.read(path)


def _percent(folder: Path) -> int | None:
    for path in folder.glob(f".*{DRAFT}/{PROGRESS}"):
        with suppress(OSError, ValueError, KeyError):
            if time.time() - path.stat().st_mtime < SILENT:
                return int(json.loads(path.read_text("utf-8"))["percent"])
    return None
