# SPDX-License-Identifier: MulanPSL-2.0
"""Reading a backup through: which sealed files it has, and whether all of it is as it was
written.
"""

import hashlib
from pathlib import Path

from linli.kernel.backups.contents import DATABASE, FILES, LIST, Contents, Listed, list_read
from linli.kernel.backups.progress import Meter, Tell, quiet
from linli.kernel.backups.streams import changed, opened
from linli.kernel.backups.terms import Step


def listed_in(folder: Path, contents: Contents) -> Listed:
    """The sealed files of a backup. Raises Invalid where the list is not as it was written."""
    try:
        text = (folder / LIST).read_bytes()
    except OSError as error:
        raise changed(LIST) from error
    if hashlib.sha256(text).hexdigest() != contents.listed.sha256:
        raise changed(LIST)
    return list_read(text.decode())


def backup_check(folder: Path, *, tell: Tell = quiet) -> Contents:
    """Read all of a backup and say what it holds.

    Raises Invalid for the first thing in it that is missing, changed or another backup's, and
    where it was made with a key that we do not have.
    """
    contents = Contents.read(folder)
    meter = Meter(Step.CHECKING, contents.size, tell)
    listed = listed_in(folder, contents)
    sealed = {folder / FILES / name: (name, one) for name, one in listed.items()}
    sealed[folder / DATABASE] = (DATABASE, contents.database)
    for path, (name, one) in sealed.items():
        for piece in opened(path, name=name, sealed=one):
            meter.count(len(piece))
    meter.end()
    return contents
