# SPDX-License-Identifier: MulanPSL-2.0
"""Taking a list into a register: a template to fill, the file, its heads, the check, the rows."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.base.errors import Forbidden, Invalid, Refused
from linli.base.text import label
from linli.engines.registers import selectors
from linli.engines.registers.console.address import At, register_at
from linli.engines.registers.models import Import
from linli.engines.registers.rules.columns import Column, columns_of
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.selectors.imports import (
    import_get,
    import_troubles,
    imports_visible,
)
from linli.engines.registers.services.template import template_write
from linli.engines.registers.services.uploading import (
    import_check,
    import_open,
    import_stop,
    import_write,
)
from linli.engines.registers.terms import RUNNING, ImportState, Perm
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.paging import page_counted
from linli.shells.frame.render import render

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = "head."
A_PAGE = 50


@dataclass(frozen=True)
class Choice:
    """One column of a register, and the head of the file that is taken for it."""

    key: str
    label: str
    is_needed: bool
    head: str
    problem: str


@console.page("registers/<slug:key>/import/", name="register_import", needs=Perm.VIEW)
def register_import(request: HttpRequest, key: str) -> HttpResponse:
    """What a list must look like, and sending one."""
    at = register_at(request, key)
    if not at.may_add:
        here = reverse("console:register_page", args=[key])
        return HttpResponseRedirect(f"{here}?at={at.chosen.place.code}")
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_address(_opened(request, at)))
        except Refused as error:
            refusal = error
    return render(
        request,
        "registers/console/import.html",
        status=refusal.status if refusal is not None else 200,
        at=at.chosen,
        register=at.register,
        refusal=refusal,
        columns=list(columns_of(at.register.spec).values()),
        left_out=_left_out(at.register.spec),
        earlier=imports_visible(actor=at.actor, register=key),
    )


def _opened(request: HttpRequest, at: At) -> Import:
    sent = request.FILES.get("list")
    if sent is None:
        message = _("Please choose a file.")
        raise Invalid(message, code="file_missing", fields={"list": message})
    return import_open(
        actor=at.actor,
        register=at.register.key,
        place=at.chosen.place,
        upload=sent,
        name=sent.name or "",
    )


def _left_out(spec: RegisterSpec) -> list[str]:
    """Fields that no list can fill in: tables, photos and papers."""
    known = columns_of(spec)
    return [label(field.title) for name, field in spec.own.items() if name not in known]


@console.page("registers/<slug:key>/template.xlsx", name="register_template", needs=Perm.VIEW)
@require_GET
def register_template(request: HttpRequest, key: str) -> HttpResponse:
    """A workbook with the heads of a register and, on a second sheet, what may stand below them."""
    at = register_at(request, key)
    file = io.BytesIO()
    template_write(file, at.register, at.chosen.place.path)
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{key}.xlsx"'
    return response


@console.page(
    "registers/<slug:key>/import/<int:import_id>/", name="register_imported", needs=Perm.VIEW
)
def register_imported(request: HttpRequest, key: str, import_id: int) -> HttpResponse:
    """How far a list is, what is wrong with it, and going on; an htmx request gets how far."""
    actor = actor_of(request)
    one = import_get(actor=actor, register=key, import_id=import_id)
    register = selectors.register_find(key, one.place_path) if one is not None else None
    if one is None or register is None:
        raise Forbidden("", code="unknown")
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_address(_gone_on(request, one)))
        except Refused as error:
            refusal = error
    troubles = import_troubles(actor=actor, one=one)
    page = page_counted(
        request, troubles, size=A_PAGE, count=troubles.count(), shown=troubles.in_bulk
    )
    return render(
        request,
        "registers/console/imported.html",
        "standing",
        status=refusal.status if refusal is not None else 200,
        register=register,
        one=one,
        refusal=refusal,
        is_running=one.state in RUNNING,
        choices=list(_choices(request, one, columns_of(register.spec), refusal)),
        may_choose=one.state in (ImportState.OPENED, ImportState.CHECKED) and bool(one.file),
        may_write=one.state in (ImportState.CHECKED, ImportState.STOPPED) and bool(one.file),
        page=page,
    )


def _gone_on(request: HttpRequest, one: Import) -> Import:
    actor, deed = actor_of(request), request.POST.get("deed", "")
    if deed == "check":
        names = (name for name in request.POST if name.startswith(HEAD) and request.POST[name])
        heads = {name.removeprefix(HEAD): request.POST[name] for name in names}
        return import_check(actor=actor, one=one, heads=heads)
    if deed == "stop":
        return import_stop(actor=actor, one=one)
    return import_write(actor=actor, one=one)


def _choices(
    request: HttpRequest, one: Import, columns: dict[str, Column], refusal: Refused | None
) -> Iterator[Choice]:
    fields = refusal.fields if refusal is not None else {}
    for key, column in columns.items():
        sent = request.POST.get(f"{HEAD}{key}") if refusal is not None else None
        head = one.heads.get(key, "") if sent is None else sent
        problem = str(fields.get(key, ""))
        yield Choice(key, label(column.label), column.is_needed, head, problem)


def _address(one: Import) -> str:
    return reverse("console:register_imported", args=[one.register, one.pk])
