# SPDX-License-Identifier: MulanPSL-2.0
"""The list of a register as something that may be taken out as a file, under its filters."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

from linli.base.actor import Actor
from linli.engines.registers.models import Record, RecordQuerySet
from linli.engines.registers.selectors import (
    Register,
    Words,
    is_sealed,
    may_open,
    records_at,
    records_lined,
    records_narrowed,
    register_find,
    sees,
)
from linli.engines.registers.selectors.narrowing import asked_of
from linli.engines.registers.services.opening import value_open
from linli.engines.registers.terms import FROM, UNTIL, About, Perm
from linli.kernel.forms.terms import FILES
from linli.kernel.people.selectors import masked
from linli.kernel.people.terms import Perm as PeoplePerm
from linli.kernel.places.models import Place
from linli.kernel.places.selectors import name_of, place_by_code
from linli.kernel.sockets.exports import ExportColumn, ExportSource

STRETCH = 200
"""So many records are read at once."""

WHAT, WHERE, PERSON, STATE = "@what", "@where", "@person", "@state"
HIDDEN = "****"


class Given(NamedTuple):
    """A register as an address asks for it: at which place, and its rows."""

    register: Register
    place: Place
    rows: RecordQuerySet


def _given(actor: Actor, query: str) -> Given | None:
    """What an address asks for, as far as the actor sees it."""
    given = dict(parse_qsl(query))
    place = place_by_code(given.get("at", ""))
    register = register_find(given.get("register", ""), place.path) if place is not None else None
    if place is None or register is None or not sees(actor, register, place):
        return None
    rows = records_at(actor=actor, register=register, place=place)
    return Given(register, place, records_narrowed(rows, register, asked_of(register, given)))


def records_counted(actor: Actor, query: str) -> int:
    """How many records stand under these filters."""
    given = _given(actor, query)
    return 0 if given is None else given.rows.order_by().count()


def records_said(actor: Actor, query: str) -> str:
    """The register, the place and what was searched for, in words."""
    given = _given(actor, query)
    if given is None:
        return ""
    searched = dict(parse_qsl(query)).get("q", "")
    words = [given.register.label, name_of(given.place), searched]
    return " · ".join(word for word in words if word)


def record_columns(actor: Actor, query: str) -> tuple[ExportColumn, ...]:
    """The columns of that register: what it is about, where, its fields but for files."""
    given = _given(actor, query)
    if given is None:
        return ()
    spec = given.register.spec
    found = [ExportColumn(WHERE, {"zh": "所在地点", "en": "Place"})]
    if spec.about is About.PERSON:
        said = {"zh": "姓名", "en": "Name of the person"}
        found.append(ExportColumn(PERSON, said, PeoplePerm.OPEN_PERSONAL))
    elif spec.about is not About.THING:
        found.append(ExportColumn(WHAT, {"zh": "登记对象", "en": "What it is about"}))
    for name, field in spec.in_order():
        if field.kind not in FILES and field.same_as != "register:resident.name":
            is_personal = field.same_as is not None or is_sealed(spec, name)
            opened = PeoplePerm.OPEN_PERSONAL if is_personal else ""
            found.append(ExportColumn(name, field.title, opened))
    found.append(ExportColumn(STATE, {"zh": "状态", "en": "State"}))
    return tuple(found)


def record_rows(
    actor: Actor, query: str, columns: Collection[str], purpose: str
) -> Iterator[Mapping[str, object]]:
    """The records in the order in which they came, a stretch at a time."""
    given = _given(actor, query)
    if given is None:
        return
    words = Words(given.register, given.place.path)
    rows = given.rows.order_by("pk")
    keys = list(rows.values_list("pk", flat=True)[:STRETCH])
    while keys:
        found = records_lined(rows, keys)
        for key in keys:
            if key in found:
                yield _row(actor, words, found[key], columns, purpose)
        keys = list(rows.filter(pk__gt=keys[-1]).values_list("pk", flat=True)[:STRETCH])


def _row(
    actor: Actor, words: Words, record: Record, columns: Collection[str], purpose: str
) -> dict[str, object]:
    opens = purpose if purpose and may_open(actor, words.spec, record.place) else ""
    found: dict[str, object] = {
        WHERE: name_of(record.place),
        WHAT: words.title(record),
        STATE: record.get_state_display(),
    }
    if record.person is not None:
        found[PERSON] = masked(record.person).name
    for name in columns:
        if name in words.spec.fields:
            found[name] = _cell(actor, words, record, name, opens)
    return found


def _cell(actor: Actor, words: Words, record: Record, name: str, purpose: str) -> object:
    if name in (FROM, UNTIL):
        return record.starts_on if name == FROM else record.ends_on
    shown = words.cell(record, name)
    if not shown.is_sealed:
        return shown.words
    if not purpose:
        return HIDDEN
    return value_open(actor=actor, record=record, field=name, purpose=purpose)


EXPORT = ExportSource(
    label={"zh": "台账", "en": "Records of a register"},
    permission=Perm.VIEW,
    columns=record_columns,
    count=records_counted,
    said=records_said,
    rows=record_rows,
)
