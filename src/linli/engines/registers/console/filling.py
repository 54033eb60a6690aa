# SPDX-License-Identifier: MulanPSL-2.0
"""Filling in a record: a new one, or one that is on file."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid, Message, Refused
from linli.engines.registers import selectors
from linli.engines.registers.console.address import At, record_of, register_at
from linli.engines.registers.console.picking import LOOK, picks_of
from linli.engines.registers.models import Record
from linli.engines.registers.rules.records import asked_of
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.selectors import Register, Words
from linli.engines.registers.services import record_add, record_change
from linli.engines.registers.terms import FILES_OF, SUBJECT, Perm
from linli.kernel.files import services as files
from linli.kernel.forms.services import Widget
from linli.kernel.forms.terms import FILES
from linli.kernel.places.models import Place
from linli.kernel.places.selectors import name_of, place_by_code
from linli.shells.frame.faces import console
from linli.shells.frame.filling import OWN, fields_drawn, values_read
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.frame.request import is_part

FORM = "registers/console/form.html"
UNPROCESSABLE = 422
DROP = f"{OWN}drop"
"""Files of a record that are taken away."""


@dataclass(frozen=True)
class Sent:
    """What a page sent: values by field, the subject, and the place."""

    values: Mapping[str, Any]
    subject: str
    place: Place | None


@console.page("registers/<slug:key>/add/", name="register_add", needs=Perm.VIEW)
def register_add(request: HttpRequest, key: str) -> HttpResponse:
    """The form of a new record, and adding it."""
    at = register_at(request, key)
    if not at.may_add:
        here = reverse("console:register_page", args=[key])
        return HttpResponseRedirect(f"{here}?at={at.chosen.place.code}")
    place = _place_sent(request, at)
    if request.method != "POST" or request.POST.get(LOOK):
        return _page(request, at.register, place, at=at)
    try:
        record = _added(request, at, place)
    except Refused as refusal:
        return _page(request, at.register, place, at=at, refusal=refusal)
    messages.success(request, _("Added."))
    if "again" in request.POST:
        here = reverse("console:register_add", args=[key])
        return HttpResponseRedirect(f"{here}?at={at.chosen.place.code}")
    return HttpResponseRedirect(address_of(record))


@console.page("registers/<slug:key>/<int:record_id>/edit/", name="record_edit", needs=Perm.VIEW)
def record_edit(request: HttpRequest, key: str, record_id: int) -> HttpResponse:
    """The form of a record on file, and changing it."""
    register, record = record_of(request, key, record_id)
    if not selectors.may_write(actor_of(request), register.spec, record.place):
        return HttpResponseRedirect(address_of(record))
    if request.method != "POST" or request.POST.get(LOOK):
        return _page(request, register, record.place, record=record)
    try:
        _changed(request, register, record)
    except Refused as refusal:
        return _page(request, register, record.place, record=record, refusal=refusal)
    messages.success(request, _("Changed."))
    return HttpResponseRedirect(address_of(record))


def address_of(record: Record) -> str:
    """Where a record is shown."""
    return reverse("console:record_page", args=[record.register, record.pk])


@transaction.atomic
def _added(request: HttpRequest, at: At, place: Place | None) -> Record:
    if place is None:
        message = _("Please choose where it is.")
        raise Invalid(message, code="place_missing", fields={f"{OWN}place": message})
    draft = f"draft-{uuid.uuid4().hex}"
    kept = _files_kept(request, at.actor, at.register.spec, draft, place.path)
    record: Record = record_add(
        actor=at.actor,
        register=at.register.key,
        place=place,
        values={**values_read(asked_of(at.register.spec), request.POST), **kept},
        subject=request.POST.get(f"{OWN}{SUBJECT}", ""),
    )
    if kept:
        _hang(at.actor, draft, record)
    return record


@transaction.atomic
def _changed(request: HttpRequest, register: Register, record: Record) -> None:
    actor, spec = actor_of(request), register.spec
    values = values_read(asked_of(spec), request.POST)
    fresh = _files_kept(request, actor, spec, str(record.pk), record.place_path)
    before, dropped = selectors.values_of(record), set(request.POST.getlist(DROP))
    for name, field in spec.own.items():
        if field.kind in FILES:
            standing = [key for key in before.get(name) or () if key not in dropped]
            values[name] = [*standing, *fresh.get(name, ())]
    for name in _untouched(request, spec):
        values[name] = before.get(name, "")
    revision = request.POST.get("revision", "")
    record_change(
        actor=actor,
        record=record,
        values={name: value for name, value in values.items() if value not in ("", [], None)},
        subject=request.POST.get(f"{OWN}{SUBJECT}", ""),
        revision=int(revision) if revision.isdecimal() and len(revision) < 9 else None,
        reason=request.POST.get(f"{OWN}reason", ""),
    )


def _untouched(request: HttpRequest, spec: RegisterSpec) -> list[str]:
    """Sealed fields that the page did not show: they stay as they are unless something was typed or
    they were emptied on purpose.
    """
    names = (name for name in spec.own if selectors.is_sealed(spec, name))
    return [
        name
        for name in names
        if not request.POST.get(name) and not request.POST.get(f"{OWN}empty.{name}")
    ]


def _files_kept(
    request: HttpRequest, actor: Actor, spec: RegisterSpec, owner_key: str, path: str
) -> dict[str, list[str]]:
    """Keep what was uploaded; gives the keys of the files by field."""
    names = [name for name, field in spec.own.items() if field.kind in FILES]
    return {
        name: [
            files.file_store(
                actor=actor,
                upload=upload,
                owner_kind=FILES_OF,
                owner_key=owner_key,
                place_path=path,
            ).key
            for upload in request.FILES.getlist(name)
        ]
        for name in names
        if request.FILES.getlist(name)
    }


def _hang(actor: Actor, draft: str, record: Record) -> None:
    files.files_hang(
        actor=actor,
        owner_kind=FILES_OF,
        from_key=draft,
        to_key=str(record.pk),
        place_path=record.place_path,
    )


def _place_sent(request: HttpRequest, at: At) -> Place | None:
    """Where a new record is to lie: what was chosen, else the only place that it can be."""
    able = places_able(at)
    code = request.POST.get(f"{OWN}place", "")
    if code:
        found = place_by_code(code[:64])
        return found if found is not None and found.code in able else None
    if len(able) == 1:
        return place_by_code(next(iter(able)))
    here = at.chosen.place.code
    return at.chosen.place if here in able else None


def places_able(at: At) -> dict[str, str]:
    """The places at or below the chosen one at which the actor may add a record, by code."""
    found = selectors.places_writable(at.actor, at.register.spec, at.chosen.place)
    return {each.code: name_of(each) for each in found}


def _page(
    request: HttpRequest,
    register: Register,
    place: Place | None,
    *,
    at: At | None = None,
    record: Record | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    spec = register.spec
    here = place or (at.chosen.place if at is not None else None)
    if here is None:
        raise Forbidden("", code="unknown")
    given = _given(request, spec, record)
    picks = picks_of(request, actor_of(request), spec, here, given)
    looked = request.POST.get(LOOK, "")
    if looked and is_part(request):
        return _picked(request, looked, picks, given)
    wrong: dict[str, Message] = dict(refusal.fields) if refusal is not None else {}
    drawn = _drawn(register, here, given, picks, wrong)
    return render(
        request,
        FORM,
        status=200 if refusal is None else max(refusal.status, UNPROCESSABLE),
        register=register,
        record=record,
        title=_title(register, record),
        place=place,
        places=places_able(at) if at is not None and record is None else {},
        lines=_lines(spec, record, drawn, picks, given),
        subject=_subject(spec, picks, given, wrong),
        problem=_whole(refusal, drawn),
        place_problem=wrong.get(f"{OWN}place", "") or wrong.get("place", ""),
        has_lost_files=refusal is not None and bool(request.FILES),
        revision=request.POST.get("revision") or (record.revision if record else None),
        reason=request.POST.get(f"{OWN}reason", ""),
    )


def _picked(
    request: HttpRequest,
    name: str,
    picks: Mapping[str, Mapping[str, str]],
    given: Mapping[str, Any],
) -> HttpResponse:
    """What was found for one field, while somebody types."""
    return render(
        request,
        "registers/console/picked.html",
        name=name,
        own=OWN if name == SUBJECT else "",
        picked=picks.get(name, {}),
        value=given.get(name, ""),
    )


def _title(register: Register, record: Record | None) -> str:
    if record is None:
        return ""
    return Words(register, record.place_path).title(record) or register.label


@dataclass(frozen=True)
class Line:
    """One field of the form: how it is drawn, what may be picked (None where nothing is), the files
    on file, and whether something is kept there that the form does not show.
    """

    field: Widget
    picked: Mapping[str, str] | None
    files: tuple[str, ...]
    is_kept: bool


def _lines(
    spec: RegisterSpec,
    record: Record | None,
    drawn: list[Widget],
    picks: Mapping[str, Mapping[str, str]],
    given: Mapping[str, Any],
) -> list[Line]:
    on_file = record.values if record is not None else {}
    return [
        Line(
            each,
            picks.get(each.name),
            tuple(given.get(each.name) or ()) if each.kind in FILES else (),
            each.name in on_file and selectors.is_sealed(spec, each.name),
        )
        for each in drawn
    ]


def _given(request: HttpRequest, spec: RegisterSpec, record: Record | None) -> dict[str, Any]:
    """What stands in the form: what was sent, else what is on file, sealed values left out."""
    if request.method == "POST":
        found = values_read(asked_of(spec), request.POST)
        return {**found, SUBJECT: request.POST.get(f"{OWN}{SUBJECT}", "")}
    if record is None:
        return {SUBJECT: request.GET.get("subject", "")}
    values = selectors.values_of(record)
    subject = record.person_id or record.household_id or record.unit_id or ""
    shown = {name: value for name, value in values.items() if not selectors.is_sealed(spec, name)}
    return {**shown, SUBJECT: str(subject)}


def _drawn(
    register: Register,
    place: Place,
    given: Mapping[str, Any],
    picks: Mapping[str, Mapping[str, str]],
    wrong: Mapping[str, Message],
) -> list[Widget]:
    words = Words(register, place.path)
    choices = {**words.choices, **{f"field:{name}": found for name, found in picks.items()}}
    asked = asked_of(register.spec)
    return fields_drawn(asked, choices, place, given, wrong, form_key="record")


@dataclass(frozen=True)
class Subject:
    """What a record is about, as the form asks for it."""

    name: str
    kind: str
    options: Mapping[str, str]
    value: str
    problem: Message


def _subject(
    spec: RegisterSpec,
    picks: Mapping[str, Mapping[str, str]],
    given: Mapping[str, Any],
    wrong: Mapping[str, Message],
) -> Subject | None:
    if not spec.asks_subject:
        return None
    return Subject(
        SUBJECT,
        spec.about.value,
        picks.get(SUBJECT, {}),
        str(given.get(SUBJECT, "")),
        wrong.get(SUBJECT, ""),
    )


def _whole(refusal: Refused | None, drawn: list[Widget]) -> Message:
    """What is wrong with the whole: said above the form where no field says it."""
    if refusal is None:
        return ""
    known = {each.name for each in drawn} | {SUBJECT, f"{OWN}place", "place"}
    told = [said for name, said in refusal.fields.items() if name.partition(".")[0] not in known]
    return "" if refusal.fields and not told else (told[0] if told else refusal.message)
