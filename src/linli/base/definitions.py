# SPDX-License-Identifier: MulanPSL-2.0
"""The row that every kind of definition shares, and how the one in force at a place is found."""

import datetime as dt
import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

from django.db import models
from django.db.models.functions import Length
from pydantic import BaseModel

from linli.base import replicas
from linli.base.scope import PathField
from linli.base.together import aside

_Row = TypeVar("_Row", bound="DefinitionRow")
_Answer = TypeVar("_Answer")
_Spec = TypeVar("_Spec", bound=BaseModel)

_KEPT_SPECS = 512
_specs: dict[tuple[type[BaseModel], str], BaseModel] = {}

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField


class _Known:
    """Definitions read within one `definitions_kept` block, by all that makes a difference."""

    def __init__(self) -> None:
        self._read: dict[Hashable, Any] = {}

    def read(self, key: Hashable, ask: Callable[[], Any]) -> Any:
        """What was read under that key, asked for the first time only."""
        if key not in self._read:
            self._read[key] = ask()
        return self._read[key]

    def key(
        self, model: type[models.Model], what: str, kind: str, path: str, day: dt.date
    ) -> Hashable:
        """The same for two places below the same packs, and for two days between the same
        changes.
        """
        paths, days = self.read(model, lambda: _edges(model))
        above = tuple(one for one in prefixes(path) if one in paths)
        return model, what, kind, above, bisect_right(days, day)


def _edges(model: type[models.Model]) -> tuple[set[str], list[dt.date]]:
    """The places at which a table has definitions, and the days on which anything changes."""
    rows = model._default_manager.values_list("place_path", "starts_on", "ends_on")
    found = list(rows.distinct())
    days = {row[1] for row in found}
    days |= {row[2] + dt.timedelta(days=1) for row in found if row[2] is not None}
    return {row[0] for row in found}, sorted(days)


class _Shared:
    """What this process has read already, for a block in which rows may be added.

    Whether it still holds is asked once, with the first question; once the block has added a row
    itself it reads everything anew.
    """

    newest: ClassVar[tuple[str, _Known]] = ("", _Known())

    def __init__(self) -> None:
        self._found: _Known | None = None
        self._is_over = False

    def known(self) -> _Known | None:
        """What may be used; None once the block has added a row."""
        if self._found is None and not self._is_over:
            with replicas.reading().cursor() as cursor:
                cursor.execute(f"SELECT {_mark_sql()}")
                self.marked(cursor.fetchone()[0])
        return self._found

    def marked(self, mark: str) -> None:
        """How the tables stand, unless that is known already."""
        if self._found is None and not self._is_over:
            if _Shared.newest[0] != mark:
                _Shared.newest = mark, _Known()
            self._found = _Shared.newest[1]

    def end(self) -> None:
        """From now on nothing is kept."""
        self._found, self._is_over = None, True


def _mark_sql() -> str:
    """SQL for a text that changes with every definition added to any table: rows are never
    edited.
    """
    tables = sorted(f'"{model._meta.db_table}"' for model in DefinitionRow.__subclasses__())
    marks = (
        f"(SELECT COALESCE(MAX(id), 0) || '-' || COUNT(*) FROM {table})"  # noqa: S608 - our own
        for table in tables
    )
    return " || ' ' || ".join(marks)


_known: ContextVar[_Known | _Shared | None] = ContextVar("linli_definitions", default=None)


def _kept() -> _Known | None:
    """What was read already and may be used here."""
    found = _known.get()
    return found.known() if isinstance(found, _Shared) else found


@contextmanager
def definitions_shared() -> Iterator[None]:
    """Let a block, such as a request, use the definitions that earlier ones of this process read,
    as long as no table has gained a row. That is asked along with the first statement, if it can.
    """
    shared = _known.get() or _Shared()
    token = _known.set(shared)
    try:
        if isinstance(shared, _Shared):
            with aside(_mark_sql(), shared.marked):
                yield
        else:
            yield
    finally:
        _known.reset(token)


def definitions_added() -> None:
    """Let the block read everything anew: it has added a row."""
    shared = _known.get()
    if isinstance(shared, _Shared):
        shared.end()


def definitions_forgotten() -> None:
    """Drop what the process has read: for tests, where rows are taken back."""
    _Shared.newest = "", _Known()


@contextmanager
def definitions_kept() -> Iterator[None]:
    """Let a block that loads no pack read each definition only once."""
    token = _known.set(_kept() or _Known())
    try:
        yield
    finally:
        _known.reset(token)


def prefixes(path: str) -> list[str]:
    """The path itself and every place above it, up to "" (the base pack)."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) + "/" for count in range(len(parts), 0, -1)] + [""]


def written(body: Mapping[str, Any]) -> str:
    """A definition as one line of JSON, its keys in the order of the pack and its dates in ISO
    form.
    """
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str)


def digest_of(body: Mapping[str, Any]) -> str:
    """SHA-256 over a definition as it is written: what makes two versions the same."""
    return hashlib.sha256(written(body).encode()).hexdigest()


class BodyField(_TextField):
    """A definition's body as JSON text, its keys in the order in which they were written.

    Order is meaning here (the first step is the start, options run best first), and PostgreSQL's
    jsonb
    forgets it. Dates are kept in ISO form.
    """

    def from_db_value(self, value: str | None, *_: object) -> Any:
        """The body as it was written."""
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        """A body given as text (a fixture) or as it is."""
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        """The text that is kept."""
        return None if value is None else written(value)

    def value_to_string(self, obj: models.Model) -> str:
        """The text that a fixture holds."""
        return self.get_prep_value(self.value_from_object(obj)) or ""


class DefinitionQuerySet(models.QuerySet[_Row]):
    """Definitions by kind, place and day."""

    def on(self, day: dt.date) -> Self:
        """Definitions in effect on that day."""
        return self.filter(
            models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day), starts_on__lte=day
        )

    def in_force(self, kind: str, path: str, day: dt.date) -> list[_Row]:
        """One row a key, the nearest place winning and the newest start among equals, in pack
        order.
        """
        known = _kept()
        if known is None:
            return self._in_force(kind, path, day)
        key = known.key(self.model, "all", kind, path, day)
        return list(known.read(key, lambda: self._in_force(kind, path, day)))

    def _in_force(self, kind: str, path: str, day: dt.date) -> list[_Row]:
        rows = (
            self.on(day)
            .filter(kind=kind, place_path__in=prefixes(path))
            .order_by(Length("place_path"), "starts_on", "pk")
        )
        nearest = {row.key: row for row in rows}
        kept = (row for row in nearest.values() if not row.is_removed)
        return sorted(kept, key=lambda row: (row.position, row.pk))

    def standing(self, kinds: Sequence[str], path: str, day: dt.date) -> tuple[Any, ...]:
        """What changes whenever other definitions of these kinds come into force at a place.

        Two places, or two days, with the same standing have the same definitions: what was read for
        one may be kept for the other.
        """
        known = _kept()
        if known is None:
            return self._standing(kinds, path, day)
        return known, known.key(self.model, "standing", " ".join(kinds), path, day)

    def _standing(self, kinds: Sequence[str], path: str, day: dt.date) -> tuple[Any, ...]:
        rows = self.filter(kind__in=kinds, place_path__in=prefixes(path)).values_list("place_path")
        begun = models.Max("starts_on", filter=models.Q(starts_on__lte=day))
        over = models.Max("ends_on", filter=models.Q(ends_on__lt=day))
        newest = models.Max("pk"), models.Max("digest"), models.Count("pk")
        return tuple(rows.annotate(*newest, begun=begun, over=over).order_by("place_path"))

    def kept(self, key: Hashable, ask: Callable[[], _Answer]) -> _Answer:
        """The answer to another question about this table, asked again once it has gained a row."""
        known = _kept()
        if known is None:
            return ask()
        return cast("_Answer", known.read((self.model, key), ask))

    def find(self, kind: str, key: str, path: str, day: dt.date) -> _Row | None:
        """The definition of that key in force at a place, or None."""
        known = _kept()
        if known is None:
            return self._find(kind, key, path, day)
        kept = known.key(self.model, f"one:{key}", kind, path, day)
        found: _Row | None = known.read(kept, lambda: self._find(kind, key, path, day))
        return found

    def _find(self, kind: str, key: str, path: str, day: dt.date) -> _Row | None:
        row = (
            self.on(day)
            .filter(kind=kind, key=key, place_path__in=prefixes(path))
            .order_by(Length("place_path").desc(), "-starts_on", "-pk")
            .first()
        )
        return None if row is None or row.is_removed else row


class DefinitionRow(models.Model):
    """One version of one definition of a pack: never edited, only followed by another from a later
    day.

    `place_path` is the place its pack is bound to ("" for base); `body` holds the pack's own keys
    after
    inheritance; `is_removed` takes a base definition away below this place.
    """

    kind = models.CharField(max_length=32)
    key = models.CharField(max_length=64)
    place_path = PathField(blank=True)
    pack = models.CharField(max_length=64)
    version = models.CharField(max_length=16)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    clause = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    is_removed = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)
    body = BodyField()

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["kind", "key", "place_path"])]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "place_path", "starts_on", "digest"],
                name="%(app_label)s_definition_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}@{self.starts_on}"


def body_as(row: DefinitionRow, spec: type[_Spec]) -> _Spec:
    """A definition as a value; its body is read only the first time."""
    key = (spec, row.digest)
    if key not in _specs:
        if len(_specs) >= _KEPT_SPECS:
            _specs.clear()
        _specs[key] = spec.model_validate(row.body)
    return cast("_Spec", _specs[key])


def definitions_in_force(table: type[_Row], kind: str, path: str, day: dt.date) -> list[_Row]:
    """All definitions of a kind in force at a place, in pack order; they are read by place only."""
    return rows_of(table).in_force(kind, path, day)


def definitions_found(
    table: type[_Row], kind: str, keys: Iterable[str], path: str, day: dt.date
) -> list[_Row]:
    """Those of some keys that are in force at a place, by key; at most one query."""
    asked = sorted(set(keys))
    if _kept() is not None:
        found = [rows_of(table).find(kind, key, path, day) for key in asked]
        return [row for row in found if row is not None]
    rows = rows_of(table).on(day).filter(kind=kind, key__in=asked, place_path__in=prefixes(path))
    ordered = rows.order_by(Length("place_path"), "starts_on", "pk") if asked else ()
    nearest = {row.key: row for row in ordered}
    return [nearest[key] for key in asked if key in nearest and not nearest[key].is_removed]


def definition_bodies(
    table: type[_Row], kind: str, wanted: Iterable[tuple[str, str]], day: dt.date
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The bodies of many definitions, each key as it is in force at its own place; at most one
    query.
    """
    asked = set(wanted)
    if _kept() is not None:
        rows = rows_of(table)
        each = {(key, path): rows.find(kind, key, path, day) for key, path in asked}
        return {place: row.body for place, row in each.items() if row is not None}
    paths = {prefix for _key, path in asked for prefix in prefixes(path)}
    keys = {key for key, _path in asked}
    among = rows_of(table).on(day).filter(kind=kind, key__in=keys, place_path__in=paths)
    by_key: dict[str, list[_Row]] = {}
    for row in among.order_by(Length("place_path"), "starts_on", "pk") if asked else ():
        by_key.setdefault(row.key, []).append(row)
    found = {}
    for key, path in asked:
        fitting = [row for row in by_key.get(key, ()) if path.startswith(row.place_path)]
        if fitting and not fitting[-1].is_removed:
            found[key, path] = fitting[-1].body
    return found


def rows_of(table: type[_Row]) -> "DefinitionQuerySet[_Row]":
    """The rows of a table of definitions, by place only: they are nobody's."""
    return cast("DefinitionQuerySet[_Row]", table._default_manager.all())
