# SPDX-License-Identifier: MulanPSL-2.0
"""When offices work: the calendars in force at a place, and a year of one of them day by day."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from linli.base import clock
from linli.base.actor import EVERYWHERE
from linli.base.text import label
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow.models import Definition
from linli.kernel.workflow.terms import OFFICE, Perm
from linli.shells.frame.faces import console
from linli.shells.frame.render import render
from linli.shells.places.chosen import place_chosen
from linli.shells.procedures.months import months_of, years_of
from linli.shells.procedures.reading import clauses_said, in_force

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONDAY = dt.date(2024, 1, 1)
WEEK = tuple(MONDAY + dt.timedelta(days=number) for number in range(7))
"""Any week, for the names of its days."""


@console.page("procedures/calendars/", name="calendar_page", needs=Perm.VIEW)
@require_GET
def calendar_page(request: HttpRequest) -> HttpResponse:
    """A year of a calendar, with its holidays and make-up days by name."""
    at = place_chosen(request, Perm.VIEW)
    path = at.place.path if at else EVERYWHERE
    rows = in_force(Definition, "calendar", path)
    row = _wanted(rows, request.GET.get("calendar", ""))
    if row is None:
        return render(
            request, "procedures/console/calendars.html", at=at, row=None, tab="calendars"
        )
    today = clock.today()
    working = workflow.calendar_get(row.key, path)
    years = years_of(working, today.year)
    year = _year(request.GET.get("year", ""), years, today.year)
    return render(
        request,
        "procedures/console/calendars.html",
        at=at,
        row=row,
        rows=[(one.key, label(one.body["label"])) for one in rows],
        name=label(row.body["label"]),
        help=label(row.body.get("help", {})),
        hours=_hours(row.body),
        year=year,
        years=years,
        week=WEEK,
        months=months_of(working, year, today),
        days=_days(path, year) if not working.all_day else [],
        is_provisional=not working.all_day and working.is_provisional(year),
        tab="calendars",
    )


def _wanted(rows: list[Any], key: str) -> Any | None:
    """The calendar that is asked for, else the office's, else the first."""
    known = {row.key: row for row in rows}
    return known.get(key) or known.get(OFFICE) or next(iter(rows), None)


def _year(text: str, years: list[int], usual: int) -> int:
    return int(text) if text.isdigit() and int(text) in years else usual


def _hours(body: dict[str, Any]) -> list[tuple[list[dt.date], str]]:
    """The opening hours: days of the week with their stretches."""
    if body.get("all_day"):
        return [(list(WEEK), _("round the clock"))]
    return [
        (
            [WEEK[WEEKDAYS.index(day)] for day in row["days"]],
            pgettext("between hours", ", ").join(text.replace("-", "–") for text in row["work"]),
        )
        for row in body.get("hours", ())
    ]


def _days(path: str, year: int) -> list[dict[str, Any]]:
    """The days of a year that are off although they are weekdays, or worked although they are
    not.
    """
    found = [row for row in in_force(Definition, "day", path) if row.key.startswith(f"{year}-")]
    clauses = clauses_said((row.clause for row in found), path)
    return [
        {
            "on": dt.date.fromisoformat(row.key),
            "is_work": row.body["day"] == "work",
            "name": label(row.body),
            "clause": clauses[row.clause],
        }
        for row in sorted(found, key=lambda row: row.key)
    ]
