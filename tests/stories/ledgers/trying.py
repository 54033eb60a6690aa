# SPDX-License-Identifier: MulanPSL-2.0
"""How a rule of a ledger is tried: what breaks it is refused, and without the rule it is not."""

import copy
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from linli.base import clock
from linli.base.actor import SYSTEM, Actor
from linli.base.checks import uscc_last
from linli.base.errors import Refused
from linli.engines.registers import selectors
from linli.engines.registers.factories import register_define
from linli.engines.registers.models import Record
from linli.engines.registers.selectors import Covered, Register
from linli.engines.registers.services import record_add
from linli.engines.registers.services.reminding import records_remind
from linli.kernel.access.models import Grant
from linli.kernel.notify.models import Notice
from linli.kernel.places.models import Place
from linli.kernel.workflow.rules.who import who_read
from tests.stories.conftest import NOON, City
from tests.stories.ledgers.reading import Ledger, Rule, by_register

_DAY = re.compile(r"^@day([+-]\d+)?$")
_USCC = "91511102MA6200001"
_TOLD = 500
"""Days after the story's day on which a date of a record lies at the latest."""


@contextmanager
def undone() -> Iterator[None]:
    """Whatever the block writes is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def register_of(city: City, ledger: Ledger) -> Register:
    """Its register as it is in force in the city."""
    found = selectors.register_find(ledger.register, city.top.path)
    assert found is not None, f"{ledger.id}: no register {ledger.register} in the packs"
    return found


def keeper(city: City, ledger: Ledger) -> Actor:
    """Whoever the register lets write, the first of its roles unless the ledger names one."""
    entries = register_of(city, ledger).spec.who or ()
    return city.actor(f"role:{ledger.who or who_read(entries[0]).role}")


def place_of(city: City, ledger: Ledger) -> Place:
    """Where its record lies."""
    if ledger.at not in city.places:
        raise AssertionError(f"{ledger.id}: the city of the stories has no {ledger.at}")
    return city.places[ledger.at]


def meant(city: City, value: Any) -> Any:
    """What a word of a ledger's file stands for."""
    if isinstance(value, dict):
        return {name: meant(city, each) for name, each in value.items()}
    if isinstance(value, list):
        return [meant(city, each) for each in value]
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    day = _DAY.match(value)
    if day is not None:
        return (NOON.date() + dt.timedelta(days=int(day[1] or 0))).isoformat()
    word, _, key = value[1:].partition(":")
    if word == "record":
        return str(add(city, by_register(key)).pk)
    return _standing(city, word)


def _standing(city: City, word: str) -> str:
    """Somebody or something of the city, by a word."""
    resident = city.people["resident"]
    if word == "uscc":
        return _USCC + uscc_last(_USCC)
    if word == "phone":
        return "13800138000"
    if word == "household":
        return str(resident.memberships.get(ends_on=None).household_id)
    if word in ("person", "neighbor"):
        return str(city.people["resident" if word == "person" else word].pk)
    if word == "unit":
        return str(city.units["committee"].pk)
    return city.places[word].code


def add(city: City, ledger: Ledger, changes: Mapping[str, Any] | None = None) -> Record:
    """Let its keeper add the good record, changed a little."""
    given = {**ledger.good, **(changes or {})}
    subject = given.pop("subject", ledger.subject)
    return record_add(
        actor=keeper(city, ledger),
        register=ledger.register,
        place=place_of(city, ledger),
        values=meant(city, {name: value for name, value in given.items() if value != ""}),
        subject=meant(city, subject) if subject else "",
    )


def without(city: City, ledger: Ledger, rule: Rule) -> None:
    """Let the register be in force in the city as it is, but without this rule."""
    body = copy.deepcopy(register_of(city, ledger).definition.body)
    *path, last = rule.rule.split(".")
    inside: Any = body
    for step in path:
        inside = inside[int(step)] if isinstance(inside, list) else inside[step]
    if path == ["coverage"] and last in ("at_least", "at_most"):
        del body["coverage"]
    elif last == "type":
        inside["type"] = "text"
        inside.pop("find", None)
    else:
        del inside[int(last) if isinstance(inside, list) else last]
    register_define(
        ledger.register, body, place_path=city.top.path, starts_on=NOON.date() - dt.timedelta(1)
    )


def breaks(city: City, ledger: Ledger, rule: Rule) -> str:
    """What shows that a rule holds: "" if nothing does. Everything is undone."""
    kind = rule.rule.partition(".")[0]
    with undone():
        return {
            "coverage": _lacking,
            "unique": _doubled,
            "remind": _reminded,
            "due": _reminded,
            "gives": _given,
            "privacy": _hidden,
            "readers": _hidden,
        }.get(kind, _refused)(city, ledger, rule)


def _refused(city: City, ledger: Ledger, rule: Rule) -> str:
    try:
        with transaction.atomic():
            add(city, ledger, rule.wrong)
    except Refused as error:
        return rule.field if rule.field in error.fields else f"other fields: {list(error.fields)}"
    return ""


def _doubled(city: City, ledger: Ledger, rule: Rule) -> str:
    """The same once more, with what is told to be different, is on file already."""
    add(city, ledger)
    try:
        with transaction.atomic():
            add(city, ledger, rule.wrong)
    except Refused as error:
        return error.code
    return ""


def _lacking(city: City, ledger: Ledger, rule: Rule) -> str:
    """Its place lacks the record until a good one is there; one that does not count changes
    nothing, and without the rule nobody is asked.
    """
    before = _uncovered(city, ledger)
    if rule.wrong:
        with transaction.atomic():
            add(city, ledger, rule.wrong)
        before &= _uncovered(city, ledger)
    add(city, ledger)
    filled = before - _uncovered(city, ledger)
    return "lacking" if filled else ""


def _uncovered(city: City, ledger: Ledger) -> set[tuple[str, str]]:
    register = register_of(city, ledger)
    rows = selectors.coverage(actor=SYSTEM, register=register, top=city.top)
    return {(row.place.code, row.said) for row in rows if row.state is Covered.LACKING}


def _reminded(city: City, ledger: Ledger, _rule: Rule) -> str:
    """Its keepers are told before the day, not at once."""
    record = add(city, ledger)
    if record.due_on is None:
        return ""
    told = Notice.objects.filter(link__contains=f"registers/{ledger.register}/")
    records_remind(actor=SYSTEM)
    if told.exists():
        return "told at once"
    with clock.at(dt.datetime.combine(record.due_on, NOON.timetz())):
        records_remind(actor=SYSTEM)
    return "told" if told.exists() else ""


def _given(city: City, ledger: Ledger, _rule: Rule) -> str:
    record = add(city, ledger)
    roles = Grant.objects.filter(account=record.person.account if record.person else None)
    return ", ".join(roles.values_list("role", flat=True))


def _hidden(city: City, ledger: Ledger, _rule: Rule) -> str:
    """Who may see registers and is not named in this one does not see it."""
    add(city, ledger)
    register = register_of(city, ledger)
    named = {
        who_read(text).role for text in (*(register.spec.who or ()), *(register.spec.readers or ()))
    }
    role = next(each for each in ("leader", "arbiter", "auditor") if each not in named)
    rows = selectors.records_visible(actor=city.actor(f"role:{role}"), register=register)
    return "" if rows.exists() else f"hidden from {role}"
