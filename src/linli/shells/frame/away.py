# SPDX-License-Identifier: MulanPSL-2.0
"""When the database or the disk takes nothing: whoever asks is told to come again, not that
something broke.
"""

import errno

from django.db import InterfaceError, OperationalError

RETRY_AFTER = 10
"""Seconds after which it is worth trying again."""

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})


def is_away(error: BaseException | None) -> bool:
    """Whether it failed because the database does not answer or the disk takes nothing."""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    return isinstance(error, OperationalError | InterfaceError)
