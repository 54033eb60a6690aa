# SPDX-License-Identifier: MulanPSL-2.0
"""The page of a record: what it says, what points to it, all it ever said, and what can be done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.base.errors import Refused
from linli.base.text import label
from linli.engines.registers import selectors
from linli.engines.registers.console.address import record_of
from linli.engines.registers.console.listing import standing_tone
from linli.engines.registers.models import Record, Revision
from linli.engines.registers.selectors import Register, Words
from linli.engines.registers.services import record_end, value_open
from linli.engines.registers.terms import SUBJECT, Perm, Source
from linli.kernel.files import services as files
from linli.kernel.files.terms import Variant
from linli.kernel.people.selectors import masked
from linli.kernel.workflow.selectors import names_of
from linli.shells.frame.deed import deed_page
from linli.shells.frame.faces import console
from linli.shells.frame.files import file_answer
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.procedures.reading import clauses_said
from linli.shells.units.days import day_sent

PAGE = "registers/console/record.html"


@dataclass(frozen=True)
class Said:
    """One field in a change: what it said before and from then on ("" for nothing)."""

    label: str
    before: str
    now: str


@dataclass(frozen=True)
class Change:
    """One change of a record: when, by whom, from where, and what each field said."""

    at: datetime
    by: str
    source: str
    reason: str
    is_first: bool
    fields: tuple[Said, ...]


@console.page("registers/<slug:key>/<int:record_id>/", name="record_page", needs=Perm.VIEW)
@require_GET
def record_page(request: HttpRequest, key: str, record_id: int) -> HttpResponse:
    """One record."""
    register, record = record_of(request, key, record_id)
    return _page(request, register, record)


def _page(
    request: HttpRequest,
    register: Register,
    record: Record,
    *,
    opened: tuple[str, str] | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    lined = selectors.record_lined(record)
    words = Words(register, record.place_path)
    response = render(
        request,
        PAGE,
        status=refusal.status if refusal is not None else 200,
        register=register,
        record=lined,
        title=words.title(lined) or register.label,
        shown=words.cells(lined),
        person=masked(lined.person) if lined.person is not None else None,
        tone=standing_tone(register, lined),
        linked=list(_linked(request, record)),
        changes=_changes(words, record),
        may_write=selectors.may_write(actor, register.spec, record.place),
        may_open=selectors.may_open(actor, register.spec, record.place),
        clause=clauses_said([register.spec.clause], record.place_path)[register.spec.clause],
        opened=opened,
        refusal=refusal,
        sent=request.POST,
    )
    if opened is not None:
        response["Cache-Control"] = "no-store"
    return response


def _linked(request: HttpRequest, record: Record) -> Iterator[tuple[str, str, str]]:
    """Other records that point to this one, as far as the reader sees them: register, title,
    address.
    """
    for found, other in selectors.records_pointing(actor=actor_of(request), record=record):
        title = Words(found, other.place_path).title(other) or found.label
        yield found.label, title, reverse("console:record_page", args=[found.key, other.pk])


def _changes(words: Words, record: Record) -> list[Change]:
    """Newest first, each with what it changed from what."""
    rows = selectors.revisions_of(record)
    names = names_of([row.account_id for row in rows if row.account_id is not None])
    then: dict[str, Any] = {}
    found = []
    for row in reversed(rows):
        found.append(
            Change(
                at=row.at,
                by=names.get(row.account_id or 0, _("the platform")),
                source="" if row.source == Source.HAND else str(Source(row.source).label),
                reason=row.reason,
                is_first=row.number == 1,
                fields=tuple(_said(words, then, row)),
            )
        )
        then |= row.values
    return found[::-1]


def _said(words: Words, then: Mapping[str, Any], row: Revision) -> Iterator[Said]:
    for name, value in row.values.items():
        field = words.spec.fields.get(name)
        title = label(field.title) if field is not None else _named(name)
        yield Said(title, words.then(name, then.get(name)), words.then(name, value))


def _named(name: str) -> str:
    return _("Whom it is about") if name == SUBJECT else name


@console.page("registers/<slug:key>/<int:record_id>/open/", name="record_open", needs=Perm.VIEW)
@require_POST
def record_open(request: HttpRequest, key: str, record_id: int) -> HttpResponse:
    """Open one sealed value, for a purpose that is recorded."""
    register, record = record_of(request, key, record_id)
    name, purpose = request.POST.get("field", ""), request.POST.get("purpose", "")
    try:
        value = value_open(actor=actor_of(request), record=record, field=name, purpose=purpose)
    except Refused as refusal:
        return _page(request, register, record, refusal=refusal)
    return _page(request, register, record, opened=(name, value))


@console.page("registers/<slug:key>/<int:record_id>/end/", name="record_end", needs=Perm.VIEW)
def record_close(request: HttpRequest, key: str, record_id: int) -> HttpResponse:
    """End a record: from which day it is valid no more, and why."""
    register, record = record_of(request, key, record_id)
    words = Words(register, record.place_path)
    lined = selectors.record_lined(record)
    return deed_page(
        request,
        "registers/console/end.html",
        lambda: record_end(
            actor=actor_of(request),
            record=record,
            reason=request.POST.get("reason", ""),
            on=day_sent(request.POST.get("on", ""), "on"),
        ),
        done=_("Ended."),
        to=reverse("console:record_page", args=[key, record.pk]),
        register=register,
        record=lined,
        title=words.title(lined) or register.label,
    )


@console.page(
    "registers/<slug:key>/<int:record_id>/files/<str:file>/", name="record_file", needs=Perm.VIEW
)
@require_GET
def record_file(request: HttpRequest, key: str, record_id: int, file: str) -> HttpResponse:
    """A photo or paper of a record, for whoever sees the record."""
    record_of(request, key, record_id)
    variant = Variant.THUMBNAIL if request.GET.get("size") == "small" else Variant.FULL
    return file_answer(files.file_read(actor=actor_of(request), key=file, variant=variant))
