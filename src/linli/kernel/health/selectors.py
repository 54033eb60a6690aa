# SPDX-License-Identifier: MulanPSL-2.0
"""Figures of the machine itself: its disk, its clock, its database, its certificate.

Times are wall time: the demo clock moves the city, never the machinery.
"""

import datetime as dt
import os
import shutil

from cryptography import x509
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from linli.kernel.jobs import selectors as jobs

_whole: set[str] = set()
"""Databases seen with every table in place: that stays so while this process lives."""


def migrations_missing() -> list[str]:
    """Changes of the tables that this version knows and the database has not had yet."""
    if connection.alias in _whole:
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        _whole.add(connection.alias)
    return [f"{migration.app_label} {migration.name}" for migration, _backwards in plan]


def disk_free_bytes() -> float:
    """How much the data folder's disk still takes."""
    return shutil.disk_usage(settings.LINLI_DATA).free


def disk_takes() -> bool:
    """Whether anything can be written there at all."""
    return os.access(settings.LINLI_DATA, os.W_OK)


def connections() -> float | None:
    """How many connections the database serves; SQLite has none."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        (count,) = cursor.fetchone()
    return float(count)


def clock_apart() -> dt.timedelta:
    """By how much our clock is away from the database's, or behind what was written down before:
    the larger of the two.
    """
    newest = jobs.newest_at()
    ahead = newest - timezone.now() if newest else dt.timedelta()
    return max(ahead, _clock_of_database_apart(), dt.timedelta())


def _clock_of_database_apart() -> dt.timedelta:
    """SQLite's clock is our own."""
    if connection.vendor != "postgresql":
        return dt.timedelta()
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        theirs: dt.datetime = cursor.fetchone()[0]
        after = timezone.now()
    return max(before - theirs, theirs - after)


def certificate_left_seconds() -> float | None:
    """How long the certificate is still good, below 0 when it is not; None without one."""
    if settings.LINLI_CERTIFICATE is None:
        return None
    try:
        read = x509.load_pem_x509_certificate(settings.LINLI_CERTIFICATE.read_bytes())
    except (OSError, ValueError):
        return None
    return (read.not_valid_after_utc - timezone.now()).total_seconds()
