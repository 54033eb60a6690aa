# SPDX-License-Identifier: MulanPSL-2.0
"""The clock by which work in the background goes: the database's, one for all machines, so that one
whose own clock is off neither takes up what another has in hand nor lets work lie.
"""

import datetime as dt

from django.db import connection
from django.utils import timezone


def now() -> dt.datetime:
    """The present moment; SQLite has no clock but the machine's own."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: dt.datetime = cursor.fetchone()[0]
    return found
