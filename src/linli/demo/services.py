# SPDX-License-Identifier: MulanPSL-2.0
"""What the guided round does: opens a door, moves the demo clock on. Nothing of it works outside
demo mode.
"""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.calendar import WorkCalendar
from linli.base.errors import Forbidden
from linli.demo.models import City
from linli.demo.passing import time_pass
from linli.demo.terms import Persona, Verb
from linli.demo.walk import Round, account_of
from linli.kernel.accounts.models import Account
from linli.kernel.audit import services as audit
from linli.kernel.workflow.selectors import calendar_get

STEP = 2
"""Working days by which the demo clock is moved at a time."""


def door_open(*, walk: Round, persona: str) -> Account:
    """The account behind a door, which the caller signs in; the record of that is the caller's too.

    Raises Forbidden outside demo mode, and for a door that is not there.
    """
    ensure_demo()
    known = persona in Persona.values
    account = account_of(walk, Persona(persona)) if known else None
    if account is None or not account.is_demo:
        raise no_door()
    return account


def clock_forward(*, city: City) -> dt.datetime:
    """Move the demo clock two working days on; returns the new moment.

    Everything that comes due meanwhile happens first, each thing at its own moment; nobody works in
    that time, so what waits gets late. Raises Forbidden outside demo mode.
    """
    ensure_demo()
    office = calendar_get("office", city.district.path)
    now = clock.now()
    later = days_on(office, now, STEP)
    time_pass(later)
    shift = clock.shift_by(later - now)
    detail = {"shift_seconds": round(shift)}
    audit.record(SYSTEM, Verb.CLOCK_MOVED, on=city, at=city.district.path, detail=detail)
    return later


def days_on(office: WorkCalendar, moment: dt.datetime, count: int) -> dt.datetime:
    """The same time of day, so many working days later."""
    local = clock.local(moment)
    day = local.date()
    while count:
        day += dt.timedelta(days=1)
        count -= office.is_working(day)
    return dt.datetime.combine(day, local.time(), tzinfo=clock.ZONE)


def ensure_demo() -> None:
    """Refuse outside demo mode, as if there were nothing."""
    if not settings.IS_DEMO:
        raise no_door()


def no_door() -> Forbidden:
    """The refusal for whatever is not there."""
    return Forbidden(_("There is no such door."), code="no_door")
