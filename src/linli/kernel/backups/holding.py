# SPDX-License-Identifier: MulanPSL-2.0
"""One at a time: who makes a backup or restores one holds a lock, and clears what others left."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from linli.base.errors import Conflict

LOCK = ".backup-lock"
DRAFT = ".part"
"""How the name of a backup ends that is being written, or being thrown away."""


@contextmanager
def held() -> Iterator[None]:
    """Hold this installation's lock. Raises Conflict while another process does.

    The lock goes with the process, so that a killed one holds nobody up.
    """
    path = Path(settings.LINLI_DATA) / LOCK
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        message = _("A backup is being made or restored at this moment.")
        raise Conflict(message, code="backup_under_way") from error
    try:
        yield
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Throw away what a killed process left in a folder of backups; the caller holds the lock."""
    for left in folder.glob(f".*{DRAFT}"):
        shutil.rmtree(left)


def throw_away(backup: Path) -> None:
    """Remove a backup: it loses its name first, so that a half one is never taken for a whole."""
    shutil.rmtree(backup.rename(backup.with_name(f".{backup.name}{DRAFT}")))
