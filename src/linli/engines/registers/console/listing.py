# SPDX-License-Identifier: MulanPSL-2.0
"""The list of a register: searched, filtered and sorted by what it declares, and where it lacks."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from linli.base import clock
from linli.base.text import label
from linli.engines.registers import selectors
from linli.engines.registers.console.address import At, register_at
from linli.engines.registers.models import Record
from linli.engines.registers.rules.words import is_blind
from linli.engines.registers.selectors import Asked, Register, Words
from linli.engines.registers.selectors.narrowing import RANGED, asked_of
from linli.engines.registers.terms import FROM, UNTIL, About, Perm, State
from linli.kernel.files import exports
from linli.kernel.forms.rules.checking import offered
from linli.kernel.forms.terms import REFERENCES, FieldType
from linli.kernel.places.selectors import name_of
from linli.shells.frame.faces import console
from linli.shells.frame.paging import page_counted
from linli.shells.frame.render import render

A_PAGE = 50
STANDING = {
    "": gettext_lazy("In force or over"),
    "valid": pgettext_lazy("register", "In force"),
    "soon": gettext_lazy("Runs out soon"),
    "over": gettext_lazy("Run out"),
    "ended": gettext_lazy("Ended"),
    "all": gettext_lazy("All"),
}
ABOUT = {
    About.PERSON: gettext_lazy("Name of the person"),
    About.HOUSEHOLD: gettext_lazy("Household"),
    About.PLACE: gettext_lazy("Place"),
    About.UNIT: gettext_lazy("Unit"),
}
NAME = "register:resident.name"
"""A fact that the title of a record about a person says already."""
SHOWN = 5
"""As many fields stand beside the title of a record in its list."""


@dataclass(frozen=True)
class Filter:
    """A field by which the list is narrowed: chosen from options, typed, or from–to."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str
    lowest: str
    highest: str
    is_ranged: bool
    input_type: str


@dataclass(frozen=True)
class Column:
    """A field that stands in the list, and the order that its heading asks for."""

    name: str
    label: str
    sort: str
    is_sorted: bool
    is_backwards: bool
    is_number: bool
    is_due: bool


@dataclass(frozen=True)
class Row:
    """One record as the list shows it."""

    record: Record
    title: str
    cells: tuple[tuple[Column, str], ...]
    where: str
    tone: str


@console.page("registers/<slug:key>/", name="register_page", needs=Perm.VIEW)
@require_GET
def register_page(request: HttpRequest, key: str) -> HttpResponse:
    """The records of a register at a place; an htmx request gets the rows."""
    at = register_at(request, key)
    asked = asked_of(at.register, request.GET)
    rows = selectors.records_at(actor=at.actor, register=at.register, place=at.chosen.place)
    rows = selectors.records_narrowed(rows, at.register, asked)
    page = page_counted(
        request,
        rows,
        size=A_PAGE,
        count=rows.order_by().count(),
        shown=lambda keys: selectors.records_lined(rows, keys),
    )
    words = Words(at.register, at.chosen.place.path)
    columns = columns_of(at.register, asked)
    return render(
        request,
        "registers/console/list.html",
        "rows",
        at=at.chosen,
        register=at.register,
        help=_help(at.register),
        may_add=at.may_add,
        coverage=_coverage(at),
        export=_export(request, at),
        asked=asked,
        standings=list(STANDING.items()),
        filters=list(filters_of(at.register, words, asked)),
        columns=columns,
        title_label=_title_label(at.register),
        page=page,
        rows=[_row(words, columns, each) for each in page.object_list],
    )


@console.page("registers/<slug:key>/coverage/", name="register_coverage", needs=Perm.VIEW)
@require_GET
def register_coverage(request: HttpRequest, key: str) -> HttpResponse:
    """Each place that must have records of a register, what lacks first; `state` narrows."""
    at = register_at(request, key)
    rows = selectors.coverage(actor=at.actor, register=at.register, top=at.chosen.place)
    state = request.GET.get("state", "")
    shown = [row for row in rows if not state or row.state == state]
    return render(
        request,
        "registers/console/coverage.html",
        at=at.chosen,
        register=at.register,
        rows=shown,
        state=state,
        counts=_coverage(at),
        may_add=at.may_add,
    )


def _export(request: HttpRequest, at: At) -> str:
    """The address of this list as an export, "" for those who may take nothing out."""
    if exports.source_open(actor=at.actor, key="registers.records") is None:
        return ""
    asked = request.GET.copy()
    asked.update({"source": "registers.records", "register": at.register.key})
    asked["at"] = at.chosen.place.code
    return f"{reverse('console:export_ask')}?{asked.urlencode()}"


def _help(register: Register) -> str:
    said = register.spec.help
    return label(said.as_label()) if said is not None else ""


def _coverage(at: At) -> dict[str, int] | None:
    """How many places are right, lack something, or have too much; None if no rule asks."""
    if not at.register.spec.coverage:
        return None
    rows = selectors.coverage(actor=at.actor, register=at.register, top=at.chosen.place)
    counts = {state.value: 0 for state in selectors.Covered}
    for row in rows:
        counts[row.state.value] += 1
    return {**counts, "all": len(rows)}


def filters_of(register: Register, words: Words, asked: Asked) -> Iterator[Filter]:
    """The filters of a list, in the order of the fields."""
    for name, field in register.spec.found_by.items():
        if field.kind in REFERENCES:
            continue
        yield Filter(
            name=name,
            label=label(field.title),
            options=tuple(_options(words, name)),
            value=asked.filters.get(name, ""),
            lowest=asked.filters.get(f"{name}.from", ""),
            highest=asked.filters.get(f"{name}.to", ""),
            is_ranged=field.kind in RANGED,
            input_type="date" if field.kind is FieldType.DATE else "text",
        )


def _options(words: Words, name: str) -> Iterator[tuple[str, str]]:
    field = words.spec.fields[name]
    if field.kind is FieldType.YES_NO:
        yield from (
            ("yes", label({"zh": "是", "en": "Yes"})),
            ("no", label({"zh": "否", "en": "No"})),
        )
        return
    for key, said in (offered(name, field, words.choices) or {}).items():
        yield key, label(said if isinstance(said, dict) else said.as_label())


def columns_of(register: Register, asked: Asked) -> list[Column]:
    """The columns beside the title: what the list is found by first, and until when it holds."""
    spec = register.spec
    title = _title_field(register)
    names = [name for name in (spec.due, *spec.found_by) if name and name != title]
    names += [name for name, field in spec.in_order() if field.same_as not in (None, NAME)]
    names += [name for name in spec.own if name not in names and _is_short(register, name)]
    names = [name for name in dict.fromkeys(names) if name not in (title, FROM, UNTIL)]
    chosen = names[:SHOWN]
    return [_column(register, name, asked) for name in (*chosen, UNTIL)]


def _title_label(register: Register) -> str:
    """What stands over the first column: what the records are about."""
    name = _title_field(register)
    if name:
        return label(register.spec.fields[name].title)
    return str(ABOUT.get(register.spec.about, register.label))


def _title_field(register: Register) -> str:
    if register.spec.about is not About.THING:
        return register.spec.subject_field or ""
    texts = (name for name, each in register.spec.own.items() if each.kind is FieldType.TEXT)
    return next(texts, "")


def _is_short(register: Register, name: str) -> bool:
    kind = register.spec.fields[name].kind
    return kind in (FieldType.CHOICE, FieldType.DATE, FieldType.WHOLE, FieldType.YES_NO)


def _column(register: Register, name: str, asked: Asked) -> Column:
    field = register.spec.fields[name]
    is_sorted = asked.sort.removeprefix("-") == name
    is_backwards = is_sorted and asked.sort.startswith("-")
    can_sort = name == UNTIL or (
        name in register.words
        and name in register.spec.found_by
        and not is_blind(register.spec, name)
    )
    sort = f"-{name}" if is_sorted and not is_backwards else name
    is_number = field.kind in (FieldType.WHOLE, FieldType.NUMBER, FieldType.MONEY)
    return Column(
        name,
        label(field.title),
        sort if can_sort else "",
        is_sorted,
        is_backwards,
        is_number,
        is_due=name == (register.spec.due or UNTIL),
    )


def _row(words: Words, columns: list[Column], record: Record) -> Row:
    cells = tuple((column, _said(words, record, column.name)) for column in columns)
    title = words.title(record) or words.register.label
    return Row(record, title, cells, name_of(record.place), standing_tone(words.register, record))


def _said(words: Words, record: Record, name: str) -> str:
    if name == UNTIL:
        return record.ends_on.isoformat() if record.ends_on else ""
    shown = words.cell(record, name)
    return "****" if shown.is_sealed else shown.words


def standing_tone(register: Register, record: Record) -> str:
    """How a record stands: ended, late (over), soon, or nothing to say."""
    today = clock.today()
    if record.state == State.ENDED:
        return "ended"
    if record.due_on is not None and record.due_on < today:
        return "late"
    last = register.remind_until(today)
    is_soon = last is not None and record.due_on is not None and record.due_on <= last
    return "soon" if is_soon else ""
