# SPDX-License-Identifier: MulanPSL-2.0
"""The list of a register as somebody asks for it: searched, filtered and sorted by what is declared
`find`, and by nothing else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q

from linli.base import clock, crypto, pinyin
from linli.engines.registers.models import RecordQuerySet
from linli.engines.registers.rules.words import is_blind, word_of
from linli.engines.registers.selectors.registers import Register
from linli.engines.registers.terms import UNTIL, WORD, About, State
from linli.kernel.forms.rules.reading import READERS, Unreadable
from linli.kernel.forms.terms import FieldType

RANGED = (
    FieldType.WHOLE,
    FieldType.NUMBER,
    FieldType.MONEY,
    FieldType.SHARE,
    FieldType.DATE,
    FieldType.TIME,
    FieldType.DATETIME,
)
"""Types that are asked for from–to."""

LONGEST = 80
OF = "f."
"""Before the name of a field in the address, so that it is never taken for a word of the page."""
STANDING = ("", "valid", "soon", "over", "ended", "all")
"""How a record may be asked to stand."""

SEVERAL = (FieldType.CHOICES, FieldType.CHECK_LIST)


@dataclass(frozen=True)
class Asked:
    """What somebody asks of a list, as the page sends it.

    `filters` holds what was chosen or typed by field, of a ranged one `NAME.from` and `NAME.to`.
    `sort` is a field, "-" before it from the other end; "" is the newest first.
    """

    text: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    standing: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order was asked for."""
        return bool(self.text or self.standing or any(self.filters.values()))


def asked_of(register: Register, given: Mapping[str, str]) -> Asked:
    """What an address asks of a list; what is unknown in it is left out."""
    names = [
        name for field in register.spec.found_by for name in (field, f"{field}.from", f"{field}.to")
    ]
    standing = given.get("standing", "")
    return Asked(
        text=given.get("q", "").strip()[:LONGEST],
        filters={
            name: given[f"{OF}{name}"].strip()[:LONGEST]
            for name in names
            if given.get(f"{OF}{name}")
        },
        sort=given.get("sort", "")[:LONGEST],
        standing=standing if standing in STANDING else "",
    )


def records_narrowed(rows: RecordQuerySet, register: Register, asked: Asked) -> RecordQuerySet:
    """The rows that somebody asks for, in the order they ask for; what cannot be read finds
    nothing.
    """
    found = rows.filter(_standing(register, asked.standing))
    if asked.text.strip():
        found = found.filter(_said(register, asked.text))
    for name, column in register.words.items():
        if name in register.spec.found_by:
            found = found.filter(_chosen(register, name, column, asked.filters))
    return found.order_by(*_order(register, asked.sort))


def _standing(register: Register, word: str) -> Q:
    """Those that stand (""), hold, are soon due, are overdue, or were ended."""
    today = clock.today()
    ended = Q(ends_on__isnull=False, ends_on__lt=today)
    over = Q(due_on__isnull=False, due_on__lt=today)
    stands = Q(state=State.STANDING)
    valid = stands & Q(starts_on__lte=today) & ~ended
    last = register.remind_until(today)
    return {
        "valid": valid,
        "soon": valid & ~over & (Q(due_on__lte=last) if last is not None else Q(pk__in=[])),
        "over": stands & over,
        "ended": Q(state=State.ENDED),
        "all": Q(),
    }.get(word, stands)


def _said(register: Register, text: str) -> Q:
    """What somebody typed into the search: in any text by which records are found, in the name of
    what a record is about, or a personal value in full.
    """
    wanted = pinyin.asked(text)
    found = Q(pk__in=[])
    for name, column in register.words.items():
        if name not in register.spec.found_by:
            continue
        if is_blind(register.spec, name):
            found |= _blind(register, name, column, text)
        elif register.spec.fields[name].kind in (FieldType.TEXT, FieldType.USCC):
            found |= Q(**{f"{column}__contains": wanted})
    return found | _about(register, text)


def _about(register: Register, text: str) -> Q:
    line = " ".join(text.split())
    if register.spec.about is About.PERSON:
        return Q(person__name__contains=line)
    if register.spec.about is About.UNIT:
        return Q(unit__label__zh__icontains=line) | Q(unit__label__en__icontains=line)
    return Q(place__name__contains=line)


def _chosen(register: Register, name: str, column: str, filters: Mapping[str, str]) -> Q:
    kind = register.spec.fields[name].kind
    if kind in RANGED:
        lowest = _word(register, name, filters.get(f"{name}.from", ""))
        highest = _word(register, name, filters.get(f"{name}.to", ""))
        return _bounded(column, "gte", lowest) & _bounded(column, "lte", highest)
    asked = filters.get(name, "").strip()
    if not asked:
        return Q()
    if is_blind(register.spec, name):
        return _blind(register, name, column, asked)
    if kind in SEVERAL:
        return Q(**{f"{column}__contains": f";{asked};"})
    if kind is FieldType.TEXT:
        return Q(**{f"{column}__contains": pinyin.asked(asked)})
    return Q(**{column: _word(register, name, asked) or ""})


def _bounded(column: str, side: str, word: str | None) -> Q:
    return Q() if word is None else Q(**{f"{column}__{side}": word})


def _word(register: Register, name: str, typed: str) -> str | None:
    """The word of what was typed; "" where it cannot be read, which no record has."""
    if not typed.strip():
        return None
    try:
        return word_of(register.spec, name, _reader(register, name)(typed))
    except Unreadable:
        return ""


def _reader(register: Register, name: str) -> Callable[[object], Any]:
    return READERS[register.spec.fields[name].kind]


def _blind(register: Register, name: str, column: str, typed: str) -> Q:
    try:
        value = str(_reader(register, name)(typed))
    except Unreadable:
        return Q(pk__in=[])
    return Q(**{f"{column}__in": crypto.blind_indexes(value, context=WORD)})


def _order(register: Register, sort: str) -> tuple[Any, ...]:
    name = sort.removeprefix("-")
    is_backwards = sort.startswith("-")
    column = register.words.get(name, "")
    if name == UNTIL:
        column = "ends_on"
    elif name == "place":
        column = "place_path"
    elif column and is_blind(register.spec, name):
        column = ""
    if not column:
        return ("-changed_at", "-pk")
    by = F(column).desc(nulls_last=True) if is_backwards else F(column).asc(nulls_last=True)
    return (by, "-pk")
