# SPDX-License-Identifier: MulanPSL-2.0
"""All components on one page, to look at: only where there is a demo. The moment is held still."""

import re
from datetime import UTC, date, datetime, time

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.calendar import Due, Span, WorkCalendar, due, extend
from linli.base.clock import ZONE
from linli.shells.frame import assets
from linli.shells.frame.mapping import Fact, MapDrawing, map_drawing
from linli.shells.frame.render import render

MONDAY = datetime(2026, 9, 21, 10, 20, tzinfo=ZONE)
FRIDAY = datetime(2026, 9, 18, 16, 30, tzinfo=ZONE)
HOURS = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
CALENDAR = WorkCalendar(
    hours=dict.fromkeys(range(5), HOURS),
    days={
        date(2026, 9, 20): True,
        **{date(2026, 10, day): False for day in (1, 2, 5, 6, 7)},
    },
    notes={
        date(2026, 9, 20): {"zh": "补班", "en": "make-up day"},
        **{date(2026, 10, day): {"zh": "国庆", "en": "holiday"} for day in (1, 2, 5, 6, 7)},
    },
)


def components(request: HttpRequest) -> HttpResponse:
    """Show every component as it looks on a Monday morning."""
    with clock.at(MONDAY.astimezone(UTC)):
        return render(
            request,
            "frame/components.html",
            dues=_dues(),
            icon_names=_icon_names(),
            places=_places(),
            steps=_steps(),
            swatches=SWATCHES,
        )


SWATCHES = (
    "paper", "sheet", "line", "ink", "ink-2", "ink-3", "brand", "brand-soft", "accent",
    "accent-fill", "late", "soon", "good", "ramp-1", "ramp-2", "ramp-3", "ramp-4", "ramp-5",
)  # fmt: skip


def _dues() -> dict[str, Due]:
    """Due times of every kind: calm, near, late, extended, over a long holiday."""
    two_days = due(CALENDAR, FRIDAY, Span.parse("2 working_days"))
    return {
        "calm": due(CALENDAR, MONDAY, Span.parse("3 working_days")),
        "soon": due(CALENDAR, MONDAY, Span.parse("2 working_hours")),
        "late": due(CALENDAR, FRIDAY, Span.parse("2 working_hours")),
        "extended": extend(
            CALENDAR,
            two_days,
            Span.parse("1 working_day"),
            granted_at=datetime(2026, 9, 20, 14, 20, tzinfo=ZONE),
            granted_by={"zh": "何倩", "en": "He Qian"},
        ),
        "holiday": due(CALENDAR, MONDAY, Span.parse("10 working_days")),
    }


def _icon_names() -> list[str]:
    sheet = assets.DIST.parents[5] / "frontend" / "icons" / "icons.svg"
    if not sheet.exists():
        return []
    return re.findall(r'id="i-([\w-]+)"', sheet.read_text(encoding="utf-8"))


def _steps() -> list[dict[str, str]]:
    words = (_("Taken in"), _("Given to a unit"), _("Handled"), _("Looked at"), _("You rate"))
    states = ("done", "done", "now", "", "")
    return [{"label": word, "state": state} for word, state in zip(words, states, strict=True)]


def _places() -> MapDrawing:
    """Four invented neighbors on a river bend."""
    corners = {
        "渡口街道": ((0, 3), (4, 4), (5, 2), (2, 1.6)),
        "榕荫街道": ((0, 3), (2, 1.6), (2.2, 0), (-1, 0.4)),
        "望江街道": ((4, 4), (8, 3.4), (8.4, 1.4), (5, 2)),
        "沙洲街道": ((2, 1.6), (5, 2), (8.4, 1.4), (7, -1), (2.2, 0)),
    }
    features = [
        {
            "geometry": {
                "type": "Polygon",
                "coordinates": [[*_degrees(points), _degrees(points)[0]]],
            },
            "properties": {"code": name, "name": name, "center": [None, None]},
        }
        for name, points in corners.items()
    ]
    facts = {
        name: Fact(text=text, ramp=ramp, late=late, href="#map")
        for name, text, ramp, late in (
            ("渡口街道", "89.4%", 2, 2),
            ("榕荫街道", "96.2%", 4, 1),
            ("望江街道", "94.6%", 4, 0),
            ("沙洲街道", "86.9%", 1, 2),
        )
    }
    return map_drawing({"features": features}, width=480, height=260, facts=facts, here="榕荫街道")


def _degrees(points: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    return [(118.0 + x * 0.01, 24.5 + y * 0.01) for x, y in points]
