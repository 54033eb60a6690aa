# SPDX-License-Identifier: MulanPSL-2.0
"""Days as forms send them."""

import datetime as dt

from django.utils.translation import gettext as _

from linli.base.errors import Invalid

LONGEST_REASON = 500


def day_sent(text: str, field: str) -> dt.date | None:
    """A day from a form, None for an empty field.

    Raises Invalid for what is no day.
    """
    wanted = text.strip()
    if not wanted:
        return None
    try:
        return dt.date.fromisoformat(wanted)
    except ValueError:
        message = _("Write the day like 2026-03-31.")
        raise Invalid(message, code="no_day", fields={field: message}) from None
