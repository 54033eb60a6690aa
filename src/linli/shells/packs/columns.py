# SPDX-License-Identifier: MulanPSL-2.0
"""The columns of the tables that are edited here: what each is called, and how it is filled in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.base.errors import Message
from linli.base.spans import Span, SpanError, Unit
from linli.shells.packs.words import Words

LISTS = {
    "basic": _("basic duty"),
    "supporting": _("supporting duty"),
    "reclaimed": _("taken back by those above"),
    "own": _("own duty"),
    "assisting": _("assisting"),
    "negative": _("not for communities"),
}
OPEN = {"true": _("yes"), "false": _("no")}
"""Nothing said is no."""

URGENCY = {"normal": _("ordinary"), "urgent": _("urgent")}
MARKS = {"off": _("day off"), "work": _("make-up working day")}
UNITS = {
    Unit.MINUTES: _("minutes"),
    Unit.HOURS: _("hours"),
    Unit.DAYS: _("days"),
    Unit.WEEKS: _("weeks"),
    Unit.MONTHS: _("months"),
    Unit.WORKING_HOURS: _("working hours"),
    Unit.WORKING_DAYS: _("working days"),
}
"""Units of time that a form offers."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `sort` says how it is filled in, a kind of definition or a form of its
    own.
    """

    key: str
    label: Message
    sort: str = "line"
    need: bool = False


@dataclass(frozen=True, slots=True)
class TableSort:
    """A table that is edited here."""

    kind: str
    label: Message
    one: Message
    columns: tuple[Column, ...]


_CLAUSE = Column("clause", _("Clause"), "clause", need=True)
TABLES: Mapping[str, TableSort] = {
    "duties": TableSort(
        "duty",
        _("Duty list"),
        _("a duty"),
        (
            Column("class", _("Class"), "class", need=True),
            Column("lead", _("Lead unit"), "unit", need=True),
            Column("support", _("With the help of"), "units"),
            Column("list", _("Kind of duty"), "list", need=True),
            Column("where_kind", _("Only at this kind of place"), "kind"),
            _CLAUSE,
        ),
    ),
    "classes": TableSort(
        "class",
        _("Classes and limits"),
        _("a class"),
        (
            Column("zh", _("Chinese name"), need=True),
            Column("en", _("English name")),
            Column("part_of", _("Part of"), "class_bare"),
            Column("workflow", _("Procedure"), "workflow"),
            Column("urgency", _("Urgency"), "urgency"),
            Column("contact_limit", _("Contact within"), "span"),
            Column("close_limit", _("Close within"), "span"),
            Column("calendar", _("Counted by"), "calendar"),
            Column("open", _("Told in the open data"), "open"),
            Column("words", _("Words people use for it"), "words"),
            _CLAUSE,
        ),
    ),
    "days": TableSort(
        "day",
        _("Holidays"),
        _("a day"),
        (
            Column("day", _("What kind of day"), "mark", need=True),
            Column("zh", _("Chinese name"), need=True),
            Column("en", _("English name")),
            _CLAUSE,
        ),
    ),
    "units": TableSort(
        "unit",
        _("Units"),
        _("a unit"),
        (
            Column("zh", _("Chinese name"), need=True),
            Column("en", _("English name")),
            _CLAUSE,
        ),
    ),
}
"""The tables that are edited here, by the word in the address."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A column as a form shows it: its options, or its parts."""

    column: Column
    value: str
    options: tuple[tuple[str, str], ...] = ()
    chosen: tuple[str, ...] = ()
    count: str = ""
    rest: str = ""


def filled(column: Column, value: str, words: Words) -> Filled:
    """A column with what stands in it now."""
    sort = column.sort
    if sort == "span":
        count, unit = span_parts(value)
        options = tuple((str(key), str(name)) for key, name in UNITS.items())
        return Filled(column, value, options, (unit,), count=count)
    if sort == "clause":
        source, _gap, rest = value.partition(" ")
        return Filled(column, value, words.sources(), (source or "practice",), rest=rest)
    if sort == "words":
        return Filled(column, value.replace(";", "、"))
    chosen = tuple(part.strip() for part in value.split(";") if part.strip())
    return Filled(column, value, options_of(sort, words), chosen)


def options_of(sort: str, words: Words) -> tuple[tuple[str, str], ...]:
    """What may be chosen in a column."""
    if sort == "line":
        return ()
    fixed = {"list": LISTS, "urgency": URGENCY, "mark": MARKS, "open": OPEN}
    if sort in fixed:
        return tuple((key, str(name)) for key, name in fixed[sort].items())
    if sort == "class_bare":
        return tuple((ref.partition(":")[2], name) for ref, name in words.named("class"))
    if sort == "kind":
        return words.kinds()
    return words.named(sort.removesuffix("s") if sort == "units" else sort)


def span_parts(value: str) -> tuple[str, str]:
    """The number and the unit of a span; its unit in the plural, as forms offer it."""
    try:
        span = Span.parse(value)
    except SpanError:
        return value, ""
    return str(span.count), span.unit.value


def span_sent(count: str, unit: str) -> str:
    """A span as a pack writes it, from a number and a unit; what is no number stays as it is, so
    that the check says so.
    """
    number = count.strip()
    if not number:
        return ""
    known = {str(one): one for one in Unit}
    if number.isascii() and number.isdigit() and unit in known:
        written = known[unit].singular if int(number) == 1 else unit
        return f"{int(number)} {written}"
    return f"{number} {unit}".strip()


def cells_sent(sort: TableSort, sent: Any) -> dict[str, str]:
    """The cells of a row as a form sent them."""
    return {column.key: _cell(column, sent) for column in sort.columns}


def _cell(column: Column, sent: Any) -> str:
    key = column.key
    if column.sort == "span":
        return span_sent(sent.get(f"{key}_count", ""), sent.get(f"{key}_unit", ""))
    if column.sort == "clause":
        rest = sent.get(f"{key}_rest", "").strip()
        return f"{sent.get(key, '').strip()} {rest}".strip() if rest else ""
    if column.sort == "units":
        return ";".join(sent.getlist(key))
    if column.sort == "words":
        parts = re.split(r"[;；、,，\n]", sent.get(key, ""))
        return ";".join(part.strip() for part in parts if part.strip())
    return str(sent.get(key, "")).strip()


def key_new(kind: str, cells: Mapping[str, str], taken: Sequence[str]) -> str:
    """A short name for a new row, from what it is about; nobody has to think one up."""
    about = cells.get("class", "").partition(":")[2] or cells.get("en", "")
    stem = re.sub(r"[^a-z0-9]+", "_", about.lower()).strip("_")
    if not stem or not stem[0].isalpha():
        stem = f"{kind}_{stem}".strip("_")
    stem = stem[:56]
    used = set(taken)
    number = 1
    while (key := stem if number == 1 else f"{stem}_{number}") in used:
        number += 1
    return key
