# SPDX-License-Identifier: MulanPSL-2.0
"""Work in the background."""

from linli.kernel.backups.keeping import backup_nightly, backups_watch
from linli.kernel.jobs.services import job


@job(name="backups.nightly", every="1 day")
def nightly() -> None:
    """Make the night's backup."""
    backup_nightly()


@job(name="backups.watch", every="1 hour")
def watch() -> None:
    """Tell where the last good backup is too old."""
    backups_watch()
