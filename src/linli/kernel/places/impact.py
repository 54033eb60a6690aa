# SPDX-License-Identifier: MulanPSL-2.0
"""What a restructuring would do, told before it is done: it is done, counted and undone again."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, Q

from linli.base import clock
from linli.kernel.places import lookup
from linli.kernel.places.models import Place


@dataclass(frozen=True)
class Line:
    """What stands at a place and below it: places by level, and whatever hangs on them by the
    table's label (`people.household`), as far as it has not ended.
    """

    code: str
    name: str
    levels: Mapping[str, int]
    rows: Mapping[str, int]


@dataclass(frozen=True)
class Impact:
    """The places concerned before and after, with what stays behind at places that end."""

    before: tuple[Line, ...] = ()
    after: tuple[Line, ...] = ()
    left: tuple[Line, ...] = ()
    levels_before: Mapping[str, int] = field(default_factory=dict)
    levels_after: Mapping[str, int] = field(default_factory=dict)
    rows_before: Mapping[str, int] = field(default_factory=dict)
    rows_after: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether nothing that hangs on a place gets lost or doubled on the way."""
        return dict(self.rows_before) == dict(self.rows_after)


class _Undo(Exception):
    """Leave the transaction as it was."""


def impact_of(change: Callable[[], Iterable[Place]], concerned: Sequence[Place]) -> Impact:
    """What a change does to the places concerned and to those that come of it, which it returns;
    nothing of it stays. Raises whatever the change raises.
    """
    found = Impact()
    try:
        with transaction.atomic():
            before = [line_of(place) for place in _heads(concerned)]
            made = list(change())
            keys = {place.pk for place in (*concerned, *made)}
            standing = Place.objects.plain().filter(pk__in=keys).order_by("path")
            ended = [place for place in standing if not place.exists_on(clock.today())]
            after = [line_of(place) for place in _heads(standing) if place not in ended]
            left = [line for line in map(line_of, ended) if line.rows]
            found = _summed(before, after, left)
            raise _Undo
    except _Undo:
        lookup.forget()
    return found


def _heads(places: Iterable[Place]) -> list[Place]:
    """Without those that lie below another of them, which would be counted twice."""
    rows = list(places)
    return [
        one
        for one in rows
        if not any(one.pk != other.pk and one.path.startswith(other.path) for other in rows)
    ]


def line_of(place: Place) -> Line:
    """What stands at a place and below it today."""
    below = Place.objects.below(place.path).on(clock.today()).exclude(pk=place.pk).order_by()
    levels = dict(below.values_list("level").annotate(count=Count("pk")))
    return Line(place.code, place.name, levels, _hanging(place.path))


def _hanging(path: str) -> dict[str, int]:
    found = {}
    for model, column in _columns():
        rows = _standing(model).filter(**{f"{column}__path__under": path})
        count = rows.count()
        if count:
            found[model._meta.label_lower] = count
    return found


def _columns() -> Iterable[tuple[type[models.Model], str]]:
    """The tables of other parts whose rows hang on a place."""
    for model in apps.get_models():
        if model._meta.app_label == Place._meta.app_label:
            continue
        for column in model._meta.concrete_fields:
            if column.remote_field is not None and column.related_model is Place:
                yield model, column.name


def _standing(model: type[models.Model]) -> models.QuerySet[models.Model]:
    """The rows of a table that have not ended, as far as it says so."""
    rows = model._base_manager.all()
    names = {column.name for column in model._meta.concrete_fields}
    if "ended_at" in names:
        rows = rows.filter(ended_at__isnull=True)
    if "ends_on" in names:
        rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today()))
    return rows


def _summed(before: Sequence[Line], after: Sequence[Line], left: Sequence[Line]) -> Impact:
    levels_before, levels_after = Counter[str](), Counter[str]()
    rows_before, rows_after = Counter[str](), Counter[str]()
    for line in before:
        levels_before.update(line.levels)
        rows_before.update(line.rows)
    for line in after:
        levels_after.update(line.levels)
        rows_after.update(line.rows)
    for line in left:
        rows_after.update(line.rows)
    return Impact(
        tuple(before), tuple(after), tuple(left), levels_before, levels_after,
        rows_before, rows_after,
    )  # fmt: skip
