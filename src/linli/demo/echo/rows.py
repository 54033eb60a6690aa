# SPDX-License-Identifier: MulanPSL-2.0
"""The rows of one part of a city, told again for every other part.

A key becomes `key * count + number`, so that keys still read like time, and whoever names a row
names the one of its own telling. The serials of the day are spread in the same way.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.db import connection, models

from linli.base import ids
from linli.base.scope import PathField
from linli.demo.echo.maps import Maps
from linli.demo.memory.columns import names_of
from linli.demo.memory.writing import Written
from linli.engines.ballots.models import Ballot
from linli.kernel.accounts.models import Account
from linli.kernel.audit import names as audit_names
from linli.kernel.audit import rules
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event
from linli.kernel.files.models import StoredFile
from linli.kernel.notify.models import Notice
from linli.kernel.units.models import Unit
from linli.kernel.workflow.models import HandOver, Matter, Move, Series, Timer, Todo
from linli.modules.appeals.models import Appeal, Case

_NAMED: dict[str, type[models.Model]] = {
    "account": Account,
    "account_id": Account,
    "appeal_id": Appeal,
    "ballot_id": Ballot,
    "case_id": Case,
    "matter_id": Matter,
    "offered_to": Unit,
    "order": HandOver,
    "unit": Unit,
    "unit_id": Unit,
}
"""What the names of ids in payloads and details stand for."""

_ID = re.compile(rf'"({"|".join(_NAMED)})": (\d+)')
_SERIAL = re.compile(r"(?<![A-Z])([A-Z]{2}-\d{8})-(\d+)(?!\d)")
_IN_KEY = re.compile(r"\b([mc])(\d+)(?=[.:])")
_LAST = re.compile(r":(\d+)$")

_KEYS = {
    Matter: ("number", "gate_key", "referral_key"),
    Ballot: ("gate_key",),
    Move: ("on_behalf_of",),
    Todo: ("key", "group"),
    Timer: ("key",),
    Notice: ("link",),
    Appeal: ("number",),
    AuditRecord: ("on_behalf_of",),
}
"""Columns that hold numbers of matters, or keys made of keys."""

_ONCE = (Series, StoredFile)
"""Tables told for the first part only: the numbers given on a day, and pictures, which lie on a
disk."""

Tell = Callable[[Any, int], Any]
"""Gives the value of a column in so manieth telling."""


class Echo:
    """Tells rows, ready to be written, `count` times."""

    def __init__(self, maps: Maps, count: int, held: Iterable[type[models.Model]]) -> None:
        self.maps = maps
        self.count = count
        self.held = frozenset(held)
        self.kinds = {model._meta.label_lower: model for model in self.held}
        self.codes: set[str] = set()
        self.sealed = _sealed(maps)

    def __call__(self, model: type[models.Model], rows: Iterable[Written]) -> Iterator[Written]:
        """The rows of a table, all tellings of a row one after another."""
        if model in _ONCE:
            return self._once(model, rows)
        return self._all(model, rows)

    def _once(self, model: type[models.Model], rows: Iterable[Written]) -> Iterator[Written]:
        names = names_of(model)
        for key, values in rows:
            row = dict(zip(names, values, strict=True))
            if model is Series:
                row["last"] *= self.count
            else:
                row["owner_key"] = self.words(row["owner_key"], 0)
                row["uploaded_by_id"] = self.named(Account, row["uploaded_by_id"], 0)
            yield key, tuple(row.values())

    def _all(self, model: type[models.Model], rows: Iterable[Written]) -> Iterator[Written]:
        names = names_of(model)
        tells = [(names.index(name), tell) for name, tell in self._columns(model)]
        last = _LASTLY.get(model)
        for _key, values in rows:
            for number in range(self.count):
                told = list(values)
                for at, tell in tells:
                    if told[at] is not None:
                        told[at] = tell(told[at], number)
                if last is not None:
                    last(self, names, told, number)
                yield told[0], tuple(told)

    def _columns(self, model: type[models.Model]) -> Iterator[tuple[str, Tell]]:
        """The columns that differ between tellings, and how."""
        for field in model._meta.concrete_fields:
            related: Any = field.related_model
            if field.primary_key:
                yield field.attname, self.key
            elif related in self.held or related in self.maps.moved:
                yield field.attname, _naming(self, related)
            elif isinstance(field, PathField):
                yield field.attname, self.path
            elif field.attname in _KEYS.get(model, ()):
                yield field.attname, self.words
            elif model in (Event, AuditRecord) and isinstance(field, models.JSONField):
                yield field.attname, self.ids

    def key(self, key: int, number: int) -> int:
        """The key of a row in so manieth telling."""
        return key * self.count + number

    def part(self, number: int) -> int:
        """The part of the city in which a telling happens."""
        return number % self.maps.parts

    def path(self, path: str, number: int) -> str:
        """A path in the part of a telling."""
        return self.maps.path(path, self.part(number))

    def named(self, model: type[models.Model], key: int | None, number: int) -> int | None:
        """The key of a row that a telling names."""
        if key is None:
            return None
        if model in self.held:
            return self.key(key, number)
        found = self.maps.moved[model].get(key)
        return key if found is None else found[self.part(number)]

    def words(self, text: str, number: int) -> str:
        """A text with the numbers and keys of a telling."""
        text = self.serials(text, number)
        return _IN_KEY.sub(lambda found: f"{found[1]}{self.key(int(found[2]), number)}", text)

    def serials(self, text: str, number: int) -> str:
        """A text with the numbers of matters of a telling."""

        def told(found: re.Match[str]) -> str:
            return f"{found[1]}-{(int(found[2]) - 1) * self.count + number + 1:04d}"

        return _SERIAL.sub(told, text)

    def ids(self, text: str, number: int) -> str:
        """JSON with the ids and numbers of a telling."""

        def told(found: re.Match[str]) -> str:
            return f'"{found[1]}": {self.named(_NAMED[found[1]], int(found[2]), number)}'

        return self.words(_ID.sub(told, text), number)


def _naming(echo: Echo, model: type[models.Model]) -> Tell:
    return lambda key, number: echo.named(model, key, number)


def _appeal(echo: Echo, names: tuple[str, ...], told: list[Any], number: int) -> None:
    """Nobody's query code is anybody else's; a form is sent once."""
    at = names.index("query_code")
    code = ids.query_code() if number else told[at]
    while code in echo.codes:
        code = ids.query_code()
    echo.codes.add(code)
    told[at] = code
    at = names.index("filed_key")
    if told[at] is not None and number:
        told[at] = f"{told[at][:50]}.{number}"


def _case(echo: Echo, names: tuple[str, ...], told: list[Any], number: int) -> None:
    at = names.index("lon")
    if told[at] is not None:
        told[at : at + 2] = echo.maps.point(told[at], told[at + 1], echo.part(number))


def _notice(echo: Echo, names: tuple[str, ...], told: list[Any], number: int) -> None:
    """A message names the number of its matter, and its key the account."""
    at = names.index("key")

    def account(found: re.Match[str]) -> str:
        return f":{echo.named(Account, int(found[1]), number)}"

    told[at] = _LAST.sub(account, echo.words(told[at], number))
    at = names.index("body")
    body = _opened(told[at])
    said = echo.serials(body, number)
    if said != body:
        told[at] = _BODY.get_db_prep_save(said, connection)


_BODY: Any = Notice._meta.get_field("body")


@lru_cache(maxsize=4)
def _opened(token: str) -> str:
    return str(_BODY.from_db_value(token, None, connection))


def _record(echo: Echo, names: tuple[str, ...], told: list[Any], number: int) -> None:
    """Who did it and to what, under the name of that telling, and the hash of the row."""
    row = dict(zip(names, told, strict=True))
    if row["actor_id"] is not None:
        account = echo.named(Account, row["actor_id"], number)
        if account != row["actor_id"]:
            row["actor_id"], row["actor_name"] = account, echo.sealed[account or 0]
    kind, key = echo.kinds.get(row["subject_kind"]), row["subject_key"]
    if kind is not None and key.isdigit():
        row["subject_key"] = str(echo.named(kind, int(key), number))
    else:
        row["subject_key"] = echo.words(key, number)
    hashed = {name: row[name] for name in rules.HASHED}
    hashed |= {"at": _moment(row["at"]), "detail": json.loads(row["detail"])}
    row["row_hash"] = rules.row_hash(hashed)
    told[:] = row.values()


@lru_cache(maxsize=64)
def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)


def _sealed(maps: Maps) -> dict[int, str]:
    """The names of all who may be named, as they stand in the record."""
    wanted = {pk for found in maps.moved[Account].values() for pk in found}
    rows = Account.objects.values_list("pk", "username", "person__name", "name_key_id")
    return {
        pk: audit_names.seal(name or username, key)
        for pk, username, name, key in rows
        if pk in wanted
    }


_LASTLY: dict[type[models.Model], Callable[[Echo, tuple[str, ...], list[Any], int], None]] = {
    Appeal: _appeal,
    AuditRecord: _record,
    Case: _case,
    Notice: _notice,
}
"""What else differs in the rows of some tables."""
