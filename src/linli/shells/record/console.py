# SPDX-License-Identifier: MulanPSL-2.0
"""The record in the console: who did what, newest first, and whether every row is as it was
written.
"""

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.base import clock
from linli.base.errors import Conflict, Refused
from linli.base.text import label
from linli.kernel.access import services as access
from linli.kernel.audit import selectors as records
from linli.kernel.audit.anchoring import anchor_newest
from linli.kernel.audit.exports import exports_dropped, exports_listed
from linli.kernel.audit.models import AuditQuerySet
from linli.kernel.audit.sealing import seal_newest
from linli.kernel.audit.terms import Perm
from linli.kernel.sockets import registry
from linli.shells.frame.deed import deed_page
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.record.checking import check_ask, check_newest
from linli.shells.record.keeping import month_drop
from linli.shells.record.subjects import subjects_of
from linli.shells.record.telling import told
from linli.shells.units.days import LONGEST_REASON, day_sent

A_PAGE = 50
LONGEST = 140


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; every part stands in the address."""

    verb: str
    kind: str
    key: str
    since: dt.date | None
    until: dt.date | None

    @classmethod
    def read(cls, request: HttpRequest) -> "Filters":
        """From the address; a day that is none counts as not given."""
        kind, _colon, key = request.GET.get("subject", "")[:LONGEST].partition(":")
        return cls(
            verb=request.GET.get("verb", "")[:LONGEST],
            kind=kind,
            key=key,
            since=_day(request.GET.get("since", "")),
            until=_day(request.GET.get("until", "")),
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is narrowed at all."""
        return any((self.verb, self.kind, self.since, self.until))

    def narrowed(self, rows: AuditQuerySet) -> AuditQuerySet:
        """The rows under these filters."""
        if self.verb:
            rows = rows.filter(verb=self.verb)
        if self.kind:
            rows = rows.filter(subject_kind=self.kind, subject_key=self.key)
        if self.since:
            rows = rows.filter(at__gte=_midnight(self.since))
        if self.until:
            rows = rows.filter(at__lt=_midnight(self.until + dt.timedelta(days=1)))
        return rows


@console.page(
    "record/",
    name="record_list",
    needs=Perm.VIEW,
    menu=Menu(gettext_lazy("Record"), "receipt", group=Group.SETUP, order=50),
    lags=True,
)
@require_GET
def record_list(request: HttpRequest) -> HttpResponse:
    """What was done at the reader's places, newest first; `before` goes on with older lines."""
    actor = actor_of(request)
    filters = Filters.read(request)
    rows = filters.narrowed(records.records_for(access.actor_then(actor)))
    before = request.GET.get("before", "")
    if before.isdecimal():
        rows = rows.filter(seq__lt=min(int(before), 2**62))
    page = list(rows[: A_PAGE + 1])
    lines = told(actor, page[:A_PAGE])
    return render(
        request,
        "record/console/list.html",
        {"check": "check"},
        lines=lines,
        older=page[A_PAGE - 1].seq if len(page) > A_PAGE else None,
        filters=filters,
        subject=_subject_name(request, filters),
        verbs=_verbs(),
        is_paged=before.isdecimal(),
        check=check_newest(),
        seal=seal_newest(),
        anchor=anchor_newest(),
        may_drop=access.may_anywhere(actor, Perm.DROP),
    )


@console.page("record/check/", name="record_check", needs=Perm.VIEW)
@require_POST
def record_check(request: HttpRequest) -> HttpResponse:
    """Have every row checked in the background."""
    try:
        check_ask(actor=actor_of(request))
    except Conflict as refusal:
        messages.info(request, str(refusal.message))
    else:
        messages.success(request, _("The check has begun. You may leave this page."))
    return HttpResponseRedirect(reverse("console:record_list"))


@console.page("record/months/", name="record_months", needs=Perm.DROP)
def record_months(request: HttpRequest) -> HttpResponse:
    """The months that were exported; the oldest that still has its rows here can be dropped."""
    exports, dropped = exports_listed(), {one.pk for one in exports_dropped()}
    oldest = next((one for one in exports if one.pk not in dropped), None)

    def drop() -> None:
        if oldest is None or request.POST.get("month") != oldest.month:
            raise Conflict(_("Another month is the oldest by now."), code="not_oldest")
        reason = request.POST.get("reason", "")[:LONGEST_REASON]
        month_drop(actor=actor_of(request), export=oldest, reason=reason)

    return deed_page(
        request,
        "record/console/months.html",
        drop,
        done=_("The month was dropped; its file is all there is of it now."),
        to=reverse("console:record_months"),
        months=[(one, one.pk in dropped) for one in reversed(exports)],
        oldest=oldest,
    )


def _verbs() -> list[tuple[str, list[tuple[str, str]]]]:
    """What can have been done, by the part of the house."""
    return [
        (
            label(manifest.label),
            [(str(verb), label(words)) for verb, words in manifest.verbs.items()],
        )
        for manifest in registry.manifests()
        if manifest.verbs
    ]


def _subject_name(request: HttpRequest, filters: Filters) -> str:
    """What the list is narrowed to, by name if the reader may open it."""
    if not filters.kind:
        return ""
    row = records.records_for(
        access.actor_then(actor_of(request)), on=(filters.kind, filters.key)
    ).first()
    found = subjects_of(actor_of(request), [row] if row else [])
    subject = found.get((filters.kind, filters.key))
    return subject.name if subject else f"{filters.kind} {filters.key}"


def _day(text: str) -> dt.date | None:
    try:
        return day_sent(text, "day")
    except Refused:
        return None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=clock.ZONE)
