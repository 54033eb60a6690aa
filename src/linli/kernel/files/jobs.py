# SPDX-License-Identifier: MulanPSL-2.0
"""Making exports, and clearing away what is over or what a crash left behind."""

from linli.kernel.files import making, storage
from linli.kernel.files.exporting import MAKE_JOB
from linli.kernel.files.models import StoredFile
from linli.kernel.jobs.services import job

A_DAY = 86_400


@job(name="files.orphans_remove", every="1 day")
def orphans_remove() -> None:
    """Remove half-written files, and files without a row, once they are a day old."""
    old = list(storage.older_than(A_DAY))
    keys = {path.name.partition(".")[0] for path in old}
    known = set(StoredFile.objects.filter(key__in=keys).values_list("key", flat=True))
    for path in old:
        if path.name.partition(".")[0] not in known:
            path.unlink(missing_ok=True)


@job(name=MAKE_JOB)
def export_make(export_id: int) -> None:
    """Write the file of an export."""
    making.export_make(export_id)


@job(name="files.exports_end", every="1 hour")
def exports_end() -> None:
    """Take away the files of exports whose days are over."""
    making.exports_end()
