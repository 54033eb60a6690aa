# SPDX-License-Identifier: MulanPSL-2.0
"""Days as forms send them."""

import datetime as dt

from django.utils.translation import gettext as _

from linli.base.errors import Invalid

LONGEST_REASON = 500
FIRST_YEAR, LAST_YEAR = 1900, 2999
"""No calendar reaches beyond these."""


def day_sent(text: str, field: str) -> dt.date | None:
    """A day from a form, None for an empty field.

    Raises Invalid for what is no day, or one that nobody here can mean.
    """
    wanted = text.strip()
    if not wanted:
        return None
    try:
        day = dt.date.fromisoformat(wanted)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(wanted)
    except ValueError:
        message = _("Write the day like 2026-03-31.")
        raise Invalid(message, code="no_day", fields={field: message}) from None
    return day
