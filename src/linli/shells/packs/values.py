# SPDX-License-Identifier: MulanPSL-2.0
"""Limits, names and opening hours of a pack in the console: listed, and one of them written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.base.actor import Actor
from linli.base.errors import Conflict, Invalid, Refused
from linli.kernel.packs import services
from linli.kernel.packs.said import value_said
from linli.kernel.packs.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.packs.columns import UNITS, span_parts, span_sent
from linli.shells.packs.desk import Desk, DraftDesk, desk_of_draft, desk_of_pack
from linli.shells.packs.listing import NAMED, limit_lines, name_lines, sign_of
from linli.shells.packs.words import KINDS

LONGEST = 200
WEEK = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}
LISTED = {"limits": ("workflow",), "names": NAMED, "hours": ("calendar",)}


@console.page("packs/of/<slug:pack>/look/<slug:part>/", name="pack_values", needs=Perm.VIEW)
@require_GET
def pack_values(request: HttpRequest, pack: str, part: str) -> HttpResponse:
    """Limits, names or hours as they are in force."""
    return _listed(request, desk_of_pack(request, pack), part)


@console.page(
    "packs/drafts/<int:draft_id>/look/<slug:part>/", name="pack_draft_values", needs=Perm.VIEW
)
@require_GET
def pack_draft_values(request: HttpRequest, draft_id: int, part: str) -> HttpResponse:
    """Limits, names or hours as a draft has them."""
    return _listed(request, desk_of_draft(request, draft_id), part)


def _listed(request: HttpRequest, desk: Desk, what: str) -> HttpResponse:
    if what not in LISTED:
        raise Http404
    kind = request.GET.get("kind", "")
    kind = kind if kind in LISTED[what] else LISTED[what][0]
    if what == "limits":
        groups: Any = limit_lines(desk.checked, desk.words, desk.changed)
    elif what == "names":
        groups = name_lines(desk.checked, desk.words, kind, desk.changed)
    else:
        groups = []
    question = request.GET.get("q", "").strip()[:LONGEST]
    return render(
        request,
        "packs/console/values.html",
        desk=desk,
        what=what,
        tab=what,
        kind=kind,
        kinds=[(one, KINDS[one]) for one in LISTED[what]],
        groups=_searched(groups, question),
        calendars=_calendars(desk) if what == "hours" else [],
        question=question,
    )


def _searched(groups: Any, question: str) -> list[Any]:
    """The groups in which something fits what is asked for."""
    found = []
    for name, lines in groups:
        said = question.casefold()
        fitting = [line for line in lines if said in f"{name} {line.title} {line.said}".casefold()]
        if fitting:
            found.append((name, fitting))
    return found


def _calendars(desk: Desk) -> list[dict[str, Any]]:
    """Every calendar with its hours, day by day."""
    return [
        {
            "name": f"calendar:{key}",
            "title": desk.words.name(f"calendar:{key}"),
            "all_day": bool(body.get("all_day")),
            "week": [(WEEK[day], text) for day, text in week_said(body.get("hours", ())).items()],
            "is_new": f"calendar:{key}" in desk.changed,
        }
        for key, body in desk.checked.known.get("calendar", {}).items()
    ]


def week_said(hours: Any) -> dict[str, str]:
    """The hours of each day of the week as one text."""
    found = dict.fromkeys(WEEK, "")
    for row in hours or ():
        for day in row.get("days", ()):
            if day in found:
                found[day] = ", ".join(row.get("work", ()))
    return found


def week_sent(sent: Mapping[str, str]) -> list[dict[str, list[str]]]:
    """The hours of a week as a pack writes them: days with the same hours together."""
    by_work: dict[tuple[str, ...], list[str]] = {}
    for day in WEEK:
        text = sent.get(day, "").replace("，", ",").replace("：", ":").replace("–", "-")
        work = tuple(part.strip().replace(" ", "") for part in text.split(",") if part.strip())
        if work:
            by_work.setdefault(work, []).append(day)
    return [{"days": days, "work": list(work)} for work, days in by_work.items()]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which value a form is about."""

    name: str
    path: tuple[str, ...]

    @property
    def sort(self) -> str:
        """How it is filled in: a label, a week, or a span."""
        last = self.path[-1]
        return {"label": "label", "hours": "hours"}.get(last, "span")


@console.page("packs/drafts/<int:draft_id>/value/", name="pack_value", needs=Perm.EDIT)
def pack_value(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One limit, one name or the hours of one calendar."""
    desk = desk_of_draft(request, draft_id)
    asked = _asked(request)
    says = value_said(desk.files, asked.name, asked.path) if asked else None
    if asked is None or says is None or not _is_offered(desk, asked):
        raise Http404
    refusal: Refused | None = None
    what = {"label": "names", "hours": "hours"}.get(asked.sort, "limits")
    if request.method == "POST":
        try:
            _keep(request, actor_of(request), desk, asked)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Saved in the draft."))
            return HttpResponseRedirect(reverse("console:pack_draft_values", args=[draft_id, what]))
    return render(
        request,
        "packs/console/value.html",
        status=refusal.status if refusal else 200,
        desk=desk,
        asked=asked,
        tab=what,
        what=what,
        title=desk.words.path(asked.name, ".".join(asked.path)),
        of=desk.words.name(asked.name),
        seen=sign_of(says),
        theirs=desk.words.value(says) if isinstance(refusal, Conflict) else "",
        refusal=refusal,
        **_filled(request, asked, says),
    )


def _asked(request: HttpRequest) -> Asked | None:
    name = request.GET.get("of", "")[:LONGEST]
    path = tuple(part for part in request.GET.get("path", "")[:LONGEST].split(".") if part)
    return Asked(name, path) if name and path else None


def _is_offered(desk: Desk, asked: Asked) -> bool:
    """Whether a value is one of those that the lists offer."""
    path = ".".join(asked.path)
    kind = asked.name.partition(":")[0]
    if asked.sort == "hours":
        return kind == "calendar" and path == "hours"
    if asked.sort == "label":
        groups = name_lines(desk.checked, desk.words, kind, frozenset()) if kind in NAMED else []
    else:
        groups = limit_lines(desk.checked, desk.words, frozenset())
    return any((one.name, one.path) == (asked.name, path) for _n, lines in groups for one in lines)


def _filled(request: HttpRequest, asked: Asked, says: Any) -> dict[str, Any]:
    sent = request.POST
    is_sent = request.method == "POST"
    if asked.sort == "label":
        return {"label": sent if is_sent else says}
    if asked.sort == "hours":
        week = week_said(says)
        return {
            "week": [(day, WEEK[day], sent.get(day, "") if is_sent else week[day]) for day in WEEK]
        }
    count, unit = span_parts(str(says))
    return {
        "count": sent.get("count", "") if is_sent else count,
        "unit": sent.get("unit", "") if is_sent else unit,
        "units": [(str(key), name) for key, name in UNITS.items()],
    }


def _keep(request: HttpRequest, actor: Actor, desk: DraftDesk, asked: Asked) -> None:
    services.value_save(
        actor=actor,
        draft=desk.draft.pk,
        name=asked.name,
        path=asked.path,
        value=_sent(request, asked),
        seen=request.POST.get("seen", ""),
    )


def _sent(request: HttpRequest, asked: Asked) -> Any:
    sent = request.POST
    if asked.sort == "hours":
        return week_sent({day: sent.get(day, "") for day in WEEK})
    if asked.sort == "label":
        said = {key: " ".join(sent.get(key, "").split())[:LONGEST] for key in ("zh", "en")}
        if not said["zh"]:
            message = _("Write the Chinese name.")
            raise Invalid(message, code="no_name", fields={"zh": message})
        return {key: one for key, one in said.items() if one}
    return span_sent(sent.get("count", ""), sent.get("unit", "")) or "0"
