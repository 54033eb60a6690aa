# SPDX-License-Identifier: MulanPSL-2.0
"""What must be well for pages to be served, and what somebody should look after.

What has failed keeps pages from being served as they should be; a warning does not: a backup of
the day before yesterday is no reason to turn residents away.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from linli.base import replicas
from linli.base.text import label
from linli.kernel.health import selectors
from linli.kernel.health.terms import State
from linli.kernel.sockets import registry
from linli.kernel.sockets.given import GaugeGiven

FULL, LOW = 100 * 2**20, 2 * 2**30
"""Bytes free below which a disk counts as full, and below which somebody should look."""

APART = dt.timedelta(seconds=5)
"""Two clocks may differ by so much."""

RENEW = dt.timedelta(days=21)
"""A certificate is renewed so long before it ends."""


@dataclass(frozen=True, slots=True)
class Found:
    """How one thing is, by its name for programs and for people, and what to do about it."""

    name: str
    label: str
    state: State
    advice: str = ""


def found() -> list[Found]:
    """How everything is; without a database only what can be told without it."""
    try:
        asked = [_tables(), _clock(), *_ages(), *_replica()]
    except DatabaseError:
        advice = _("The database does not answer. Look whether it runs and can be reached.")
        return [Found("database", _("Database"), State.FAILED, advice), _disk()]
    return [Found("database", _("Database"), State.GOOD), *asked, _disk(), *_certificate()]


def worst(all_found: list[Found]) -> State:
    """The worst of it all."""
    return max((each.state for each in all_found), key=list(State).index)


def _tables() -> Found:
    is_whole = not selectors.migrations_missing()
    advice = "" if is_whole else _("Changes of the tables are missing: ./linli manage migrate.")
    return Found("tables", _("Tables"), State.GOOD if is_whole else State.FAILED, advice)


def _disk() -> Found:
    free, name = selectors.disk_free_bytes(), _("Disk")
    if not selectors.disk_takes() or free < FULL:
        advice = _("Nothing more can be written to the disk. Make room at once.")
        return Found("disk", name, State.FAILED, advice)
    if free < LOW:
        return Found("disk", name, State.WARNING, _("The disk is nearly full. Make room."))
    return Found("disk", name, State.GOOD)


def _clock() -> Found:
    is_right = selectors.clock_apart() <= APART
    advice = "" if is_right else _("The clocks differ: have all machines keep time by one source.")
    return Found("clock", _("Clock"), State.GOOD if is_right else State.WARNING, advice)


def _ages() -> list[Found]:
    """Whatever must not grow too old, as the parts declare it."""
    gauges = registry.gauges().items()
    return [_age(name, gauge, gauge.most) for name, gauge in gauges if gauge.most is not None]


def _age(name: str, gauge: GaugeGiven, most: float) -> Found:
    value = gauge.read()
    is_well = value is not None and value <= most
    advice = "" if is_well else _("It is longer ago than it may be, or has never been.")
    return Found(name, label(gauge.label), State.GOOD if is_well else State.WARNING, advice)


def _replica() -> list[Found]:
    is_close = replicas.is_close()
    if is_close is None:
        return []
    advice = "" if is_close else _("It is away or behind: all pages are read from the primary.")
    return [Found("replica", _("Replica"), State.GOOD if is_close else State.WARNING, advice)]


def _certificate() -> list[Found]:
    if settings.LINLI_CERTIFICATE is None:
        return []
    left, name = selectors.certificate_left_seconds(), _("Certificate")
    if left is None:
        advice = _("The certificate cannot be read: see LINLI_TLS_CERTIFICATE.")
        return [Found("certificate", name, State.WARNING, advice)]
    if left < RENEW.total_seconds():
        advice = _("The certificate has ended or ends soon. Renew it.")
        return [Found("certificate", name, State.WARNING, advice)]
    return [Found("certificate", name, State.GOOD)]
